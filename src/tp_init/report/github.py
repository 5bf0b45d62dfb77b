"""What a check came to, as GitHub Actions shows it: annotations, and a summary of the step.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tp_init.checked import Checked, Described
from tp_init.model import Finding, Level
from tp_init.report.check import place
from tp_init.terminal import shown

__all__ = ["commands", "step_summary"]

_COMMANDS: Mapping[Level, str] = {"error": "error", "advice": "notice"}
_WORDS = {"pass": "pass", "fail": "**fail**", "unknown": "cannot be seen from here"}
_SIGNS = {"pass": "✓", "fail": "✗", "unknown": "?"}


def commands(checked: Checked, rules: Mapping[str, Described]) -> str:
    """One workflow command a line, for each finding."""
    return "".join(f"{line}\n" for line in _commands(checked, rules))


def _commands(checked: Checked, rules: Mapping[str, Described]) -> Iterator[str]:
    for finding in checked.outcome.findings:
        location, rule = finding.location, rules.get(finding.rule)
        values = {
            "file": shown(place(checked, finding)),
            "line": str(location.line) if location.line else "",
            "col": str(location.column) if location.column else "",
            "title": f"{finding.rule}: {rule.title}" if rule is not None else finding.rule,
        }
        given = ",".join(f"{key}={_property(value)}" for key, value in values.items() if value)
        todo = f"\n{finding.todo}" if finding.todo else ""
        yield f"::{_COMMANDS[finding.level]} {given}::{_data(shown(finding.message + todo))}"


def _data(text: str) -> str:
    """The message of a workflow command: nothing in it can end it, or start another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def step_summary(checked: Checked) -> str:
    """The findings and the checklist as Markdown, for `$GITHUB_STEP_SUMMARY`."""
    name = f" of {_inline(checked.label)}" if checked.label else ""
    lines = [f"### tp-init check{name}", "", _in_short(checked), ""]
    if checked.outcome.findings:
        lines += ["| level | rule | place | what is there |", "|---|---|---|---|"]
        lines += [_row(checked, finding) for finding in checked.outcome.findings]
        lines.append("")
    if checked.checklist:
        lines += ["| point | verdict | seen |", "|---|---|---|"]
        lines += [
            f"| {_inline(one.title)} | {_SIGNS[one.verdict]} {_WORDS[one.verdict]} "
            f"| {_inline(one.note)} |"
            for one in checked.checklist
        ]
        lines.append("")
    return "\n".join(lines) + "\n"


def _in_short(checked: Checked) -> str:
    errors, advice = len(checked.errors), len(checked.advice)
    reason = f" ({_inline(checked.outcome.reason)})" if checked.outcome.reason else ""
    return f"{errors} error{'' if errors == 1 else 's'}, {advice} of advice{reason}."


def _row(checked: Checked, finding: Finding) -> str:
    location = finding.location
    where = f"{place(checked, finding)}:{location.line}" if location.line else location.path
    cells = (finding.level, finding.rule, where, finding.message)
    return f"| {' | '.join(map(_inline, cells))} |"


def _inline(text: str) -> str:
    """Text of a repository in a cell: it starts no HTML, no link, no line and no other cell."""
    text = " ".join(shown(text).split())
    for special in "\\|<[*_#":
        text = text.replace(special, f"\\{special}" if special != "<" else "&lt;")
    return text
