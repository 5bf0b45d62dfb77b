"""The command line as a user and a program meet it: streams, exit codes, flags, output formats."""

from __future__ import annotations

import importlib.metadata
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import jsonschema
import pytest
from conftest import FileTree, GitRepository

import tp_init
from tp_init.cli import QUESTION_OPTIONS, Streams, main

PACKAGE = Path(tp_init.__file__).parent
SAMPLE = PACKAGE / "demo" / "sample"
SCHEMA = json.loads((PACKAGE / "schemas" / "outcome.json").read_text(encoding="utf-8"))
WORKFLOW = ".github/workflows/release.yml"

BARE = {"README.md": "# nothing to publish\n"}
UNREADABLE = {".github/workflows/ci.yml": "on: [push\n"}
STREAM_NAMES = ("in", "out", "err")


class Ran(NamedTuple):
    """What a run came to."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Ran]
MakeRepository: TypeAlias = Callable[..., GitRepository]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line here, without a terminal."""

    def called(*arguments: str | Path) -> Ran:
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return called


def process(*arguments: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own, where its own streams matter."""
    command = [sys.executable, "-m", "tp_init.cli", *map(str, arguments)]
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
    return subprocess.run(
        command, check=False, encoding="utf-8", stdin=subprocess.DEVNULL, **settings
    )


def sample() -> dict[str, bytes]:
    """The files of the demo: a package that publishes with a token."""
    return {
        path.relative_to(SAMPLE).as_posix(): path.read_bytes()
        for path in SAMPLE.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def root(git_repository: MakeRepository) -> Path:
    """A committed repository that publishes with a token."""
    return git_repository(sample(), {"origin": "https://github.com/acme/Logger.git"}).root


def state(root: Path) -> dict[str, bytes]:
    """Every file outside .git, with its bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def streams(terminals: str) -> Streams:
    """Streams of which the named ones (of `in out err`) are terminals."""
    return Streams(
        *(Terminal() if name in terminals.split() else io.StringIO() for name in STREAM_NAMES)
    )


class TestWithoutARepository:
    def test_version_is_the_installed_one(self, run: Run) -> None:
        assert run("--version") == (0, f"tp-init {importlib.metadata.version('tp-init')}\n", "")

    def test_help_goes_to_stdout_fits_80_columns_and_names_every_question(self, run: Run) -> None:
        code, out, err = run("--help")
        assert (code, err) == (0, "")
        assert max(map(len, out.splitlines())) <= 80
        for name in QUESTION_OPTIONS:
            assert f"--{name} " in out

    @pytest.mark.parametrize("code", ["0", "1", "2"])
    def test_help_says_what_each_exit_code_means(self, code: str, run: Run) -> None:
        assert f"\n  {code}  " in run("-h").out.partition("exit codes:")[2]

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["--nonsense"], "--nonsense"),
            (["one", "two"], "two"),
            (["--format", "xml"], "xml"),
            (["--quiet", "--verbose"], "--verbose"),
            (["--demo", "elsewhere"], "--demo takes no PATH"),
            (["--data", "owner"], "KEY=VALUE"),
            (["--data", "colour=red"], "colour=red"),
            (["no-such-folder"], "no-such-folder"),
            (["--ver"], "--ver"),
        ],
    )
    def test_a_usage_error_is_one_line_on_stderr(
        self, arguments: list[str], told: str, run: Run
    ) -> None:
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("tp-init: ")
        assert err.count("\n") == 1
        assert told in err

    def test_no_costly_module_is_imported_to_start(self) -> None:
        code = (
            "import sys; from tp_init.cli import main; main(['--help'])\n"
            "print(*sys.modules, file=sys.stderr)"
        )
        # Without `site`, which may import much by itself (an editable install does).
        done = subprocess.run(
            [sys.executable, "-S", "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        )
        costly = {"copier", "dataclasses", "inspect", "jinja2", "questionary", "shutil", "yaml"}
        assert not costly & set(done.stderr.split())


class TestExitCodes:
    def test_nothing_to_do_is_0(self, file_tree: FileTree, run: Run) -> None:
        code, out, err = run(file_tree(BARE))
        assert (code, err) == (0, "")
        assert "Unchanged" in out

    def test_a_diff_that_was_not_written_is_1(self, root: Path, run: Run) -> None:
        before = state(root)
        assert run(root).code == 1
        assert state(root) == before

    def test_written_is_0_and_a_second_run_changes_nothing(self, root: Path, run: Run) -> None:
        before = state(root)
        assert run(root, "--yes").code == 0
        after = state(root)
        assert after != before
        assert run(root, "--yes").code == 0
        assert state(root) == after

    def test_exit_zero_turns_1_into_0(self, root: Path, run: Run) -> None:
        assert run(root, "--exit-zero").code == 0

    def test_exit_zero_leaves_2(self, file_tree: FileTree, run: Run) -> None:
        assert run(file_tree(UNREADABLE), "--exit-zero").code == 2

    def test_a_file_that_cannot_be_read_is_2_with_its_place(
        self, file_tree: FileTree, run: Run
    ) -> None:
        code, out, err = run(file_tree(UNREADABLE))
        assert (code, out) == (2, "")
        assert ".github/workflows/ci.yml:" in err

    def test_uncommitted_changes_stop_a_write_unless_forced(self, root: Path, run: Run) -> None:
        for name in ("package.json", ".npmrc"):
            (root / name).write_bytes((root / name).read_bytes() + b"\n")
        before = state(root)
        code, out, err = run(root, "--yes")
        assert (code, out) == (2, "")
        assert "package.json" in err
        assert ".npmrc" in err
        assert state(root) == before
        assert run(root, "--yes", "--force").code == 0
        assert state(root) != before

    def test_a_defect_is_2_and_says_that_it_is_one(
        self, monkeypatch: pytest.MonkeyPatch, run: Run
    ) -> None:
        monkeypatch.setattr("tp_init.migrate.open_migration", lambda *_: 1 / 0)
        code, out, err = run(".")
        assert (code, out) == (2, "")
        assert "ZeroDivisionError" in err
        assert "defect of tp-init" in err.splitlines()[-1]

    def test_an_interrupt_is_2_without_a_traceback(
        self, monkeypatch: pytest.MonkeyPatch, run: Run
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("tp_init.migrate.open_migration", interrupted)
        assert run(".") == (2, "", "\ntp-init: interrupted: nothing was written\n")


class TestAnswers:
    def test_an_answer_that_is_missing_names_its_flag(
        self, git_repository: MakeRepository, run: Run
    ) -> None:
        manifest = '{"name": "logger", "version": "1.0.0"}\n'
        code, _, err = run(git_repository({"package.json": manifest}).root, "--yes")
        assert code == 2
        assert "--owner" in err

    @pytest.mark.parametrize(
        "given",
        [
            ["--environment", "npm"],
            ["--data", "environment=npm"],
            ["--data", "environment=other", "--environment", "npm"],
        ],
        ids=["a flag", "data", "the flag wins"],
    )
    def test_a_flag_and_data_give_an_answer(self, given: list[str], root: Path, run: Run) -> None:
        assert run(root, "--yes", *given).code == 0
        assert "    environment: npm\n" in (root / WORKFLOW).read_text(encoding="utf-8")

    def test_a_refused_answer_is_told_in_the_questions_words(self, root: Path, run: Run) -> None:
        code, _, err = run(root, "--yes", "--owner", "@acme")
        assert code == 2
        assert "without the @" in err


class TestDiff:
    def test_it_applies_with_git_and_equals_what_yes_writes(
        self, git_repository: MakeRepository, tmp_path: Path, run: Run
    ) -> None:
        remote = {"origin": "https://github.com/acme/Logger.git"}
        one, other = (git_repository(sample(), remote, name) for name in ("one", "other"))
        patch = tmp_path / "tp-init.patch"
        patch.write_bytes(run(one.root, "--diff").out.encode())
        one.git("apply", str(patch))
        assert run(other.root, "--yes").code == 0
        assert state(one.root) == state(other.root)

    def test_it_writes_nothing_even_with_yes(self, root: Path, run: Run) -> None:
        before = state(root)
        code, out, _ = run(root, "--diff", "--yes")
        assert code == 1
        assert out.startswith("diff --git ")
        assert state(root) == before

    def test_the_patch_is_data_and_the_rest_is_talk(self, root: Path, run: Run) -> None:
        _, out, err = run(root)
        assert out.startswith("diff --git ")
        assert "Next steps" not in out
        assert "Next steps" in err


class TestJson:
    def document(self, out: str) -> Any:
        """The one document on standard output, valid against its schema."""
        document = json.loads(out)
        jsonschema.validate(document, SCHEMA)
        return document

    def test_a_preview(self, root: Path, run: Run) -> None:
        code, out, err = run(root, "--format", "json")
        document = self.document(out)
        assert (code, err) == (1, "")
        assert document["status"] == "complete"
        assert {finding["fix"] for finding in document["findings"]} == {"available"}
        assert [publisher["package"] for publisher in document["publishers"]] == ["@acme/logger"]

    def test_a_write(self, root: Path, run: Run) -> None:
        code, out, err = run(root, "--format", "json", "--yes")
        document = self.document(out)
        assert (code, err) == (0, "")
        assert {finding["fix"] for finding in document["findings"]} == {"applied"}
        changed = {change["path"] for change in document["changes"]}
        assert changed == {WORKFLOW, ".npmrc", "package.json"}

    def test_nothing_to_do(self, file_tree: FileTree, run: Run) -> None:
        code, out, _ = run(file_tree(BARE), "--format", "json")
        assert code == 0
        assert self.document(out)["status"] == "unchanged"

    def test_a_refusal(self, file_tree: FileTree, run: Run) -> None:
        code, out, _ = run(file_tree(UNREADABLE), "--format", "json")
        assert code == 2
        document = self.document(out)
        assert document["status"] == "refused"
        assert document["findings"][0]["path"] == ".github/workflows/ci.yml"


class TestStreams:
    def test_no_escape_reaches_a_pipe(self, root: Path, run: Run) -> None:
        _, out, err = run(root)
        assert "\x1b" not in out + err

    def test_color_always_reaches_a_pipe(
        self, root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[32m" in run(root, "--color", "always").out

    @pytest.mark.parametrize(
        ("setting", "value", "coloured"),
        [("TERM", "xterm", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False)],
    )
    def test_a_terminal_has_colour_unless_the_environment_says_no(
        self,
        setting: str,
        value: str,
        coloured: object,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv(setting, value)
        screen = streams("out err")
        assert main([str(root), "--diff"], screen) == 1
        shown = screen.out.getvalue() + screen.err.getvalue()  # type: ignore[attr-defined]
        assert ("\x1b[32m" in shown) is coloured

    @pytest.mark.parametrize(
        ("terminals", "ci"),
        [("in out err", ""), ("in err", ""), ("in out err", "false"), ("in out err", "0")],
    )
    def test_it_asks_where_a_person_sits(
        self, terminals: str, ci: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CI", ci)
        assert streams(terminals).interactive

    @pytest.mark.parametrize(
        ("terminals", "ci"),
        [("in out err", "true"), ("in out err", "1"), ("out err", ""), ("in out", ""), ("", "")],
    )
    def test_it_asks_nothing_without_a_person(
        self, terminals: str, ci: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CI", ci)
        assert not streams(terminals).interactive

    def test_a_terminal_in_ci_gets_the_diff_and_no_question(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CI", "true")
        screen, before = streams("in out err"), state(root)
        assert main([str(root)], screen) == 1
        assert state(root) == before

    @pytest.mark.skipif(os.name == "nt", reason="a pipe that breaks is an error of another kind")
    def test_a_reader_that_goes_away_is_no_traceback(self, root: Path) -> None:
        read, write = os.pipe()
        os.close(read)
        done = process(root, "--diff", stdout=write)
        os.close(write)
        assert (done.returncode, done.stderr) == (2, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device for this")
    def test_a_full_disk_is_told_in_one_line(self, root: Path) -> None:
        with Path("/dev/full").open("wb") as full:
            done = process(root, "--format", "json", stdout=full)
        assert done.returncode == 2
        assert done.stderr.startswith("tp-init: stopped by the system: ")
        assert done.stderr.count("\n") == 1

    @pytest.mark.skipif(os.name == "nt", reason="closing a stream is a shell's `>&-`")
    def test_a_closed_stdout_is_no_traceback(self, file_tree: FileTree) -> None:
        command = 'exec "$0" -m tp_init.cli "$1" >&-'
        done = subprocess.run(
            ["sh", "-c", command, sys.executable, str(file_tree(BARE))],
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        assert (done.returncode, done.stderr) == (0, "")

    def test_a_stream_without_unicode_gets_signs_that_it_has(self, root: Path) -> None:
        done = process(root, env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert done.returncode == 1
        assert (done.stdout + done.stderr).isascii()

    def test_quiet_says_less_and_verbose_no_less(self, root: Path, run: Run) -> None:
        quiet, normal, verbose = (run(root, *flag).err for flag in (["-q"], [], ["-v"]))
        assert "Next steps" not in quiet
        assert len(quiet) < len(normal) <= len(verbose)


class TestDemo:
    def test_it_migrates_a_copy_of_its_sample(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        before = state(SAMPLE)
        code, out, _ = run("--demo")
        assert code == 0
        assert out.startswith("diff --git ")
        assert "Complete" in out
        (copy,) = tmp_path.glob("tp-init-demo-*/logger")
        assert "_authToken" not in (copy / ".npmrc").read_text(encoding="utf-8")
        assert state(SAMPLE) == before
        undo = out.splitlines()[-1].removeprefix("To undo: ")
        subprocess.run(shlex.split(undo), check=True)
        assert state(copy) == before
