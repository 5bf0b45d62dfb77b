"""auto: its npm plugin demands NPM_TOKEN and knows no OIDC."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="auto",
    title="auto",
    source="https://intuit.github.io/auto/docs/generated/npm",
    exchange="none",
    commands=(
        ("auto", "shipit"),
        ("auto", "publish"),
        ("auto", "canary"),
        ("auto", "next"),
        ("yarn", "auto", "shipit"),
        ("yarn", "auto", "publish"),
        ("pnpm", "auto", "shipit"),
    ),
    instead=(
        "let auto make the version, the changelog and the GitHub release, and publish in a step of "
        "its own with `npm publish` on Node 24"
    ),
)
