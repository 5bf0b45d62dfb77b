"""Lerna, and Lerna-Lite: they trade the id-token themselves from 9 and from 4.9 on."""

from tp_init.tools.model import Tool, Version

__all__ = ["TOOL"]

_LITE = ("cli", "publish", "version", "exec", "run", "list", "diff", "changed", "init", "watch")

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
        # Lerna-Lite has the same command and learned the exchange on its own; all its packages
        # are released together.
        *(
            Version(
                f"@lerna-lite/{name}",
                "4.9.0",
                "https://github.com/lerna-lite/lerna-lite/releases/tag/v4.9.0",
                "https://github.com/lerna-lite/lerna-lite/releases/tag/v4.0.0: 4 wants Node "
                "^20.17 or >=22.9",
            )
            for name in _LITE
        ),
    ),
)
