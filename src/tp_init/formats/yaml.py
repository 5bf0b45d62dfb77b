"""A YAML document that knows where each value stands, and how to change one without the rest.

Read `yaml_tree` (why libyaml's events), then `yaml_layout` (where entries stand), `yaml_edits`
(operations to pieces, by way of `yaml_block`, `yaml_flow`, `yaml_set` and `yaml_splice`) and
`yaml_patch` (pieces to edits).
"""

from __future__ import annotations

from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field

from tp_init.document import (
    Address,
    Edit,
    Operation,
    Position,
    Value,
    expect,
    show_address,
)
from tp_init.formats.yaml_layout import Layout
from tp_init.formats.yaml_source import decode
from tp_init.formats.yaml_tree import (
    AliasNode,
    Mapping,
    Node,
    Scalar,
    Sequence,
    node_at,
    read_tree,
)

__all__ = ["YamlDocument"]


@dataclass(frozen=True)
class YamlDocument:
    """A text read as one YAML document; see `tp_init.document.Document`.

    In `data`, an alias is an `Alias`; `resolved` reads through it. Positions and offsets count
    characters of the text.
    """

    path: str
    text: str
    root: Node | None = field(repr=False)
    layout: Layout = field(repr=False)

    @classmethod
    def read(cls, path: str, text: str) -> YamlDocument:
        """Read a text.

        Args:
            path: the file, relative to the repository's root, for messages.
            text: the whole text, a byte order mark included.

        Raises:
            Refused: it is not one YAML document, readers would disagree about it (keys that stand
                twice, odd line breaks), or it is too large or too deep.
        """
        return cls(path, text, read_tree(path, text), Layout(text))

    def parse(self, text: str) -> YamlDocument:
        """Read another text as the same file. Raises Refused."""
        return YamlDocument.read(self.path, text)

    @property
    def data(self) -> Value:
        """What the text means."""
        return self.root.value if self.root else None

    def resolved(self, address: Address) -> Value:
        """The value at an address, every alias on the way and within it read through.

        What it returns is shared between the places that use it, so it is for reading only. It
        cannot be larger than a file may be: the reader counts aliases unfolded.

        Raises:
            KeyError: there is nothing at the address.
        """
        return _unfolded(self._node(address)) if address or self.root else None

    def position(self, address: Address) -> Position:
        """Where a key (or, for an item, its value) starts; behind an alias, where it is written.

        Raises:
            KeyError: there is nothing at the address.
        """
        if not address:
            return self.layout.position(self.root.start if self.root else 0)
        holder = self._node(address[:-1])
        node = self._node(address)
        if isinstance(holder, Mapping):
            node = holder.pairs[str(address[-1])][0]
        elif isinstance(holder, Sequence) and isinstance(address[-1], int):
            node = holder.items[address[-1]]
        return self.layout.position(node.start)

    def value_position(self, address: Address) -> Position:
        """Where a value starts, after its anchor and tag. Raises KeyError."""
        return self.layout.position(self._node(address).content)

    def source_position(self, address: Address, offset: int) -> Position:
        """Where a character of a decoded string stands; where that is unknown, the string's start.

        Raises:
            KeyError: there is nothing at the address.
        """
        node = self._node(address)
        decoded = decode(self.text, node) if isinstance(node, Scalar) else None
        return self.layout.position(decoded.offset(offset) if decoded else node.content)

    def scalar_style(self, address: Address) -> str:
        """How a single value is written: "" for plain, or `'`, `"`, `|`, `>`.

        Raises:
            KeyError: there is no single value at the address.
        """
        node = self._node(address)
        if not isinstance(node, Scalar):
            raise KeyError(show_address(address))
        return node.style

    def line_text(self, line: int) -> str:
        """A line without its line break; lines count from 1. Raises KeyError beyond the end."""
        return self.layout.line_text(line)

    def edits(self, operations: SequenceOf[Operation]) -> list[Edit]:
        """The edits that carry out normalised operations.

        Raises:
            CannotEdit: an edit would reach more places than it names (anchors, aliases), or its
                place is spelled in a way that is not edited.
        """
        from tp_init.formats.yaml_edits import plan  # noqa: PLC0415 - a check only reads

        return plan(self.layout, self.root, operations)

    def expected(self, operations: SequenceOf[Operation]) -> Value:
        """The data after the operations: quoted numbers are strings, block scalars are chomped."""
        from tp_init.formats.yaml_edits import as_spelled  # noqa: PLC0415 - a check only reads

        return expect(self.data, as_spelled(self.layout, self.root, operations))

    def _node(self, address: Address) -> Node:
        """The node at an address, every alias on the way, and at the end, read through."""
        node = _target(self.root)
        for part in address:
            node = _target(node_at(node, (part,)))
        if node is None:
            raise KeyError(show_address(address))
        return node


def _target(node: Node | None) -> Node | None:
    return node.target if isinstance(node, AliasNode) else node


def _unfolded(node: Node) -> Value:
    # The reader has bounded the depth, aliases unfolded, so this recursion is bounded too.
    if isinstance(node, AliasNode):
        return _unfolded(node.target)
    if isinstance(node, Mapping):
        return {key: _unfolded(value) for key, (_, value) in node.pairs.items()}
    if isinstance(node, Sequence):
        return [_unfolded(item) for item in node.items]
    return node.value
