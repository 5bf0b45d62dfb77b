"""A publishing tool in package.json from before it could publish by OIDC."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.document import Address, Set
from tp_init.model import FileEdit, Finding, Location
from tp_init.publishing import Publication
from tp_init.repo import Package, Repo
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.tools import Version
from tp_init.versions import parse_range, parse_version

__all__ = ["RULE", "too_old"]

_KINDS = ("devDependencies", "dependencies", "optionalDependencies")
_RANGE = re.compile(r"^(?P<sign>[\^~]?)\d+(?:\.\d+){0,2}$")


def find(setup: Setup) -> Iterator[Finding]:
    """Each such dependency of a package whose tool publishes."""
    seen: set[tuple[str, Address]] = set()
    for publishing in setup.movable:
        for publication in publishing.publications:
            for package, version, address in too_old(setup.repo, publication):
                if (package.document.path, address) not in seen:
                    seen.add((package.document.path, address))
                    yield _finding(package, version, address)


def too_old(repo: Repo, publication: Publication) -> Iterator[tuple[Package, Version, Address]]:
    """The dependencies of a publication's tool that are too old, and where they stand."""
    if publication.action is not None and not publication.action.command_input:
        return  # an action brings the tool along
    folder = publication.invocation.directory if publication.invocation else ""
    for directory in dict.fromkeys((folder, "")):
        package = repo.package_in(directory)
        if package is None:
            continue
        for version in publication.tool.versions:
            for kind in _KINDS:
                address = (kind, version.package)
                written = package.dependency(kind, version.package)
                found = parse_range(written) if written else None
                minimum = parse_version(version.minimum)
                if found and minimum and found.highest < minimum:
                    yield package, version, address


def _finding(package: Package, version: Version, address: Address) -> Finding:
    path = package.document.path
    written = package.dependency(str(address[0]), version.package)
    position = package.document.position(address)
    match = _RANGE.match(written)
    wanted = f"{match['sign'] if match else '^'}{version.minimum}"
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=Location(path, position.line, position.column),
        message=(
            f"`{version.package}` {written} cannot publish by OIDC; {version.minimum} is the "
            f"first that can ({version.source})."
            + (f" Read before the release: {version.breaking}." if version.breaking else "")
        ),
        edits=(FileEdit(path, Set(address, wanted)),) if match else (),
        todo="" if match else f'"{version.package}": "^{version.minimum}"',
        fix="available" if match else "manual",
    )


RULE = Rule(
    id="tool-too-old",
    title="The publishing tool does not know trusted publishing",
    why=(
        "A tool that logs in by itself asks for a token until the release that taught it the "
        "exchange of the id-token."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Raise the tool in package.json, and refresh the lock file.",
)
