"""Addresses into structured text, the operations on them, and the splice that carries them out.

Rules speak in *operations* on *addresses* ("remove `jobs.publish.env.NPM_TOKEN`"). Each format
(`formats/`) turns the operations on one document, all at once, into *edits* of its text: spans of
the original, replaced. `change()` applies them and proves that the result means what was asked
and nothing else:

1. the operations are applied to the parsed data (`expect`);
2. the edits are spliced into the text, and the result is parsed again;
3. both must be equal, or nothing is changed and `CannotEdit` says so.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tp_init.errors import CannotEdit, ConflictError

__all__ = [
    "Address",
    "Document",
    "Edit",
    "Insert",
    "Operation",
    "Position",
    "Remove",
    "Rename",
    "Set",
    "Splice",
    "Value",
    "change",
    "expect",
    "has",
    "look_up",
    "mapping",
    "normalise",
    "show_address",
    "splice",
]

Address: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, as a person counts: 1-based line and column (in characters)."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a mapping's key, or a sequence's item, away.

    With `prune`, a mapping that would be left empty goes too (an `env:` with nothing in it), and
    so on upwards; a sequence, or an item of one, never does.
    """

    address: Address
    prune: bool = True


@dataclass(frozen=True, slots=True)
class Set:
    """Give an existing key or item another value; quotes and comment of the old one stay."""

    address: Address
    value: Value


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a key that is not there, or an item before the one that has this index now.

    Missing parents are made. `before` or `after` names a sibling key to stand next to; without
    one (or where that sibling is missing) the new key stands last. An index equal to the length
    appends.
    """

    address: Address
    value: Value
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a mapping's key another name; its value and place stay."""

    address: Address
    key: str


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace `[start, end)` of a string by `text`, in characters of the *decoded* string.

    In a plain text document the address is `()` and the string is the whole text.
    """

    address: Address
    start: int
    end: int
    text: str


Operation: TypeAlias = Remove | Set | Insert | Rename | Splice


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `[start, end)` of the original text by `text`. An insertion has `start == end`."""

    start: int
    end: int
    text: str


class Document(Protocol):
    """A parsed text that knows where each value stands.

    `text` is the whole file, decoded strictly and without newline translation, a byte order mark
    included. `data` is what it means; an alias is kept symbolic, so that a small file cannot
    unfold into a large one.
    """

    @property
    def path(self) -> str:
        """The file, relative to the repository's root, with forward slashes."""
        ...

    @property
    def text(self) -> str:
        """The whole text."""
        ...

    @property
    def data(self) -> Value:
        """What the text means."""
        ...

    def parse(self, text: str) -> Document:
        """Read another text as the same file. Raises Refused when it cannot be read."""
        ...

    def position(self, address: Address) -> Position:
        """Where a key (or, for an item, its value) starts. Raises KeyError when it is not there."""
        ...

    def edits(self, operations: Sequence[Operation]) -> list[Edit]:
        """The edits that carry out normalised operations. Raises CannotEdit."""
        ...

    def expected(self, operations: Sequence[Operation]) -> Value:
        """The data that normalised operations should lead to, as this format would spell it."""
        ...


def show_address(address: Address) -> str:
    """An address as people write it: `jobs.publish.steps[2].env`."""
    shown = ""
    for part in address:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown or "the file"


def look_up(data: Value, address: Address) -> Value:
    """The value at an address. Raises KeyError when there is none."""
    for part in address:
        if isinstance(part, int):
            if not isinstance(data, list) or not 0 <= part < len(data):
                raise KeyError(show_address(address))
            data = data[part]
        else:
            if not isinstance(data, dict) or part not in data:
                raise KeyError(show_address(address))
            data = data[part]
    return data


def has(data: Value, address: Address) -> bool:
    """Whether there is a value at an address (null is one)."""
    try:
        look_up(data, address)
    except KeyError:
        return False
    return True


def normalise(operations: Iterable[Operation], data: Value) -> list[Operation]:
    """Make many operations one consistent set.

    Repeated operations collapse; what lies under something removed is dropped; a mapping that is
    emptied is removed instead of its keys (see `Remove.prune`); inserts under a parent that is
    not there become one insert of that parent.

    Raises:
        ConflictError: two operations want different things of one place.
        CannotEdit: an address that should be there is not, or the other way round.
    """
    unique = list(dict.fromkeys(_hashable(operation) for operation in operations))
    unique_operations = [operation.operation for operation in unique]
    for operation in unique_operations:
        _check(operation, data)
    removed = _pruned(unique_operations, data)
    kept: list[Operation] = list(removed)
    gone = {remove.address for remove in removed}
    rest = [
        operation
        for operation in unique_operations
        if not isinstance(operation, Remove) and not _under_any(operation.address, gone, operation)
    ]
    kept += _grafted(rest, data)
    _refuse_conflicts(kept)
    return kept


