"""New values as lines of block YAML, or as one line of flow YAML, in the style of their place."""

from __future__ import annotations

from dataclasses import dataclass

from tp_init.document import Commented, Value
from tp_init.formats.yaml_scalars import literal_lines, write_key, write_scalar

__all__ = ["Style", "block_entry", "block_item", "block_value", "flow_value", "indented"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a document is written at one place.

    Attributes:
        step: how far a mapping is indented under its key.
        sequence: how far a sequence's dashes are indented under its key.
        pad: what stands between a dash and its item.
        quote: the quote for strings that need one.
        quoted: the quote that the neighbouring strings have without need, or "".
        padded: whether a flow mapping has blanks inside its braces.
    """

    step: int = 2
    sequence: int = 2
    pad: str = " "
    quote: str = "'"
    quoted: str = ""
    padded: bool = True


def indented(lines: list[str], by: int) -> list[str]:
    """The lines moved to the right; empty ones stay empty."""
    return [" " * by + line if line else line for line in lines]


def block_entry(key: str, value: Value, style: Style) -> list[str]:
    """One key and its value as lines; the first has no indentation."""
    first, rest = block_value(value, style)
    written = write_key(key, flow=False)
    return [f"{written}: {first}" if first else f"{written}:", *rest]


def block_value(value: Value, style: Style) -> tuple[str, list[str]]:
    """What stands on the key's line after the colon, and the lines below, relative to the key."""
    if isinstance(value, dict) and value:
        return "", indented(_pairs(value, style), style.step)
    if isinstance(value, list) and value:
        return "", indented(_items(value, style), style.sequence)
    if value is None:
        return "", []
    first, *rest = _scalar_lines(value, style)
    return first, indented(rest, style.step)


def block_item(value: Value, style: Style) -> list[str]:
    """One item of a sequence as lines, the dash first."""
    if isinstance(value, dict) and value:
        first, *rest = _pairs(value, style)
    elif isinstance(value, list) and value:
        first, *rest = _items(value, style)
    else:
        first, *rest = _scalar_lines(value, style)
    return [f"-{style.pad}{first}", *indented(rest, 1 + len(style.pad))]


def flow_value(value: Value, style: Style) -> str:
    """A value on one line, as it stands within `[]` or `{}`."""
    if isinstance(value, dict):
        pairs = [f"{write_key(key, flow=True)}: {flow_value(v, style)}" for key, v in value.items()]
        blank = " " if style.padded and pairs else ""
        return "{" + blank + ", ".join(pairs) + blank + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_value(item, style) for item in value) + "]"
    return _scalar(value, style, flow=True)


def _pairs(value: dict[str, Value], style: Style) -> list[str]:
    return [line for key, item in value.items() for line in block_entry(key, item, style)]


def _items(value: list[Value], style: Style) -> list[str]:
    return [line for item in value for line in block_item(item, style)]


def _scalar_lines(value: Value, style: Style) -> list[str]:
    literal = literal_lines(value) if isinstance(value, str) else None
    if literal is not None:
        return literal
    if isinstance(value, dict | list):
        return [flow_value(value, style)]
    comment = f" # {value.comment}" if isinstance(value, Commented) else ""
    return [_scalar(value, style, flow=False) + comment]


def _scalar(value: Value, style: Style, *, flow: bool) -> str:
    quote = style.quoted if isinstance(value, str) else ""
    return write_scalar(value, flow=flow, quote=quote, fallback=style.quote)
