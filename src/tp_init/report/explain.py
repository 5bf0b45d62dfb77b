"""An explanation as text for a person, and as the JSON document of `schemas/explain.json`."""

from __future__ import annotations

import json as standard_json
from collections.abc import Iterable, Mapping, Sequence

from tp_init.explain.model import Evidence, Explained, Explanation, Ranked
from tp_init.mask import masked
from tp_init.next_steps import INDENT, trust_command
from tp_init.report.machine import SCHEMA_VERSION, Json
from tp_init.report.prose import Verbosity
from tp_init.terminal import PLAIN, Role, Style, shown, width_of, wrapped

__all__ = ["json", "listing", "text"]

_SURE: Mapping[str, Role] = {"certain": "bad", "likely": "warning", "possible": "faint"}
_QUOTED = 3  # lines of a log that are shown for a failure
_COMPARED = frozenset({"publisher-differs", "workflow-differs", "environment-differs"})


def text(explanation: Explanation, style: Style = PLAIN, verbosity: Verbosity = "normal") -> str:
    """Everything that a person needs to know, ending in a newline.

    Args:
        explanation: the answer.
        style: colour, width and signs of the stream that it is written to.
        verbosity: "quiet" leaves the failure, its first cause and the fix; "verbose" gives every
            cause in full, and what was ruled out.
    """
    if not explanation.known:
        return _lines(_unknown(explanation, style))
    if explanation.kind in {"rule", "question"}:
        return _lines(_article(explanation, style))
    sections: list[list[str]] = []
    if verbosity != "quiet":
        sections.append(_seen(explanation, style))
    for one in explanation.explained:
        sections += _failure(one, explanation, style, verbosity)
    return _lines("\n\n".join("\n".join(section) for section in sections if section).split("\n"))


def json(explanation: Explanation) -> str:
    """The document as text, in ASCII."""
    return standard_json.dumps(document(explanation), indent=2) + "\n"


def document(explanation: Explanation) -> dict[str, Json]:
    """The document as data, without any literal secret."""
    return {
        "schema_version": SCHEMA_VERSION,
        "subject": _safe(explanation.subject),
        "kind": explanation.kind,
        "status": "explained" if explanation.known else "unknown",
        "lines": explanation.lines,
        "seen": {name: _safe(value) for name, value in explanation.seen.items()},
        "title": _safe(explanation.title),
        "answer": [_safe(paragraph) for paragraph in explanation.paragraphs],
        "evidence": [_evidence(one) for one in explanation.evidence],
        "source": explanation.source,
        "failures": [_explained(one) for one in explanation.explained],
        "publishers": [
            {
                "package": _safe(one.package),
                "owner": _safe(one.owner),
                "repository": _safe(one.repository),
                "workflow": _safe(one.workflow),
                "environment": _safe(one.environment),
                "command": _safe(trust_command(one)),
            }
            for one in explanation.publishers
        ],
        "next": [_safe(line) for line in explanation.next],
    }


def listing(names: Mapping[str, Sequence[tuple[str, str]]], style: Style = PLAIN) -> str:
    """Everything that can be asked for."""
    lines: list[str] = []
    for kind, entries in names.items():
        lines += ["", style.paint(kind.capitalize(), "heading")] if lines else [
            style.paint(kind.capitalize(), "heading")
        ]  # fmt: skip
        if not any(title for _, title in entries):
            lines += wrapped(", ".join(name for name, _ in entries), style.width, first="  ")
            continue
        column = max(len(name) for name, _ in entries) + 4
        for name, title in entries:
            body = style.code(wrapped(title, style.width, first=" " * column))
            body[0] = f"  {name:{column - 4}}  {body[0].lstrip(' ')}"
            lines += body
    return _lines(lines)


def _explained(one: Explained) -> Json:
    return {
        "id": one.row.id,
        "title": one.row.title,
        "meaning": one.row.meaning,
        "codes": list(one.row.codes),
        "notice": one.row.notice,
        "seen": [
            {"line": sighting.line, "job": _safe(sighting.job), "text": _safe(sighting.text)}
            for sighting in one.sightings
        ],
        "causes": [_ranked(cause) for cause in one.causes],
        "ruled_out": [_ranked(cause) for cause in one.ruled_out],
        "follows": [row.id for row in one.follows],
    }


