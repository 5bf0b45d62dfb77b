"""release-it: it starts npm, but asks `npm whoami` first unless `npm.skipChecks` is set."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="release-it",
    title="release-it",
    source="https://github.com/release-it/release-it/issues/1244",
    exchange="npm",
    commands=(("release-it",), ("pnpm", "release-it"), ("yarn", "release-it")),
    never=frozenset(
        {
            "--dry-run",
            "-d",
            "--help",
            "--no-npm",
            "--no-npm.publish",
            "--npm.publish=false",
            "--release-version",
            "--changelog",
        }
    ),  # fmt: skip
)
