"""What a check came to, as text for a person and as the JSON document that programs read."""

from __future__ import annotations

import json as standard_json
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from tp_init.checked import Checked, Described, Standing, Verdict
from tp_init.model import Finding
from tp_init.next_steps import INDENT
from tp_init.report import machine
from tp_init.report.machine import SCHEMA_VERSION, Json, safe
from tp_init.report.prose import Verbosity
from tp_init.terminal import PLAIN, Role, Style, shown, width_of, wrapped

__all__ = ["END", "START", "document", "json", "place", "text", "total_text"]

START = f'{{\n"schema_version": {SCHEMA_VERSION},\n"repositories": [\n'
"""What stands before the documents of several repositories, which commas separate."""
END = "\n]\n}\n"

_WINDOW = 20_000  # characters of a line that are looked at: a minified file is one line
_TAB = "    "
_SIGNS: Mapping[Verdict, Literal["done", "open", "unknown"]] = {
    "pass": "done",
    "fail": "open",
    "unknown": "unknown",
}
_ROLES: Mapping[Verdict, Role] = {"pass": "good", "fail": "bad", "unknown": "warning"}
_WORDS: Mapping[Verdict, str] = {
    "pass": "pass",
    "fail": "fail",
    "unknown": "cannot be seen from here",
}


def text(
    checked: Checked,
    rules: Mapping[str, Described],
    style: Style = PLAIN,
    verbosity: Verbosity = "normal",
    *,
    several: bool = False,
) -> str:
    """One repository, for a person, ending in a newline.

    Args:
        checked: what the check came to.
        rules: the rules, by id.
        style: colour, width and signs of the stream that it is written to.
        verbosity: "quiet" leaves the errors, a line each, and the summary; "verbose" says of each
            finding why it matters, and gives advice in full.
        several: whether it is one of several repositories; then the checklist is only counted.
    """
    sections: list[list[str]] = []
    quiet = verbosity == "quiet"
    for finding in checked.errors:
        block = _finding(checked, finding, rules, style, verbosity)
        if quiet and sections:
            sections[-1] += block
        else:
            sections.append(block)
    if not quiet:
        sections += _advice(checked, rules, style, verbosity)
        sections.append(_silenced(checked, style))
        sections.append(_counted(checked) if several else _checklist(checked.checklist, style))
        sections.append(_next_steps(checked, style))
    sections.append(_summary(checked, style))
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def total_text(repositories: int, failing: int, refused: int, errors: int, advice: int) -> str:
    """The last line of a check of several repositories, given how many of each there were."""
    parts = [
        f"{_count(repositories, 'repository', 'repositories')} checked",
        f"{failing} with errors",
        f"{refused} that could not be read" if refused else "",
    ]
    found = f"{_count(errors, 'error')} and {advice} of advice"
    return f"{', '.join(filter(None, parts))}; {found}.\n"


def document(checked: Checked, *, several: bool = False) -> dict[str, Json]:
    """The document as data, without any literal secret; its schema is `schemas/check.json`."""
    return {
        **({"path": safe(checked.label or ".")} if several else {}),
        **machine.document(checked.outcome),
        "passed": list(checked.passed),
        "checklist": [
            {
                "point": one.point,
                "title": one.title,
                "verdict": one.verdict,
                "note": safe(one.note),
            }
            for one in checked.checklist
        ],
    }


def json(checked: Checked, *, several: bool = False) -> str:
    """The document as text, in ASCII, without a line end."""
    return standard_json.dumps(document(checked, several=several), indent=2)


def place(checked: Checked, finding: Finding) -> str:
    """The file of a finding, as it is reached from the folder that the user stands in."""
    path = finding.location.path
    return path if not checked.label or path == checked.label else f"{checked.label}/{path}"


def _finding(
    checked: Checked,
    finding: Finding,
    rules: Mapping[str, Described],
    style: Style,
    verbosity: Verbosity,
) -> list[str]:
    rule = rules.get(finding.rule)
    head = _head(checked, finding, rule, style)
    if verbosity == "quiet":
        return [head]
    lines = [head, *_excerpt(checked.lines.get(finding.location, ""), finding, style)]
    lines += _note(finding.message, style)
    if rule is not None and verbosity == "verbose":
        lines += _note(f"Why: {rule.why}", style)
        lines += _note(f"See {rule.source}", style)
    if finding.state == "unknown":
        lines += _note("This cannot be decided from the files.", style)
    if finding.fix == "available":
        return lines + _note("`tp-init` can put it right.", style)
    return lines + _todo(shown(finding.todo).rstrip("\n"), style)


def _head(checked: Checked, finding: Finding, rule: Described | None, style: Style) -> str:
    location = finding.location
    where = place(checked, finding) + (f":{location.line}:{location.column}" * bool(location.line))
    role: Role = "bad" if finding.level == "error" else "warning"
    label = style.paint(f"{finding.level}[{finding.rule}]", role)
    title = rule.title if rule is not None else "It cannot be read safely"
    return f"{style.paint(shown(where), 'heading')}: {label}: {title}"


def _excerpt(line: str, finding: Finding, style: Style) -> list[str]:
    """The offending line with what is meant marked below it; nothing for a file as a whole."""
    if not line.strip() or not finding.location.line:
        return []
    before, marked, behind = _around(line, finding.location.column - 1)
    room = style.width - len(str(finding.location.line)) - 4
    cut_left = width_of(before) > room // 2
    if cut_left:
        before = f"…{before[-(room // 2) :]}" if style.signs else f"..{before[-(room // 2) :]}"
    code = f"{before}{marked}{behind}"
    if width_of(code) > room:
        code = code[: max(room - 1, 0)] + ("…" if style.signs else ".")
    number = str(finding.location.line)
    gutter = " " * len(number)
    under = max(1, min(width_of(marked), width_of(code) - width_of(before)))
    bar = style.paint("|", "faint")
    caret = style.paint("^" * under, "bad" if finding.level == "error" else "warning")
    return [
        f"{gutter} {bar}",
        f"{style.paint(number, 'faint')} {bar} {code}",
        f"{gutter} {bar} {' ' * width_of(before)}{caret}",
    ]


