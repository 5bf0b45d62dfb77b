"""@vitejs/release-scripts: a script of the repository calls it, and it starts npm or pnpm."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="vite-release-scripts",
    title="@vitejs/release-scripts",
    source="https://github.com/vitejs/release-scripts#readme",
    exchange="npm",
    modules=frozenset({"@vitejs/release-scripts"}),
)
