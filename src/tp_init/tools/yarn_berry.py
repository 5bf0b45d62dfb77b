"""Yarn 2 and newer: `yarn npm publish` trades the id-token itself from 4.10 on."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="yarn-berry",
    title="yarn npm publish",
    source="https://yarnpkg.com/cli/npm/publish",
    exchange="own",
    one_package=True,
    commands=(("yarn", "npm", "publish"),),
    value_options=frozenset({"--access", "--tag", "--otp"}),
    # Yarn is no dependency: `packageManager` or a vendored file chooses it (rules/yarn_too_old).
    # Provenance is not automatic with this client.
    token_variables=frozenset({"YARN_NPM_AUTH_TOKEN"}),
)
