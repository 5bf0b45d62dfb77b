"""The smallest edit that gives a publishing job a Node, or an npm, that is new enough.

In this order: the version that its setup-node has; the leg of its matrix; a setup-node step where
there is none, or where a shared action sets Node up; an `npm install -g` line where something
excludes Node 24. Shared pin files stay as they are.
"""

from __future__ import annotations

from tp_init.document import Insert, Operation, Rename, Set, Splice, mapping
from tp_init.model import FileEdit, Location, TemplateValue
from tp_init.node import NODE_WITH_NEW_NPM, NPM_FLOOR, parse_node
from tp_init.publishing import Placed, Publication
from tp_init.repo import Repo
from tp_init.runtime import Runtime, matrix_name, matrix_values
from tp_init.versions import Range, parse_range

__all__ = ["location", "newer_node"]

NODE_VERSION = TemplateValue("setup-node", ("with", "node-version"))
SETUP_NODE = TemplateValue("setup-node", ())
UPGRADE = "npm install -g npm@11"
"""npm 11, not the newest: it installs on Node 20.17 and 22.9 too, where npm 12 stops."""

_LEAVE_NODE_ALONE = frozenset(
    {
        "actions/cache",
        "actions/download-artifact",
        "actions/upload-artifact",
        "oven-sh/setup-bun",
        "pnpm/action-setup",
        "step-security/harden-runner",
    }
)
"""Actions that put no Node of their own on the path; another one may, so ours comes behind it."""

Fix = tuple[tuple[FileEdit, ...], str]


def location(publication: Publication, seen: Runtime) -> Location:
    """The place that decides which Node or npm a publish gets."""
    if seen.upgraded_by is not None:
        return seen.upgraded_by.location
    if seen.setup is None:
        return publication.location
    for key in ("node-version", "node-version-file"):
        if key in seen.setup.step.inputs:
            return seen.setup.step.location("with", key)
    return seen.setup.step.location("uses")


def newer_node(repo: Repo, publication: Publication, seen: Runtime) -> Fix:
    """The edits, and what to say about them as the end of a sentence.

    There are no edits where a person has to choose.
    """
    if seen.upgraded_by is not None and _pins_an_old_npm(seen):
        return _raise_upgrade(seen), ""
    if publication.job.container:
        return _insert_upgrade(publication), " (in a container Node is the image's)"
    if publication.tool.exchange == "npm" and _excludes_node_24(repo, publication):
        return _beside_an_older_node(publication, seen)
    if seen.setup is None:
        return _insert_setup(publication), ""
    if seen.setup.actions:
        return _beside_the_action(publication, seen.setup)
    return _change_setup(publication, seen.setup)


def _pins_an_old_npm(seen: Runtime) -> bool:
    versions = seen.upgrade.versions if seen.upgrade else None
    return versions is not None and versions.highest < NPM_FLOOR


def _raise_upgrade(seen: Runtime) -> tuple[FileEdit, ...]:
    invocation = seen.upgraded_by
    if invocation is None or invocation.command is None:
        return ()
    for word in invocation.command.words:
        if word.value and word.value.startswith("npm@"):
            start = word.start + word.text.index("npm@")
            splice = Splice(invocation.home.address, start, start + len(word.value), "npm@11")
            return (FileEdit(invocation.home.document.path, splice),)
    return ()


def _excludes_node_24(repo: Repo, publication: Publication) -> bool:
    return _engines(repo, publication) is not None


def _engines(repo: Repo, publication: Publication) -> Range | None:
    """The range in `engines` that ends before Node 24, if one does."""
    root = repo.root_package
    for package in (*publication.packages, *([root] if root else [])):
        written = mapping(package.data.get("engines")).get("node")
        versions = parse_range(written) if isinstance(written, str) else None
        if versions is not None and versions.highest < NODE_WITH_NEW_NPM:
            return versions
    return None


