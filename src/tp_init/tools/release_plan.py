"""release-plan: it starts npm or pnpm for each package of its plan."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="release-plan",
    title="release-plan",
    source="https://github.com/embroider-build/release-plan",
    exchange="npm",
    commands=(("release-plan", "publish"), ("pnpm", "release-plan", "publish")),
)
