"""A published package whose `repository` is missing or names another repository."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.document import Insert, Operation, Set
from tp_init.git import parse_repository
from tp_init.model import FileEdit, Finding, Location, TemplateValue
from tp_init.repo import Package
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

URL = TemplateValue("package", ("repository", "url"))


def find(setup: Setup) -> Iterator[Finding]:
    """Each published package whose `repository` is not the repository it is published from."""
    owner, name = setup.answer("owner"), setup.answer("repo")
    if not owner or not name:
        return
    for package in setup.packages:
        written = parse_repository(package.repository) if package.repository else None
        if written is None or (written.owner, written.name) != (owner, name):
            yield _finding(package, f"{owner}/{name}")
        elif setup.moves and package.directory and _lacks_directory(package):
            yield _without_directory(package)


def _lacks_directory(package: Package) -> bool:
    """A `repository` that is a text has no room for one, and npm does not compare it."""
    repository = package.data.get("repository")
    return isinstance(repository, dict) and "directory" not in repository


def _without_directory(package: Package) -> Finding:
    path = package.document.path
    position = package.document.position(("repository",))
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=Location(path, position.line, position.column),
        message=(
            f"`repository` of `{path}` names no `directory`; npm's page would lead to the root of "
            "the repository."
        ),
        edits=(FileEdit(path, Insert(("repository", "directory"), package.directory)),),
        fix="available",
    )


def _finding(package: Package, wanted: str) -> Finding:
    path = package.document.path
    if not package.repository:
        edits = _missing(package)
        location = Location(path, 1, 1)
        what = f"`{path}` has no `repository" + (".url`" if "repository" in package.data else "`")
    else:
        address = ("repository", "url") if isinstance(package.data["repository"], dict) else (
            "repository",
        )  # fmt: skip
        operation: Operation = Set(address, None)
        edits = (FileEdit(path, operation, URL),)
        position = package.document.position(address)
        location = Location(path, position.line, position.column)
        what = f"`repository` of `{path}` is `{package.repository}`"
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=f"{what}; npm compares it with the repository that publishes, {wanted}.",
        edits=edits,
        fix="available",
    )


def _missing(package: Package) -> tuple[FileEdit, ...]:
    path = package.document.path
    repository = package.data.get("repository")
    if "repository" in package.data and not isinstance(repository, dict):
        return (FileEdit(path, Set(("repository",), None), URL),)
    near = _neighbour(package)
    keys = [key for key in ("type", "url") if not isinstance(repository, dict) or key == "url"]
    edits = [
        FileEdit(
            path,
            Insert(("repository", key), None, after=near),
            TemplateValue("package", ("repository", key)),
        )
        for key in keys
    ]
    if package.directory and not isinstance(repository, dict):
        edits.append(FileEdit(path, Insert(("repository", "directory"), package.directory)))
    return tuple(edits)


def _neighbour(package: Package) -> str | None:
    """The key behind which people look for `repository`."""
    order = ("license", "homepage", "bugs", "author", "description", "version", "name")
    return next((key for key in order if key in package.data), None)


RULE = Rule(
    id="wrong-repository",
    title="`repository` in package.json is missing or names another repository",
    why=(
        "With provenance the registry compares `repository.url` with the repository that ran the "
        "workflow, exactly and in case, and answers E422 where they differ."
    ),
    source="https://docs.npmjs.com/generating-provenance-statements",
    level="error",
    find=find,
    remedy="Write `git+https://github.com/OWNER/REPO.git` as GitHub spells it; `tp-init` does.",
)