def _beside_an_older_node(publication: Publication, seen: Runtime) -> Fix:
    """Node stays what `engines` allows, and npm is upgraded beside it."""
    if seen.setup is None:
        # The Node of the runner's image is not chosen by `engines` either: only the publish
        # gets another one.
        return _insert_setup(publication, publication.placed.outer.number), ""
    upgrade = _insert_upgrade(publication)
    why = " (`engines` excludes Node 24, so npm is upgraded instead)"
    versions = seen.node.versions if seen.node else None
    if versions is not None and _takes_npm_11(versions):
        return upgrade, why
    placed = seen.setup
    if placed.actions or matrix_name(placed.step.inputs.get("node-version", "")):
        return (), "; `engines` excludes Node 24, and Node 22.9 is the least for npm 11"
    edits = _version_edits(placed)
    return (*(FileEdit(e.path, _with_value(e.operation, 22)) for e in edits), *upgrade), why


def _with_value(operation: Operation, value: int) -> Operation:
    if isinstance(operation, Set):
        return Set(operation.address, value)
    return Insert(operation.address, value) if isinstance(operation, Insert) else operation


def _takes_npm_11(versions: Range) -> bool:
    lowest, highest = versions.lowest, versions.highest
    if highest[1] > 100:  # a range such as `22`: a resolver takes its newest release
        return highest[0] == 20 or highest[0] >= 22
    return (20, 17, 0) <= lowest < (21, 0, 0) or lowest >= (22, 9, 0)


def _change_setup(publication: Publication, placed: Placed) -> Fix:
    dimension = matrix_name(placed.step.inputs.get("node-version", ""))
    if dimension:
        return _change_matrix(publication, dimension)
    return tuple(FileEdit(e.path, e.operation, e.value) for e in _version_edits(placed)), ""


def _version_edits(placed: Placed) -> tuple[FileEdit, ...]:
    step = placed.step
    path = step.document.path
    if "node-version" in step.inputs:
        return (FileEdit(path, Set(step.input_address("node-version"), None), NODE_VERSION),)
    if "node-version-file" in step.inputs:
        address = step.input_address("node-version-file")
        return (
            FileEdit(path, Rename(address, "node-version")),
            FileEdit(path, Set(address, None), NODE_VERSION),
        )
    insert = Insert((*step.address, "with", "node-version"), None)
    return (FileEdit(path, insert, NODE_VERSION),)


def _change_matrix(publication: Publication, dimension: str) -> Fix:
    job = publication.job
    values = matrix_values(job, dimension)
    address = (*job.address, "strategy", "matrix", dimension)
    if len(values) == 1:
        return (FileEdit(job.workflow.path, Set((*address, 0), None), NODE_VERSION),), ""
    choices = [parse_node(str(value)).versions for value in values]
    if values and all(choice and _takes_npm_11(choice) for choice in choices):
        return _insert_upgrade(publication), " (every leg of the matrix may publish)"
    return (), (
        "; the version comes from a matrix, and which leg should publish is for a person to say"
    )


def _beside_the_action(publication: Publication, placed: Placed) -> Fix:
    """Node is set up in a local action that other jobs may share, so the job gets its own."""
    outer = placed.outer
    written = placed.step.inputs.get("node-version", "").lower()
    for name in outer.inputs:
        if f"inputs.{name}" in written and len(placed.actions) == 1:
            edit = Set(outer.input_address(name), None)
            return (FileEdit(outer.document.path, edit, NODE_VERSION),), ""
    shared = placed.actions[-1].document.path
    return _insert_setup(publication, outer.number + 1), (
        f" (`{shared}` stays as it is: other jobs may use it)"
    )


def _insert_setup(publication: Publication, position: int | None = None) -> tuple[FileEdit, ...]:
    job = publication.job
    if position is None:
        position = _behind_the_checkout(publication)
    address = (*job.address, "steps", position)
    return (FileEdit(job.workflow.path, Insert(address, None), SETUP_NODE),)


def _behind_the_checkout(publication: Publication) -> int:
    """So that install and publish run on one Node; else before the publish."""
    publish = publication.placed.outer.number
    position = publish
    for step in publication.job.steps[:publish]:
        if step.uses is not None and step.uses.name not in _LEAVE_NODE_ALONE:
            position = step.number + 1
    return position


def _insert_upgrade(publication: Publication) -> tuple[FileEdit, ...]:
    outer = publication.placed.outer
    address = (*publication.job.address, "steps", outer.number)
    value = {"if": outer.condition} if outer.condition else {}
    return (FileEdit(publication.job.workflow.path, Insert(address, {**value, "run": UPGRADE})),)
