"""Changesets: it starts the package manager's publish, so the npm on the path does the exchange."""

from tp_init.tools.model import ActionUse, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="changesets",
    title="Changesets",
    source="https://github.com/changesets/action/releases/tag/v1.7.0",
    exchange="npm",
    commands=(
        ("changeset", "publish"),
        ("pnpm", "changeset", "publish"),
        ("yarn", "changeset", "publish"),
        ("npm", "changeset", "publish"),
        ("bun", "changeset", "publish"),
    ),
    value_options=frozenset({"--tag", "--otp"}),
    actions=(
        ActionUse(
            # Up to 1.6 it wrote `_authToken=undefined` into an npmrc where NPM_TOKEN was not set.
            "changesets/action",
            minimum="1.7.0",
            bump="v1.9.0",
            bump_sha="a45c4d594aa4e2c509dc14a9f2b3b67ba3780d0d",
            command_input="publish",
        ),
    ),
)