@dataclass(frozen=True, slots=True)
class _hashable:  # noqa: N801 - a private wrapper: values may be lists and dicts
    """An operation that can be compared although its value may be a list or a mapping."""

    operation: Operation

    def __hash__(self) -> int:
        return hash((type(self.operation), self.operation.address))


def _check(operation: Operation, data: Value) -> None:
    present = has(data, operation.address)
    if isinstance(operation, Insert):
        if present and isinstance(operation.address[-1], str):
            raise CannotEdit(f"{show_address(operation.address)} is there already")
    elif not present:
        raise CannotEdit(f"{show_address(operation.address)} is not there")


def _pruned(operations: Sequence[Operation], data: Value) -> list[Remove]:
    removes = {o.address: o for o in operations if isinstance(o, Remove)}
    inserted_into = {o.address[:-1] for o in operations if isinstance(o, Insert)}
    changed = True
    while changed:
        changed = False
        for address, remove in list(removes.items()):
            parent = address[:-1]
            if not remove.prune or not parent or parent in removes or parent in inserted_into:
                continue
            holder = look_up(data, parent)
            if isinstance(parent[-1], int) or not isinstance(holder, dict):
                continue
            if all((*parent, key) in removes for key in holder):
                removes[parent] = Remove(parent)
                changed = True
    return [
        remove
        for address, remove in removes.items()
        if not any(address[:length] in removes for length in range(1, len(address)))
    ]


def _under_any(address: Address, gone: set[Address], operation: Operation) -> bool:
    # An item inserted before a removed one is not under it, although it has the same index.
    upto = len(address) if isinstance(operation, Insert) else len(address) + 1
    return any(address[:length] in gone for length in range(1, upto))


def _grafted(operations: Sequence[Operation], data: Value) -> list[Operation]:
    """Replace inserts below a missing parent by one insert of the topmost missing parent."""
    result: list[Operation] = []
    grafts: dict[Address, dict[str, Value]] = {}
    for operation in operations:
        if not isinstance(operation, Insert) or has(data, operation.address[:-1]):
            result.append(operation)
            continue
        depth = next(
            n for n in range(1, len(operation.address)) if not has(data, operation.address[:n])
        )
        top = operation.address[:depth]
        if any(isinstance(part, int) for part in operation.address[depth - 1 :]):
            raise CannotEdit(f"{show_address(top)} is not there")
        if top not in grafts:
            grafts[top] = {}
            result.append(Insert(top, grafts[top], operation.before, operation.after))
        holder = grafts[top]
        *parents, last = (str(part) for part in operation.address[depth:])
        for part in parents:
            holder = holder.setdefault(part, {})  # type: ignore[assignment]
        if last in holder and holder[last] != operation.value:
            raise ConflictError(f"two values for {show_address(operation.address)}")
        holder[last] = copy.deepcopy(operation.value)
    return result


def _refuse_conflicts(operations: Sequence[Operation]) -> None:
    seen: dict[tuple[str, Address], Operation] = {}
    for operation in operations:
        if isinstance(operation, Splice):
            continue  # the engine refuses overlapping spans
        if isinstance(operation, Insert) and isinstance(operation.address[-1], int):
            continue  # several items may be inserted at one place, in order
        kind = "rename" if isinstance(operation, Rename) else "value"
        key = (kind, operation.address)
        if key in seen:
            raise ConflictError(
                f"two changes of {show_address(operation.address)}: {seen[key]} and {operation}"
            )
        seen[key] = operation
    whole = {o.address for o in operations if isinstance(o, Set)}
    for operation in operations:
        for length in range(len(operation.address)):
            if operation.address[:length] in whole:
                raise ConflictError(f"{operation} lies within a value that is replaced")
        if isinstance(operation, Splice) and operation.address in whole:
            raise ConflictError(f"{operation} lies within a value that is replaced")


