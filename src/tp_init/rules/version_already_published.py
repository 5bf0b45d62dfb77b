"""A release of a version that the registry has already; it takes the network to see."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each package whose version is published, or of which the registry would not say."""
    for package in setup.packages:
        answer = (setup.released or {}).get(package.name, False)
        if answer is False:
            continue
        position = package.document.position(("version",))
        what = f"{package.name} {package.version}"
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail" if answer is True else "unknown",
            location=Location(package.document.path, position.line, position.column),
            message=(
                f"{what} is on npm already, and no version can be published twice."
                if answer is True
                else f"Whether {what} is on npm already is not known: {answer}."
            ),
            todo=(
                "Raise `version` before the release."
                if answer is True
                else f"Look with `npm view {package.name} versions`."
            ),
        )


RULE = Rule(
    id="version-already-published",
    title="The version is on npm already",
    why=(
        "npm never takes a version twice, not even after an unpublish: the release stops with "
        '"You cannot publish over the previously published versions".'
    ),
    source="https://docs.npmjs.com/cli/commands/npm-publish",
    level="error",
    find=find,
    remedy="Raise the version, or let the job skip versions that are published.",
)
