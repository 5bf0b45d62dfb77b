"""A dist-tag that npm reads as a version range."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.publishing import Publication
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

_TOOLS = frozenset({"npm", "pnpm", "yarn-berry", "yarn-classic", "bun"})
_PART = r"(?:\d+|[xX*])"
_RANGE = re.compile(
    rf"(?:[~^]|[<>]?=?)\s*[v=]*{_PART}(?:\.{_PART}(?:\.{_PART}(?:-[\w.-]+)?(?:\+[\w.-]+)?)?)?"
)


def find(setup: Setup) -> Iterator[Finding]:
    """Each publish with such a tag."""
    for publishing in setup.movable:
        for publication in publishing.publications:
            for tag, location in _tags(publication):
                if _RANGE.fullmatch(tag):
                    yield Finding(
                        rule=RULE.id,
                        level=RULE.level,
                        state="fail",
                        location=location,
                        message=(
                            f"The tag `{tag}` reads as a range of versions, and npm refuses it: "
                            "`npm install package@TAG` could not tell the two apart."
                        ),
                        todo=f"Name it otherwise, such as `{_letters(tag)}`.",
                    )


def _tags(publication: Publication) -> Iterator[tuple[str, Location]]:
    invocation = publication.invocation
    if invocation is not None and publication.tool.id in _TOOLS:
        argv = invocation.argv
        for number, word in enumerate(argv):
            if word == "--tag" and number + 1 < len(argv):
                yield argv[number + 1], invocation.location
            elif word.startswith("--tag="):
                yield word.removeprefix("--tag="), invocation.location
    for package in publication.packages:
        tag = package.publish_config.get("tag")
        if isinstance(tag, str):
            position = package.document.position(("publishConfig", "tag"))
            yield tag, Location(package.document.path, position.line, position.column)


def _letters(tag: str) -> str:
    return f"release-{tag.lstrip('v=^~<>')}"


RULE = Rule(
    id="tag-is-a-version",
    title="The dist-tag reads as a version",
    why='npm stops with "Tag name must not be a valid SemVer range".',
    source="https://docs.npmjs.com/cli/commands/npm-dist-tag",
    level="error",
    find=find,
    remedy="Use a tag with letters in front: `lts-1`, `release-1.x`.",
)
