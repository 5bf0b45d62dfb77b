"""Every folder of `tests/cases`: the expected diff and report, twice, and in every twin.

`pytest tests/test_cases.py --accept` writes what comes out as what is expected; git shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from case import Case, Result, Snapshot, all_cases

from tp_init.rules import RULES

pytestmark = pytest.mark.usefixtures("template_rendered_once")

CASES = all_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)

_YAML = (".yml", ".yaml")
_COMMENT = "# \N{ROCKET} na\u00efve\n".encode()  # more units, and more bytes, than characters

# How each kind of file is translated; a shell script with CRLF, or one that starts with a byte
# order mark, runs nowhere.
TWINS: dict[str, tuple[tuple[str, ...], Callable[[bytes], bytes]]] = {
    "crlf": (
        (*_YAML, ".json", ".toml", "npmrc"),
        lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    ),
    "byte-order-mark": ((*_YAML, ".json"), lambda content: b"\xef\xbb\xbf" + content),
    "no-final-newline": (("",), lambda content: content.removesuffix(b"\n")),
    "emoji": ((*_YAML, ".toml", "npmrc"), lambda content: _COMMENT + content),
}


def translated(twin: str, files: Snapshot) -> Snapshot:
    endings, translate = TWINS[twin]
    return {
        name: translate(content) if name.endswith(endings) else content
        for name, content in files.items()
    }


@pytest.fixture(scope="module")
def result_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Result]:
    """What a case comes to, each worked out once."""
    kept: dict[str, Result] = {}

    def result(case: Case) -> Result:
        if case.name not in kept:
            kept[case.name] = case.run(tmp_path_factory.mktemp("case"))
        return kept[case.name]

    return result


@each_case
def test_the_changes_and_the_report_are_those_expected(
    case: Case, result_of: Callable[[Case], Result], request: pytest.FixtureRequest
) -> None:
    result = result_of(case)
    if request.config.getoption("--accept"):
        case.accept(result)
    assert result.diff.decode() == case.expected("after.diff").decode()
    assert result.report == case.expected("report.txt").decode()


@each_case
def test_a_second_run_changes_nothing(
    case: Case, result_of: Callable[[Case], Result], tmp_path: Path
) -> None:
    second = case.run(tmp_path, result_of(case).after)
    assert second.diff == b""
    left = [one for one in second.outcome.findings if one.level == "error"]
    assert [one.fix for one in left] == ["manual"] * len(left)
    assert second.outcome.status == ("manual" if left else "unchanged")


@each_case
@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_gets_the_same_edits_and_keeps_every_other_byte(
    case: Case, twin: str, result_of: Callable[[Case], Result], tmp_path: Path
) -> None:
    after = case.run(tmp_path, translated(twin, case.before)).after
    assert after == translated(twin, result_of(case).after)


@each_case
def test_the_status_says_whether_something_is_left_for_a_person(
    case: Case, result_of: Callable[[Case], Result]
) -> None:
    outcome = result_of(case).outcome
    manual = any(one.level == "error" and one.fix == "manual" for one in outcome.findings)
    assert outcome.status == (
        "manual" if manual else "complete" if outcome.changes else "unchanged"
    )


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_has_a_case_where_it_fires_and_one_where_it_is_quiet(rule: str) -> None:
    reports = [case.expected("report.txt").decode() for case in CASES if case.group == rule]
    fires = [f" {rule} " in report for report in reports]
    assert any(fires)
    assert not all(fires)


def test_the_cases_are_grouped_by_rule_or_by_area() -> None:
    areas = {"kept", "manifest", "monorepo", "publish", "unchanged", "wiring", "yaml"}
    assert {case.group for case in CASES} <= areas | {rule.id for rule in RULES}
