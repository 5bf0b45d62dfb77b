"""The repository beside a log: what it would publish, and the values that npm compares."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from tp_init.answers import discovered
from tp_init.errors import Refused
from tp_init.explain import clues, signals
from tp_init.explain.model import Case, Log
from tp_init.git import choose_remote, parse_repository
from tp_init.model import Publisher
from tp_init.publishers import publishers_of
from tp_init.repo import discover
from tp_init.setup import Setup
from tp_init.tree import Tree

__all__ = ["PLACEHOLDERS", "case_of", "filled", "run_of", "setup_of", "values_of"]

PLACEHOLDERS: Mapping[str, str] = {
    "package": "PACKAGE",
    "owner": "OWNER",
    "repo": "REPOSITORY",
    "workflow": "WORKFLOW.yml",
    "environment": "(none)",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def setup_of(path: str) -> Setup | None:
    """What a repository publishes; None where its files cannot be read safely.

    Raises:
        UsageError: the path is no folder.
    """
    tree = Tree.open(path)
    try:
        bare = Setup(discover(tree), {})
        root = bare.repo.root_package
        declared = parse_repository(root.repository) if root and root.repository else None
        return Setup(bare.repo, discovered(bare, choose_remote(tree, declared)))
    except Refused:
        return None  # `tp-init check` says why; an explanation can do without


def case_of(log: Log, setup: Setup | None) -> Case:
    """What there is to judge by, with the publishers of the package that the log is about."""
    publishers = publishers_of(setup) if setup is not None else ()
    package = run_of(log).get("package", "")
    ours = tuple(one for one in publishers if one.package == package) or publishers
    return Case(log, setup, ours)


def run_of(log: Log) -> dict[str, str]:
    """What a log says of the run, for people and for the texts."""
    case = Case(log, line=log.lines)
    found: dict[str, str] = {}
    npm, node = clues.npm_version(case), clues.shown_version(case, signals.NODE_SAYS)
    if npm is not None:
        found["npm"] = npm.values["version"]
    if node is not None:
        found["node"] = node.values["version"]
    for signal in (signals.PUBLISHING, signals.REQUESTED, signals.NEW_WORDING, signals.OLD_WORDING):
        for sighting in log.of(signal)[-1:]:
            found.setdefault(
                "package", re.sub("%2f", "/", sighting.values["package"], flags=re.IGNORECASE)
            )
            found.setdefault("version", sighting.values.get("version", ""))
    for signal in (signals.DEFINED_AT, signals.CHECKOUT):
        for sighting in log.of(signal)[:1]:
            for name, value in sighting.values.items():
                found.setdefault(name, value)
    return {name: value for name, value in found.items() if value}


def values_of(run: Mapping[str, str], publishers: Sequence[Publisher]) -> dict[str, str]:
    """What the placeholders in a text stand for: the log's word first, then the repository's."""
    values = dict(PLACEHOLDERS)
    for one in publishers[:1]:
        known = (one.package, one.owner, one.repository, one.workflow)
        names = ("package", "owner", "repo", "workflow")
        values |= {name: value for name, value in zip(names, known, strict=True) if value}
        if one.environment:
            values["environment"] = f"`{one.environment}`"
    return values | {name: run[name] for name in values if run.get(name)}


def filled(text: str, values: Mapping[str, str], *, command: bool = False) -> str:
    """A text with its placeholders replaced; in a command each is one word for the shell."""

    def value(match: re.Match[str]) -> str:
        known = values.get(match[1], match[0])
        return shlex.quote(known) if command and known not in PLACEHOLDERS.values() else known

    return _PLACEHOLDER.sub(value, text)
