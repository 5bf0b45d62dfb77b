"""Changes within a string, made in the source of its lines."""

from __future__ import annotations

from collections.abc import Sequence as SequenceOf

from tp_init.document import Splice, show_address
from tp_init.errors import CannotEdit
from tp_init.formats.yaml_emit import indented
from tp_init.formats.yaml_patch import Patch
from tp_init.formats.yaml_scalars import is_plain, write_scalar
from tp_init.formats.yaml_source import Decoded, block_header, decode
from tp_init.formats.yaml_tree import Scalar

__all__ = ["splice_block", "splice_line"]


def splice_line(
    patch: Patch, node: Scalar, splices: SequenceOf[Splice], text: str, *, flow: bool
) -> bool:
    """Change part of a plain or quoted string.

    Args:
        patch: takes the pieces.
        node: the string.
        splices: the changes.
        text: the whole string after them.
        flow: whether it stands in a flow collection.

    Returns:
        Whether it could be done in place; if not, the string has to be written anew.
    """
    decoded = decode(patch.layout.text, node)
    if decoded is None or any("\n" in splice.text for splice in splices):
        return False
    if not node.style and not is_plain(text, flow=flow):
        return False
    for splice in splices:
        start = decoded.offset(splice.start)
        end = decoded.ends[splice.end - 1] if splice.end > splice.start else start
        patch.replace(start, end, _encoded(splice.text, node.style))
    return True


def _encoded(text: str, style: str) -> str:
    if not style:
        return text
    written = write_scalar(text, flow=False, quote=style)
    if written[0] != style:
        raise CannotEdit("the new text cannot be written in single quotes")
    return written[1:-1]


def splice_block(
    patch: Patch, node: Scalar, splices: SequenceOf[Splice], text: str, depth: int
) -> None:
    """Change part of a block scalar: whole lines as whole lines, the rest within its line.

    Args:
        patch: takes the pieces.
        node: the string.
        splices: the changes.
        text: the whole string after them.
        depth: the length of its address.

    Raises:
        CannotEdit: it cannot be told where the characters stand in the source, or the first line
            would be indented more than the header lets it.
    """
    decoded = decode(patch.layout.text, node)
    shown = show_address(splices[0].address)
    if decoded is None or not decoded.starts:
        raise CannotEdit(f"the text of {shown} cannot be followed character by character")
    header = block_header(patch.layout.text, node)
    if text.lstrip("\n").startswith(" ") and not any(map(str.isdigit, header)):
        raise CannotEdit(f"the text of {shown} would start with an indented line")
    for splice in _joined(splices):
        if node.style == ">" and "\n" in splice.text.removesuffix("\n"):
            raise CannotEdit(f"{shown} is a folded text, which joins the lines that are added")
        _splice_block(patch, decoded, splice, depth)


def _joined(splices: SequenceOf[Splice]) -> list[Splice]:
    """The splices in their order, those that touch made one."""
    joined: list[Splice] = []
    for splice in sorted(splices, key=lambda s: (s.start, s.end)):
        if joined and joined[-1].end == splice.start:
            last = joined.pop()
            text = last.text + splice.text
            joined.append(Splice(splice.address, last.start, splice.end, text))
        else:
            joined.append(splice)
    return joined


def _splice_block(patch: Patch, decoded: Decoded, splice: Splice, depth: int) -> None:
    layout, text = patch.layout, decoded.text
    start, end, new = splice.start, splice.end, splice.text
    starts_line = start == 0 or text[start - 1] == "\n"
    ends_line = end == len(text) or text[end - 1 : end] == "\n"
    if start == len(text) and starts_line:
        lines = new.removesuffix("\n").split("\n") if new else []
        patch.add_after(decoded.end, indented(lines, decoded.indent), depth + 1)
        return
    if start < end and starts_line and ends_line and not new:
        last = layout.line_start(decoded.starts[end - 1])
        patch.delete_lines(layout.line_start(decoded.starts[start]), layout.next_line(last))
        return
    if start < end and text[end - 1] == "\n" and (new.endswith("\n") or end == len(text)):
        # The line break at the end stays where it is.
        end, new = end - 1, new.removesuffix("\n")
    at = decoded.offset(start)
    until = decoded.ends[end - 1] if end > start else at
    first, *rest = new.split("\n")
    lines = [first, *indented(rest, decoded.indent)]
    goes_on = until < layout.line_end(until)
    if starts_line and (first or (goes_on and not rest)):
        # An empty line may lack the indentation that text on it needs.
        lines[0] = " " * (decoded.indent - layout.column(at)) + first
    if rest and not rest[-1] and goes_on:
        lines[-1] = " " * decoded.indent
    patch.replace(at, until, layout.newline(at).join(lines))
