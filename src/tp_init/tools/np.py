"""np: it starts npm, and skips its login checks where it sees OIDC."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="np",
    title="np",
    source="https://github.com/sindresorhus/np/issues/771",
    exchange="npm",
    commands=(("np",), ("pnpm", "np"), ("yarn", "np")),
    never=frozenset({"--preview", "--no-publish", "--help", "-h"}),
)
