"""A plain text changes only where it is told to."""

from __future__ import annotations

import pytest

from tp_init.document import Operation, Position, Remove, Set, Splice, change
from tp_init.errors import CannotEdit, ConflictError
from tp_init.formats.plain import PlainDocument


@pytest.mark.parametrize("text", ["v18.20.0", "v18.20.0\r\n", "\ufeffv18.20.0\n# 🚀\n"])
def test_a_span_is_replaced(text: str) -> None:
    start = text.index("v18")
    operations = [Splice((), start, start, "# pin: "), Splice((), start, start + 8, "24")]
    assert change(PlainDocument.read(".nvmrc", text), operations) == text.replace(
        "v18.20.0", "# pin: 24"
    )


def test_the_text_is_the_data() -> None:
    document = PlainDocument.read("a.sh", "x\r\n")
    assert document.data == "x\r\n"
    assert document.position(()) == Position(1, 1)
    with pytest.raises(KeyError):
        document.position((0,))


@pytest.mark.parametrize("operation", [Set((), "x"), Remove(("a",)), Splice((), 0, 9, "")])
def test_nothing_else_can_be_done_to_it(operation: Operation) -> None:
    with pytest.raises(CannotEdit):
        change(PlainDocument.read("a.sh", "text"), [operation])


def test_overlapping_spans_are_a_conflict() -> None:
    with pytest.raises(ConflictError):
        change(PlainDocument.read("a", "text"), [Splice((), 0, 2, ""), Splice((), 1, 3, "")])
