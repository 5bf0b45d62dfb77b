"""NAPI-RS: `napi prepublish` runs `npm publish` for each platform's package."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="napi",
    title="napi prepublish",
    source="https://napi.rs/docs/cli/pre-publish",
    exchange="npm",
    commands=(
        ("napi", "prepublish"),
        ("napi", "pre-publish"),
        ("pnpm", "napi", "prepublish"),
        ("pnpm", "napi", "pre-publish"),
        ("yarn", "napi", "prepublish"),
        ("yarn", "napi", "pre-publish"),
    ),
    value_options=frozenset({"-t", "--tag-style", "--tagstyle", "--npm-dir", "--cwd"}),
    never=frozenset({"--dry-run", "--skip-optional-publish", "--help", "-h"}),
)
