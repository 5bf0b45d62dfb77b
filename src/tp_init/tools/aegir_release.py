"""aegir release: it starts the semantic-release that it brings along."""

from tp_init.tools.model import Tool, Version

__all__ = ["TOOL"]

TOOL = Tool(
    id="aegir-release",
    title="aegir release",
    source="https://github.com/ipfs/aegir/blob/main/src/release.js",
    exchange="own",
    node="^22.14.0 || >=24.10.0",
    commands=(("aegir", "release"),),
    versions=(
        Version(
            "aegir",
            "47.0.26",  # the first with @semantic-release/npm 13.1
            "https://www.npmjs.com/package/aegir/v/47.0.26",
            "https://github.com/ipfs/aegir/blob/main/CHANGELOG.md",
        ),
    ),
)
