"""Yarn 2 and newer: `yarn npm publish` trades the id-token itself from 4.10 on."""

from tp_init.tools.model import Tool, Version

__all__ = ["TOOL"]

TOOL = Tool(
    id="yarn-berry",
    title="yarn npm publish",
    source="https://yarnpkg.com/cli/npm/publish",
    exchange="own",
    commands=(("yarn", "npm", "publish"),),
    value_options=frozenset({"--access", "--tag", "--otp"}),
    # 4.10.3 mends the exchange of 4.10.0; provenance is not automatic with this client.
    versions=(Version("yarn", "4.10.3", "https://github.com/yarnpkg/berry/issues/6952"),),
    token_variables=frozenset({"YARN_NPM_AUTH_TOKEN"}),
)
