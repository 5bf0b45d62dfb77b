"""What a log says of the run besides its failure: versions, names, runner, credentials."""

from __future__ import annotations

import re

from tp_init.explain.model import Signal, Where

__all__ = ["CONTEXT", "signal"]


def signal(name: str, needles: str, pattern: str = "", where: Where = "output") -> Signal:
    """A signal; without a pattern the needle itself is what is looked for.

    Args:
        name: of the signal.
        needles: one, or several with `|` between them.
        pattern: what the line looks like.
        where: where it is looked for.
    """
    return Signal(name, tuple(needles.split("|")), re.compile(pattern or re.escape(needles)), where)


_NUMBER = r"(?P<version>\d+\.\d+\.\d+)"
_SLUG = r"(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)"
_PACKAGE = r"(?P<package>(?:@[\w.~-]+(?:/|%2[fF]))?[\w.~-]+)"

# The npm that ran. It says so itself at the level `info` and in its notice of a newer one.
NPM_SAYS = signal(
    "npm-says",
    "using npm@|verbose npm |npm/",
    rf"(?:using npm@|verbose npm\s+v|\bnpm/)(?:npm@)?{_NUMBER}(?: |$)",
)
NPM_NOTICE = signal(
    "npm-notice", "version of npm available", rf"version of npm available!? v?{_NUMBER} ?(?:->|→)"
)
# setup-node's "Environment details", and `npm -v`: a bare version, Node's starts with a `v`.
NPM_DETAILS = signal("npm-details", "npm: ", rf"^npm: {_NUMBER}$")
NPM_ASKED = signal("npm-asked", "npm -v|npm --v|npm v", r"\bnpm (?:-v|--version|version)\b", "echo")
NPM_BARE = signal("npm-bare", ".", rf"^{_NUMBER}$")
NPM_UPGRADE = signal(
    "npm-upgrade",
    " npm@|-g npm|--global npm|=global npm|\"npm@|'npm@",
    r"\bnpm (?:i|install|add|up|update)\b[^|;&]{0,80}\bnpm(?:@[\w.^~<>=*-]+)?(?:\s|$|['\"])",
    "either",
)
# npm 11.5.0, the first that trades an id-token, also was the first to word its E404 like that
# (lib/utils/error-message.js of npm 11.4.2 and 11.5.0).
OLD_WORDING = signal(
    "old-wording", "is not in this registry", rf"\b404\s+'{_PACKAGE}@[^']{{1,80}}' is not in this"
)
NEW_WORDING = signal(
    "new-wording",
    "The requested resource '",
    rf"404\s+The requested resource '{_PACKAGE}@[^']{{1,80}}' could not be found",
)
NODE_SAYS = signal(
    "node-says",
    "node: v|using node@|verbose node|/node/|\\node\\",
    rf"(?:^node: v|using node@v|verbose node v|[\\/]node[\\/]){_NUMBER}(?:$|[\\/\s])",
)
VERBOSE = signal(
    "verbose",
    "verbose cli|verbose title|verbose exit",
    r"(?:^|npm |\d )verbose (?:cli|title|exit) ",
)
SILLY = signal("silly", "npm silly ")

# npm's own words about the exchange (lib/utils/oidc.js of npm 12.2.0).
OIDC_NO_PERMISSION = signal(
    "oidc-no-permission", "oidc Skipped because incorrect permissions for id-token"
)
PNPM_NO_PERMISSION = signal(
    "pnpm-no-permission", "ERR_PNPM_ID_TOKEN_GITHUB_WORKFLOW_INCORRECT_PERMISSIONS"
)
SEMANTIC_NO_PERMISSION = signal(
    "semantic-no-permission", "Have you granted the `id-token: write` permission"
)
SEMANTIC_TRIED = signal("semantic-tried", "Verifying OIDC context for publishing from")
OIDC_OK = signal("oidc-ok", "oidc Successfully retrieved and set token")
OIDC_TRIED = signal("oidc-tried", "/oidc/token/exchange/package/")
OIDC_HTTP_OK = signal(
    "oidc-http-ok", "/oidc/token/exchange/package/", r"fetch POST 20\d \S+/oidc/token/exchange/"
)
OIDC_NO_ID_TOKEN = signal("oidc-no-id-token", "oidc Failed", r"oidc Failed to fetch id_token")
SIGNED = signal("signed", "Signed provenance statement with source and build information")
PUBLISHED = signal("published", "+ ", rf"^\+ {_PACKAGE}@{_NUMBER}")

