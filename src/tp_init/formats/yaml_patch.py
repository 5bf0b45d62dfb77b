"""The pieces of one change, gathered in any order and settled into edits that do not collide."""

from __future__ import annotations

from dataclasses import dataclass, field

from tp_init.document import Edit
from tp_init.formats.yaml_layout import Layout

__all__ = ["Patch"]

# At one place: what belongs to the value that ends there, then what follows it (the innermost
# first), then what precedes the value that starts there (the outermost first).
_VALUE, _AFTER, _BEFORE = range(3)


@dataclass(frozen=True, slots=True)
class _Added:
    """Whole lines to add: at the start of a line, or at the end of one, before its line break."""

    offset: int
    at_start: bool
    lines: tuple[str, ...]
    kind: int
    depth: int


@dataclass(frozen=True, slots=True)
class _Deleted:
    """Whole lines to delete, with the line break at their end, or with the one before them."""

    start: int
    end: int
    break_before: bool = False


@dataclass(slots=True)
class Patch:
    """What is to change in one text."""

    layout: Layout
    _inline: list[Edit] = field(default_factory=list)
    _deleted: list[_Deleted] = field(default_factory=list)
    _added: list[_Added] = field(default_factory=list)
    _held: set[int] = field(default_factory=set)

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace a span that no other piece shares."""
        if start < end or text:
            self._inline.append(Edit(start, end, text))

    def delete_lines(self, start: int, end: int) -> None:
        """Delete whole lines, from the start of one to the start of another (or the text's end)."""
        if start < end:
            self._deleted.append(_Deleted(start, end))

    def hold_break(self, start: int) -> None:
        """Keep the line break before a line's start in any case: it belongs to a block scalar."""
        self._held.add(start)

    def continue_value(self, offset: int, lines: list[str]) -> None:
        """Add the further lines of a value below the line of an offset."""
        self._add(self.layout.line_end(offset), lines, _VALUE)

    def add_after(self, offset: int, lines: list[str], depth: int) -> None:
        """Add lines below the line of an offset, where an entry of this depth ends."""
        if self.layout.text.endswith(("\n", "\r"), 0, offset):
            self._add(offset, lines, _AFTER, -depth, at_start=True)
        else:
            self._add(self.layout.line_end(offset), lines, _AFTER, -depth)

    def add_before(self, offset: int, lines: list[str], depth: int) -> None:
        """Add lines above the line that starts at an offset, where an entry of this depth is."""
        self._add(offset, lines, _BEFORE, depth, at_start=True)

    def _add(
        self, offset: int, lines: list[str], kind: int, depth: int = 0, *, at_start: bool = False
    ) -> None:
        if lines:
            self._added.append(_Added(offset, at_start, tuple(lines), kind, depth))

    def edits(self) -> list[Edit]:
        """The edits, in the order in which they stand in the text."""
        deletions = self._deletions()
        added = sorted(self._added, key=lambda a: (a.offset, a.kind, a.depth))
        edits = [self._placed(piece, deletions) for piece in added]
        edits += [Edit(gone.start, gone.end, "") for gone in deletions]
        return sorted([*self._inline, *edits], key=lambda edit: (edit.start, edit.end))

    def _deletions(self) -> list[_Deleted]:
        """The deleted lines as spans that do not touch."""
        merged: list[_Deleted] = []
        for gone in sorted(self._deleted, key=lambda deleted: deleted.start):
            if merged and gone.start <= merged[-1].end:
                last = merged.pop()
                merged.append(_Deleted(last.start, max(gone.end, last.end)))
            else:
                merged.append(gone)
        text = self.layout.text
        if merged and merged[-1].end == len(text) and not text.endswith(("\n", "\r")):
            last = merged[-1]
            if last.start not in self._held:
                # The file has no final newline, and none is left behind.
                before = self.layout.break_before(last.start)
                merged[-1] = _Deleted(before, last.end, break_before=True)
        return merged

    def _placed(self, piece: _Added, deletions: list[_Deleted]) -> Edit:
        """The insertion, moved above the deleted lines that it would stand within."""
        for gone in deletions:
            at_end = piece.offset == gone.end == len(self.layout.text) and not piece.at_start
            if gone.start <= piece.offset < gone.end or at_end:
                return self._moved(piece, gone)
        return self._insertion(piece.offset, piece, at_start=piece.at_start)

    def _moved(self, piece: _Added, gone: _Deleted) -> Edit:
        if gone.break_before:
            return self._insertion(gone.start, piece, at_start=False)
        above = self.layout.break_before(gone.start)
        if piece.at_start or above == gone.start:
            return self._insertion(gone.start, piece, at_start=True)
        return self._insertion(above, piece, at_start=False)

    def _insertion(self, offset: int, piece: _Added, *, at_start: bool) -> Edit:
        newline = self.layout.newline(offset)
        text = (line + newline if at_start else newline + line for line in piece.lines)
        return Edit(offset, offset, "".join(text))
