"""What a stream can show: colour, signs, width; and text laid out to fit it."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO, TypeAlias

from tp_init.mask import masked
from tp_init.printable import printable

__all__ = ["PLAIN", "ColorChoice", "Role", "Style", "shown", "style_for", "width_of", "wrapped"]

ColorChoice: TypeAlias = Literal["auto", "always", "never"]
Role: TypeAlias = Literal["heading", "good", "bad", "warning", "faint", "code", "hunk"]

WIDEST = 100  # longer lines are hard to read, however wide the window is
NARROWEST = 40
_WITHOUT_TERMINAL = 80

# The basic colours only: the user's own theme decides how they look, on dark and on light.
_SGR: Mapping[Role, str] = {
    "heading": "1",
    "good": "32",
    "bad": "31",
    "warning": "33",
    "faint": "2",
    "code": "36",
    "hunk": "36",
}
_SIGNS: Mapping[str, tuple[str, str]] = {  # what is meant: the sign, and the same in ASCII
    "done": ("✓", "+"),
    "open": ("✗", "x"),
    "unknown": ("?", "?"),
    "advice": ("•", "-"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to write for one stream. The default is what a file or a pipe gets.

    Attributes:
        color: whether to use colour. Nothing is said by colour alone.
        width: columns that prose may fill.
        signs: whether the stream can take signs beyond ASCII.
        screen: whether a person reads it. Then a diff shows control characters and masks
            secrets; otherwise it is exact, for a program.
        continued: what ends a shell line that goes on in the next; empty where the shell
            has no such thing that is safe to paste, and a long command stays on one line.
    """

    color: bool = False
    width: int = _WITHOUT_TERMINAL
    signs: bool = True
    screen: bool = False
    continued: str = "\\"

    def paint(self, text: str, role: Role) -> str:
        """The text in the colour of its role, or as it is."""
        return f"\x1b[{_SGR[role]}m{text}\x1b[0m" if self.color and text else text

    def sign(self, meaning: Literal["done", "open", "unknown", "advice"]) -> str:
        """A one-column sign; the words beside it say the same."""
        return _SIGNS[meaning][0 if self.signs else 1]

    def code(self, lines: Sequence[str]) -> list[str]:
        """Prose with what stands in backticks coloured, also where that runs over a line's end."""
        if not self.color or sum(line.count("`") for line in lines) % 2:
            return list(lines)
        painted, inside = [], False
        for line in lines:
            pieces = line.split("`")
            shown_line = ""
            for number, piece in enumerate(pieces):
                if number:
                    inside = not inside
                    shown_line += self.paint("`", "faint")
                shown_line += self.paint(piece, "code") if inside else piece
            painted.append(shown_line)
        return painted


PLAIN = Style()


def style_for(
    stream: TextIO,
    choice: ColorChoice,
    environ: Mapping[str, str],
) -> Style:
    """The style for a stream, from `--color` and the environment's conventions.

    `--color always` and `never` win. Then, as in CPython 3.13 and most tools: a non-empty
    NO_COLOR (https://no-color.org), FORCE_COLOR, CLICOLOR_FORCE and CLICOLOR
    (https://bixense.com/clicolors/), TERM=dumb, and whether the stream is a terminal.
    """
    terminal = stream.isatty()
    color = {"always": True, "never": False}.get(choice)
    if color is None:
        color = _wants_color(environ, terminal=terminal)
    if color and terminal:
        color = _understands_escapes(stream) or choice == "always"
    return Style(
        color=color,
        width=_width(stream, environ),
        signs=_can_encode(stream),
        screen=terminal or color,
        continued="" if sys.platform == "win32" else "\\",
    )


def _wants_color(environ: Mapping[str, str], *, terminal: bool) -> bool:
    if environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        value = environ.get(name)
        if value:
            return value not in {"0", "false"}
    return terminal and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if re.fullmatch(r"[1-9][0-9]{0,4}", columns):
        width = int(columns)
    else:
        try:
            width = os.get_terminal_size(stream.fileno()).columns or _WITHOUT_TERMINAL
        except (OSError, ValueError):  # not a terminal; or a stream without a file below it
            width = _WITHOUT_TERMINAL
    return max(NARROWEST, min(width, WIDEST))


def _can_encode(stream: TextIO) -> bool:
    try:
        "".join(sign for sign, _ in _SIGNS.values()).encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _understands_escapes(stream: TextIO) -> bool:
    """Whether the terminal acts on escape sequences; an older Windows console has to be told to."""
    if sys.platform != "win32":
        return True
    import ctypes  # noqa: PLC0415 - needed on Windows only

    kernel = ctypes.windll.kernel32
    mode = ctypes.c_ulong()
    handle = kernel.GetStdHandle(-10 - stream.fileno())  # -11 standard output, -12 standard error
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return True  # a terminal that is no console (mintty): it understands them
    virtual_terminal = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING
    return bool(kernel.SetConsoleMode(handle, mode.value | virtual_terminal))


def shown(text: str) -> str:
    """Text from a repository as it may be shown: secrets masked, control characters visible.

    Line ends stay, since callers lay text out by lines.
    """
    return "\n".join(printable(line) for line in masked(text).split("\n"))


def width_of(text: str) -> int:
    """How many columns a text without escape sequences fills."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def wrapped(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """One paragraph as lines of at most `width` columns, as far as its words allow.

    A word is never broken (a path or an address must stay whole to be copied), nor is what
    stands in backticks unless it is too long for a line.

    Args:
        text: the paragraph; its white space collapses.
        width: the columns to fill, prefixes included.
        first: stands before the first line.
        rest: stands before the others; spaces as wide as `first` where not given.
    """
    if rest is None:
        rest = " " * width_of(first)
    lines, line, filled = [], first, False
    for word in _words(text, width - width_of(rest)):
        if filled and width_of(line) + 1 + width_of(word) > width:
            lines.append(line)
            line, filled = rest, False
        line += f" {word}" if filled else word
        filled = True
    return [*lines, line.rstrip() if not filled else line]


def _words(text: str, room: int) -> Iterator[str]:
    for word in re.findall(r"(?:`[^`]*`|\S)+", text):
        if width_of(word) <= room:
            yield " ".join(word.split())
        else:
            yield from word.split()