def _ranked(one: Ranked) -> Json:
    cause = one.cause
    return {
        "id": cause.id,
        "title": _safe(cause.title),
        "confidence": one.confidence,
        "why": _safe(cause.why),
        "look": _safe(cause.look),
        "fix": _safe(cause.fix),
        "command": _safe(cause.command),
        "source": cause.source,
        "evidence": [_evidence(evidence) for evidence in one.evidence],
    }


def _evidence(one: Evidence) -> Json:
    speaks = "for" if one.weight > 0 else "against" if one.weight < 0 else "neither"
    return {
        "speaks": speaks,
        "source": one.source,
        "place": _safe(one.place),
        "text": _safe(one.text),
    }


def _failure(
    one: Explained, explanation: Explanation, style: Style, verbosity: Verbosity
) -> Iterable[list[str]]:
    sign = style.sign("advice" if one.row.notice else "open")
    head = wrapped(one.row.title, style.width, first=f"{sign} ")
    head = [style.paint(line, "warning" if one.row.notice else "bad") for line in head]
    for sighting in one.sightings[:_QUOTED]:
        job = f" ({shown(sighting.job)})" if sighting.job else ""
        head.append(_clipped(f"  line {sighting.line}{job}: {shown(sighting.text)}", style))
    if verbosity != "quiet":
        head += style.code(wrapped(one.row.meaning, style.width, first="  "))
        for row in one.follows:
            head += wrapped(f"It is also behind: {row.title}.", style.width, first="  ", rest="  ")
    yield head
    told, rest = _told(one.causes, verbosity)
    for number, ranked in enumerate(told):
        yield _cause(ranked, style, first=not number)
        if not number and ranked.cause.id in _COMPARED and explanation.publishers:
            yield _compared(explanation, style)
    if verbosity == "quiet":
        return
    if not told or told[0].confidence != "certain":
        yield _others(rest, style)
    if verbosity == "verbose" or not told or told[0].confidence == "possible":
        yield _ruled_out(one.ruled_out, style)


def _told(
    causes: Sequence[Ranked], verbosity: Verbosity
) -> tuple[Sequence[Ranked], Sequence[Ranked]]:
    """The causes to give in full, and those to name only."""
    if verbosity == "quiet":
        return causes[:1], ()
    if verbosity == "verbose":
        return causes, ()
    if causes and causes[0].confidence == "possible":
        whole = [one for one in causes if not one.cause.part_of][:3]
        return whole, [one for one in causes if one not in whole]
    told = [
        one
        for number, one in enumerate(causes)
        if not number or (one.confidence != "possible" and one.evidence)
    ]
    return told[:3], [one for one in causes if one not in told[:3]]


def _cause(one: Ranked, style: Style, *, first: bool) -> list[str]:
    cause = one.cause
    word = {"certain": "Cause", "likely": "Likely cause", "possible": "Possible cause"}
    label = word[one.confidence] if first else f"Also {word[one.confidence].lower()}"
    title = wrapped(f"{label}: {shown(cause.title)}", style.width, first="  ", rest="    ")
    lines = [style.paint(line, _SURE[one.confidence] if first else "heading") for line in title]
    lines += style.code(wrapped(shown(cause.why), style.width, first=INDENT))
    for evidence in one.evidence:
        lines += _shown_evidence(evidence, style)
    if one.confidence == "possible":
        lines += style.code(
            wrapped(shown(cause.look), style.width, first=f"{INDENT}Look at: ", rest=INDENT)
        )
    lines += style.code(wrapped(shown(cause.fix), style.width, first=f"{INDENT}Fix: ", rest=INDENT))
    if cause.command:
        lines.append(style.paint(f"      {shown(cause.command)}", "code"))
    lines.append(style.paint(f"{INDENT}{cause.source}", "faint"))
    return lines


def _shown_evidence(one: Evidence, style: Style) -> list[str]:
    sign = "+" if one.weight > 0 else "-" if one.weight < 0 else "·" if style.signs else "."
    place = f"{shown(one.place)}: " if one.place else ""
    return style.code(wrapped(f"{place}{shown(one.text)}", style.width, first=f"{INDENT}{sign} "))


