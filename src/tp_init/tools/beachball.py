"""beachball: it starts `npm publish` for every changed package; the token is optional."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="beachball",
    title="beachball publish",
    source="https://microsoft.github.io/beachball/cli/publish.html",
    exchange="npm",
    commands=(
        ("beachball", "publish"),
        ("pnpm", "beachball", "publish"),
        ("yarn", "beachball", "publish"),
    ),
    value_options=frozenset(
        {
            "--access",
            "--branch",
            "-b",
            "--message",
            "-m",
            "--registry",
            "-r",
            "--tag",
            "-t",
            "--token",
            "-n",
        }
    ),
    token_options=frozenset({"--token", "-n"}),
    never=frozenset({"--help", "-h", "--no-publish", "--pack-to-path"}),
)
