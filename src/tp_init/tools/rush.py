"""Rush: it starts npm or pnpm for every package, and leaves out a login whose variable is unset."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="rush",
    title="rush publish",
    source="https://rushjs.io/pages/commands/rush_publish/",
    exchange="npm",
    commands=(("rush", "publish"), ("node", "common/scripts/install-run-rush.js", "publish")),
    value_options=frozenset(
        {"--npm-auth-token", "-n", "--prerelease-name", "--registry", "-r", "--tag", "-t",
         "--target-branch", "-b", "--version-policy"}
    ),
    requires=frozenset({"--publish", "-p"}),
    token_options=frozenset({"--npm-auth-token", "-n"}),
)  # fmt: skip
