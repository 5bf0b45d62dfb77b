"""Changes within block collections: keys on lines of their own, items behind dashes."""

from __future__ import annotations

from dataclasses import dataclass

from tp_init.document import Value
from tp_init.formats.yaml_emit import Style, block_entry, block_item, indented
from tp_init.formats.yaml_layout import Entry, Layout
from tp_init.formats.yaml_patch import Patch
from tp_init.formats.yaml_tree import Mapping, Sequence

__all__ = ["Addition", "BlockChange", "block_lines", "change_block"]


@dataclass(frozen=True, slots=True)
class Addition:
    """Lines to add to a block collection.

    Attributes:
        gap: before which entry; the number of entries stands for the end.
        behind: whether they belong to the entry before the gap, not to the one behind it.
        lines: the lines, without the collection's indentation.
    """

    gap: int
    behind: bool
    lines: list[str]


def block_lines(key: str | None, value: Value, style: Style) -> list[str]:
    """One key with its value, or one item, as lines of a block collection."""
    return block_item(value, style) if key is None else block_entry(key, value, style)


@dataclass(slots=True)
class BlockChange:
    """What is to change among the entries of one block collection.

    Attributes:
        patch: takes the pieces.
        node: the collection.
        entries: its entries.
        intro: where the colon or the dash that introduces the collection ends, -1 for the root.
        depth: the length of its entries' addresses.
        removed: which entries go.
        additions: what is added, in order.
    """

    patch: Patch
    node: Mapping | Sequence
    entries: list[Entry]
    intro: int
    depth: int
    removed: set[int]
    additions: list[Addition]

    @property
    def layout(self) -> Layout:
        """The text and its lines."""
        return self.patch.layout


def change_block(change: BlockChange) -> None:
    """Remove entries from a block collection and add others."""
    if len(change.removed) == len(change.entries) and not change.additions:
        _empty(change, "{}" if isinstance(change.node, Mapping) else "[]")
        return
    if 0 in change.removed:
        _remove_first(change)
    for first, last in _runs(change.removed):
        _remove_lines(change, first, last)
    for addition in change.additions:
        _add(change, addition)


def _empty(change: BlockChange, text: str) -> None:
    first, *rest = change.entries
    layout = change.layout
    if change.intro < 0 or not layout.is_first_on_line(first.start):
        change.patch.replace(first.start, _tail(layout, first), text)
    else:
        change.patch.replace(change.intro, change.intro, f" {text}")
        rest = change.entries
    for entry in rest:
        _delete(change, entry)


def _remove_first(change: BlockChange) -> None:
    """Remove the first entry where another has to take its place on its line."""
    layout, entries, removed = change.layout, change.entries, change.removed
    survivor = next((n for n in range(len(entries)) if n not in removed), len(entries))
    successors = [a for a in change.additions if a.gap <= survivor]
    first = entries[0]
    beside = not layout.is_first_on_line(first.start)
    if successors and (beside or survivor == len(entries)):
        lines = [line for addition in successors for line in addition.lines]
        column = layout.column(first.start)
        text = _joined(layout, first.start, [lines[0], *indented(lines[1:], column)])
        change.patch.replace(first.start, _tail(layout, first), text)
        change.additions = [a for a in change.additions if a.gap > survivor]
        removed.discard(0)
        for number in range(1, survivor):
            _delete(change, entries[number])
            removed.discard(number)
    elif beside:
        _hoist(change)


def _hoist(change: BlockChange) -> None:
    """Let what follows the removed first entries move up beside the dash."""
    layout, entries = change.layout, change.entries
    number = 0
    while True:
        below = _below(layout, entries[number])
        change.removed.discard(number)
        number += 1
        target = layout.skip_space(below)
        if layout.text[target] == "#" or number not in change.removed:
            break
    change.patch.replace(entries[0].start, target, "")


def _remove_lines(change: BlockChange, first: int, last: int) -> None:
    layout, entries = change.layout, change.entries
    start = layout.line_start(entries[first].start)
    end = _below(layout, entries[last])
    kept = first and layout.keeps_lines(entries[first - 1].value)
    if kept and layout.is_blank(layout.previous_line(start)):
        change.patch.hold_break(start)
    if not any(first <= a.gap - a.behind <= last for a in change.additions):
        start, end = _with_blank_lines(change, first, last, start, end)
    for number in range(first, last + 1):
        _delete(change, entries[number])
    change.patch.delete_lines(start, layout.line_start(entries[first].start))
    change.patch.delete_lines(_below(layout, entries[last]), end)


