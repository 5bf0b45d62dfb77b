"""A text without structure, such as `.nvmrc` or a shell script: only spans of it can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tp_init.document import (
    Address,
    Edit,
    Operation,
    Position,
    Splice,
    expect,
    show_address,
)
from tp_init.errors import CannotEdit

__all__ = ["PlainDocument"]


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """A text that stands for itself (see `document.Document`); its one address is `()`."""

    path: str
    text: str

    @classmethod
    def read(cls, path: str, text: str) -> PlainDocument:
        """Take a text; any text will do."""
        return cls(path, text)

    def parse(self, text: str) -> PlainDocument:
        """Take another text as the same file."""
        return PlainDocument(self.path, text)

    @property
    def data(self) -> str:
        """The text."""
        return self.text

    def position(self, address: Address) -> Position:
        """Where the text starts. Raises KeyError for any address but `()`."""
        if address:
            raise KeyError(show_address(address))
        return Position(1, 1)

    def edits(self, operations: Sequence[Operation]) -> list[Edit]:
        """The edits that carry out splices of the whole text.

        Raises:
            CannotEdit: for any other operation, since nothing else can be addressed.
        """
        edits: list[Edit] = []
        for operation in operations:
            if not isinstance(operation, Splice) or operation.address:
                raise CannotEdit(f"{self.path} is plain text, where only spans can be replaced")
            edits.append(Edit(operation.start, operation.end, operation.text))
        return edits

    def expected(self, operations: Sequence[Operation]) -> str:
        """The text that the splices should lead to."""
        return str(expect(self.text, operations))
