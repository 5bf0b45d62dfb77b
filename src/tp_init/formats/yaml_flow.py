"""Changes within flow collections: `[a, b]` and `{a: b}`, on one line or on several."""

from __future__ import annotations

from itertools import pairwise

from tp_init.document import Value
from tp_init.errors import CannotEdit
from tp_init.formats.yaml_emit import Style, flow_value
from tp_init.formats.yaml_layout import Entry, Layout
from tp_init.formats.yaml_patch import Patch
from tp_init.formats.yaml_scalars import write_key
from tp_init.formats.yaml_tree import Mapping, Sequence

__all__ = ["change_flow", "flow_entry"]


def flow_entry(key: str | None, value: Value, style: Style) -> str:
    """One key with its value, or one item, as it stands in a flow collection."""
    written = flow_value(value, style)
    return written if key is None else f"{write_key(key, flow=True)}: {written}"


def change_flow(
    patch: Patch,
    node: Mapping | Sequence,
    entries: list[Entry],
    removed: set[int],
    added: dict[int, list[str]],
) -> None:
    """Remove entries from a flow collection and add others.

    Args:
        patch: takes the pieces.
        node: the collection.
        entries: its entries.
        removed: which of them go.
        added: what is added before which entry; the number of entries stands for the end.

    Raises:
        CannotEdit: there is a comment where nothing but commas would be left.
    """
    kept = [number for number in range(len(entries)) if number not in removed]
    if not kept:
        texts = [text for _, texts in sorted(added.items()) for text in texts]
        _refill(patch, node, entries, texts)
        return
    for gap, texts in sorted(added.items()):
        before = [number for number in kept if number < gap]
        if before:
            _add_after(patch, entries[before[-1]], texts, alone=not removed)
        else:
            _add_before(patch, entries[kept[0]], texts)
    _remove(patch, entries, removed, kept[-1])


def _refill(patch: Patch, node: Mapping | Sequence, entries: list[Entry], texts: list[str]) -> None:
    source = patch.layout.text
    first, last = (entries[0].start, entries[-1].end) if entries else (node.end, node.end)
    around = source[node.content : first] + source[last : node.end]
    if "#" in around or _has_comment(patch.layout, entries):
        raise CannotEdit("there are comments between the brackets that would be emptied")
    inside = source[node.content + 1 : node.end - 1]
    blank = " " if inside.startswith(" ") or (not inside and isinstance(node, Mapping)) else ""
    text = f"{blank}{', '.join(texts)}{blank}" if texts else ""
    patch.replace(node.content + 1, node.end - 1, text)


def _add_after(patch: Patch, entry: Entry, texts: list[str], *, alone: bool) -> None:
    layout = patch.layout
    line_end = layout.line_end(entry.end)
    comma_here = entry.end <= entry.comma < line_end
    own_line = layout.is_first_on_line(entry.start) and (comma_here or entry.comma < 0)
    tail = layout.skip_blanks(entry.comma + 1 if comma_here else entry.end)
    if alone and own_line and (tail == line_end or layout.text[tail] == "#"):
        # One entry a line, and so is the new one, below the comment of the one before it.
        indent = " " * layout.column(entry.start)
        ending = "," if comma_here else ""
        lines = [f"{indent}{text}," for text in texts]
        lines[-1] = lines[-1].removesuffix(",") + ending
        if not comma_here:
            patch.replace(entry.end, entry.end, ",")
        patch.continue_value(entry.end, lines)
        return
    patch.replace(entry.end, entry.end, "".join(f", {text}" for text in texts))


def _add_before(patch: Patch, entry: Entry, texts: list[str]) -> None:
    layout = patch.layout
    separator = ", "
    if layout.is_first_on_line(entry.start):
        separator = f",{layout.newline(entry.start)}{' ' * layout.column(entry.start)}"
    patch.replace(entry.start, entry.start, "".join(text + separator for text in texts))


def _remove(patch: Patch, entries: list[Entry], removed: set[int], last_kept: int) -> None:
    trailing = last_kept + 1 < len(entries) and entries[-1].comma < 0
    if trailing:
        survivor, last = entries[last_kept], entries[-1]
        if not _has_comment(patch.layout, entries[last_kept:]):
            patch.replace(survivor.end, last.end, "")
            removed = {number for number in removed if number < last_kept}
        else:
            patch.replace(survivor.comma, survivor.comma + 1, "")
    start = -1
    for number in sorted(removed):
        entry = entries[number]
        start = entry.start if start < 0 else start
        end = max(entry.end, entry.comma + 1)
        following = entries[number + 1].start if number + 1 < len(entries) else -1
        if patch.layout.skip_blanks(end) != following:
            _remove_line_end(patch, start, end)
        elif number + 1 in removed:
            continue  # they go together
        else:
            patch.replace(start, following, "")
        start = -1


def _remove_line_end(patch: Patch, start: int, end: int) -> None:
    """Remove entries behind which there is no other on their line."""
    layout = patch.layout
    tail, line_end = layout.skip_blanks(end), layout.line_end(end)
    if tail < line_end and layout.text[tail] != "#":
        patch.replace(_blanks_before(layout, start), end, "")  # the closing bracket stays
    elif layout.is_first_on_line(start):
        patch.delete_lines(layout.line_start(start), layout.next_line(end))
    else:
        patch.replace(_blanks_before(layout, start), line_end, "")


def _has_comment(layout: Layout, entries: list[Entry]) -> bool:
    return any("#" in layout.text[one.end : other.start] for one, other in pairwise(entries))


def _blanks_before(layout: Layout, offset: int) -> int:
    while layout.text[offset - 1] in " \t":
        offset -= 1
    return offset