def _compared(explanation: Explanation, style: Style) -> list[str]:
    """The values of the run, under the names that npm's form gives them."""
    lines = [style.paint("    The values of this repository, to compare with npm's:", "heading")]
    for one in explanation.publishers[:3]:
        rows = (
            ("Package", one.package),
            ("Organization or user", one.owner),
            ("Repository", one.repository),
            ("Workflow filename", one.workflow),
            ("Environment name", one.environment or "(empty)"),
        )
        column = max(width_of(name) for name, _ in rows)
        lines += [f"      {name:{column}}  {shown(value)}" for name, value in rows]
    return lines


def _others(rest: Sequence[Ranked], style: Style) -> list[str]:
    if not rest:
        return []
    lines = [style.paint("  Without evidence here:", "heading")]
    # What is part of another cause is named by what there is to compare for that one.
    names = {one.cause.id for one in rest}
    for one in (one for one in rest if one.cause.part_of not in names):
        body = f"{one.cause.id}: {shown(one.cause.look)}"
        lines += style.code(wrapped(body, style.width, first=f"  {style.sign('advice')} "))
    return lines


def _ruled_out(out: Sequence[Ranked], style: Style) -> list[str]:
    if not out:
        return []
    lines = [style.paint("  Ruled out:", "heading")]
    for one in out:
        against = next((e for e in reversed(one.evidence) if e.weight < 0), None)
        reason = (
            f"{against.place}: {against.text}" if against else "what it is part of is ruled out"
        )
        body = f"{one.cause.id}: {shown(reason)}"
        lines += style.code(wrapped(body, style.width, first=f"  {style.sign('advice')} "))
    return lines


def _article(explanation: Explanation, style: Style) -> list[str]:
    title = wrapped(f"{explanation.subject}: {explanation.title}", style.width)
    lines = [style.paint(line, "heading") for line in title]
    for paragraph in explanation.paragraphs:
        if paragraph.startswith(INDENT):
            lines.append(style.paint(f"  {shown(paragraph)}", "code"))
            continue
        lines += ["", *style.code(wrapped(shown(paragraph), style.width, first="  "))]
    if explanation.evidence:
        lines += ["", style.paint("  In this repository:", "heading")]
        for one in explanation.evidence:
            lines += _shown_evidence(one, style)
    elif explanation.kind == "rule":
        lines += ["", "  This repository does not have it."]
    return [*lines, "", style.paint(f"  {explanation.source}", "faint")]


def _unknown(explanation: Explanation, style: Style) -> list[str]:
    lines = wrapped(
        f"Unknown: {_lines_read(explanation.lines)} of publishing that tp-init knows.",
        style.width,
        first=f"{style.sign('unknown')} ",
    )
    lines = [style.paint(line, "warning") for line in lines]
    for line in explanation.next:
        if line.startswith(INDENT):
            lines.append(style.paint(f"  {shown(line)}", "code"))
        else:
            lines += style.code(wrapped(shown(line), style.width, first="  "))
    return lines


def _lines_read(count: int) -> str:
    if count == 1:
        return "the one line of it is no failure"
    return f"none of its {count} lines is a failure"


def _seen(explanation: Explanation, style: Style) -> list[str]:
    if not explanation.seen:
        return []
    seen = dict(explanation.seen)
    if "package" in seen and "version" in seen:
        seen["package"] += f"@{seen.pop('version')}"
    if "owner" in seen and "repo" in seen:
        seen["repository"] = f"{seen.pop('owner')}/{seen.pop('repo')}"
    what = ", ".join(f"{name} {shown(value)}" for name, value in seen.items())
    return [style.paint(line, "faint") for line in wrapped(f"The log: {what}", style.width)]


def _clipped(line: str, style: Style) -> str:
    return line if width_of(line) <= style.width else line[: style.width - 3] + "..."


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _safe(value: str) -> str:
    """Text without secrets, and with what is not UTF-8 written out."""
    return masked(value).encode("utf-8", "backslashreplace").decode("utf-8")
