"""Bun: `bun publish` cannot do OIDC; `bun pm pack` and `npm publish` of the tarball can."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="bun",
    title="bun publish",
    source="https://github.com/oven-sh/bun/discussions/34306",
    exchange="none",
    commands=(("bun", "publish"),),
    value_options=frozenset({"--access", "--auth-type", "--cwd", "--otp", "--registry", "--tag"}),
    token_variables=frozenset({"NPM_CONFIG_TOKEN"}),
    instead="pack with `bun pm pack` and publish the tarball with `npm publish`",
)
