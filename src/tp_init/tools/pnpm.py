"""pnpm: up to 10 it starts npm to publish; 11 and newer trade the id-token themselves."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="pnpm",
    title="pnpm publish",
    source="https://pnpm.io/cli/publish",
    # Node 24 is right for every pnpm: 10 and older start its npm, and newer ones need no npm.
    exchange="npm",
    commands=(("pnpm", "publish"), ("pnpm", "stage", "publish")),
    value_options=frozenset(
        {
            "--access",
            "--dir",
            "--filter",
            "--filter-prod",
            "--publish-branch",
            "--registry",
            "--tag",
            "--workspace-concurrency",
            "-C",
            "-F",
        }
    ),
)
