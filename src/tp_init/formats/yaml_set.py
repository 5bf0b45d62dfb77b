"""A new value in the place of an old one; the old one's quotes and comments stay."""

from __future__ import annotations

from dataclasses import replace

from tp_init.document import Commented, Value
from tp_init.formats.yaml_emit import Style, block_item, block_value, flow_value, indented
from tp_init.formats.yaml_layout import Entry, Layout
from tp_init.formats.yaml_patch import Patch
from tp_init.formats.yaml_scalars import write_scalar
from tp_init.formats.yaml_source import block_header, decode
from tp_init.formats.yaml_tree import Mapping, Scalar, Sequence

__all__ = ["set_in_block", "set_in_flow", "spelled_like"]


def spelled_like(old: Scalar, value: Value) -> Value:
    """A value as it is after it took the old one's quotes: a number becomes a string."""
    if old.style in {"'", '"'} and isinstance(value, bool | int | float):
        return write_scalar(value, flow=False)
    return value


def set_in_flow(patch: Patch, entry: Entry, value: Value, style: Style) -> None:
    """Replace the value of an entry of a flow collection."""
    old = entry.value
    text = _quoted_like(old, value, style) or flow_value(value, style)
    if old.start < old.end:
        patch.replace(old.content, entry.end, text)
    elif entry.after < 0:
        patch.replace(entry.end, entry.end, f": {text}")
    else:
        patch.replace(entry.after, entry.after, f" {text}")


def set_in_block(patch: Patch, entry: Entry, value: Value, style: Style) -> None:
    """Replace the value of an entry of a block collection."""
    layout, old = patch.layout, entry.value
    first, rest = _written(layout, entry, value, style)
    column = layout.column(entry.start)
    lines = indented(rest, column)
    if isinstance(old, Scalar) and old.style in {"|", ">"}:
        header_end = old.content + len(block_header(layout.text, old))
        patch.replace(old.content if first else entry.after, header_end, first)
        patch.continue_value(header_end, lines)
        _delete_below(patch, header_end, entry)
    elif isinstance(old, Mapping | Sequence) and not old.flow:
        _replace_block(patch, entry, first, lines)
    elif old.start == old.end:
        patch.replace(entry.after, entry.after, f" {first}" if first else "")
        patch.continue_value(entry.after, lines)
    else:
        # A value that brings its own comment takes the old one's place too.
        end = layout.line_end(entry.end) if isinstance(value, Commented) else entry.end
        patch.replace(old.content if first else entry.after, end, first)
        patch.continue_value(end, lines)


def _replace_block(patch: Patch, entry: Entry, first: str, lines: list[str]) -> None:
    layout, old = patch.layout, entry.value
    if layout.line_start(old.content) == layout.line_start(entry.start):
        # An item that starts beside its dash.
        patch.replace(old.content, layout.line_end(old.content), first)
        patch.continue_value(old.content, lines)
        _delete_below(patch, old.content, entry)
        return
    patch.replace(entry.after, entry.after, f" {first}" if first else "")
    patch.continue_value(entry.after, lines)
    _delete_below(patch, entry.after, entry)


def _delete_below(patch: Patch, offset: int, entry: Entry) -> None:
    """Delete the further lines of an entry, whose first line is that of the offset."""
    layout = patch.layout
    ends_line = layout.text.endswith(("\n", "\r"), entry.start, entry.end)
    below = entry.end if ends_line else layout.next_line(entry.end)
    patch.delete_lines(layout.next_line(offset), below)


def _written(layout: Layout, entry: Entry, value: Value, style: Style) -> tuple[str, list[str]]:
    """The value's text beside the colon or dash, and its further lines relative to the entry."""
    old = entry.value
    if quoted := _quoted_like(old, value, style):
        return quoted, []
    if isinstance(old, Mapping | Sequence) and old.flow and (_size(old) and _is_filled(value)):
        return flow_value(value, style), []
    if isinstance(old, Scalar) and old.style in {"|", ">"}:
        decoded = decode(layout.text, old)
        by = decoded.indent - layout.column(entry.start) if decoded else 0
        style = replace(style, step=by if by > 0 else style.step)
    if entry.key is not None:
        return block_value(value, style)
    pad = layout.text[entry.after : old.content]
    style = replace(style, pad=pad if pad and not pad.strip(" ") else " ")
    first, *rest = block_item(value, style)
    return first[1 + len(style.pad) :], rest


def _quoted_like(old: object, value: Value, style: Style) -> str:
    """A single value in the old one's quotes, or an empty string where there are none to keep."""
    if (
        isinstance(old, Scalar)
        and old.style in {"'", '"'}
        and not isinstance(value, dict | list | Commented | None)
    ):
        return write_scalar(value, flow=True, quote=old.style, fallback=style.quote)
    return ""


def _size(node: Mapping | Sequence) -> int:
    return len(node.value)


def _is_filled(value: Value) -> bool:
    return isinstance(value, dict | list) and bool(value)
