"""An outcome as text for a person at a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Literal, TypeAlias

from tp_init.model import Finding, Outcome, Publisher, Status
from tp_init.next_steps import INDENT, trust_command
from tp_init.report.patch import line_counts
from tp_init.terminal import PLAIN, Role, Style, shown, width_of, wrapped

__all__ = ["Verbosity", "summary_line", "text"]

Verbosity: TypeAlias = Literal["quiet", "normal", "verbose"]

_ROLES: Mapping[Status, Role] = {
    "complete": "good",
    "unchanged": "good",
    "manual": "warning",
    "refused": "bad",
}
_NARROW = 34  # a column of prose with less room than this goes below its label instead


def text(outcome: Outcome, style: Style = PLAIN, verbosity: Verbosity = "normal") -> str:
    """Everything that a person needs to know of a run, ending in a newline.

    Args:
        outcome: what the run came to.
        style: colour, width and signs of the stream that it is written to.
        verbosity: "quiet" leaves the summary, what a person must edit, and how to undo;
            "verbose" unfolds the advice and the defaults, and gives messages in full.
    """
    sections = [_summary(outcome, style)]
    if verbosity != "quiet":
        sections += [_answers(outcome, style, verbosity), _changes(outcome, style, verbosity)]
    sections += [_by_hand(outcome, style), _withheld(outcome, style)]
    if verbosity != "quiet":
        sections += [
            _not_applied(outcome, style),
            _advice(outcome, style, verbosity),
            _publishers(outcome, style),
            _next_steps(outcome, style),
        ]
    if outcome.undo:
        sections.append([f"{style.paint('To undo:', 'heading')} {shown(outcome.undo)}"])
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def summary_line(outcome: Outcome) -> str:
    """The run in one sentence, without colour or a line end."""
    files = _count(len(outcome.changes), "file")
    reason = shown(outcome.reason).rstrip(".")
    done = f"{files} {'written' if outcome.written else 'would change, nothing was written'}"
    match outcome.status:
        case "complete" if outcome.changes and outcome.written:
            return f"Complete: {done}. What is left to do is on GitHub and npm."
        case "complete" if outcome.changes:
            return f"Ready: {done}."
        case "complete":
            return "Complete: nothing is left to do in the files."
        case "manual":
            places = _count(len(_manual(outcome)), "place")
            done = done if outcome.changes else "nothing was written"
            return f"By hand: {places} left for you to edit; {done}."
        case "unchanged":
            return f"Unchanged: {reason or 'the repository is set up right already'}."
        case "refused":
            return f"Refused: {reason or 'a file cannot be read safely'}. Nothing was written."


def _summary(outcome: Outcome, style: Style) -> list[str]:
    sign = style.sign("done" if outcome.status in {"complete", "unchanged"} else "open")
    role = _ROLES[outcome.status]
    word, _, rest = summary_line(outcome).partition(": ")
    label = f"{sign} {word}: "
    lines = style.code(wrapped(rest, style.width, first=label, rest="  "))
    return [style.paint(label.rstrip(), role) + lines[0][len(label) - 1 :], *lines[1:]]


def _answers(outcome: Outcome, style: Style, verbosity: Verbosity) -> list[str]:
    rows, defaults = [], []
    for name, answer in outcome.answers.items():
        value = {True: "yes", False: "no", "": "(none)"}.get(answer.value, answer.value)
        if answer.source.startswith("default") and verbosity != "verbose":
            defaults.append(f"{name} {shown(str(value))}")
        else:
            rows.append((name, shown(str(value)), f"from {shown(answer.source)}"))
    lines = _table(rows, style)
    if defaults:
        lines += wrapped(", ".join(defaults), style.width, first="  defaults: ", rest=INDENT)
    return _section("Found", lines, style)


def _table(rows: Sequence[tuple[str, str, str]], style: Style) -> list[str]:
    """Rows of name, value and remark, in columns; the remark goes below where there is no room."""
    first = max((width_of(name) for name, _, _ in rows), default=0)
    second = max((width_of(value) for _, value, _ in rows), default=0)
    lines = []
    for name, value, remark in rows:
        line = f"  {style.paint(_padded(name, first), 'faint')}  "
        remark_beside = 2 + first + 2 + second + 2 + width_of(remark) <= style.width
        if remark_beside:
            lines.append(f"{line}{_padded(value, second)}  {style.paint(remark, 'faint')}")
        else:
            lines += [line + value, " " * (first + 4) + style.paint(remark, "faint")]
    return lines


def _changes(outcome: Outcome, style: Style, verbosity: Verbosity) -> list[str]:
    if not outcome.changes:
        return []
    lines = []
    for change in outcome.changes:
        added, removed = line_counts(change)
        counts = " ".join(filter(None, (f"+{added}" * bool(added), f"-{removed}" * bool(removed))))
        how = f"{'new' if change.kind == 'create' else 'edited'} {counts}"
        lines.append(f"  {style.paint(shown(change.path), 'heading')}  {style.paint(how, 'faint')}")
        done = [f for f in outcome.findings if f.location.path == change.path and _solved(f)]
        lines += _done(done, style, whole=verbosity == "verbose")
    title = "Written" if outcome.written else "Would change"
    return _section(title, lines, style)


def _done(findings: Sequence[Finding], style: Style, *, whole: bool) -> list[str]:
    """One row for each finding: its line, its rule, what was there."""
    places = [f":{finding.location.line}" if finding.location.line else "" for finding in findings]
    first = max(map(width_of, places), default=0)
    second = max((width_of(finding.rule) for finding in findings), default=0)
    lines = []
    for place, finding in zip(places, findings, strict=True):
        message = shown(finding.message if whole else _first_sentence(finding.message))
        label = f"    {style.paint(place.rjust(first), 'faint')}  {finding.rule:{second}}"
        column = 4 + first + 2 + second + 2
        beside = style.width - column >= _NARROW
        indent = " " * (column if beside else 4 + first + 2)
        body = style.code(wrapped(message, style.width, first=indent))
        if beside:
            body[0] = f"{label}  {body[0].removeprefix(indent)}"
        else:
            lines.append(label.rstrip())
        lines += body
    return lines


def _by_hand(outcome: Outcome, style: Style) -> list[str]:
    return _section("By hand", _in_full(_manual(outcome), style), style)


def _not_applied(outcome: Outcome, style: Style) -> list[str]:
    """What `tp-init` could put right, where this run's changes do not show it already."""
    shown_above = {change.path for change in outcome.changes}
    rest = [
        finding
        for finding in outcome.findings
        if finding.fix == "available" and finding.location.path not in shown_above
    ]
    return _section("`tp-init` can put right", _in_full(rest, style), style)


