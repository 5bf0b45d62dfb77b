"""Lerna: it trades the id-token itself from 9 on."""

from tp_init.tools.model import Tool, Version

__all__ = ["TOOL"]

TOOL = Tool(
    id="lerna",
    title="lerna publish",
    source="https://github.com/lerna/lerna/releases/tag/v9.0.0",
    exchange="own",
    node="^20.19.0 || ^22.12.0 || >=24.0.0",
    commands=(
        ("lerna", "publish"),
        ("pnpm", "lerna", "publish"),
        ("yarn", "lerna", "publish"),
    ),
    value_options=frozenset({"--dist-tag", "--loglevel", "--otp", "--registry", "--preid"}),
    versions=(
        Version(
            "lerna",
            "9.0.0",
            "https://github.com/lerna/lerna/releases/tag/v9.0.0",
            "https://github.com/lerna/lerna/releases/tag/v9.0.0: it wants Node ^20.19, ^22.12 or "
            ">=24 and dropped `lerna add`, `bootstrap` and `link`",
        ),
    ),
)
