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
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

from tp_init.errors import CannotEdit, ConflictError

__all__ = [
    "Address",
    "Alias",
    "Commented",
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
    "position_at",
    "same",
    "show_address",
    "splice",
]

Address: TypeAlias = tuple[str | int, ...]


class Commented(str):
    """A text that brings a trailing comment along, in a format that has comments.

    It equals the text alone: `Commented("actions/checkout@…", "v7.0.1")` is that reference.

    Attributes:
        comment: without its `#`.
    """

    __slots__ = ("comment",)
    comment: str

    def __new__(cls, text: str, comment: str) -> Commented:  # noqa: PYI034 - final in practice
        """Make the text; the comment is beside it, not in it."""
        self = super().__new__(cls, text)
        self.comment = comment
        return self

    def __reduce__(self) -> tuple[type[Commented], tuple[str, str]]:
        return Commented, (str(self), self.comment)


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

    Missing parents are made. `before` or `after` names a sibling key to stand next to (a sibling
    of the topmost parent, where parents have to be made); without one, or where that sibling is
    missing, the new key stands last. An index equal to the length appends.
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


class Alias(str):
    """A reference, in `data`, to a value that is written once under a name and used here too.

    It reads as the file spells it (`*name`), yet equals no plain string.

    Attributes:
        line: where the value itself is written.
    """

    __slots__ = ("line",)
    line: int

    def __new__(cls, text: str, line: int = 0) -> Self:
        """Make one from its spelling; it stays one when copied."""
        alias = super().__new__(cls, text)
        alias.line = line
        return alias

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alias) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


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


