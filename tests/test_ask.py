"""The prompts, driven by keys: prefilled, checked while typing, and left calmly."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from tp_init.ask import Interrupted, ask, confirm
from tp_init.model import Answer

ENTER, CTRL_C, CTRL_D, CLEAR, DOWN = "\r", "\x03", "\x04", "\x15", "\x1b[B"


@dataclass(frozen=True)
class Question:
    """A question with nothing but what a prompt needs."""

    name: str
    help: str = ""
    choices: tuple[str, ...] = ()


OWNER = Question("owner", "GitHub user or organization")
SCOPE = Question("scope", "npm scope")
LAYOUT = Question("layout", "Jobs", ("single", "split"))
DEFAULTS = {
    "owner": Answer("acme", "git remote origin"),
    "scope": Answer("", "package.json"),
    "layout": Answer("split", "--layout"),
    "provenance": Answer(value=True, source="default"),
}


def problem(name: str, value: str) -> str:
    return "Write the name without @." if name == "owner" and value.startswith("@") else ""


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    """Keys that are pressed before they are needed."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


def test_enter_takes_the_default_with_its_source(keys: PipeInput) -> None:
    keys.send_text(ENTER + ENTER)
    answers = ask([OWNER, SCOPE], DEFAULTS, problem)
    assert answers == {"owner": DEFAULTS["owner"], "scope": DEFAULTS["scope"]}


def test_another_answer_is_the_persons_own(keys: PipeInput) -> None:
    keys.send_text(CLEAR + " globex " + ENTER)
    assert ask([OWNER], DEFAULTS, problem) == {"owner": Answer("globex", "your answer")}


def test_a_question_without_a_default_starts_empty(keys: PipeInput) -> None:
    keys.send_text("x" + ENTER)
    assert ask([OWNER], {}, problem) == {"owner": Answer("x", "your answer")}


def test_a_wrong_answer_is_not_taken(keys: PipeInput) -> None:
    keys.send_text(CLEAR + "@acme" + ENTER + CLEAR + "acme" + ENTER)
    assert ask([OWNER], DEFAULTS, problem) == {"owner": DEFAULTS["owner"]}


def test_a_choice_starts_at_its_default(keys: PipeInput) -> None:
    keys.send_text(ENTER)
    assert ask([LAYOUT], DEFAULTS, problem) == {"layout": DEFAULTS["layout"]}


def test_another_choice_can_be_taken(keys: PipeInput) -> None:
    keys.send_text(DOWN + ENTER)
    assert ask([LAYOUT], DEFAULTS, problem) == {"layout": Answer("single", "your answer")}


@pytest.mark.parametrize(("key", "value"), [(ENTER, True), ("n", False)])
def test_a_yes_or_no_question_is_answered_by_one_key(
    keys: PipeInput, key: str, *, value: bool
) -> None:
    keys.send_text(key)
    assert ask([Question("provenance")], DEFAULTS, problem)["provenance"].value is value


@pytest.mark.parametrize(("key", "value"), [("y", True), ("n", False), (ENTER, False)])
def test_only_a_yes_is_a_yes(keys: PipeInput, key: str, *, value: bool) -> None:
    keys.send_text(key)
    assert confirm("Write these files?") is value


@pytest.mark.parametrize("stop", [CTRL_C, CLEAR + CTRL_D])
def test_a_person_can_leave_at_any_prompt(keys: PipeInput, stop: str) -> None:
    keys.send_text(ENTER + stop)
    with pytest.raises(Interrupted) as stopped:
        ask([OWNER, SCOPE], DEFAULTS, problem)
    assert stopped.value.exit_code == 2
    assert str(stopped.value) == "Stopped: nothing was written."


@pytest.mark.parametrize("stop", [CTRL_C, CTRL_D])
def test_a_person_can_leave_at_a_choice(keys: PipeInput, stop: str) -> None:
    keys.send_text(stop)
    with pytest.raises(Interrupted):
        ask([LAYOUT], DEFAULTS, problem)


@pytest.mark.parametrize("stop", [CTRL_C, CTRL_D])
def test_a_person_can_leave_at_the_confirmation(keys: PipeInput, stop: str) -> None:
    keys.send_text(stop)
    with pytest.raises(Interrupted):
        confirm("Write these files?")


SCRIPT = """
from tests_question import OWNER, DEFAULTS
from tp_init.ask import Interrupted, ask
try:
    print("answer", ask([OWNER], DEFAULTS, lambda n, v: "no @ here" * v.startswith("@")))
except Interrupted as stop:
    print(stop)
    raise SystemExit(stop.exit_code)
"""
MODULE = """
from types import SimpleNamespace
from tp_init.model import Answer
OWNER = SimpleNamespace(name="owner", help="GitHub user or organization", choices=())
DEFAULTS = {"owner": Answer("acme\\x1b[2J", "git remote origin")}
"""


@dataclass
class Session:
    """A process at a terminal of its own."""

    process: subprocess.Popen[bytes]
    terminal: int
    seen: str = ""

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read what the terminal shows, without its styling, until the text is there."""
        end = time.monotonic() + 30
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    piece = os.read(self.terminal, 4096).decode()
                except OSError:  # the other end is closed
                    assert text in self.seen, self.seen
                    return
                if "\x1b[6n" in piece:  # it asks where the cursor is
                    self.press("\x1b[1;1R")
                self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", piece)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    (tmp_path / "tests_question.py").write_text(MODULE, "utf-8")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(slave)
    yield Session(process, master)
    process.kill()
    process.wait()
    os.close(master)


def test_at_a_real_terminal_the_source_the_default_and_the_fault_are_seen(session: Session) -> None:
    session.wait_for("owner: GitHub user or organization")
    session.wait_for("(from git remote origin)")
    session.wait_for("acme")
    session.press(CLEAR + "@")
    session.wait_for("no @ here")
    session.press(CLEAR + "globex" + ENTER)
    session.wait_for("answer {'owner': Answer(value='globex', source='your answer')}")
    assert session.process.wait(30) == 0


def test_at_a_real_terminal_an_interrupt_is_one_calm_line(session: Session) -> None:
    session.wait_for("(from git remote origin)")
    session.press(CTRL_C)
    session.wait_for("Stopped: nothing was written.")
    assert session.process.wait(30) == 2
    assert "Traceback" not in session.seen
