"""From rules to changes: every edit planned, applied in memory, read back, and planned again.

Nothing here touches the disk. A plan is settled when, on the repository as it would be, no rule
has an edit left; only then may it be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
Key = tuple[str, str, str]


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
    stuck: dict[Key, str] = {}
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
            return Plan(_changes(files, changed), tuple(applied), _by_level(left), current)
        changed = _apply(current, pending, template, changed, stuck)
        applied += [finding for finding in pending if _key(finding) not in stuck]
        current = _at(setup, files, changed)
    raise ConflictError(f"the plan does not settle: {pending[0].rule} at {pending[0].location}")


def _find(setup: Setup, rules: Sequence[Rule], stuck: Mapping[Key, str]) -> tuple[Finding, ...]:
    return _by_level([_demoted(finding, stuck) for rule in rules for finding in rule.find(setup)])


def _by_level(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.level == "advice"))


def _demoted(finding: Finding, stuck: Mapping[Key, str]) -> Finding:
    reason = stuck.get(_key(finding))
    if reason is None or not finding.edits:
        return finding
    return replace(
        finding,
        edits=(),
        fix="manual",
        message=f"{finding.message} It cannot be edited safely: {reason}.",
    )


def _key(finding: Finding) -> Key:
    return finding.rule, finding.location.path, finding.message


def _apply(
    setup: Setup,
    pending: Sequence[Finding],
    template: Callable[[], Mapping[str, Value]],
    changed: Mapping[str, bytes],
    stuck: dict[Key, str],
) -> dict[str, bytes]:
    """Carry out the edits of findings, each finding wholly or not at all."""
    files = setup.repo.files
    documents: dict[str, Document] = {}
    linked: set[str] = set()
    wanted: list[tuple[Finding, dict[str, list[Operation]]]] = []
    for finding in pending:
        operations: dict[str, list[Operation]] = {}
        for edit in finding.edits:
            values = template() if edit.value is not None else {}
            operations.setdefault(edit.path, []).append(edit.resolved(values))
            if edit.path not in documents:
                source = files.read(edit.path)
                documents[edit.path] = read_document(edit.path, decode(source))
                if source.linked:
                    linked.add(edit.path)
        behind = next((path for path in operations if path in linked), None)
        reason = f"{behind} is a link" if behind else _obstacle(documents, operations)
        if reason is None:
            wanted.append((finding, operations))
        else:
            stuck[_key(finding)] = reason
    result = dict(changed)
    for path, document in documents.items():
        together = [o for _, operations in wanted for o in operations.get(path, [])]
        try:
            text = change(document, together)
        except (CannotEdit, ConflictError):
            # Each works alone, but not all together.
            text = _one_by_one(document, path, wanted)
        if text != document.text:
            result[path] = text.encode("utf-8")
    return result


def _obstacle(
    documents: Mapping[str, Document], operations: Mapping[str, Sequence[Operation]]
) -> str | None:
    for path, some in operations.items():
        try:
            change(documents[path], some)
        except CannotEdit as error:
            return error.reason
    return None


def _one_by_one(
    document: Document,
    path: str,
    wanted: Sequence[tuple[Finding, Mapping[str, Sequence[Operation]]]],
) -> str:
    """As many of the findings as go together; the others are met again in the next round."""
    together: list[Operation] = []
    text = document.text
    for _, operations in wanted:
        try:
            text = change(document, [*together, *operations.get(path, [])])
        except (CannotEdit, ConflictError):
            continue
        together += operations.get(path, [])
    return text


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