# Names.
PUBLISHING = signal(
    "publishing", "notice package:|notice 📦", rf"notice (?:📦|package:)\s+{_PACKAGE}@{_NUMBER}"
)
REQUESTED = signal(
    "requested",
    "PUT https://registry.npmjs.org/",
    rf"PUT https://registry\.npmjs\.org/{_PACKAGE}(?: |$)",
)
CHECKOUT = signal(
    "checkout",
    "Syncing repository: ",
    rf"Syncing repository: {_SLUG}$",
)
DEFINED_AT = signal(
    "defined-at",
    "Job defined at: ",
    rf"Job defined at: {_SLUG}/\.github/workflows/(?P<workflow>[^@/]+)@",
)
REUSED = signal("reused", "Reusable workflow chain:")
PACKUMENT_MISSING = signal(
    "packument-missing",
    "fetch GET 404|404 Not Found - GET",
    rf"(?:fetch GET 404|404 Not Found - GET) https://registry\.npmjs\.org/{_PACKAGE}(?: |$)",
)
PACKUMENT_THERE = signal(
    "packument-there",
    "fetch GET 200 ",
    rf"fetch GET 200 https://registry\.npmjs\.org/{_PACKAGE}(?: |$)",
)

# The runner and the job.
SELF_HOSTED = signal(
    "self-hosted",
    "self-hosted",
    r"Requested labels: .*self-hosted|Runner group name: .*self-hosted",
)
RUNNER_NAME = signal("runner-name", "Runner name: '", r"Runner name: '(?P<runner>[^']{1,100})'")
GRANTED = signal("granted", "oken: write", r"^\s*(?i:id-?token): write$")

# Credentials, as GitHub echoes the environment of a step.
TOKEN_SET = signal(
    "token-set",
    "_TOKEN: ",
    r"^\s*(?P<name>NODE_AUTH_TOKEN|NPM_TOKEN|NPM_AUTH_TOKEN|YARN_NPM_AUTH_TOKEN): \*\*\*",
    "echo",
)
TOKEN_DUMMY = signal("token-dummy", "NODE_AUTH_TOKEN: XXXXX-", "", "echo")
EXPIRED_NOTICE = signal(
    "expired-notice",
    "Access token expired or revoked",
    r"(?:notice|error|ERR!|WARN)\b.{0,20}Access token expired or revoked",
)
DOWNLOADED = signal(
    "downloaded",
    "Download action repository '",
    r"repository '(?P<action>[\w.-]+/[\w.-]+)@(?P<ref>[^']{1,80})'",
)
YARN_SAYS = signal(
    "yarn-says",
    "arn",
    r"(?i)(?:\byarn@|^yarn: |\byarn )v?(?P<version>[1-4]\.\d+\.\d+)(?:\s|$)",
    "either",
)
CIRCLE_SSH = signal(
    "circle-ssh",
    "SSH",
    r"(?:rerun|re-run|started|job).{0,40}with SSH|Enable SSH|You can now SSH into this box",
)

CONTEXT: tuple[Signal, ...] = (
    NPM_SAYS,
    NPM_NOTICE,
    NPM_DETAILS,
    NPM_ASKED,
    NPM_BARE,
    NPM_UPGRADE,
    OLD_WORDING,
    NEW_WORDING,
    NODE_SAYS,
    VERBOSE,
    SILLY,
    OIDC_NO_PERMISSION,
    PNPM_NO_PERMISSION,
    SEMANTIC_NO_PERMISSION,
    SEMANTIC_TRIED,
    OIDC_OK,
    OIDC_TRIED,
    OIDC_HTTP_OK,
    OIDC_NO_ID_TOKEN,
    SIGNED,
    PUBLISHED,
    PUBLISHING,
    REQUESTED,
    CHECKOUT,
    DEFINED_AT,
    REUSED,
    PACKUMENT_MISSING,
    PACKUMENT_THERE,
    SELF_HOSTED,
    RUNNER_NAME,
    GRANTED,
    TOKEN_SET,
    TOKEN_DUMMY,
    EXPIRED_NOTICE,
    DOWNLOADED,
    YARN_SAYS,
    CIRCLE_SSH,
)
"""All of them."""