def expect(data: Value, operations: Sequence[Operation]) -> Value:
    """The data after normalised operations: the meaning that the edited text must have."""
    root: list[Value] = [copy.deepcopy(data)]
    _apply_splices(root, [o for o in operations if isinstance(o, Splice)])
    places: list[Insert | Remove] = []
    for operation in operations:
        if isinstance(operation, Set):
            holder, last = _holder(root, operation.address)
            holder[last] = copy.deepcopy(operation.value)  # type: ignore[index]
        elif isinstance(operation, Insert | Remove):
            places.append(operation)
    for place in places:
        if isinstance(place.address[-1], str):
            _apply_key(root, place)
    renames = [o for o in operations if isinstance(o, Rename)]
    for rename in sorted(renames, key=lambda o: len(o.address), reverse=True):
        _apply_rename(root, rename)
    # Items shift when one is inserted or removed, so the later ones come first; at one place,
    # several insertions keep their order (which is why the list is turned round before the sort).
    items = [o for o in places if isinstance(o.address[-1], int)][::-1]
    for item in sorted(items, key=_item_order, reverse=True):
        _apply_item(root, item)
    return root[0]


def _apply_key(root: list[Value], operation: Insert | Remove) -> None:
    holder, last = _holder(root, operation.address)
    if not isinstance(holder, dict):
        raise CannotEdit(f"{show_address(operation.address[:-1])} is not a mapping")
    if isinstance(operation, Insert):
        holder[str(last)] = copy.deepcopy(operation.value)
    else:
        del holder[str(last)]


def _apply_rename(root: list[Value], rename: Rename) -> None:
    holder, last = _holder(root, rename.address)
    if not isinstance(holder, dict) or rename.key in holder:
        raise CannotEdit(f"{show_address((*rename.address[:-1], rename.key))} is there already")
    renamed = {rename.key if key == last else key: value for key, value in holder.items()}
    holder.clear()
    holder.update(renamed)


def _apply_item(root: list[Value], operation: Insert | Remove) -> None:
    holder, last = _holder(root, operation.address)
    if not isinstance(holder, list) or not isinstance(last, int):
        raise CannotEdit(f"{show_address(operation.address[:-1])} is not a sequence")
    if isinstance(operation, Insert):
        holder.insert(last, copy.deepcopy(operation.value))
    else:
        del holder[last]


def _item_order(operation: Insert | Remove) -> tuple[list[tuple[int, str]], int]:
    # Deepest and last first; an item is removed before another is put in its place.
    address = [(part, "") if isinstance(part, int) else (-1, part) for part in operation.address]
    return address, int(isinstance(operation, Remove))


def _apply_splices(root: list[Value], splices: Sequence[Splice]) -> None:
    for address in {o.address for o in splices}:
        mine = [Edit(o.start, o.end, o.text) for o in splices if o.address == address]
        holder, last = _holder(root, address)
        text = holder[last]  # type: ignore[index]
        if not isinstance(text, str):
            raise CannotEdit(f"{show_address(address)} is not a string")
        holder[last] = splice(text, mine)  # type: ignore[index]


def _holder(root: list[Value], address: Address) -> tuple[Value, str | int]:
    full: Address = (0, *address)
    try:
        return look_up(root, full[:-1]), full[-1]
    except KeyError:
        raise CannotEdit(f"{show_address(address)} is not there") from None


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits on a text; insertions at one place keep their order.

    Raises:
        ConflictError: two edits overlap.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < done:
            raise ConflictError(f"two edits overlap at offset {edit.start}: {edit}")
        pieces += (text[done : edit.start], edit.text)
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)


def change(document: Document, operations: Iterable[Operation]) -> str:
    """The document's text after the operations, proven to mean what they ask and nothing else.

    Raises:
        CannotEdit: an operation cannot be carried out without a guess, or the proof failed.
        ConflictError: the operations contradict each other.
    """
    wanted = normalise(operations, document.data)
    if not wanted:
        return document.text
    after = splice(document.text, document.edits(wanted))
    try:
        reread = document.parse(after)
    except Exception as error:
        raise CannotEdit(f"the result could not be read back ({error})") from error
    if reread.data != document.expected(wanted):
        places = ", ".join(show_address(o.address) for o in wanted)
        raise CannotEdit(f"the result would not mean what was intended ({places})")
    return after


def mapping(value: Value | Mapping[str, Value]) -> dict[str, Value]:
    """The value when it is a mapping, else an empty one: for reading untrusted structure."""
    return value if isinstance(value, dict) else {}
