"""Where in the source each character of a scalar's decoded string stands.

The map is rebuilt from the source by the rules that libyaml folds, unescapes and chomps by, and
its string is compared with libyaml's: a map that would be wrong anywhere is no map at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tp_init.formats.yaml_tree import Scalar

__all__ = ["Decoded", "block_header", "chomped", "decode"]

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_BREAK = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|)")
_FOLD = re.compile(r"[ \t]*(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))*[ \t]*")
# Blanks are taken in one piece, so that a long row of them is not looked through again and again.
_RUN = re.compile(r"[ \t]+|[^ \t\r\n'\\]+")
_ESCAPED_BREAK = re.compile(r"\\(?:\r\n|\r|\n)((?:[ \t]*(?:\r\n|\r|\n))*)[ \t]*")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPES = dict(
    zip(
        '0abt\tnvfre "/\\N_LP',
        '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029',
        strict=True,
    )
)


@dataclass(slots=True)
class Decoded:
    """A decoded string and its map.

    Attributes:
        pieces: the string, in pieces.
        starts: for each character, where its source starts.
        ends: for each character, where its source ends; the source of a line break ends where the
            next line's text starts, after the indentation.
        end: where the source of the whole string ends: before the closing quote, or at the end of
            a block scalar's last line of text.
        indent: the indentation of a block scalar's lines.
    """

    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    end: int = 0
    indent: int = 0

    @property
    def text(self) -> str:
        """The string."""
        return "".join(self.pieces)

    def offset(self, at: int) -> int:
        """Where the character at an offset (or the end of the string) stands in the source."""
        return self.starts[at] if at < len(self.starts) else self.end

    def add(self, text: str, start: int, end: int) -> None:
        """Append characters whose source is one span; the first of them stands for it."""
        self.pieces.append(text)
        self.starts += [start, *[end] * (len(text) - 1)]
        self.ends += [end] * len(text)

    def copy(self, text: str, start: int) -> None:
        """Append characters that stand in the source as they are."""
        self.pieces.append(text)
        self.starts += range(start, start + len(text))
        self.ends += range(start + 1, start + len(text) + 1)

    def truncate(self, length: int) -> None:
        """Drop what lies behind a length."""
        self.pieces = [self.text[:length]]
        del self.starts[length:], self.ends[length:]


def decode(source: str, node: Scalar) -> Decoded | None:
    """The map of a scalar, or None where it cannot be told for certain."""
    if node.style in {"|", ">"}:
        decoded = _decode_block(source, node)
    elif node.style:
        decoded = _decode_flow(source, node.content + 1, node.end - 1, node.style)
    else:
        decoded = _decode_flow(source, node.content, node.end, "")
    return decoded if decoded is not None and decoded.text == node.text else None


def block_header(source: str, node: Scalar) -> str:
    """A block scalar's indicators: `|`, `>-`, `|2+`."""
    header = _BLOCK_HEADER.match(source, node.content)
    return header[0] if header else ""


def chomped(text: str, header: str) -> str:
    """A string as a block scalar with this header keeps it: its lines always end in a break."""
    stripped = text.rstrip("\n")
    if "-" in header or not text:
        return stripped
    if "+" in header:
        return text if text.endswith("\n") else text + "\n"
    return stripped + "\n" if stripped else ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block scalar: its text (indentation apart), and the end of its line break."""

    start: int
    end: int
    after: int


def _decode_block(source: str, node: Scalar) -> Decoded | None:
    header = block_header(source, node)
    first_break = _BREAK.search(source, node.content, node.end)
    if first_break is None:
        return Decoded(end=node.content + len(header))
    raw = [
        (match.start(1), match.end(1), match.end(2))
        for match in _LINE.finditer(source, first_break.end(), node.end)
        if match[0]
    ]
    indent = _indentation(source, node, raw, explicit=any(map(str.isdigit, header)))
    lines = []
    for start, end, after in raw:
        text = source[start:end]
        lines.append(_Line(start + min(indent, len(text) - len(text.lstrip(" "))), end, after))
    decoded = _unfold(source, lines, folded=header.startswith(">"))
    decoded.indent = indent
    decoded.truncate(len(chomped(decoded.text, header)))
    filled = [line.end for line in lines if line.end > line.start]
    if "+" in header and lines:
        decoded.end = lines[-1].after
    else:
        decoded.end = filled[-1] if filled else node.content + len(header)
    return decoded


def _indentation(
    source: str, node: Scalar, lines: list[tuple[int, int, int]], *, explicit: bool
) -> int:
    for start, end, _ in lines:
        text = source[start:end]
        if text.strip(" "):
            spaces = len(text) - len(text.lstrip(" "))
            kept = node.text.lstrip("\n")
            return spaces - (len(kept) - len(kept.lstrip(" ")) if explicit else 0)
    return 0


def _unfold(source: str, lines: list[_Line], *, folded: bool) -> Decoded:
    """Join lines as a block scalar does, all line breaks at the end kept."""
    decoded = Decoded()
    breaks: list[tuple[int, int]] = []
    text_before = blank_before = False
    for number, line in enumerate(lines):
        if line.end > line.start:
            blank = source[line.start] in " \t"
            if folded and text_before and not blank and not blank_before:
                text = "\n" * (len(breaks) - 1) or " "
                decoded.add(text, breaks[0][0], line.start)
            else:
                _add_breaks(decoded, breaks)
            decoded.copy(source[line.start : line.end], line.start)
            text_before, blank_before, breaks = True, blank, []
        following = lines[number + 1].start if number + 1 < len(lines) else line.after
        breaks.append((line.end, following))
    _add_breaks(decoded, breaks)
    return decoded


def _add_breaks(decoded: Decoded, breaks: list[tuple[int, int]]) -> None:
    for start, end in breaks:
        decoded.add("\n", start, end)


def _decode_flow(source: str, start: int, end: int, style: str) -> Decoded | None:
    decoded = Decoded(end=end)
    at = start
    while at < end:
        if fold := _FOLD.match(source, at, end):
            breaks = len(_BREAK.findall(fold[0]))
            decoded.add("\n" * (breaks - 1) or " ", fold.start(), fold.end())
            at = fold.end()
        elif style == '"' and source[at] == "\\":
            after = _add_escape(decoded, source, at, end)
            if after is None:
                return None
            at = after
        elif style == "'" and source[at] == "'":
            decoded.add("'", at, at + 2)
            at += 2
        elif run := _RUN.match(source, at, end):
            decoded.copy(run[0], at)
            at = run.end()
        else:
            decoded.copy(source[at], at)
            at += 1
    return decoded


def _add_escape(decoded: Decoded, source: str, at: int, end: int) -> int | None:
    if match := _ESCAPED_BREAK.match(source, at, end):
        breaks = len(_BREAK.findall(match[1]))
        if breaks:
            decoded.add("\n" * breaks, at, match.end())
        return match.end()
    match = _ESCAPE.match(source, at, end)
    if match is None:
        return None
    code = match[0][1:]
    if code in _ESCAPES:
        character = _ESCAPES[code]
    elif len(code) > 1:
        character = chr(int(code[1:], 16))
    else:
        return None
    decoded.add(character, at, match.end())
    return match.end()