def _around(line: str, column: int) -> tuple[str, str, str]:
    """A line as it may be shown: what stands before the place, what is marked, what is behind."""
    start = max(0, column - _WINDOW)
    line, column = line[start : column + _WINDOW], column - start
    whole = shown(line).rstrip().replace("\t", _TAB)
    before = shown(line[:column]).replace("\t", _TAB)
    if not whole.startswith(before):  # a masked secret lies across the place
        before = ""
    rest = whole[len(before) :]
    marked = re.split(r"\s+#(?=\s)", rest, maxsplit=1)[0].rstrip()
    return before, marked, rest[len(marked) :]


def _note(note: str, style: Style) -> list[str]:
    sign = style.paint("=", "faint")
    body = style.code(wrapped(shown(note), style.width, first=INDENT))
    body[0] = f"  {sign} {body[0].removeprefix(INDENT)}"
    return body


def _todo(todo: str, style: Style) -> list[str]:
    """What a person does (a sentence, which ends in a full stop) or writes (anything else)."""
    if not todo:
        return []
    if "\n" not in todo and todo.endswith("."):
        return _note(f"To do: {todo}", style)
    lines = (style.paint(f"      {line}".rstrip(), "code") for line in todo.split("\n"))
    return [*_note("To do: write there", style), *lines]


def _advice(
    checked: Checked, rules: Mapping[str, Described], style: Style, verbosity: Verbosity
) -> list[list[str]]:
    if verbosity == "verbose":
        return [_finding(checked, one, rules, style, verbosity) for one in checked.advice]
    counted: dict[str, list[Finding]] = {}
    for finding in checked.advice:
        counted.setdefault(finding.rule, []).append(finding)
    lines = [
        line
        for rule, found in counted.items()
        for line in _advised(checked, rules.get(rule), found, style)
    ]
    if not lines:
        return []
    heading = style.paint("Advice", "heading")
    return [[f"{heading} (none of it stops a release; `--verbose` shows every place)", *lines]]


def _advised(
    checked: Checked, rule: Described | None, found: Sequence[Finding], style: Style
) -> list[str]:
    """One rule's advice in a line: where first, and how often."""
    location = found[0].location
    where = f"{place(checked, found[0])}:{location.line}:{location.column}"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    sign = style.paint(style.sign("advice"), "warning")
    title = rule.title if rule is not None else ""
    told = f"{found[0].rule}: {title}: {shown(where)}{more}"
    body = style.code(wrapped(told, style.width, first=INDENT))
    body[0] = f"  {sign} {body[0].removeprefix(INDENT)}"
    return body


def _silenced(checked: Checked, style: Style) -> list[str]:
    if not checked.silenced:
        return []
    lines = [style.paint("Silenced", "heading")]
    for finding, reason in checked.silenced:
        told = f"{finding.rule} at {finding.location}: {reason}"
        lines += wrapped(shown(told), style.width, first="  ", rest=INDENT)
    return lines


def _checklist(standings: Sequence[Standing], style: Style) -> list[str]:
    if not standings:
        return []
    lines = [style.paint("Checklist", "heading")]
    for one in standings:
        role, word = _ROLES[one.verdict], _WORDS[one.verdict]
        sign = style.paint(style.sign(_SIGNS[one.verdict]), role)
        lines += [f"  {sign} {style.code([one.title])[0]}: {style.paint(word, role)}"]
        if one.note:
            lines += style.code(wrapped(shown(one.note), style.width, first=INDENT))
    return lines


def _counted(checked: Checked) -> list[str]:
    if not checked.checklist:
        return []
    passed = sum(one.verdict == "pass" for one in checked.checklist)
    failed = [one.point for one in checked.checklist if one.verdict == "fail"]
    unseen = sum(one.verdict == "unknown" for one in checked.checklist)
    names = f" ({', '.join(failed)})" if failed else ""
    return [f"Checklist: {passed} pass, {len(failed)} fail{names}, {unseen} cannot be seen."]


def _next_steps(checked: Checked, style: Style) -> list[str]:
    lines: list[str] = []
    for step in checked.outcome.next_steps:
        title, *rest = shown(step).split("\n")
        lines += style.code(wrapped(title, style.width))
        lines += [style.paint(line, "code") for line in rest]
    return lines


def _summary(checked: Checked, style: Style) -> list[str]:
    errors = len(checked.errors)
    fixable = sum(one.fix == "available" for one in checked.errors)
    sign: str = style.sign("open")
    role: Role = "bad"
    reason = checked.outcome.reason.rstrip(".")
    if checked.outcome.status == "refused":
        said = reason
    elif errors:
        by_tool = f", {fixable} of which `tp-init` can put right" if fixable else ""
        said = f"{_count(errors, 'error')}{by_tool}"
    else:
        sign, role = style.sign("done"), "good"
        said = f"no errors: {reason}"
    advice = f"; {len(checked.advice)} of advice" if checked.advice else ""
    name = f"{checked.label}: " if checked.label else ""
    lines = style.code(wrapped(shown(f"{name}{said}{advice}."), style.width, first="  "))
    return [f"{style.paint(sign, role)} {lines[0].removeprefix('  ')}", *lines[1:]]


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
