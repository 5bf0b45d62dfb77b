"""The names under which npm publish tokens go, and those that only look alike."""

from __future__ import annotations

import re

from tp_init.workflow import secrets_in

__all__ = ["AUTH_NAMES", "ELSEWHERE", "GITHUB_TOKEN", "is_npm_token"]

AUTH_NAMES = re.compile(
    r"^(?:NODE_AUTH_TOKEN|NPM_TOKEN|NPM_AUTH_TOKEN|NPM_PUBLISH_TOKEN|NPM_AUTH|YARN_NPM_AUTH_TOKEN"
    r"|NPM_CONFIG_TOKEN|NPM_CONFIG__AUTH(?:TOKEN)?|NPM_CONFIG_//.*:_AUTHTOKEN)$",
    re.IGNORECASE,
)
_NPM_NAME = re.compile(
    r"(?:^|_)NPM(?:JS)?_(?:\w+_)?(?:TOKEN|AUTH|KEY|SECRET)(?:_|$)", re.IGNORECASE
)
ELSEWHERE = re.compile(
    r"CNPM|ARTIFACTORY|GITHUB|GPR|GHCR|NEXUS|VERDACCIO|CODEARTIFACT|JFROG|PROXY|CLOUDSMITH",
    re.IGNORECASE,
)
GITHUB_TOKEN = re.compile(r"secrets\.GITHUB_TOKEN|github\.token", re.IGNORECASE)


def is_npm_token(name: str, value: str = "") -> bool:
    """Whether a variable, an input or a secret of that name carries an npm publish token.

    Judged by the name and by the secrets that the value draws on; a GitHub token and the tokens
    of other registries are none, whatever the variable is called.
    """
    if GITHUB_TOKEN.search(value):
        return False
    names = (name, *secrets_in(value))
    if any(ELSEWHERE.search(one) for one in names):
        return False
    return any(AUTH_NAMES.match(one) or _NPM_NAME.search(one) for one in names)
