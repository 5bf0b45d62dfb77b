"""A publish that runs with an npm from before trusted publishing."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.document import Insert, Operation, Rename, Set, Splice
from tp_init.model import FileEdit, Finding, TemplateValue
from tp_init.node import NPM_FLOOR, parse_node
from tp_init.publishing import Placed, Publication, placed_steps
from tp_init.rules.model import Rule
from tp_init.runtime import Runtime, matrix_name, matrix_values, runtime
from tp_init.setup import Setup
from tp_init.workflow import Job

__all__ = ["RULE"]

NODE_VERSION = TemplateValue("setup-node", ("with", "node-version"))
SETUP_NODE = TemplateValue("setup-node", ())
UPGRADE = "npm install -g npm@11"
"""npm 11, not the newest: it installs on Node 20.17 and 22.9 too, where npm 12 stops."""


def find(setup: Setup) -> Iterator[Finding]:
    """Each publish that starts the npm CLI, where that npm is too old or cannot be seen."""
    settled: set[tuple[str, tuple[str | int, ...]]] = set()
    for publishing in setup.movable:
        for publication in publishing.publications:
            if publication.tool.exchange != "npm":
                continue
            seen = runtime(setup.repo, publication)
            if seen.npm.new_enough:
                continue
            anchor = seen.setup.step if seen.setup else publication.placed.step
            key = (anchor.document.path, anchor.address)
            if key not in settled:
                settled.add(key)
                yield _finding(setup, publication, seen)


def _finding(setup: Setup, publication: Publication, seen: Runtime) -> Finding:
    job = publication.job
    edits, what = _fix(setup, publication, seen)
    if seen.upgraded_by is not None:
        location = seen.upgraded_by.location
    elif seen.setup is not None:
        below = next(
            (("with", key) for key in ("node-version", "node-version-file")
             if key in seen.setup.step.inputs), ("uses",)
        )  # fmt: skip
        location = seen.setup.step.location(*below)
    else:
        location = publication.location
    floor = ".".join(map(str, NPM_FLOOR))
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail" if seen.npm.new_enough is False else "unknown",
        location=location,
        message=(
            f"The publish in `{job.id}` gets {seen.npm.seen}; trusted publishing needs npm {floor} "
            f"or newer{what}."
        ),
        edits=edits,
        fix="available" if edits else "manual",
        todo="" if edits else "node-version: 24",
    )


def _fix(setup: Setup, publication: Publication, seen: Runtime) -> tuple[tuple[FileEdit, ...], str]:
    if seen.upgraded_by is not None and _pins_an_old_npm(seen):
        return _raise_upgrade(seen), ""
    if publication.job.container:
        return _insert_upgrade(publication), ""
    if seen.setup is None:
        return _insert_setup(setup, publication), ""
    if seen.setup.actions:
        return _beside_the_action(setup, publication, seen.setup)
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


def _change_setup(publication: Publication, placed: Placed) -> tuple[tuple[FileEdit, ...], str]:
    step = placed.step
    path = step.document.path
    version = step.inputs.get("node-version")
    dimension = matrix_name(version or "")
    if dimension:
        return _change_matrix(publication, dimension)
    if version is not None:
        return (_edit(path, Set(step.input_address("node-version"), None)),), ""
    if "node-version-file" in step.inputs:
        address = step.input_address("node-version-file")
        renamed = FileEdit(path, Rename(address, "node-version"))
        return (renamed, _edit(path, Set(address, None))), ""
    return (_edit(path, Insert((*step.address, "with", "node-version"), None)),), ""


def _change_matrix(publication: Publication, dimension: str) -> tuple[tuple[FileEdit, ...], str]:
    job = publication.job
    values = matrix_values(job, dimension)
    address = (*job.address, "strategy", "matrix", dimension)
    if len(values) == 1:
        return (_edit(job.workflow.path, Set((*address, 0), None)),), ""
    choices = [parse_node(str(value)).versions for value in values]
    if values and all(choice and choice.lowest >= (20, 17, 0) for choice in choices):
        return _insert_upgrade(publication), " (every leg of the matrix may publish)"
    return (), (
        "; the version comes from a matrix, and which leg should publish is for a person to say"
    )


def _beside_the_action(
    setup: Setup, publication: Publication, placed: Placed
) -> tuple[tuple[FileEdit, ...], str]:
    """Node is set up in a local action that other jobs may share, so the job gets its own."""
    outer = placed.outer
    for name in outer.inputs:
        reference = f"inputs.{name}"
        written = placed.step.inputs.get("node-version", "")
        if reference in written.lower() and len(placed.actions) == 1:
            return (_edit(outer.document.path, Set(outer.input_address(name), None)),), ""
    position = outer.number + 1
    return _insert_setup(setup, publication, position), (
        f" (`{placed.actions[-1].document.path}` stays as it is: other jobs may use it)"
    )


def _insert_setup(
    setup: Setup, publication: Publication, position: int | None = None
) -> tuple[FileEdit, ...]:
    job = publication.job
    if position is None:
        position = _first_use(setup, job, publication)
    address = (*job.address, "steps", position)
    return (FileEdit(job.workflow.path, Insert(address, None), SETUP_NODE),)


def _first_use(setup: Setup, job: Job, publication: Publication) -> int:
    """Behind the checkout, so that install and publish run on one Node; else before the publish."""
    for placed in placed_steps(setup.repo, job):
        step = placed.step
        if step is placed.outer and step.uses and step.uses.name == "actions/checkout":
            return step.number + 1
    return publication.placed.outer.number


def _insert_upgrade(publication: Publication) -> tuple[FileEdit, ...]:
    outer = publication.placed.outer
    address = (*publication.job.address, "steps", outer.number)
    value = {"run": UPGRADE} if not outer.condition else {"if": outer.condition, "run": UPGRADE}
    return (FileEdit(publication.job.workflow.path, Insert(address, dict(value))),)


def _edit(path: str, operation: Operation) -> FileEdit:
    return FileEdit(path, operation, NODE_VERSION)


RULE = Rule(
    id="npm-too-old",
    title="The npm that publishes does not know trusted publishing",
    why=(
        "npm trades the id-token for a publish token from 11.5.1 on. An older one sends the old "
        "token or a placeholder, and the release ends in E404. Every Node 22 bundles npm 10."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
)
