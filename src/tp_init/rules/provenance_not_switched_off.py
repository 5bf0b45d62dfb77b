"""`publishConfig.provenance: false`, which does not do what it says."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each published package that says so."""
    for package in setup.packages:
        if package.publish_config.get("provenance") is False:
            position = package.document.position(("publishConfig", "provenance"))
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=Location(package.document.path, position.line, position.column),
                message=(
                    "`publishConfig.provenance: false` does not switch provenance off in a trusted "
                    "publish from a public repository: npm looks at its own configuration only."
                ),
                todo="Publish with `--no-provenance`, or write `provenance=false` into .npmrc.",
            )


RULE = Rule(
    id="provenance-not-switched-off",
    title="Provenance is not switched off",
    why=(
        "npm decides about automatic provenance from the command line, the environment and the "
        "npmrc; of `publishConfig` it only takes `true` (npm 11.5.1 to 12.2.0)."
    ),
    source="https://github.com/npm/cli/blob/v12.2.0/lib/utils/oidc.js",
    level="advice",
    find=find,
    remedy="Use `--no-provenance`, `NPM_CONFIG_PROVENANCE=false` or `provenance=false` in .npmrc.",
)
