"""What a person reads: complete, calm, safe, and within the width of the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tp_init import report
from tp_init.errors import Refused
from tp_init.model import Answer, Change, Finding, Location, Outcome, Publisher
from tp_init.next_steps import Situation, Trigger, next_steps
from tp_init.terminal import Style, width_of

WORKFLOW = ".github/workflows/release.yml"
PUBLISHER = Publisher("@acme/logger", "acme", "logger", "release.yml")
APPLIED = Finding(
    rule="token-in-publish-step",
    level="error",
    state="fail",
    location=Location(WORKFLOW, 19, 11),
    message="The step gets `NODE_AUTH_TOKEN`. A token that works hides a wrong publisher.",
    fix="applied",
)
MANUAL = Finding(
    rule="publishing-action",
    level="error",
    state="fail",
    location=Location(".github/workflows/canary.yml", 44, 9),
    message="The step publishes with an action that tp-init does not edit.",
    todo="- run: npm publish\n    --tag canary",
)
ADVICE = Finding(
    rule="unpinned-action",
    level="advice",
    state="fail",
    location=Location(WORKFLOW, 11, 15),
    message="The action is used by a tag, which can be moved.",
    todo="Use a commit SHA.",
)
COMPLETE = Outcome(
    root=".",
    status="complete",
    answers={
        "owner": Answer("acme", "git remote origin"),
        "environment": Answer("", "--environment"),
        "node_version": Answer("24", "default"),
        "provenance": Answer(value=True, source="default"),
    },
    changes=(Change(WORKFLOW, b"a\nb\n", b"a\n"), Change("package.json", None, b"{}\n")),
    findings=(APPLIED, ADVICE, ADVICE),
    publishers=(PUBLISHER,),
    next_steps=next_steps(Situation((PUBLISHER,), Trigger(tags=("v*",)), changed=(WORKFLOW,))),
    undo="git restore -- .github/workflows/release.yml",
    written=True,
)
BY_HAND = replace(COMPLETE, status="manual", findings=(MANUAL, APPLIED, ADVICE))
READY = replace(
    COMPLETE, written=False, undo="", next_steps=(), findings=(replace(APPLIED, fix="available"),)
)
UNCHANGED = Outcome(root=".", status="unchanged", reason="package.json says `private: true`.")
REFUSED = report.refused(Refused("a.yml", "the key `env` is there twice", "remove one", 3, 5), ".")

ALL = {
    "complete": COMPLETE,
    "by hand": BY_HAND,
    "ready": READY,
    "unchanged": UNCHANGED,
    "refused": REFUSED,
}
PLAIN = Style()


def without_color(text: str) -> str:
    return re.sub(r"\x1b\[\d+m", "", text)


@pytest.mark.parametrize("outcome", ALL.values(), ids=ALL)
@pytest.mark.parametrize("verbosity", ["quiet", "normal", "verbose"])
@pytest.mark.parametrize("width", [40, 50, 80, 100])
def test_colour_changes_nothing_but_colour(
    outcome: Outcome, verbosity: report.Verbosity, width: int
) -> None:
    plain = report.text(outcome, Style(width=width), verbosity)
    colored = report.text(outcome, Style(width=width, color=True), verbosity)
    assert without_color(colored) == plain
    assert colored != plain
    assert plain.endswith("\n")
    assert "\n\n\n" not in plain
    assert not any(line != line.rstrip() for line in plain.splitlines())


@pytest.mark.parametrize("outcome", ALL.values(), ids=ALL)
@pytest.mark.parametrize("width", [50, 80])
def test_prose_fits_and_only_what_is_to_be_copied_whole_may_stand_out(
    outcome: Outcome, width: int
) -> None:
    for line in report.text(outcome, Style(width=width), "verbose").splitlines():
        copied = ("git ", "gh ", "https://", "To undo: ")
        assert width_of(line) <= width or line.strip().startswith(copied), line


def test_the_first_line_is_the_summary_and_the_last_says_how_to_undo() -> None:
    lines = report.text(COMPLETE, PLAIN).splitlines()
    assert lines[0] == f"✓ {report.summary_line(COMPLETE)}"
    assert lines[-1] == "To undo: git restore -- .github/workflows/release.yml"


@pytest.mark.parametrize(
    ("outcome", "summary"),
    [
        (COMPLETE, "Complete: 2 files written. What is left to do is on GitHub and npm."),
        (READY, "Ready: 2 files would change, nothing was written."),
        (BY_HAND, "By hand: 1 place left for you to edit; 2 files written."),
        (
            replace(BY_HAND, changes=(), written=False),
            "By hand: 1 place left for you to edit; nothing was written.",
        ),
        (replace(COMPLETE, changes=()), "Complete: nothing is left to do in the files."),
        (UNCHANGED, "Unchanged: package.json says `private: true`."),
        (replace(UNCHANGED, reason=""), "Unchanged: the repository is set up right already."),
        (REFUSED, "Refused: `a.yml` stops the run. Nothing was written."),
    ],
)
def test_every_state_has_its_summary(outcome: Outcome, summary: str) -> None:
    assert report.summary_line(outcome) == summary


def test_answers_stand_with_their_sources_and_defaults_are_folded() -> None:
    text = report.text(COMPLETE, PLAIN)
    assert re.search(r"owner +acme +from git remote origin", text)
    assert re.search(r"environment +\(none\) +from --environment", text)
    assert "defaults: node_version 24, provenance yes" in text
    assert re.search(r"provenance +yes +from default", report.text(COMPLETE, PLAIN, "verbose"))


def test_what_was_changed_stands_under_its_file() -> None:
    text = report.text(COMPLETE, PLAIN)
    assert f"Written\n  {WORKFLOW}  edited -1\n" in text
    assert "    :19  token-in-publish-step  The step gets `NODE_AUTH_TOKEN`.\n" in text
    assert "  package.json  new +1\n" in text
    assert "hides a wrong publisher" not in text
    assert "hides a wrong" in report.text(COMPLETE, PLAIN, "verbose")


def test_what_would_be_changed_is_not_said_to_be_written() -> None:
    text = report.text(READY, PLAIN)
    assert "Would change\n" in text
    assert "Written" not in text
    assert ":19  token-in-publish-step" in text


def test_a_manual_finding_has_its_place_its_reason_and_the_exact_text() -> None:
    text = report.text(BY_HAND, PLAIN)
    assert "  ✗ .github/workflows/canary.yml:44:9  publishing-action\n" in text
    assert "an action that tp-init does not edit." in text
    assert "    Write there:\n      - run: npm publish\n          --tag canary\n" in text


def test_a_sentence_to_do_is_wrapped_and_text_for_a_file_is_not() -> None:
    sentence = replace(MANUAL, todo="Do this and that, " * 8 + "then stop.")
    code = replace(MANUAL, todo="uses: " + "a very long line " * 8 + "# v7")
    narrow = Style(width=50)
    assert sentence.todo not in report.text(replace(BY_HAND, findings=(sentence,)), narrow)
    assert code.todo in report.text(replace(BY_HAND, findings=(code,)), narrow)


def test_what_cannot_be_decided_says_so_in_words() -> None:
    unknown = replace(MANUAL, state="unknown")
    text = report.text(replace(BY_HAND, findings=(unknown,)), PLAIN)
    assert "(cannot be decided from the files)" in text


def test_advice_is_folded_unless_more_is_wanted() -> None:
    text = report.text(COMPLETE, PLAIN)
    assert "  unpinned-action (2)\n" in text
    assert ADVICE.message not in text
    assert text.count("Use a commit SHA.") == 0
    assert report.text(COMPLETE, PLAIN, "verbose").count("Use a commit SHA.") == 2


def test_what_another_run_could_put_right_is_named() -> None:
    outcome = replace(READY, status="unchanged", changes=())
    text = report.text(outcome, PLAIN)
    assert "`tp-init` can put right\n" in text
    assert f"{WORKFLOW}:19:11" in text


def test_the_form_has_the_values_as_npm_asks_for_them() -> None:
    text = report.text(READY, PLAIN)
    assert re.search(r"Organization or user +acme\n", text)
    assert re.search(r"Repository +logger\n", text)
    assert re.search(r"Workflow filename +release\.yml\n", text)
    assert re.search(r"Environment name +\(leave empty\)\n", text)
    assert "npm trust github @acme/logger --file release.yml" in text


def test_packages_with_the_same_values_share_one_form() -> None:
    others = (replace(PUBLISHER, package="@acme/cli"), replace(PUBLISHER, workflow="canary.yml"))
    text = report.text(replace(READY, publishers=(PUBLISHER, *others)), PLAIN)
    assert "Packages              @acme/logger, @acme/cli\n" in text
    assert text.count("Organization or user") == 2
    assert text.count("npm trust github") == 3


def test_the_command_stands_once_even_though_a_step_has_it() -> None:
    assert report.text(COMPLETE, PLAIN).count("npm trust github") == 1


def test_a_long_command_goes_on_in_the_next_line_only_if_the_shell_lets_it() -> None:
    continued = report.text(COMPLETE, Style(width=60))
    assert re.search(r"npm trust github @acme/logger --file release\.yml \\\n +--repo", continued)
    whole = report.text(COMPLETE, Style(width=60, continued=""))
    assert "--file release.yml --repo acme/logger --allow-publish\n" in whole


def test_quiet_leaves_what_a_person_must_act_on() -> None:
    text = report.text(BY_HAND, PLAIN, "quiet")
    assert "canary.yml:44:9" in text
    assert "To undo: " in text
    assert "Next steps" not in text
    assert len(report.text(COMPLETE, PLAIN, "quiet").splitlines()) == 3


def test_a_file_left_out_of_the_patch_is_named() -> None:
    text = report.text(replace(COMPLETE, withheld=(".npmrc",)), PLAIN)
    assert "Left out of the patch\n  .npmrc holds a secret" in text


def test_a_refusal_says_where_why_and_what_to_do() -> None:
    text = report.text(REFUSED, PLAIN)
    assert "a.yml:3:5" in text
    assert "The key `env` is there twice." in text
    assert "To do: Remove one." in text


def test_without_signs_the_text_is_ascii() -> None:
    assert report.text(BY_HAND, Style(signs=False), "verbose").isascii()


def test_nothing_from_a_repository_steers_the_terminal_or_shows_a_secret() -> None:
    token = "npm_" + "a1B2" * 9
    hostile = f"\x1b]0;x\x07\u202e{token}"
    outcome = Outcome(
        root=hostile,
        status="manual",
        reason=hostile,
        answers={"owner": Answer(hostile, hostile)},
        changes=(Change(hostile, None, b"x"),),
        findings=(
            replace(MANUAL, location=Location(hostile), message=hostile, todo=hostile),
            replace(APPLIED, location=Location(hostile), message=hostile),
        ),
        publishers=(Publisher(hostile, hostile, hostile, hostile, hostile),),
        next_steps=(hostile,),
        withheld=(hostile,),
        undo=hostile,
        written=True,
    )
    for text in (report.text(outcome, PLAIN, "verbose"), report.summary_line(outcome)):
        assert token not in text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_a_source_without_room_stands_below_its_answer_and_moves_no_other() -> None:
    path = ".github/workflows/a-very-long-name-for-a-release-workflow.yml"
    answers = {"owner": Answer("acme", "git remote origin"), "workflow": Answer("a.yml", path)}
    text = report.text(replace(UNCHANGED, answers=answers), PLAIN)
    assert "  owner     acme   from git remote origin\n" in text
    assert f"  workflow  a.yml\n            from {path}\n" in text
