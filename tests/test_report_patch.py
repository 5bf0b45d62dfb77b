"""The diff is what `git apply` needs, and what a person may safely look at."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from conftest import GitRepository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tp_init import report
from tp_init.model import Change
from tp_init.terminal import Style

SCREEN = Style(screen=True)
TOKEN = "npm_" + "a1B2" * 9

WORKFLOW = b"name: release\non: push\njobs:\n  a:\n    env:\n      X: 1\n    steps: []\n"
EDITED = WORKFLOW.replace(b"    env:\n      X: 1\n", b"    permissions:\n      id-token: write\n")

Twin: TypeAlias = Callable[[bytes], bytes]
TWINS: dict[str, Twin] = {
    "lf": lambda content: content,
    "crlf": lambda content: content.replace(b"\n", b"\r\n"),
    "no final newline": lambda content: content.removesuffix(b"\n"),
    "bom": lambda content: b"\xef\xbb\xbf" + content,
    "bom, crlf, no final newline": lambda content: (
        b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    ),
    "emoji": lambda content: "# 🚀 è\n".encode() + content,
    "line separators that git does not count": lambda content: (
        "# a\u2028b\x0b\x0c\x85\rc\n".encode() + content
    ),
    "not utf-8": lambda content: b"# caf\xe9 \x00\n" + content,
}


def applied(tmp_path: Path, changes: tuple[Change, ...]) -> dict[str, bytes]:
    """The files after `git apply` of the diff, in a folder that holds them as they were."""
    root = tmp_path / "tree"
    root.mkdir()
    for change in changes:
        if change.before is not None:
            path = root / change.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(change.before)
    patch = report.diff(changes).encode("utf-8", "surrogateescape")
    if patch:
        subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            cwd=root,
            input=patch,
            check=True,
            capture_output=True,
        )
    return {change.path: (root / change.path).read_bytes() for change in changes}


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_git_applies_an_edit_byte_for_byte(tmp_path: Path, twin: Twin) -> None:
    path = ".github/workflows/release.yml"
    changes = (Change(path, twin(WORKFLOW), twin(EDITED)),)
    assert applied(tmp_path, changes) == {path: twin(EDITED)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, WORKFLOW),
        (None, b"no newline"),
        (None, b""),
        (WORKFLOW, b""),
        (b"no newline", b""),
        (b"", WORKFLOW),
        (b"a", b"a\n"),
        (b"a\n", b"a"),
        (b"a\r\nb\n", b"a\nb\r\n"),
        (b"-- a\n++ b\n", b"++ b\n-- a\n"),
    ],
)
def test_git_applies_what_begins_or_ends_empty_or_without_a_newline(
    tmp_path: Path, before: bytes | None, after: bytes
) -> None:
    assert applied(tmp_path, (Change("file", before, after),)) == {"file": after}


PAIRS = {
    "edit": (WORKFLOW, EDITED),
    "create": (None, WORKFLOW),
    "create empty": (None, b""),
    "empty": (WORKFLOW, b""),
    "fill": (b"", WORKFLOW),
    "no line ends": (b"a", b"b"),
    "with ü": (WORKFLOW, EDITED),
}


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_the_text_is_what_git_itself_would_write(
    git_repository: Callable[..., GitRepository], twin: Twin
) -> None:
    changes = [
        Change(path, before and twin(before), after and twin(after))
        for path, (before, after) in sorted(PAIRS.items())
    ]
    repository = git_repository({c.path: c.before for c in changes if c.before is not None})
    repository.write({c.path: c.after for c in changes})
    repository.git("add", "--intent-to-add", "-A")
    written = subprocess.run(
        ["git", "diff", "--text"], cwd=repository.root, check=True, capture_output=True
    ).stdout
    # It needs no objects but for an empty new file, and no title of a hunk.
    written = re.sub(rb"^index (?!0+\.\.e69de29\n).*\n", b"", written, flags=re.MULTILINE)
    written = re.sub(rb"^(@@ .* @@) .*$", rb"\1", written, flags=re.MULTILINE)
    assert report.diff(changes).encode("utf-8", "surrogateescape") == written


@pytest.mark.parametrize(
    "path",
    [
        "with blank.yml",
        "ünï.yml",
        "🚀.yml",
        'quo"te',
        "back\\slash",
        "tab\there",
        "new\nline",
        "-x",
    ],
)
@pytest.mark.parametrize("before", [None, WORKFLOW])
def test_git_finds_files_with_odd_names(tmp_path: Path, path: str, before: bytes | None) -> None:
    assert applied(tmp_path, (Change(path, before, EDITED),)) == {path: EDITED}


def test_a_new_file_keeps_its_executable_bit(tmp_path: Path) -> None:
    applied(tmp_path, (Change("run", None, b"#!/bin/sh\n", mode=0o755),))
    assert (tmp_path / "tree" / "run").stat().st_mode & 0o111


def test_several_files_make_one_patch(tmp_path: Path) -> None:
    changes = (Change("a", b"1\n", b"2\n"), Change("b/c", None, b"x"), Change("d", b"1\n", b""))
    assert applied(tmp_path, changes) == {"a": b"2\n", "b/c": b"x", "d": b""}


LINES = st.lists(
    st.sampled_from([b"", b"a", b"b", b" ", b"-", b"\r", b"+x", b"\\ No"]), max_size=14
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(LINES, LINES, st.booleans(), st.booleans()), min_size=8, max_size=8))
def test_git_applies_any_two_texts(
    tmp_path_factory: pytest.TempPathFactory,
    pairs: list[tuple[list[bytes], list[bytes], bool, bool]],
) -> None:
    changes = tuple(
        Change(f"{number}", _text(old, ends=old_ends), _text(new, ends=new_ends))
        for number, (old, new, old_ends, new_ends) in enumerate(pairs)
    )
    wanted = {change.path: change.after for change in changes}
    assert applied(tmp_path_factory.mktemp("any"), changes) == wanted


def _text(lines: list[bytes], *, ends: bool) -> bytes:
    return b"\n".join(lines) + b"\n" * ends


def test_a_file_that_does_not_change_has_no_part() -> None:
    assert report.diff((Change("same", WORKFLOW, WORKFLOW),)) == ""
    assert report.diff((Change("same", WORKFLOW, WORKFLOW),), SCREEN) == ""


def test_distant_changes_of_a_large_file_are_small_hunks() -> None:
    lines = [b"line %d\n" % number for number in range(30_000)]
    after = [*lines]
    after[10] = after[-10] = b"other\n"
    patch = report.diff((Change("large", b"".join(lines), b"".join(after)),))
    assert patch.count("@@ -") == 2
    assert patch.count("\n") == 3 + 2 * (1 + 8)


def test_git_applies_a_large_file_of_equal_lines_which_costs_no_time(tmp_path: Path) -> None:
    lines = [b"line\n"] * 30_000
    after = [b"x\n" if number % 2 else line for number, line in enumerate(lines)]
    start = time.perf_counter()
    changes = (Change("large", b"".join(lines), b"".join(after)),)
    assert applied(tmp_path, changes) == {"large": b"".join(after)}
    assert time.perf_counter() - start < 10


def test_an_exact_diff_leaves_a_file_with_a_secret_out_and_names_it() -> None:
    npmrc = f"//registry.npmjs.org/:_authToken={TOKEN}\n".encode()
    changes = (Change(".npmrc", npmrc, b""), Change("a", b"1\n", b"2\n"))
    patch = report.diff(changes)
    assert ".npmrc" not in patch
    assert "+2" in patch
    assert report.withheld(changes) == (".npmrc",)


def test_a_secret_far_from_the_change_does_not_withhold_the_file() -> None:
    before = b"a\n" + b"\n" * 9 + f"_authToken={TOKEN}\n".encode()
    changes = (Change(".npmrc", before, before.replace(b"a\n", b"b\n")),)
    assert report.withheld(changes) == ()
    assert TOKEN not in report.diff(changes)


def test_a_reference_to_a_secret_is_printed() -> None:
    change = Change(".npmrc", b"//r/:_authToken=${NPM_TOKEN}\n", b"")
    assert "-//r/:_authToken=${NPM_TOKEN}" in report.diff((change,))


def test_on_a_screen_a_secret_is_masked() -> None:
    npmrc = f"//registry.npmjs.org/:_authToken={TOKEN}\n".encode()
    patch = report.diff((Change(".npmrc", npmrc, b""),), SCREEN)
    assert TOKEN not in patch
    assert "-//registry.npmjs.org/:_authToken=***" in patch


def test_on_a_screen_control_characters_are_visible() -> None:
    hostile = "a\x1b[2J\u202eb\rc\n".encode()
    patch = report.diff((Change("evil\x1b[2J", hostile, b"x\n"),), Style(screen=True, color=True))
    assert "\x1b[2J" not in patch
    assert "\u202e" not in patch
    assert "\r" not in patch
    assert r"\x1b[2J" in patch


def test_on_a_screen_the_returns_of_a_crlf_file_are_not_shown() -> None:
    crlf = Change("a", b"1\r\n2\r\n", b"1\r\n3\r\n")
    mixed = Change("a", b"1\r\n2\r\n", b"1\r\n3\n")
    assert r"\r" not in report.diff((crlf,), SCREEN)
    assert r"-2\r" in report.diff((mixed,), SCREEN)


def test_colour_says_nothing_that_the_signs_do_not() -> None:
    changes = (Change("a", WORKFLOW, EDITED),)
    colored = report.diff(changes, Style(screen=True, color=True))
    assert "\x1b[31m-" in colored
    assert "\x1b[32m+" in colored
    plain = colored
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[36m"):
        plain = plain.replace(code, "")
    assert plain == report.diff(changes, SCREEN)


def test_lines_are_counted() -> None:
    assert report.line_counts(Change("a", b"-- a\nb\n", b"++ a\nb\nc")) == (2, 1)
    assert report.line_counts(Change("a", None, b"1\n2\n")) == (2, 0)
