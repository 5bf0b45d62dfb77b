"""Yarn 1: it never learned trusted publishing; `npm publish` does the same with the same files."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="yarn-classic",
    title="yarn publish (Yarn 1)",
    source="https://classic.yarnpkg.com/lang/en/docs/cli/publish/",
    exchange="none",
    commands=(("yarn", "publish"),),
    value_options=frozenset(
        {"--access", "--cwd", "--message", "--new-version", "--otp", "--registry", "--tag"}
    ),
    never=frozenset({"--help", "-h"}),
    instead="publish with `npm publish`, which packs the same files",
)
