"""Answer what was asked: a log, an error code, a rule, a cause or a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from tp_init.explain.beside import case_of, filled, run_of, values_of
from tp_init.explain.catalogue import ROWS, SIGNALS, cause_named, codes, rows_named
from tp_init.explain.log import read_log
from tp_init.explain.model import (
    Case,
    Cause,
    Clue,
    Evidence,
    Explained,
    Explanation,
    Log,
    Ranked,
)
from tp_init.explain.questions import QUESTIONS, Question, question_of
from tp_init.explain.rank import explained, ranked, recognised
from tp_init.rules import CHECKS, Rule
from tp_init.setup import Setup

__all__ = ["explain_log", "explain_name", "explain_sentence", "names"]

_LOUDER = "npm publish --loglevel=silly"


def explain_log(subject: str, stream: BinaryIO, setup: Setup | None) -> Explanation:
    """Name the failures of a log, and the likeliest cause of each.

    Args:
        subject: what the log is called.
        stream: the log.
        setup: the repository beside it, if there is one.
    """
    log = read_log(stream, SIGNALS)
    case = case_of(log, setup)
    run = run_of(log)
    values = values_of(run, case.publishers)
    found = explained(recognised(log, ROWS), case)
    return Explanation(
        subject=subject,
        kind="log",
        explained=tuple(_spoken(one, values) for one in found),
        seen=run,
        publishers=case.publishers,
        lines=log.lines,
        next=() if found else tuple(_unknown(setup)),
    )


def explain_name(name: str, setup: Setup | None) -> Explanation | None:
    """Explain what a name stands for; None where nothing has it.

    Args:
        name: the id of a rule, a failure, a cause or a question, or an error code.
        setup: the repository to look for evidence in, if there is one.
    """
    case = case_of(Log(), setup)
    values = values_of({}, case.publishers)
    rule = next((one for one in CHECKS if one.id == name), None)
    if rule is not None:
        return _rule(rule, case, values)
    for question in QUESTIONS:
        if question.id == name:
            return _question(question, case, values)
    rows = rows_named(name)
    if rows:
        found = tuple(_spoken(ranked(row, case), values) for row in rows)
        return Explanation(name, "code", found, publishers=case.publishers)
    known = cause_named(name)
    if known is None:
        return None
    row, cause = known
    alone = ranked(replace(row, causes=(replace(cause, part_of=""),)), case)
    return Explanation(name, "cause", (_spoken(alone, values),), publishers=case.publishers)


def explain_sentence(text: str, setup: Setup | None) -> Explanation | None:
    """Answer a question put in words; None where it is none of those that are known.

    Args:
        text: the question.
        setup: the repository to look for evidence in, if there is one.
    """
    question = question_of(text)
    if question is None:
        return None
    case = case_of(Log(), setup)
    return _question(question, case, values_of({}, case.publishers))


def names() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Everything that can be asked for, by kind: name and title."""
    return {
        "questions": [(one.id, one.title) for one in QUESTIONS],
        "failures": [(row.id, row.title) for row in ROWS],
        "causes": list(_causes().items()),
        "rules": [(rule.id, rule.title) for rule in CHECKS],
        "codes": [(code, "") for code in codes()],
    }


def _causes() -> dict[str, str]:
    """The causes that go by no other name."""
    taken = {row.id for row in ROWS} | {rule.id for rule in CHECKS}
    return {cause.id: cause.title for row in ROWS for cause in row.causes if cause.id not in taken}


def _question(question: Question, case: Case, values: Mapping[str, str]) -> Explanation:
    return Explanation(
        subject=question.id,
        kind="question",
        title=question.title,
        paragraphs=tuple(_paragraph(text, values) for text in question.answer),
        evidence=_evidence(question.clues, case),
        source=question.source,
        publishers=case.publishers,
    )


def _rule(rule: Rule, case: Case, values: Mapping[str, str]) -> Explanation:
    found = tuple(rule.find(case.setup)) if case.setup is not None else ()
    evidence = tuple(
        Evidence(1, "repository", str(finding.location), finding.message) for finding in found
    )
    known = cause_named(rule.id)
    paragraphs = [rule.why]
    if known is not None and not rule.remedy:
        paragraphs.append(filled(known[1].fix, values))
    if rule.remedy:
        paragraphs.append(rule.remedy)
    if any(finding.fix == "available" for finding in found):
        paragraphs.append("`tp-init --diff` shows what it would change here.")
    return Explanation(
        subject=rule.id,
        kind="rule",
        title=rule.title,
        paragraphs=tuple(paragraphs),
        evidence=evidence,
        source=rule.source,
        publishers=case.publishers,
    )


def _evidence(clues: Sequence[Clue], case: Case) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(one for clue in clues for one in clue(case)))


def _paragraph(text: str, values: Mapping[str, str]) -> str:
    return filled(text, values, command=text.startswith("    "))


def _spoken(one: Explained, values: Mapping[str, str]) -> Explained:
    """A failure with this repository's values in its texts."""
    return replace(
        one,
        causes=tuple(_with_values(ranked_, values) for ranked_ in one.causes),
        ruled_out=tuple(_with_values(ranked_, values) for ranked_ in one.ruled_out),
    )


def _with_values(one: Ranked, values: Mapping[str, str]) -> Ranked:
    cause: Cause = one.cause
    return replace(
        one,
        cause=replace(
            cause,
            title=filled(cause.title, values),
            why=filled(cause.why, values),
            look=filled(cause.look, values),
            fix=filled(cause.fix, values),
            command=filled(cause.command, values, command=True),
        ),
    )


def _unknown(setup: Setup | None) -> Iterator[str]:
    yield "Run the publish once more with npm's most detailed log, and explain that one:"
    yield f"    {_LOUDER}"
    places = [
        str(publication.location)
        for publishing in (setup.jobs if setup is not None else ())
        for publication in publishing.publications
    ]
    if places:
        yield f"The publish stands at {', '.join(places[:3])}."
    yield "The log of a whole run, all jobs of it:"
    yield "    gh run view RUN-ID --log | tp-init explain -"
