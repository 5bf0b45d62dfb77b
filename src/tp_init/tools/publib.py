"""publib: it starts npm for every tarball, but stops without NPM_TOKEN unless it is told."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="publib",
    title="publib",
    source="https://github.com/cdklabs/publib#npm",
    exchange="npm",
    commands=(("publib-npm",), ("publib",), ("jsii-release-npm",)),
    switch=("NPM_TRUSTED_PUBLISHER", "true"),
    registry_variable="NPM_REGISTRY",
)
