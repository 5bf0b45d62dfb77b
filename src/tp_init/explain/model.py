"""The nouns of an explanation: what a log says, what may be behind it, and how that is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tp_init.model import Publisher
from tp_init.setup import Setup

__all__ = [
    "AGAINST",
    "EXCLUDED",
    "HINT",
    "PROOF",
    "STRONG",
    "SUSPICION",
    "WEAK",
    "Case",
    "Cause",
    "Clue",
    "Confidence",
    "Evidence",
    "Explained",
    "Explanation",
    "Log",
    "Ranked",
    "Row",
    "Sighting",
    "Signal",
    "Where",
]

# What a piece of evidence weighs. A proof decides, whatever else there is; signs add up. What can
# never work is strong; what often goes wrong is a suspicion.
PROOF, STRONG, SUSPICION, HINT, WEAK = 100, 45, 30, 10, 3
AGAINST, EXCLUDED = -30, -100

Confidence: TypeAlias = Literal["certain", "likely", "possible"]
Where: TypeAlias = Literal["output", "echo", "either"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A line that a log may have.

    Attributes:
        name: unique among all signals.
        needles: texts of which every such line holds one; looked for first, since that is fast.
        pattern: what the line looks like. Named groups are kept.
        where: in what a step printed, in what GitHub echoes of the step before it runs (its
            script, inputs and environment), or in either.
    """

    name: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    where: Where = "output"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A line of a log that a signal fits.

    Attributes:
        line: 1-based.
        text: the line without timestamp and colour, shortened.
        job: the job that printed it, where the log says so, else empty.
        values: the named groups that took part.
    """

    line: int
    text: str
    job: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Log:
    """What is kept of a log: the sightings of each signal, and how long it was.

    Attributes:
        lines: how many lines were read.
        sightings: by the name of the signal, in order; a bounded number of each.
    """

    lines: int = 0
    sightings: Mapping[str, tuple[Sighting, ...]] = field(default_factory=dict)

    def of(self, signal: Signal, job: str = "") -> tuple[Sighting, ...]:
        """The sightings of a signal; those of one job and of none that is named, if given."""
        found = self.sightings.get(signal.name, ())
        return tuple(one for one in found if not job or one.job in {"", job})


@dataclass(frozen=True)
class Case:
    """What there is to judge a cause by.

    Attributes:
        log: the log; empty where a code was asked about.
        setup: the repository beside it; None where there is none.
        publishers: the trusted publishers that the repository's workflows need.
        line: where in the log the failure stands; 0 for none.
        job: the job that failed, where the log says so.
    """

    log: Log = field(default_factory=Log)
    setup: Setup | None = None
    publishers: tuple[Publisher, ...] = ()
    line: int = 0
    job: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that speaks for a cause, or against it.

    Attributes:
        weight: see the constants; negative where it speaks against.
        source: where it was seen.
        place: `line 12` of the log, or `path:line:column`; empty for the repository as a whole.
        text: what is there and what it means, one sentence.
    """

    weight: int
    source: Literal["log", "repository"]
    place: str
    text: str


Clue: TypeAlias = Callable[[Case], Iterable[Evidence]]
"""Looks for evidence; what it yields more than once counts once, at its heaviest."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What may be behind a failure.

    `{package}`, `{owner}`, `{repo}`, `{workflow}` and `{environment}` in a text stand for this
    repository's values.

    Attributes:
        id: unique; that of the rule which finds the same in the files, where there is one.
        title: the cause in a few words.
        why: how it leads to the failure, one or two sentences.
        look: what to look at to decide, one sentence.
        fix: what to do, one or two sentences.
        command: a command to copy; empty for none.
        source: the page that it rests on.
        clues: what speaks for and against it.
        prior: how likely it is before anything is known; decides between equals only.
        part_of: the cause that it is a special case of; it is told apart by evidence only.
    """

    id: str
    title: str
    why: str
    look: str
    fix: str
    source: str
    command: str = ""
    clues: tuple[Clue, ...] = ()
    prior: int = 0
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A failure as the user sees it.

    Attributes:
        id: unique, also among the causes' and the rules' ids unless it is the same matter.
        title: the failure in a few words.
        meaning: what the message really says, one or two sentences.
        signals: the lines it is recognised by; one is enough.
        causes: what may be behind it, the likelier first.
        codes: the error codes and short names it is asked for by.
        behind: rows that, where they are in the same log, are the failure that this one follows.
        after: signals of which one must have been seen before, in the same job.
        notice: whether it is a remark that fails nothing by itself.
        decides: whether the message itself names its one cause.
    """

    id: str
    title: str
    meaning: str
    signals: tuple[Signal, ...]
    causes: tuple[Cause, ...]
    codes: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    after: tuple[Signal, ...] = ()
    notice: bool = False
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """A cause with what speaks for it.

    Attributes:
        cause: the cause, with this repository's values in its texts.
        confidence: certain with a proof, likely with a suspicion or more, else possible.
        evidence: what speaks for it and against it, the heaviest first.
    """

    cause: Cause
    confidence: Confidence
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A failure and its causes.

    Attributes:
        row: the failure.
        sightings: where in the log; empty where a code was asked about.
        causes: the likeliest first.
        ruled_out: the causes that the evidence excludes.
        follows: failures in the same log that are only a consequence of this one.
    """

    row: Row
    sightings: tuple[Sighting, ...]
    causes: tuple[Ranked, ...]
    ruled_out: tuple[Ranked, ...] = ()
    follows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to `explain`.

    Attributes:
        subject: what was asked about.
        kind: a log, or what the subject is the name of.
        explained: the failures, those that stop a release first; empty for an unknown log.
        seen: what the log says of the run: npm, node, package, version, repository.
        publishers: the values that npm compares, for each package and workflow.
        lines: how many lines the log had.
        title: for a rule or a question.
        paragraphs: for a rule or a question: the answer.
        evidence: for a rule or a question: what it looks like in this repository.
        source: for a rule or a question.
        next: what to do where nothing is known, a line each; a command starts with four spaces.
    """

    subject: str
    kind: Literal["log", "code", "cause", "rule", "question"]
    explained: tuple[Explained, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
    publishers: tuple[Publisher, ...] = ()
    lines: int = 0
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    source: str = ""
    next: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is an answer."""
        return bool(self.explained) or self.kind in {"rule", "question"}