def _in_full(findings: Iterable[Finding], style: Style) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        if lines:
            lines.append("")
        lines += _finding(finding, style)
    return lines


def _finding(finding: Finding, style: Style) -> list[str]:
    unknown = finding.state == "unknown"
    advice = finding.level == "advice"
    sign = style.sign("unknown" if unknown else "advice" if advice else "open")
    place = shown(str(finding.location))
    rule = finding.rule + (" (cannot be decided from the files)" if unknown else "")
    sign = style.paint(sign, "warning" if unknown or advice else "bad")
    lines = [f"  {sign} {style.paint(place, 'heading')}"]
    if 4 + width_of(place) + 2 + width_of(rule) <= style.width:
        lines[0] += f"  {style.paint(rule, 'faint')}"
    else:
        lines.append(INDENT + style.paint(rule, "faint"))
    lines += style.code(wrapped(shown(finding.message), style.width, first=INDENT))
    return lines + _todo(shown(finding.todo).rstrip("\n"), style)


def _todo(todo: str, style: Style) -> list[str]:
    """What a person does (a sentence, which ends in a full stop) or writes (anything else)."""
    if not todo:
        return []
    if "\n" not in todo and todo.endswith("."):
        return style.code(wrapped(todo, style.width, first=f"{INDENT}To do: "))
    # Text for a file: its own line ends and indentation count.
    lines = (style.paint(f"      {line}".rstrip(), "code") for line in todo.split("\n"))
    return [f"{INDENT}Write there:", *lines]


def _withheld(outcome: Outcome, style: Style) -> list[str]:
    lines = [
        line
        for path in outcome.withheld
        for line in wrapped(
            f"{shown(path)} holds a secret in plain text, so its changes are not printed.",
            style.width,
            first="  ",
        )
    ]
    return _section("Left out of the patch", lines, style)


