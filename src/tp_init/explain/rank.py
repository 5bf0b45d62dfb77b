"""Put the causes of a failure in order, by what speaks for each and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tp_init.explain.model import (
    EXCLUDED,
    PROOF,
    SUSPICION,
    Case,
    Cause,
    Confidence,
    Evidence,
    Explained,
    Log,
    Ranked,
    Row,
    Sighting,
)

__all__ = ["explained", "ranked", "recognised"]


def recognised(log: Log, rows: Sequence[Row]) -> tuple[tuple[Row, tuple[Sighting, ...]], ...]:
    """The rows that a log has, each with its lines; a job that failed on its own counts alone."""
    found: list[tuple[Row, tuple[Sighting, ...]]] = []
    for row in rows:
        lines = sorted(
            {one.line: one for signal in row.signals for one in log.of(signal)}.values(),
            key=lambda one: one.line,
        )
        if row.after:
            lines = [one for one in lines if _follows(log, row, one)]
        if lines:
            found.append((row, tuple(lines)))
    return tuple(found)


def _follows(log: Log, row: Row, sighting: Sighting) -> bool:
    return any(
        before.line < sighting.line
        for signal in row.after
        for before in log.of(signal, sighting.job)
    )


def explained(
    found: Sequence[tuple[Row, tuple[Sighting, ...]]], case: Case
) -> tuple[Explained, ...]:
    """The failures of a log with their causes, those that stop a release first.

    Each job counts alone; a failure that only follows from another one is told with that one.
    """
    seen = {
        (row.id, job): (row, tuple(one for one in lines if one.job == job))
        for row, lines in found
        for job in dict.fromkeys(one.job for one in lines)
    }
    answers = []
    for (name, job), (row, lines) in seen.items():
        if _head_of(row, job, seen):
            continue
        follows = tuple(
            other
            for (_, its_job), (other, _) in seen.items()
            if its_job == job and _head_of(other, job, seen) == name
        )
        one = ranked(row, replace(case, line=lines[0].line, job=job))
        answers.append(replace(one, sightings=lines, follows=follows))
    answers.sort(key=lambda one: (one.row.notice, one.sightings[0].line))
    return tuple(_merged(answers))


def _head_of(row: Row, job: str, seen: Mapping[tuple[str, str], object]) -> str:
    """The row of the same job that this one follows from; empty where it stands for itself."""
    return next((name for name in row.behind if (name, job) in seen), "")


def _merged(answers: Sequence[Explained]) -> list[Explained]:
    """The same failure of several jobs is told once, where it has the same first cause."""
    found: dict[tuple[str, str], Explained] = {}
    for one in answers:
        key = (one.row.id, one.causes[0].cause.id if one.causes else "")
        before = found.get(key)
        found[key] = (
            one if before is None else replace(before, sightings=before.sightings + one.sightings)
        )
    return list(found.values())


def ranked(row: Row, case: Case) -> Explained:
    """The causes of a row, the likeliest first."""
    judged = [_judged(row, cause, case) for cause in row.causes]
    scores = {one.cause.id: score for one, score in judged}
    out = {one.cause.id for one, _ in judged if _excluded(one)}
    out |= {one.cause.id for one, _ in judged if one.cause.part_of in out}
    kept = [(one, score) for one, score in judged if one.cause.id not in out]

    def place(item: tuple[Ranked, int]) -> int:
        one, score = item
        whole = scores.get(one.cause.part_of, 0)
        # A special case is as likely as the whole where a suspicion singles it out.
        return score + max(whole, 0) if score >= SUSPICION else score

    kept.sort(key=place, reverse=True)
    return Explained(
        row,
        (),
        tuple(one for one, _ in kept),
        tuple(one for one, _ in judged if one.cause.id in out),
    )


def _excluded(one: Ranked) -> bool:
    weights = [evidence.weight for evidence in one.evidence]
    return bool(weights) and min(weights) <= EXCLUDED and max(weights) < PROOF


def _judged(row: Row, cause: Cause, case: Case) -> tuple[Ranked, int]:
    evidence: list[Evidence] = []
    score = cause.prior
    if row.decides and case.line:
        evidence.append(Evidence(PROOF, "log", f"line {case.line}", "The message says so itself."))
        score += PROOF
    for clue in cause.clues:
        seen = sorted(clue(case), key=lambda one: -abs(one.weight))
        evidence += seen[:3]
        score += seen[0].weight if seen else 0
    evidence.sort(key=lambda one: -one.weight)
    best = max((one.weight for one in evidence), default=0)
    if best >= PROOF and score > 0:
        # What is proved stays proved: the files may have been put right since the log was made.
        score = max(score, PROOF)
    confidence: Confidence = (
        "certain" if best >= PROOF else "likely" if best >= SUSPICION else "possible"
    )
    return Ranked(cause, confidence, tuple(dict.fromkeys(evidence))), score
