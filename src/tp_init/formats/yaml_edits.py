"""Operations on one YAML document, turned into edits of its text."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field

from tp_init.document import (
    Address,
    Edit,
    Insert,
    Operation,
    Remove,
    Rename,
    Set,
    Splice,
    Value,
    show_address,
    splice,
)
from tp_init.errors import CannotEdit
from tp_init.formats.yaml_block import Addition, BlockChange, block_lines, change_block
from tp_init.formats.yaml_flow import change_flow, flow_entry
from tp_init.formats.yaml_layout import Entry, Layout
from tp_init.formats.yaml_patch import Patch
from tp_init.formats.yaml_scalars import write_key
from tp_init.formats.yaml_set import set_in_block, set_in_flow, spelled_like
from tp_init.formats.yaml_source import block_header, chomped
from tp_init.formats.yaml_splice import splice_block, splice_line
from tp_init.formats.yaml_style import Habits
from tp_init.formats.yaml_tree import (
    AliasNode,
    Mapping,
    Node,
    Scalar,
    Sequence,
    children,
    node_at,
)

__all__ = ["as_spelled", "plan"]


def as_spelled(
    layout: Layout, root: Node | None, operations: Iterable[Operation]
) -> list[Operation]:
    """The operations as they come out in YAML, for the data to expect.

    A number or a boolean that takes the place of a quoted string is quoted as well, and the new
    text of a block scalar is chomped as its header says.
    """
    result: list[Operation] = []
    spliced: dict[Address, list[Splice]] = {}
    for operation in _with_filled(layout, root, operations):
        old = node_at(root, operation.address)
        if isinstance(operation, Splice) and isinstance(old, Scalar):
            spliced.setdefault(operation.address, []).append(operation)
        elif isinstance(operation, Set) and isinstance(old, Scalar):
            result.append(Set(operation.address, spelled_like(old, operation.value)))
        else:
            result.append(operation)
    for address, splices in spliced.items():
        result.append(Set(address, _spliced(layout, node_at(root, address), splices)))
    return result


def plan(layout: Layout, root: Node | None, operations: Iterable[Operation]) -> list[Edit]:
    """The edits that carry out normalised operations.

    Raises:
        CannotEdit: an edit would reach more places than it names, or cannot be told for certain.
    """
    planner = _Planner(layout, root, Patch(layout), Habits(layout, root))
    planner.take(_with_filled(layout, root, operations))
    return planner.patch.edits()


def _with_filled(
    layout: Layout, root: Node | None, operations: Iterable[Operation]
) -> list[Operation]:
    """The operations, with inserts into nothing (`env:` or `env: {}`) as a new value for it."""
    result: list[Operation] = []
    filled: dict[Address, dict[str, Value] | list[Value]] = {}
    for operation in operations:
        parent = operation.address[:-1]
        if not isinstance(operation, Insert) or not _is_vacant(layout, node_at(root, parent)):
            result.append(operation)
            continue
        last = operation.address[-1]
        value = filled.setdefault(parent, {} if isinstance(last, str) else [])
        if isinstance(value, dict):
            value[str(last)] = operation.value
        else:
            value.append(operation.value)
    return [*result, *(Set(address, value) for address, value in filled.items())]


def _is_vacant(layout: Layout, node: Node | None) -> bool:
    if node is None:
        return True  # the whole document; `normalise` has seen to every other parent
    if isinstance(node, Scalar):
        return node.value is None
    if isinstance(node, AliasNode) or children(node):
        return False
    return "#" not in layout.text[node.content : node.end]


def _spliced(layout: Layout, node: Node | None, splices: list[Splice]) -> str:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        raise CannotEdit(f"{show_address(splices[0].address)} is not a string of its own")
    text = splice(node.value, [Edit(one.start, one.end, one.text) for one in splices])
    if node.style in {"|", ">"}:
        return chomped(text, block_header(layout.text, node))
    return text


@dataclass(slots=True)
class _Container:
    """What is to change among the entries of one collection."""

    removed: set[int] = field(default_factory=set)
    inserts: list[Insert] = field(default_factory=list)


@dataclass(slots=True)
class _Planner:
    """The planning of one set of operations."""

    layout: Layout
    root: Node | None
    patch: Patch
    habits: Habits
    containers: dict[Address, _Container] = field(default_factory=dict)
    splices: dict[Address, list[Splice]] = field(default_factory=dict)

    def take(self, operations: SequenceOf[Operation]) -> None:
        for operation in operations:
            _refuse_shared(self.layout, self.root, operation)
        for operation in operations:
            self._take(operation)
        for address, splices in self.splices.items():
            self._splice(address, splices)
        for address, container in self.containers.items():
            self._change(address, container)

    def _take(self, operation: Operation) -> None:
        address = operation.address
        match operation:
            case Set():
                self._set(address, operation.value)
            case Rename():
                self._rename(operation)
            case Splice():
                self.splices.setdefault(address, []).append(operation)
            case Insert():
                self._container(address).inserts.append(operation)
            case Remove():
                self._container(address).removed.add(self._index(address))

    def _container(self, address: Address) -> _Container:
        return self.containers.setdefault(address[:-1], _Container())

    def _holder(self, address: Address) -> tuple[Mapping | Sequence, list[Entry]]:
        """The collection at an address, with its entries."""
        holder = node_at(self.root, address)
        if not isinstance(holder, Mapping | Sequence):
            raise CannotEdit(f"{show_address(address)} is not a mapping or a sequence")
        entries = self.layout.entries(holder)
        if entries is None:
            raise CannotEdit(
                f"{show_address(address)} has keys behind `?`, or pairs without braces within"
                " brackets, a spelling that is not edited"
            )
        return holder, entries

    def _index(self, address: Address) -> int:
        holder, _ = self._holder(address[:-1])
        last = address[-1]
        return last if isinstance(last, int) else list(holder.value).index(last)

    def _entry(self, address: Address) -> tuple[Mapping | Sequence, Entry]:
        holder, entries = self._holder(address[:-1])
        return holder, entries[self._index(address)]

    def _set(self, address: Address, value: Value) -> None:
        if not address:
            self._fill(value)
            return
        holder, entry = self._entry(address)
        if entry.value.tagged:
            raise CannotEdit(f"{show_address(address)} has a tag, which belongs to its old value")
        style = self.habits.style(holder)
        (set_in_flow if holder.flow else set_in_block)(self.patch, entry, value, style)

    def _fill(self, value: Value) -> None:
        """Give an empty document its first keys."""
        text = self.layout.text
        empty = self.root is None or (
            isinstance(self.root, Scalar) and self.root.start == self.root.end
        )
        if not isinstance(value, dict) or not empty:
            raise CannotEdit("the document as a whole cannot be replaced")
        style = self.habits.style(None)
        lines = [line for key in value for line in block_lines(key, value[key], style)]
        newline = self.layout.newline(len(text))
        if self.layout.line_start(len(text)) == len(text):
            added = "".join(line + newline for line in lines)
        else:
            added = "".join(newline + line for line in lines)
        self.patch.replace(len(text), len(text), added)

    def _rename(self, operation: Rename) -> None:
        holder, entry = self._entry(operation.address)
        key = entry.key
        if key is None or key.anchor or key.tagged:
            shown = show_address(operation.address)
            raise CannotEdit(f"{shown} is not a plain name that can be changed")
        new = write_key(operation.key, flow=holder.flow, quote=key.style)
        self.patch.replace(key.content, key.end, new)

    def _splice(self, address: Address, splices: list[Splice]) -> None:
        node = node_at(self.root, address)
        text = _spliced(self.layout, node, splices)
        if isinstance(node, Scalar) and node.style in {"|", ">"}:
            splice_block(self.patch, node, splices, text, len(address))
            return
        flow = bool(address) and self._holder(address[:-1])[0].flow
        if isinstance(node, Scalar) and not splice_line(self.patch, node, splices, text, flow=flow):
            self._set(address, text)

    def _change(self, address: Address, container: _Container) -> None:
        holder, entries = self._holder(address)
        if holder.flow:
            added: dict[int, list[str]] = {}
            for insert in container.inserts:
                gap, behind = _place(holder, insert)
                style = self.habits.style(holder, entries[gap - behind] if entries else None)
                text = flow_entry(_key(insert), insert.value, style)
                added.setdefault(gap, []).append(text)
            change_flow(self.patch, holder, entries, container.removed, added)
            return
        additions = []
        for insert in container.inserts:
            gap, behind = _place(holder, insert)
            style = self.habits.style(holder, entries[gap - behind])
            lines = block_lines(_key(insert), insert.value, style)
            additions.append(Addition(gap, behind, lines))
        intro = self._entry(address)[1].after if address else -1
        depth = len(address) + 1
        change_block(
            BlockChange(self.patch, holder, entries, intro, depth, container.removed, additions)
        )


def _key(insert: Insert) -> str | None:
    last = insert.address[-1]
    return last if isinstance(last, str) else None


def _place(holder: Mapping | Sequence, insert: Insert) -> tuple[int, bool]:
    """Before which entry something is inserted, and whether it belongs to the one before that."""
    last = insert.address[-1]
    end = len(children(holder))
    if isinstance(last, int):
        return last, last == end
    keys = list(holder.value)
    if insert.before in keys:
        return keys.index(insert.before), False
    if insert.after in keys:
        return keys.index(insert.after) + 1, True
    return end, True


def _refuse_shared(layout: Layout, root: Node | None, operation: Operation) -> None:
    """Refuse what lies within an anchor that is used, or would take one away."""
    address = operation.address
    depth = len(address) if isinstance(operation, Splice) else len(address) - 1
    for length in range(depth + 1):
        node = node_at(root, address[:length])
        if isinstance(node, AliasNode):
            raise CannotEdit(
                f"{show_address(address[:length])} is the alias {node.value} of what is written on"
                f" line {node.value.line}, and a change below it reaches every place that uses it"
            )
        if node is not None and node.used >= 0:
            raise CannotEdit(
                f"{show_address(address)} lies within the anchor &{node.anchor}"
                f" (line {layout.position(node.start).line}), which"
                f" line {layout.position(node.used).line} uses as well"
            )
    if isinstance(operation, Remove | Set):
        _refuse_anchors(layout, node_at(root, address), address)


def _refuse_anchors(layout: Layout, node: Node | None, address: Address) -> None:
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner is not None and inner.used >= 0:
            raise CannotEdit(
                f"{show_address(address)} holds the anchor &{inner.anchor}"
                f" (line {layout.position(inner.start).line}), which"
                f" line {layout.position(inner.used).line} uses"
            )
        if isinstance(inner, Mapping | Sequence):
            waiting += children(inner)
