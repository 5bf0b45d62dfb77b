"""From rules to changes: every edit planned, applied in memory, read back, and planned again.

Nothing here touches the disk. A plan is settled when, on the repository as it would be, no rule
has an edit left; only then may it be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tp_init.document import Document, Operation, Value, change
from tp_init.documents import read_document
from tp_init.errors import CannotEdit, ConflictError
from tp_init.model import Change, Finding
from tp_init.overlay import Files, Overlay
from tp_init.repo import discover
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.tree import decode

__all__ = ["Plan", "plan"]

_ROUNDS = 5

Key: TypeAlias = tuple[str, str, str]
Operations: TypeAlias = Mapping[str, Sequence[Operation]]
"""What one finding does, by file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do.

    Attributes:
        changes: the files that change, by path.
        applied: the findings whose edits make the changes, in report order, at the lines that the
            repository has now.
        remaining: what is left in the repository as it would be, at the lines it would have.
        setup: the publishing set-up as it would be.
    """

    changes: tuple[Change, ...]
    applied: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    setup: Setup


def plan(
    setup: Setup,
    rules: Sequence[Rule],
    template: Callable[[], Mapping[str, Value]],
    created: Mapping[str, bytes] | None = None,
) -> Plan:
    """Apply the rules in memory until none has an edit left.

    Args:
        setup: the repository as it is.
        rules: in report order.
        template: gives the values of the rendered template; called only if an edit needs one.
        created: new files, by path, that the rules shall judge with the rest.

    Raises:
        Refused: a file cannot be read safely.
        ConflictError: two rules contradict each other (a defect).
    """
    files = setup.repo.files
    changed: dict[str, bytes] = dict(created or {})
    stuck: dict[object, str] = {}
    applied: list[Finding] = []
    lasting: dict[Key, Finding] = {}
    current = _at(setup, files, changed) if changed else setup
    pending: list[Finding] = []
    for _ in range(_ROUNDS):
        found = _find(current, rules, stuck)
        lasting |= {_key(finding): finding for finding in found if finding.lasting}
        pending = [finding for finding in found if finding.edits]
        if not pending:
            seen = {_key(finding) for finding in found}
            left = (*found, *(one for key, one in lasting.items() if key not in seen))
            order = [rule.id for rule in rules]
            applied.sort(key=lambda finding: order.index(finding.rule))
            return Plan(_changes(files, changed), tuple(applied), _by_level(left), current)
        done, texts = _apply(current, pending, template, stuck)
        applied += done
        changed |= {path: text.encode("utf-8") for path, text in texts.items()}
        current = _at(setup, files, changed)
    raise ConflictError(f"the plan does not settle: {pending[0].rule} at {pending[0].location}")


def _find(setup: Setup, rules: Sequence[Rule], stuck: Mapping[object, str]) -> tuple[Finding, ...]:
    return _by_level([_demoted(finding, stuck) for rule in rules for finding in rule.find(setup)])


def _by_level(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.level == "advice"))


def _demoted(finding: Finding, stuck: Mapping[object, str]) -> Finding:
    reason = stuck.get(_spot(finding)) if finding.edits else None
    if reason is None:
        return finding
    return replace(
        finding,
        edits=(),
        fix="manual",
        message=f"{finding.message} It cannot be edited safely: {reason}.",
    )


def _key(finding: Finding) -> Key:
    return finding.rule, finding.location.path, finding.message


def _spot(finding: Finding) -> object:
    """What tells a finding with edits from another that says the same."""
    return _key(finding), tuple((edit.path, edit.operation.address) for edit in finding.edits)


def _apply(
    setup: Setup,
    pending: Sequence[Finding],
    template: Callable[[], Mapping[str, Value]],
    stuck: dict[object, str],
) -> tuple[list[Finding], Mapping[str, str]]:
    """Carry out the edits of findings, each finding wholly or not at all.

    Returns:
        The findings that were carried out, and the new texts by path.
    """
    files = setup.repo.files
    documents: dict[str, Document] = {}
    wanted: list[tuple[Finding, Operations]] = []
    for finding in pending:
        operations = _operations(finding, template)
        for path in operations.keys() - documents.keys():
            documents[path] = read_document(path, decode(files.read(path)))
        reason = _obstacle(files, documents, operations)
        if reason is None:
            wanted.append((finding, operations))
        else:
            stuck[_spot(finding)] = reason
    return _together(documents, wanted)


def _operations(finding: Finding, template: Callable[[], Mapping[str, Value]]) -> Operations:
    operations: dict[str, list[Operation]] = {}
    for edit in finding.edits:
        values = template() if edit.value is not None else {}
        operations.setdefault(edit.path, []).append(edit.resolved(values))
    return operations


def _obstacle(
    files: Files, documents: Mapping[str, Document], operations: Operations
) -> str | None:
    """Why a finding cannot be carried out, even alone; None where it can."""
    for path in operations:
        if files.read(path).linked:
            return f"{path} is a link"
    try:
        _changed(documents, [operations])
    except CannotEdit as error:
        return error.reason
    return None


def _together(
    documents: Mapping[str, Document], wanted: Sequence[tuple[Finding, Operations]]
) -> tuple[list[Finding], Mapping[str, str]]:
    """As many of the findings as go together; the others are met again in the next round."""
    try:
        texts = _changed(documents, [operations for _, operations in wanted])
    except (CannotEdit, ConflictError):
        pass
    else:
        return [finding for finding, _ in wanted], texts
    done: list[Finding] = []
    fitting: list[Operations] = []
    texts = {}
    for finding, operations in wanted:
        try:
            texts = _changed(documents, [*fitting, operations])
        except (CannotEdit, ConflictError):
            continue
        done.append(finding)
        fitting.append(operations)
    return done, texts


def _changed(documents: Mapping[str, Document], wanted: Sequence[Operations]) -> dict[str, str]:
    """The texts with all the operations of several findings carried out."""
    together: dict[str, list[Operation]] = {}
    for operations in wanted:
        for path, some in operations.items():
            together.setdefault(path, []).extend(some)
    return {path: change(documents[path], some) for path, some in together.items()}


def _at(setup: Setup, files: Files, changed: Mapping[str, bytes]) -> Setup:
    below = files.files if isinstance(files, Overlay) else files
    return replace(setup, repo=discover(Overlay(below, dict(changed))))


def _changes(files: Files, changed: Mapping[str, bytes]) -> tuple[Change, ...]:
    changes = []
    for path in sorted(changed):
        before = files.read(path)
        if before.content != changed[path]:
            mode = before.mode or 0o644
            changes.append(Change(path, before.content, changed[path], mode))
    return tuple(changes)