def _advice(outcome: Outcome, style: Style, verbosity: Verbosity) -> list[str]:
    advice = [f for f in outcome.findings if f.level == "advice" and f.fix == "manual"]
    if not advice:
        return []
    if verbosity == "verbose":
        return _section("Advice", _in_full(advice, style), style)
    rules = {rule: len(list(same)) for rule, same in groupby(sorted(f.rule for f in advice))}
    listed = ", ".join(rule if count == 1 else f"{rule} ({count})" for rule, count in rules.items())
    lines = wrapped(listed, style.width, first="  ")
    lines += wrapped("None of it stops a release. `--verbose` says more.", style.width, first="  ")
    return _section("Advice", style.code(lines), style)


def _publishers(outcome: Outcome, style: Style) -> list[str]:
    """The values for npm's form, once for all packages that share them."""
    by_values: dict[tuple[str, str, str, str], list[Publisher]] = {}
    for publisher in outcome.publishers:
        values = (publisher.owner, publisher.repository, publisher.workflow, publisher.environment)
        by_values.setdefault(values, []).append(publisher)
    lines: list[str] = []
    steps = "\n".join(outcome.next_steps)
    for publishers in by_values.values():
        if lines:
            lines.append("")
        lines += _form(publishers, style)
        commands = [trust_command(p) for p in publishers if trust_command(p) not in steps]
        for command in commands:
            lines += _command(shown(command), INDENT, style)
    title = "Trusted publisher" + "s" * (len(outcome.publishers) > 1)
    return _section(f"{title} to add on npm", lines, style)


def _form(publishers: Sequence[Publisher], style: Style) -> list[str]:
    """The fields under the names that npm's form gives them (https://docs.npmjs.com/trusted-publishers)."""
    one = publishers[0]
    rows = (
        ("Package" + "s" * (len(publishers) > 1), ", ".join(p.package for p in publishers)),
        ("Organization or user", one.owner),
        ("Repository", one.repository),
        ("Workflow filename", one.workflow),
        ("Environment name", one.environment),
        ("Allowed actions", "npm publish"),
    )
    label_width = max(len(label) for label, _ in rows)
    lines = []
    for label, value in rows:
        indent = " " * (2 + label_width + 2)
        filled = value or "(leave empty)"
        body = wrapped(shown(filled), style.width, first=indent)
        body[0] = body[0].removeprefix(indent)
        body[0] = style.paint(body[0], "code" if value else "faint")
        body[0] = f"  {style.paint(label.ljust(label_width), 'faint')}  {body[0]}"
        lines += body
    return lines


def _next_steps(outcome: Outcome, style: Style) -> list[str]:
    lines: list[str] = []
    digits = len(str(len(outcome.next_steps)))
    indent = " " * (2 + digits + 2)
    for number, step in enumerate(outcome.next_steps, start=1):
        if lines:
            lines.append("")
        first = f"  {number:>{digits}}. "
        for line in shown(step).split("\n"):
            if line.startswith(INDENT):
                lines += _command(line.strip(), indent + "  ", style)
            elif first:  # the title
                title = wrapped(line, style.width, first=first, rest=indent)
                lines += (style.paint(part, "heading") for part in title)
                first = ""
            else:
                lines += style.code(wrapped(line, style.width, first=indent))
    return _section("Next steps", lines, style)


def _command(command: str, indent: str, style: Style) -> list[str]:
    """A command to copy; a long one goes on in the next line, if the shell lets it."""
    lines = [indent + command]
    if style.continued and width_of(lines[0]) > style.width:
        # Broken before an option only: the value stays with it, and no quoted blank is touched.
        pieces = re.split(r" (?=--\w)", command)
        lines = [indent + pieces[0]]
        for piece in pieces[1:]:
            if width_of(f"{lines[-1]} {piece} {style.continued}") <= style.width:
                lines[-1] += f" {piece}"
            else:
                lines[-1] += f" {style.continued}"
                lines.append(f"{indent}  {piece}")
    return [style.paint(line, "code") for line in lines]


def _section(title: str, lines: Sequence[str], style: Style) -> list[str]:
    return [style.paint(title, "heading"), *lines] if lines else []


def _manual(outcome: Outcome) -> list[Finding]:
    return [f for f in outcome.findings if f.level == "error" and f.fix == "manual"]


def _solved(finding: Finding) -> bool:
    return finding.fix in {"applied", "available"}


def _first_sentence(message: str) -> str:
    return re.split(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<=\.)\s+", message, maxsplit=1)[0]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
