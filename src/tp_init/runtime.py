"""The Node and the npm that a publish runs with, read from the steps before it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from tp_init.document import Value, mapping
from tp_init.documents import read_document
from tp_init.errors import Refused
from tp_init.node import NEWEST_NODE, NodeChoice, Npm, Upgrade, npm_of, parse_node, parse_upgrade
from tp_init.publishing import Invocation, Placed, Publication, invocations, placed_steps
from tp_init.repo import Repo
from tp_init.versions import satisfies
from tp_init.workflow import Job

__all__ = ["Runtime", "matrix_name", "matrix_values", "runs_on", "runtime"]

_SETUP_NODE = "actions/setup-node"
_GLOBAL_INSTALL = {"-g", "--global", "--location=global"}


@dataclass(frozen=True)
class Runtime:
    """What is set up before a publish.

    Attributes:
        setup: the last setup-node step before the publish, if any.
        node: the Node it chooses; None where nothing chooses one.
        upgrade: the last line that installs another npm, if any.
        upgraded_by: that line.
        npm: the verdict.
    """

    setup: Placed | None
    node: NodeChoice | None
    upgrade: Upgrade | None
    upgraded_by: Invocation | None
    npm: Npm


def runtime(repo: Repo, publication: Publication) -> Runtime:
    """Read the steps of the publishing job up to the publish."""
    setup: Placed | None = None
    node: NodeChoice | None = None
    upgrade: Upgrade | None = None
    upgraded_by: Invocation | None = None
    publish = publication.placed.step
    for placed in placed_steps(repo, publication.job):
        if _sets_node_up(placed, setup):
            setup, node = placed, _node_of(repo, publication.job, placed)
            upgrade = upgraded_by = None  # another Node brings its own npm
        for invocation in invocations(repo, publication.job, placed):
            found = _upgrade_of(invocation)
            if found is not None:
                upgrade, upgraded_by = found, invocation
        if placed.step == publish:
            break
    return Runtime(setup, node, upgrade, upgraded_by, npm_of(node, upgrade))


def _sets_node_up(placed: Placed, before: Placed | None) -> bool:
    """Whether a step chooses Node: setup-node, or an action of others that takes a version.

    A second setup-node without a version (for its cache) changes nothing.
    """
    uses, inputs = placed.step.uses, placed.step.inputs
    if uses is None or uses.local:
        return False
    chooses = "node-version" in inputs or "node-version-file" in inputs
    return chooses or (uses.name == _SETUP_NODE and before is None)


def runs_on(node: NodeChoice | None, wanted: str) -> bool | None:
    """Whether a Node satisfies a range such as `^22.14.0 || >=24.10.0`; None if unknown."""
    if node is None or node.versions is None:
        return None
    return satisfies(node.versions.newest_within(NEWEST_NODE), wanted)


def _upgrade_of(invocation: Invocation) -> Upgrade | None:
    argv = invocation.argv
    if argv[:1] not in {("npm",), ("pnpm",), ("yarn",)} or len(argv) < 3:
        return None
    if not {"install", "i", "add"}.intersection(argv[1:]) or not _GLOBAL_INSTALL.intersection(argv):
        return None
    return next((up for word in argv[1:] if (up := parse_upgrade(word))), None)


def _node_of(repo: Repo, job: Job, placed: Placed) -> NodeChoice | None:
    inputs = placed.step.inputs
    written = _evaluated(inputs.get("node-version", ""), job, placed)
    if written:
        return parse_node(written)
    file = inputs.get("node-version-file", "")
    if file:
        return _node_of_file(repo, _evaluated(file, job, placed))
    return None


_REFERENCE = re.compile(r"^\$\{\{\s*(matrix|env|inputs)\.([\w-]+)\s*\}\}$")


def _evaluated(text: str, job: Job, placed: Placed) -> str:
    """A value with a plain reference to a one-legged matrix, an env or an input filled in."""
    match = _REFERENCE.match(text.strip())
    if not match:
        return text
    kind, name = match[1], match[2]
    if kind == "env":
        return job.env.get(name) or job.workflow.env.get(name) or text
    if kind == "inputs":
        given = _input(job, placed, name)
        return _evaluated(given, job, Placed(placed.outer, placed.outer)) if given else text
    return _oldest_leg(matrix_values(job, name)) or text


def _input(job: Job, placed: Placed, name: str) -> str:
    """What an input is: of a local action what it is given, else its default; else empty."""
    if placed.actions:
        given = placed.outer.inputs.get(name.lower())
        declared = [placed.actions[-1].data.get("inputs")]
    else:
        given = None
        events = (job.workflow.triggers.get(one) for one in ("workflow_call", "workflow_dispatch"))
        declared = [mapping(event).get("inputs") for event in events]
    defaults = (mapping(mapping(inputs).get(name)).get("default") for inputs in declared)
    default = next((str(default) for default in defaults if default is not None), "")
    return default if given is None else given


def _oldest_leg(values: list[Value]) -> str:
    """The leg of a matrix that has the oldest Node: every leg has to be new enough."""
    legs = [(parse_node(str(value)).versions, str(value)) for value in values]
    known = [(versions.lowest, text) for versions, text in legs if versions is not None]
    return min(known)[1] if known and len(known) == len(legs) else ""


def matrix_name(text: str) -> str:
    """The dimension that `${{ matrix.NAME }}` names, or empty for any other text."""
    match = _REFERENCE.match(text.strip())
    return match[2] if match and match[1] == "matrix" else ""


def matrix_values(job: Job, name: str) -> list[Value]:
    """The values of a matrix dimension, as far as the file shows them."""
    if isinstance(job.matrix, str):
        return []
    values = job.matrix.get(name)
    return list(values) if isinstance(values, list) else []


def _node_of_file(repo: Repo, path: str) -> NodeChoice:
    text = repo.text(path.removeprefix("./"))
    if text is None:
        return NodeChoice(path, None)
    version = _version_in(path, text)
    choice = parse_node(version)
    return NodeChoice(f"{version or '(none)'} (from {path})", choice.versions)


def _version_in(path: str, text: str) -> str:
    """The Node version that a pin file names, as setup-node reads it, or empty."""
    name = path.rsplit("/", 1)[-1]
    if name == "package.json":
        return _version_in_manifest(text)
    if name.endswith(".toml") or name == ".prototools":
        return _version_in_toml(path, text)
    match = re.search(r"^(?:node(?:js)?\s+)?v?([\w./*-]+)\s*$", text, re.MULTILINE)
    return match[1] if match else ""


def _version_in_toml(path: str, text: str) -> str:
    """`[tools] node` of mise.toml, `node` of .prototools."""
    try:
        settings = mapping(read_document(path, text).data)
    except Refused:
        return ""
    pinned = mapping(settings.get("tools", settings)).get("node", "")
    return str(mapping(pinned).get("version", "") if isinstance(pinned, dict) else pinned)


def _version_in_manifest(text: str) -> str:
    try:
        data = mapping(json.loads(text))
    except ValueError:
        return ""
    volta = mapping(data.get("volta")).get("node")
    runtime_engine = mapping(mapping(data.get("devEngines")).get("runtime")).get("version")
    engines = mapping(data.get("engines")).get("node")
    return str(volta or runtime_engine or engines or "")