def same(one: Value, other: Value) -> bool:
    """Whether two values mean the same in a file, where `1`, `1.0` and `true` are three things."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    if type(one) is not type(other):
        return False
    return one == other or (one != one and other != other)  # noqa: PLR0124 - not a number


_LINE_END = re.compile(r"\r\n|\n|\r")


def position_at(text: str, offset: int) -> Position:
    """The line and column of an offset; a byte order mark takes no column, as in an editor."""
    line, start = 1, int(text.startswith("\ufeff"))
    for end in _LINE_END.finditer(text, 0, offset):
        line, start = line + 1, end.end()
    return Position(line, max(offset - start, 0) + 1)


def normalise(operations: Iterable[Operation], data: Value) -> list[Operation]:
    """Make many operations one consistent set.

    Repeated operations collapse; what lies under something removed is dropped; a mapping that is
    emptied is removed instead of its keys (see `Remove.prune`); inserts under a parent that is
    not there become one insert of that parent.

    Raises:
        ConflictError: two operations want different things of one place.
        CannotEdit: an address that should be there is not, or the other way round.
    """
    unique_operations = [one.operation for one in dict.fromkeys(map(_Unique, operations))]
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


@dataclass(frozen=True, slots=True, eq=False)
class _Unique:
    """An operation that can be compared although its value may be a list or a mapping."""

    operation: Operation

    def __hash__(self) -> int:
        return hash((type(self.operation), self.operation.address))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Unique) or self.operation != other.operation:
            return False
        if isinstance(self.operation, Set | Insert) and isinstance(other.operation, Set | Insert):
            return same(self.operation.value, other.operation.value)
        return True


def _check(operation: Operation, data: Value) -> None:
    shown = show_address(operation.address)
    if not operation.address and not isinstance(operation, Set | Splice):
        raise CannotEdit("the file as a whole can only be replaced")
    present = has(data, operation.address)
    if isinstance(operation, Insert):
        last = operation.address[-1]
        if present and isinstance(last, str):
            raise CannotEdit(f"{shown} is there already")
        if isinstance(last, int):
            parent = operation.address[:-1]
            items = look_up(data, parent) if has(data, parent) else None
            if not isinstance(items, list) or not 0 <= last <= len(items):
                raise CannotEdit(f"{shown} is not a place in a sequence")
    elif not present:
        raise CannotEdit(_crossed_alias(data, operation.address) or f"{shown} is not there")
    elif isinstance(operation, Splice):
        text = look_up(data, operation.address)
        if not isinstance(text, str) or not 0 <= operation.start <= operation.end <= len(text):
            raise CannotEdit(f"{shown} is not a string with that many characters")


def _crossed_alias(data: Value, address: Address) -> str:
    for length in range(1, len(address)):
        value = look_up(data, address[:length]) if has(data, address[:length]) else None
        if isinstance(value, Alias):
            return (
                f"{show_address(address[:length])} is the alias {value} of what is written on line"
                f" {value.line}, so a change below it would reach every place that uses it"
            )
    return ""


def _pruned(operations: Sequence[Operation], data: Value) -> list[Remove]:
    removes: dict[Address, Remove] = {}
    for operation in operations:
        if isinstance(operation, Remove) and not (
            operation.address in removes and removes[operation.address].prune
        ):
            removes[operation.address] = operation
    # All the ancestors, since an insert may have to make its nearest ones first.
    needed = {
        o.address[:length]
        for o in operations
        if isinstance(o, Insert)
        for length in range(len(o.address))
    } | {o.address for o in operations if isinstance(o, Set)}
    changed = True
    while changed:
        changed = False
        for address, remove in list(removes.items()):
            parent = address[:-1]
            if not remove.prune or not parent or parent in removes or parent in needed:
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
    """Make the inserts of one key, or below one missing parent, a single insert."""
    result: list[Operation] = []
    grafts: dict[Address, Insert] = {}
    for operation in operations:
        if not isinstance(operation, Insert) or isinstance(operation.address[-1], int):
            result.append(operation)
            continue
        graft = _from_topmost(operation, data)
        first = grafts.get(graft.address)
        if first is not None:
            graft = Insert(
                graft.address,
                _merged(first.value, graft.value, graft.address),
                *((first.before, first.after) if _placed(first) else (graft.before, graft.after)),
            )
        grafts[graft.address] = graft
    return [*result, *grafts.values()]


def _from_topmost(operation: Insert, data: Value) -> Insert:
    """The same insert, beginning at the topmost parent that has to be made."""
    address = operation.address
    depth = next(length for length in range(1, len(address) + 1) if not has(data, address[:length]))
    top, below = address[:depth], address[depth:]
    if any(isinstance(part, int) for part in (top[-1], *below)):
        raise CannotEdit(f"{show_address(top)} is not there")
    # A YAML key without a value is null, and its format may make a mapping of it.
    if not isinstance(look_up(data, top[:-1]), dict | None):
        if reason := _crossed_alias(data, top):
            raise CannotEdit(reason)
        raise CannotEdit(f"{show_address(top[:-1])} is not a mapping")
    value = copy.deepcopy(operation.value)
    for part in reversed(below):
        value = {str(part): value}
    return Insert(top, value, operation.before, operation.after)


def _placed(insert: Insert) -> bool:
    return insert.before is not None or insert.after is not None


def _merged(one: Value, other: Value, address: Address) -> Value:
    if isinstance(one, dict) and isinstance(other, dict):
        both = {**one, **other}
        for key in one.keys() & other.keys():
            both[key] = _merged(one[key], other[key], (*address, key))
        return both
    if not same(one, other):
        raise ConflictError(f"two values for {show_address(address)}: {one!r} and {other!r}")
    return one


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
    places: list[Insert | Remove | Rename] = []
    for operation in operations:
        if isinstance(operation, Set):
            holder, last = _holder(root, operation.address)
            holder[last] = copy.deepcopy(operation.value)  # type: ignore[index]
        elif not isinstance(operation, Splice):
            places.append(operation)
    # At one place, several insertions keep their order: each is made before the one after it.
    places.reverse()
    for place in sorted(places, key=_order, reverse=True):
        if isinstance(place.address[-1], int):
            _apply_item(root, place)
        else:
            _apply_key(root, place)
    return root[0]


def _order(operation: Insert | Remove | Rename) -> tuple[int, int, int]:
    # What is applied last has the smallest. The deepest come first, since a new name or a shifted
    # item changes the addresses below it; then the last items; then removals, whose place
    # another may take; new names come last.
    last = operation.address[-1]
    kind = (Rename, Insert, Remove).index(type(operation))
    return len(operation.address), last if isinstance(last, int) else 0, kind


def _apply_key(root: list[Value], operation: Insert | Remove | Rename) -> None:
    holder, last = _holder(root, operation.address)
    if not isinstance(holder, dict):
        raise CannotEdit(f"{show_address(operation.address[:-1])} is not a mapping")
    if isinstance(operation, Insert):
        holder[str(last)] = copy.deepcopy(operation.value)
    elif isinstance(operation, Remove):
        del holder[str(last)]
    elif operation.key in holder:
        new = (*operation.address[:-1], operation.key)
        raise CannotEdit(f"{show_address(new)} is there already")
    else:
        renamed = {operation.key if key == last else key: value for key, value in holder.items()}
        holder.clear()
        holder.update(renamed)


def _apply_item(root: list[Value], operation: Insert | Remove | Rename) -> None:
    holder, last = _holder(root, operation.address)
    if not isinstance(holder, list) or not isinstance(last, int) or isinstance(operation, Rename):
        raise CannotEdit(f"{show_address(operation.address)} has no name, it is an item")
    if isinstance(operation, Insert):
        holder.insert(last, copy.deepcopy(operation.value))
    else:
        del holder[last]


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
    if not same(reread.data, document.expected(wanted)):
        places = ", ".join(show_address(o.address) for o in wanted)
        raise CannotEdit(f"the result would not mean what was intended ({places})")
    return after


def mapping(value: Value | Mapping[str, Value]) -> dict[str, Value]:
    """The value when it is a mapping, else an empty one: for reading untrusted structure."""
    return value if isinstance(value, dict) else {}
