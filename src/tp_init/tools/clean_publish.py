"""clean-publish: it starts the package manager's publish in a cleaned copy of the package."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="clean-publish",
    title="clean-publish",
    source="https://github.com/shashkovdanil/clean-publish#readme",
    exchange="npm",
    commands=(("clean-publish",), ("pnpm", "clean-publish"), ("yarn", "clean-publish")),
    value_options=frozenset(
        {"--access", "--before-script", "--fields", "--files", "--package-manager", "--tag"}
    ),
    never=frozenset({"--dry-run", "--help", "-h", "--without-publish"}),
    one_package=True,
)