def _with_blank_lines(
    change: BlockChange, first: int, last: int, start: int, end: int
) -> tuple[int, int]:
    """Take along the blank lines that only set the removed entries apart.

    Between two blank lines one is taken; at the end of a collection that goes on without one, or
    at its start, the one that stood between the removed and the next entry.
    """
    layout = change.layout
    top = _top(change, first)
    above = []
    line = layout.previous_line(start)
    while line >= top and layout.is_blank(line):
        above.append(line)
        line = layout.previous_line(line)
    below = [end]
    while layout.is_blank(below[-1]):
        below.append(layout.next_line(below[-1]))
    blank_below = len(below) - 1
    following = layout.skip_blanks(below[-1])
    ends = last == len(change.entries) - 1
    if first and layout.keeps_lines(change.entries[first - 1].value):
        end = below[-1]  # or they would become part of the block scalar above
    elif above and blank_below:
        end = below[min(len(above), blank_below)]
    elif above and ends and layout.text[following : following + 1] != "#":
        start = above[-1]
    elif blank_below and not first and not ends and start <= top:
        end = below[-1]
    return start, end


def _top(change: BlockChange, number: int) -> int:
    """Where the first line starts that may stand above an entry and does not belong to another."""
    layout = change.layout
    if number:
        return _below(layout, change.entries[number - 1])
    return layout.next_line(change.intro) if change.intro >= 0 else layout.line_start(0)


def _add(change: BlockChange, addition: Addition) -> None:
    layout, entries = change.layout, change.entries
    column = layout.column(entries[0].start)
    lines = indented(addition.lines, column)
    blank = [""] if _is_set_apart(change, addition) else []
    if addition.behind:
        end = _end_with_comments(layout, entries[addition.gap - 1])
        change.patch.add_after(end, [*blank, *lines], change.depth)
        return
    entry = entries[addition.gap]
    if layout.is_first_on_line(entry.start):
        # What takes the place of a removed entry takes over the comment above it.
        replaces = addition.gap in change.removed
        line = layout.line_start(entry.start)
        above = line if replaces else _top_of_comment(change, addition.gap)
        change.patch.add_before(above, [*lines, *blank], change.depth)
    else:
        text = _joined(layout, entry.start, [addition.lines[0], *lines[1:], " " * column])
        change.patch.replace(entry.start, entry.start, text)


def _end_with_comments(layout: Layout, entry: Entry) -> int:
    """Where an entry ends, the comments directly below included that are indented as its own."""
    end, line = entry.end, _below(layout, entry)
    while layout.text.startswith("#", layout.skip_blanks(line)):
        if layout.skip_blanks(line) - line <= layout.column(entry.start):
            break
        end = layout.line_end(line)
        line = layout.next_line(line)
    return end


def _is_set_apart(change: BlockChange, addition: Addition) -> bool:
    """Whether a blank line belongs between the new entry and the one that it stands next to."""
    entries, gap = change.entries, addition.gap
    neighbour = gap - 1 if addition.behind else gap
    if neighbour in change.removed or (
        addition.behind and change.layout.keeps_lines(entries[neighbour].value)
    ):
        return False
    # Between two entries, as they are; at an end, as the next two are.
    left = min(max(gap - 1, 0), len(entries) - 2)
    pair = left, left + 1
    if left < 0:
        return False
    layout = change.layout
    entry = entries[neighbour]
    if len(addition.lines) < 2 and layout.line_end(entry.start) >= entry.end:
        return False
    line = _below(layout, entries[pair[0]])
    while line < entries[pair[1]].start:
        if layout.is_blank(line):
            return True
        line = layout.next_line(line)
    return False


def _top_of_comment(change: BlockChange, number: int) -> int:
    """Where the comment directly above an entry starts, or else the entry's line.

    A comment that opens the file speaks of the file, not of its first key.
    """
    layout = change.layout
    entry = change.entries[number]
    top = layout.line_start(entry.start)
    limit = _top(change, number)
    line = layout.previous_line(top)
    while line >= limit and layout.text.startswith("#", layout.skip_blanks(line)):
        if layout.skip_blanks(line) - line != layout.column(entry.start):
            break
        if layout.previous_line(line) < 0:
            return layout.line_start(entry.start)
        top, line = line, layout.previous_line(line)
    return top


def _delete(change: BlockChange, entry: Entry) -> None:
    layout = change.layout
    change.patch.delete_lines(layout.line_start(entry.start), _below(layout, entry))


def _below(layout: Layout, entry: Entry) -> int:
    """Where the line below an entry starts."""
    ends_line = layout.text.endswith(("\n", "\r"), entry.start, entry.end)
    return entry.end if ends_line else layout.next_line(entry.end)


def _tail(layout: Layout, entry: Entry) -> int:
    """Where the last line of an entry ends, its comment included."""
    ends_line = layout.text.endswith(("\n", "\r"), entry.start, entry.end)
    return layout.break_before(entry.end) if ends_line else layout.line_end(entry.end)


def _joined(layout: Layout, offset: int, lines: list[str]) -> str:
    return layout.newline(offset).join(lines)


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
