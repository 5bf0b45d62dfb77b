"""Colour, signs and width follow the stream, the flag and the environment; prose fits."""

from __future__ import annotations

import io
import os
import pty
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp_init.terminal import ColorChoice, Style, shown, style_for, width_of, wrapped


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "color"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("always", {}, False, True),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"CLICOLOR_FORCE": "0"}, True, False),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_colour_is_decided_as_other_tools_do(
    choice: ColorChoice, environ: dict[str, str], *, terminal: bool, color: bool
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    assert style_for(stream, choice, environ).color is color


@pytest.mark.parametrize(
    ("columns", "width"),
    [("", 80), ("120", 100), ("64", 64), ("10", 40), ("0", 80), ("-5", 80), ("9" * 5000, 80)],
)
def test_the_width_is_the_terminals_within_limits(columns: str, width: int) -> None:
    assert style_for(io.StringIO(), "auto", {"COLUMNS": columns}).width == width


@pytest.fixture
def window() -> Iterator[io.TextIOWrapper]:
    """A real terminal, 66 columns wide."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 66, 0, 0))
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        yield stream
    os.close(master)


def test_a_real_terminal_is_measured(window: io.TextIOWrapper) -> None:
    style = style_for(window, "auto", {"TERM": "xterm"})
    assert (style.width, style.color, style.screen, style.signs) == (66, True, True, True)


def test_a_pipe_gets_exact_text_and_a_pager_gets_safe_text() -> None:
    assert not style_for(io.StringIO(), "auto", {}).screen
    assert style_for(io.StringIO(), "always", {}).screen


@pytest.mark.parametrize(("encoding", "signs"), [("utf-8", True), ("cp1252", False), ("x", False)])
def test_signs_are_ascii_where_the_stream_takes_no_others(encoding: str, *, signs: bool) -> None:
    stream = Terminal()
    stream.encoding = encoding
    style = style_for(stream, "never", {})
    assert style.signs is signs
    assert style.sign("done").isascii() is not signs
    assert style.sign("open").isascii() is not signs


def test_without_colour_nothing_is_added() -> None:
    assert Style().paint("text", "bad") == "text"
    assert Style(color=True).paint("", "bad") == ""
    assert Style(color=True).paint("text", "bad") == "\x1b[31mtext\x1b[0m"


def test_code_is_coloured_across_line_ends_and_every_line_is_closed() -> None:
    lines = Style(color=True).code(["  see `npm", "  publish` and `x`"])
    assert re.sub(r"\x1b\[\d+m", "", "\n".join(lines)) == "  see `npm\n  publish` and `x`"
    assert all(line.count("\x1b[0m") * 2 == line.count("\x1b[") for line in lines)
    assert "\x1b[36m  publish\x1b[0m" in lines[1]


def test_an_unclosed_backtick_colours_nothing() -> None:
    assert Style(color=True).code(["a ` b"]) == ["a ` b"]


def test_shown_text_has_no_secret_and_no_control_character_but_keeps_its_lines() -> None:
    token = "npm_" + "a1B2" * 9
    assert shown(f"a\x1b[31m\nb {token}") == "a\\x1b[31m\nb npm_***"


def test_prose_is_wrapped_with_its_prefixes() -> None:
    assert wrapped("one two three four", 11, first="  1. ") == [
        "  1. one",
        "     two",
        "     three",
        "     four",
    ]
    assert wrapped("one two", 9, first="- ", rest="") == ["- one two"]
    assert wrapped("", 9, first="- ") == ["-"]


def test_code_is_kept_whole_unless_it_is_too_long() -> None:
    assert wrapped("use `npm ci` now", 12) == ["use `npm ci`", "now"]
    assert wrapped("use `npm ci` now", 11) == ["use", "`npm ci`", "now"]
    assert wrapped("`a very long command` x", 10) == ["`a very", "long", "command` x"]


def test_wide_and_invisible_characters_are_measured() -> None:
    assert width_of("abc") == 3
    assert width_of("日本") == 4
    assert width_of("e\u0301") == 1
    assert wrapped("日本 日本", 5) == ["日本", "日本"]


@given(
    st.lists(st.text("ab`é日", min_size=1, max_size=8), max_size=20),
    st.integers(min_value=20, max_value=100),
    st.integers(min_value=0, max_value=8),
)
def test_wrapping_loses_no_word_and_overflows_by_no_more_than_a_word(
    words: list[str], width: int, indent: int
) -> None:
    lines = wrapped(" ".join(words), width, first=" " * indent)
    assert " ".join(lines).split() == words
    assert all(width_of(line) <= width for line in lines)
