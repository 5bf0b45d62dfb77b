"""Where the entries of a collection stand in the text, and the lines round them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from tp_init.document import Position
from tp_init.formats.yaml_source import block_header, decode
from tp_init.formats.yaml_tree import Mapping, Node, Scalar, Sequence, children

__all__ = ["Entry", "Layout"]

_BREAK = re.compile(r"\r\n|\r|\n")
_TRIVIA = re.compile(r"(?:[ \t\r\n\ufeff]+|#[^\r\n]*)*+")
_SPACE = re.compile(r"[ \t\r\n]*")
_BLANKS = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value, or one item.

    Attributes:
        start: where it starts: the key, the dash of a block item, or a flow item.
        after: where what introduces the value ends (the colon, the dash), or -1 for none.
        end: where its value's last character stands, comments apart.
        value: the value.
        key: the key; None for an item.
        comma: in a flow collection, where the comma after it stands, or -1.
    """

    start: int
    after: int
    end: int
    value: Node
    key: Scalar | None = None
    comma: int = -1


@dataclass(frozen=True)
class Layout:
    """A text with its lines."""

    text: str

    @cached_property
    def _starts(self) -> list[int]:
        first = 1 if self.text.startswith("\ufeff") else 0
        return [first, *(match.end() for match in _BREAK.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The line and column of an offset; a byte order mark takes no column."""
        line = max(bisect_right(self._starts, offset), 1)
        return Position(line, max(offset - self._starts[line - 1], 0) + 1)

    def line_text(self, line: int) -> str:
        """A line without its line break; lines count from 1. Raises KeyError beyond the end."""
        if not 1 <= line <= len(self._starts):
            raise KeyError(line)
        return self.text[self._starts[line - 1] : self.line_end(self._starts[line - 1])]

    def line_start(self, offset: int) -> int:
        """Where the line of an offset starts."""
        return self._starts[max(bisect_right(self._starts, offset), 1) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line break."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset starts, or the text ends."""
        found = _BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def previous_line(self, offset: int) -> int:
        """Where the line before that of an offset starts, or -1."""
        line = bisect_right(self._starts, offset)
        return self._starts[line - 2] if line > 1 else -1

    def break_before(self, start: int) -> int:
        """Where the line break before a line's start begins; the start itself on the first line."""
        for ending in ("\r\n", "\n", "\r"):
            if self.text.endswith(ending, 0, start):
                return start - len(ending)
        return start

    def column(self, offset: int) -> int:
        """How many characters stand before an offset on its line."""
        return offset - self.line_start(offset)

    def is_first_on_line(self, offset: int) -> bool:
        """Whether nothing but blanks stands before an offset on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" \t")

    def is_blank(self, start: int) -> bool:
        """Whether the line that starts here has only blanks (and is not the text's end)."""
        return start < len(self.text) and not self.text[start : self.line_end(start)].strip(" \t")

    def newline(self, offset: int) -> str:
        """The line break to use next to an offset: that of its line, or of a line before it."""
        found = _BREAK.search(self.text, offset)
        if found is None:
            start = self.line_start(offset)
            found = _BREAK.match(self.text, self.break_before(start))
        return found[0] if found else "\n"

    def skip_blanks(self, offset: int) -> int:
        """Where the next character that is no space or tab stands."""
        return self._match(_BLANKS, offset)

    def skip_space(self, offset: int) -> int:
        """Where the next character that is no blank and no line break stands."""
        return self._match(_SPACE, offset)

    def skip_trivia(self, offset: int) -> int:
        """Where the next character outside blanks, line breaks and comments stands."""
        return self._match(_TRIVIA, offset)

    def _match(self, pattern: re.Pattern[str], offset: int) -> int:
        found = pattern.match(self.text, offset)
        return found.end() if found else offset

    def end(self, node: Node) -> int:
        """Where a node ends, without the comments and blank lines that follow it."""
        last = _last(node)
        return self._scalar_end(last) if isinstance(last, Scalar) else last.end

    def keeps_lines(self, node: Node) -> bool:
        """Whether blank lines added below a node would become part of it."""
        last = _last(node)
        return (
            isinstance(last, Scalar)
            and last.style in {"|", ">"}
            and "+" in block_header(self.text, last)
        )

    def _scalar_end(self, node: Scalar) -> int:
        if node.style not in {"|", ">"}:
            return node.end
        if decoded := decode(self.text, node):
            return decoded.end
        source = self.text[node.content : node.end]
        kept = source if "+" in block_header(self.text, node) else source.rstrip(" \t\r\n")
        return node.content + len(kept)

    def entries(self, node: Mapping | Sequence) -> list[Entry] | None:
        """The entries of a collection in their order.

        Returns:
            The entries, or None for a collection with explicit keys (`? key`) or a pair without
            braces in a flow sequence (`[a: b]`), which nothing here edits.
        """
        opening = "{" if isinstance(node, Mapping) else "["
        if node.flow and self.text[node.content] != opening:
            return None
        keys = [key for key, _ in node.pairs.values()] if isinstance(node, Mapping) else None
        at = node.content + node.flow
        entries = []
        for number, value in enumerate(children(node)):
            start = self.skip_trivia(at)
            if keys is None:
                entry = self._item(value, start, flow=node.flow)
            elif start == keys[number].start:
                entry = self._pair(keys[number], value, flow=node.flow)
            else:
                return None
            entries.append(entry)
            at = entry.comma + 1 or entry.end
        return entries

    def _item(self, value: Node, start: int, *, flow: bool) -> Entry:
        if flow:
            end = self.end(value)
            return Entry(start, -1, end, value, comma=self._comma(end))
        return Entry(start, start + 1, self.end(value), value)

    def _pair(self, key: Scalar, value: Node, *, flow: bool) -> Entry:
        colon = self.skip_trivia(key.end)
        after = colon + 1 if self.text[colon : colon + 1] == ":" else -1
        empty = isinstance(value, Scalar) and value.start == value.end
        end = max(key.end, after) if empty else self.end(value)
        return Entry(key.start, after, end, value, key, self._comma(end) if flow else -1)

    def _comma(self, end: int) -> int:
        at = self.skip_trivia(end)
        return at if self.text[at : at + 1] == "," else -1


def _last(node: Node) -> Node:
    """What a node ends with: a scalar, an alias or a flow collection."""
    while isinstance(node, Mapping | Sequence) and not node.flow:
        node = children(node)[-1]
    return node
