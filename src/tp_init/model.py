"""The nouns: what was seen in a repository, what is wrong with it, and what a run comes to.

All are frozen. Verbs live in the modules named after them; imports point one way:
discover → plan (rules, tools, template values) → apply → report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from tp_init.document import Address, Insert, Operation, Set, Value, look_up

__all__ = [
    "Answer",
    "Change",
    "FileEdit",
    "Finding",
    "Fix",
    "Level",
    "Location",
    "Outcome",
    "Publisher",
    "Source",
    "State",
    "Status",
    "TemplateValue",
]

Level: TypeAlias = Literal["error", "advice"]
State: TypeAlias = Literal["fail", "unknown"]
Fix: TypeAlias = Literal["applied", "available", "manual"]
Status: TypeAlias = Literal["complete", "manual", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read: the exact bytes, so that a write can see whether it changed since.

    Attributes:
        path: relative to the repository's root, with forward slashes.
        content: the bytes on disk; None where there is no such file.
        mode: the permission bits; 0 where there is no such file.
        linked: whether it, or a folder on the way to it, is a link: read, but never written.
    """

    path: str
    content: bytes | None
    mode: int = 0
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: 1-based line and column, 0 for "the file as a whole"."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`path:line:column`, without the parts that are 0."""
        return self.path + (f":{self.line}:{self.column}" if self.line else "")


@dataclass(frozen=True, slots=True)
class TemplateValue:
    """A value that the rendered template holds, named by its address and looked up when needed.

    The template is the only place that says what a correct set-up looks like, so a rule never
    holds such a value itself. `check` never has to render.

    Attributes:
        part: which part of the rendered template: the workflow, its publishing job, that job's
            setup-node step, or package.json.
        address: where in it.
    """

    part: Literal["workflow", "job", "setup-node", "package"]
    address: Address


@dataclass(frozen=True, slots=True)
class FileEdit:
    """An operation on one file.

    Attributes:
        path: the file.
        operation: what to do; its value is a placeholder where `value` is given.
        value: where the template holds the value to use, looked up when the edit is made.
    """

    path: str
    operation: Operation
    value: TemplateValue | None = None

    def resolved(self, template: Mapping[str, Value]) -> Operation:
        """The operation with its value read from the rendered template.

        Raises:
            KeyError: the template has no such address (a defect of tp-init).
        """
        if self.value is None or not isinstance(self.operation, Set | Insert):
            return self.operation
        return replace(self.operation, value=look_up(template[self.value.part], self.value.address))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or cannot be seen, at one place.

    Attributes:
        rule: the id of the rule that says so.
        level: an error makes the release fail; advice never changes the exit code.
        state: "fail", or "unknown" where it cannot be decided from the files.
        location: where.
        message: what is there and why it matters, in one or two sentences.
        edits: what puts it right; empty where a person must act.
        todo: the exact text that a person writes at that place, or what they do; empty when
            `edits` does it.
        fix: "available" before a run has applied it; a finding without edits is "manual".
        lasting: whether it stays after the edits of this run although the files no longer show it.
    """

    rule: str
    level: Level
    state: State
    location: Location
    message: str
    edits: tuple[FileEdit, ...] = ()
    todo: str = ""
    fix: Fix = "manual"
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One file, before and after. `before` is None for a file that is created."""

    path: str
    before: bytes | None
    after: bytes
    mode: int = 0o644

    @property
    def kind(self) -> Literal["create", "edit"]:
        """What happens to the file."""
        return "create" if self.before is None else "edit"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The trusted publisher that npm has to be told about, for one package.

    The four values are what npm's form asks for: bare owner, bare repository, the entry
    workflow's file name without a folder, and the environment or an empty string
    (https://docs.npmjs.com/trusted-publishers).
    """

    package: str
    owner: str
    repository: str
    workflow: str
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, and where it came from.

    Attributes:
        value: what the template gets.
        source: for a person, as the end of "from …": "git remote origin", "--owner".
    """

    value: str | bool
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to; everything that a report prints.

    Attributes:
        root: the repository, as the user named it.
        status: see the contract in the README ("JSON").
        reason: for "unchanged" and "refused": why, one sentence.
        answers: the answers, in the order of the questions.
        changes: files that were, or would be, written.
        findings: errors first, then advice.
        publishers: one for each package and workflow that publishes it.
        next_steps: what is left to do outside the files, in a safe order.
        withheld: files left out of the printed patch because it would contain a secret.
        undo: how to undo the written changes; empty when nothing was written.
        written: whether the changes are on disk.
    """

    root: str
    status: Status
    reason: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    next_steps: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    undo: str = ""
    written: bool = False
