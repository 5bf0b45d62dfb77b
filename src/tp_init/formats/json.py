"""JSON with the span of every value, so that an edit touches nothing but what it changes.

The parser is our own because no other one at hand gives spans: the standard library's decodes
each string, so the two cannot disagree about a value. It takes what JSON.parse takes and npm
reads (https://docs.npmjs.com/cli/configuring-npm/package-json: "actual JSON, not just a
JavaScript object literal"), a byte order mark in front included; it refuses a key that stands
twice, since an edit could then change the one that nobody reads.

A new member repeats what stands beside it: separator, indentation, line ending, the space after
the colon. Nothing is ever formatted that was there before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tp_init.document import (
    Address,
    Edit,
    Insert,
    Operation,
    Position,
    Remove,
    Rename,
    Set,
    Splice,
    Value,
    expect,
    position_at,
    show_address,
)
from tp_init.errors import CannotEdit, Refused

__all__ = ["JsonDocument"]

# Far above any file that is kept by hand, far below what makes a run wait or overflows the stack.
_LONGEST = 2_000_000
_MOST_COMMAS = 50_000
_DEEPEST = 100

_BOM = "\ufeff"
_SPACE = re.compile(r"[ \t\n\r]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
# One character of a decoded string: a pair of surrogates is one.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|[^\\]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STRINGS = json.JSONDecoder()
_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class _Node:
    """A value, where it stands, and its members or items."""

    start: int
    end: int
    value: Value
    children: tuple[_Child, ...] = ()


@dataclass(frozen=True, slots=True)
class _Child:
    """A member of an object or an item of an array.

    Attributes:
        start: where its key (for an item: its value) starts.
        index: which one it is, from 0.
        key: the decoded key; None for an item.
        key_end: where the key ends; `start` for an item.
        node: its value.
    """

    start: int
    index: int
    key: str | None
    key_end: int
    node: _Node

    @property
    def name(self) -> str | int:
        """Its part of an address."""
        return self.index if self.key is None else self.key

    @property
    def end(self) -> int:
        """Where it ends, which is where its value ends."""
        return self.node.end


@dataclass(frozen=True, slots=True)
class _Parser:
    """The grammar of RFC 8259, one method for each of its productions."""

    path: str
    text: str

    def document(self) -> _Node:
        commas = self.text.count(",")
        if len(self.text) > _LONGEST or commas > _MOST_COMMAS:
            raise Refused(
                self.path,
                f"the file is too large to be kept by hand ({len(self.text):,} characters and"
                f" {commas:,} commas), and reading it would take too long",
                "make the change in this file by hand",
            )
        root = self.value(self.skip(len(_BOM) if self.text.startswith(_BOM) else 0), 0)
        end = self.skip(root.end)
        if end < len(self.text):
            raise self.unexpected(end, "after the end of the JSON value")
        return root

    def skip(self, at: int) -> int:
        space = _SPACE.match(self.text, at)
        return space.end() if space else at

    def value(self, at: int, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise self.refuse(
                at, f"values are nested more than {_DEEPEST} deep", "flatten the value"
            )
        first = self.text[at : at + 1]
        if first == "{":
            return self.object(at, depth)
        if first == "[":
            return self.array(at, depth)
        if first == '"':
            value, end = self.string(at)
            return _Node(at, end, value)
        if number := _NUMBER.match(self.text, at):
            return self.number(number)
        word = _WORD.match(self.text, at)
        if word and word.group() in _LITERALS:
            return _Node(at, word.end(), _LITERALS[word.group()])
        raise self.unexpected(at, "where a value belongs")

    def number(self, number: re.Match[str]) -> _Node:
        fraction, exponent = number.groups()
        try:
            value = float(number[0]) if fraction or exponent else int(number[0])
        except ValueError:  # Python's bound on the digits of an integer
            raise self.refuse(
                number.start(), "a number has thousands of digits", "shorten the number"
            ) from None
        return _Node(number.start(), number.end(), value)

    def string(self, at: int) -> tuple[str, int]:
        try:
            value, end = _STRINGS.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            why = error.msg.removesuffix(" at").replace("\\", "").lower()
            raise self.refuse(
                error.pos, f"the string is not JSON ({why})", "correct the string"
            ) from None
        return str(value), end

    def object(self, start: int, depth: int) -> _Node:
        children: list[_Child] = []
        value: dict[str, Value] = {}
        at = self.first(start, "}")
        while at is not None:
            if self.text[at : at + 1] != '"':
                raise self.unexpected(at, "where a key in double quotes belongs")
            key, key_end = self.string(at)
            if key in value:
                raise self.refuse(
                    at,
                    f"the key {json.dumps(key[:60])} stands twice in one object, "
                    "so one of its two values is never read",
                    "keep one of the two",
                )
            colon = self.skip(key_end)
            if self.text[colon : colon + 1] != ":":
                raise self.unexpected(colon, "where the colon after a key belongs")
            node = self.value(self.skip(colon + 1), depth + 1)
            value[key] = node.value
            children.append(_Child(at, len(children), key, key_end, node))
            at = self.next(node.end, "}")
        return self.closed(start, children, value)

    def array(self, start: int, depth: int) -> _Node:
        children: list[_Child] = []
        value: list[Value] = []
        at = self.first(start, "]")
        while at is not None:
            node = self.value(at, depth + 1)
            value.append(node.value)
            children.append(_Child(at, len(children), None, at, node))
            at = self.next(node.end, "]")
        return self.closed(start, children, value)

    def first(self, start: int, close: str) -> int | None:
        """Where the first child starts; None in an empty container."""
        at = self.skip(start + 1)
        return None if self.text[at : at + 1] == close else at

    def next(self, end: int, close: str) -> int | None:
        """Where the child after the one that ends here starts; None after the last."""
        at = self.skip(end)
        mark = self.text[at : at + 1]
        if mark == close:
            return None
        if mark != ",":
            raise self.unexpected(at, f"where a comma or `{close}` belongs")
        following = self.skip(at + 1)
        if self.text[following : following + 1] == close:
            raise self.refuse(
                at, f"a comma stands before `{close}`, which JSON forbids", "take it out"
            )
        return following

    def closed(self, start: int, children: list[_Child], value: Value) -> _Node:
        end = self.skip(children[-1].end if children else start + 1) + 1
        return _Node(start, end, value, tuple(children))

    def unexpected(self, at: int, where: str) -> Refused:
        mark = self.text[at : at + 1]
        word = _WORD.match(self.text, at)
        if not mark:
            return self.refuse(at, f"the file ends {where}", "complete the file")
        if self.text.startswith(("<<<<<<<", "=======", ">>>>>>>"), at):
            return self.refuse(
                at, f"a conflict marker stands {where}", "resolve the merge conflict"
            )
        if mark in "/#":
            return self.refuse(
                at, f"a comment stands {where}, and JSON has none", "take the comment out"
            )
        if mark == "'":
            return self.refuse(at, f"a single quote stands {where}", "use double quotes")
        shown = word.group()[:20] if word else mark
        return self.refuse(at, f"{json.dumps(shown)} stands {where}", "make the file valid JSON")

    def refuse(self, at: int, why: str, todo: str) -> Refused:
        place = position_at(self.text, at)
        return Refused(self.path, why, todo, place.line, place.column)


@dataclass(frozen=True, slots=True)
class _Style:
    """How the children of one container are written, for a new one to match.

    Attributes:
        separator: what stands between two children, the comma included.
        newline: the line ending between them; empty where they share a line.
        indent: what their line starts with.
        unit: what one level adds to it.
        colon: what stands between a key and its value.
        comma: what separates values that share a line.
        pad: what stands inside the braces of an object on one line.
    """

    separator: str
    newline: str
    indent: str
    unit: str
    colon: str
    comma: str
    pad: str

    def spell(self, value: Value, indent: str | None = None) -> str:
        """A value as it is written in this place."""
        indent = self.indent if indent is None else indent
        inner = indent + self.unit
        if isinstance(value, dict) and value:
            pieces = [f"{_quoted(k)}{self.colon}{self.spell(v, inner)}" for k, v in value.items()]
            opening, closing, pad = "{", "}", self.pad
        elif isinstance(value, list) and value:
            pieces = [self.spell(item, inner) for item in value]
            opening, closing, pad = "[", "]", ""
        else:
            return _quoted(value)
        if not self.newline:
            return opening + pad + self.comma.join(pieces) + pad + closing
        lines = f",{self.newline}{inner}".join(pieces)
        return f"{opening}{self.newline}{inner}{lines}{self.newline}{indent}{closing}"


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON text that knows where each value stands (see `document.Document`).

    Numbers, escapes and key order are the text's own and stay; `data` is what `json.loads` makes
    of it.
    """

    path: str
    text: str
    _root: _Node = field(repr=False)

    @classmethod
    def read(cls, path: str, text: str) -> JsonDocument:
        """Parse a text.

        Raises:
            Refused: the text is not strict JSON, has a key twice, or is too large or too deep.
        """
        return cls(path, text, _Parser(path, text).document())

    def parse(self, text: str) -> JsonDocument:
        """Read another text as the same file. Raises Refused."""
        return JsonDocument.read(self.path, text)

    @property
    def data(self) -> Value:
        """What the text means."""
        return self._root.value

    def position(self, address: Address) -> Position:
        """Where a key (or, for an item, its value) starts. Raises KeyError."""
        try:
            start = self._child(address).start if address else self._root.start
        except CannotEdit:
            raise KeyError(show_address(address)) from None
        return position_at(self.text, start)

    def expected(self, operations: Sequence[Operation]) -> Value:
        """The data that normalised operations should lead to."""
        return expect(self.data, operations)

    def edits(self, operations: Sequence[Operation]) -> list[Edit]:
        """The edits that carry out normalised operations.

        Raises:
            CannotEdit: an address is not there, or a value has no JSON form.
        """
        edits: list[Edit] = []
        places: dict[Address, list[Insert | Remove]] = {}
        for operation in operations:
            if isinstance(operation, Set):
                edits.append(self._replaced(operation))
            elif isinstance(operation, Rename):
                child = self._child(operation.address)
                if child.key is None:
                    raise CannotEdit(f"{show_address(operation.address)} is an item, not a key")
                edits.append(Edit(child.start, child.key_end, _quoted(operation.key)))
            elif isinstance(operation, Splice):
                edits.append(self._spliced(operation))
            else:
                places.setdefault(operation.address[:-1], []).append(operation)
        for address, mine in places.items():
            edits += self._rearranged(address, mine)
        return edits

    def _line(self, address: Address) -> list[_Node]:
        """The nodes from the root to the one at the address."""
        nodes = [self._root]
        for part in address:
            found = [child.node for child in nodes[-1].children if child.name == part]
            if not found:
                raise CannotEdit(f"{show_address(address)} is not there")
            nodes += found
        return nodes

    def _child(self, address: Address) -> _Child:
        holder = self._line(address[:-1])[-1]
        for child in holder.children:
            if child.name == address[-1]:
                return child
        raise CannotEdit(f"{show_address(address)} is not there")

    def _replaced(self, operation: Set) -> Edit:
        line = self._line(operation.address)
        node = line[-1]
        if isinstance(operation.value, dict | list) and node.children:
            written = self._style(line, 0).spell(operation.value, self._indent(node.start))
        elif len(line) > 1:
            near = self._child(operation.address).index
            written = self._style(line[:-1], near).spell(operation.value)
        else:
            written = self._style(line, 0).spell(operation.value, "")
        return Edit(node.start, node.end, written)

    def _spliced(self, operation: Splice) -> Edit:
        node = self._line(operation.address)[-1]
        inside = self.text[node.start + 1 : node.end - 1]
        # Where each character of the decoded string starts, escaped or not.
        starts = [node.start + 1 + mark.start() for mark in _CHARACTER.finditer(inside)]
        starts.append(node.end - 1)
        written = _quoted(operation.text)[1:-1]
        return Edit(starts[operation.start], starts[operation.end], written)

    def _rearranged(self, address: Address, operations: Sequence[Insert | Remove]) -> list[Edit]:
        """The edits that take children out of one container and put others in."""
        line = self._line(address)
        gone = {o.address[-1] for o in operations if isinstance(o, Remove)}
        inserts = [o for o in operations if isinstance(o, Insert)]
        if not isinstance(line[-1].value, dict | list):
            raise CannotEdit(f"{show_address(address)} is neither an object nor an array")
        if not line[-1].children:
            return [self._filled(line, inserts)]
        edits: list[Edit] = []
        left: _Child | None = None
        zone: list[_Child | Insert] = []
        for slot in (*_ordered(line[-1].children, inserts), None):
            if isinstance(slot, Insert) or (slot and slot.name in gone):
                zone.append(slot)
                continue
            if zone:
                edits.append(self._zone_edit(line, left, zone, slot))
            left, zone = slot, []
        return edits

    def _zone_edit(
        self,
        line: Sequence[_Node],
        left: _Child | None,
        zone: Sequence[_Child | Insert],
        right: _Child | None,
    ) -> Edit:
        """The edit of what stands between two children that stay."""
        gone = [slot for slot in zone if isinstance(slot, _Child)]
        new = [slot for slot in zone if isinstance(slot, Insert)]
        if not new:
            return self._removed(line[-1], left, gone, right)
        near = left or right or gone[0]
        style = self._style(line, near.index)
        pieces = [_member(insert, style) for insert in new]
        if gone:
            return Edit(gone[0].start, gone[-1].end, style.separator.join(pieces))
        if left:
            text = "".join(style.separator + piece for piece in pieces)
            return Edit(left.end, left.end, text)
        text = "".join(piece + style.separator for piece in pieces)
        return Edit(near.start, near.start, text)

    def _removed(
        self, holder: _Node, left: _Child | None, gone: Sequence[_Child], right: _Child | None
    ) -> Edit:
        if right is None:
            start, end = (left.end, gone[-1].end) if left else (holder.start + 1, holder.end - 1)
        elif (
            left and self._ends_its_line(gone[-1], right) and not self._ends_its_line(left, gone[0])
        ):
            # In `"a": 1, "b": 2,⏎` it is the gap before `b` that goes with it.
            start, end = left.end, gone[-1].end
        else:
            start, end = gone[0].start, right.start
        return Edit(start, end, "")

    def _ends_its_line(self, child: _Child, following: _Child) -> bool:
        return bool(_LINE_END.search(self.text, child.end, following.start))

    def _filled(self, line: Sequence[_Node], inserts: Sequence[Insert]) -> Edit:
        """The first children of an empty container."""
        node = line[-1]
        style = self._style(line, 0)
        joined = style.separator.join(
            _member(slot, style) for slot in _ordered((), inserts) if isinstance(slot, Insert)
        )
        if style.newline:
            last = style.newline + self._indent(node.start)
            joined = style.newline + style.indent + joined + last
        elif isinstance(node.value, dict):
            joined = style.pad + joined + style.pad
        return Edit(node.start + 1, node.end - 1, joined)

    def _style(self, line: Sequence[_Node], near: int) -> _Style:
        """How the children of the last node are written, next to the one with this index."""
        node = line[-1]
        inside = self.text[node.start + 1 : node.end - 1]
        if not node.children:
            return self._style_within(line, inside)
        first, child = node.children[0], node.children[near]
        lead = _last_line(self.text[node.start + 1 : first.start])
        colon = self._colon(line)
        comma = ", " if colon.endswith(" ") else ","
        if len(node.children) > 1:
            right = node.children[max(near, 1)]
            before, after = self.text[node.children[right.index - 1].end : right.start].split(",")
            separator = f"{_last_line(before)},{_last_line(after)}"
        else:
            separator = f",{lead}" if _LINE_END.search(lead) else comma
        newline = _LINE_END.search(separator)
        indent, base = self._indent(child.start), self._indent(node.start)
        own_line = indent == self._before(child.start)
        return _Style(
            separator=separator,
            newline=newline.group() if newline else "",
            indent=indent,
            unit=indent.removeprefix(base)
            if own_line and indent.startswith(base)
            else self._unit(),
            colon=colon,
            comma=comma if newline else separator,
            pad="" if _LINE_END.search(lead) else lead,
        )

    def _style_within(self, line: Sequence[_Node], inside: str) -> _Style:
        """The style of an empty container: that of the container around it, a level deeper."""
        node = line[-1]
        own = _LINE_END.search(inside)
        if len(line) == 1:
            anywhere = own or _LINE_END.search(self.text)
            newline = anywhere.group() if anywhere else "\n"
            return _Style(f",{newline}  ", newline, "  ", "  ", ": ", ", ", " ")
        holder = line[-2]
        near = next(child.index for child in holder.children if child.node is node)
        outer = self._style(line[:-1], near)
        newline = own.group() if own else outer.newline
        unit = outer.unit or self._unit()
        indent = self._indent(node.start) + unit
        return replace(
            outer,
            separator=f",{newline}{indent}" if newline else outer.comma,
            newline=newline,
            indent=indent,
            unit=unit,
            pad=outer.pad or inside,
        )

    def _unit(self) -> str:
        """What one level of indentation is in this file."""
        for child in self._root.children:
            if not self._before(child.start).strip():
                return self._before(child.start)
        return "  "

    def _colon(self, line: Sequence[_Node]) -> str:
        """What stands between key and value in the nearest object."""
        for node in reversed(line):
            for child in node.children:
                if child.key is not None:
                    colon = self.text[child.key_end : child.node.start]
                    return ": " if _LINE_END.search(colon) else colon
        return ": "

    def _indent(self, offset: int) -> str:
        """The white space that the line of an offset starts with."""
        before = self._before(offset)
        return before[: len(before) - len(before.lstrip(" \t"))]

    def _before(self, offset: int) -> str:
        """What stands before an offset on its line."""
        start = max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1
        return self.text[start:offset].removeprefix(_BOM)


def _ordered(children: Sequence[_Child], inserts: Sequence[Insert]) -> list[_Child | Insert]:
    """Children and inserts in the order in which they are to stand."""
    slots: list[_Child | Insert] = []
    if any(isinstance(insert.address[-1], int) for insert in inserts):
        for index in range(len(children) + 1):
            slots += [insert for insert in inserts if insert.address[-1] == index]
            slots += children[index : index + 1]
        return slots
    slots += children
    waiting = list(inserts)
    while waiting:
        # One that names another insert waits for it; one that names nothing here comes last.
        known = [_name(slot) for slot in slots]
        ready = next((o for o in waiting if o.before in known or o.after in known), waiting[0])
        waiting.remove(ready)
        if ready.before in known:
            place = known.index(ready.before)
        elif ready.after in known:
            place = known.index(ready.after) + 1
            while place < len(slots) and _follows(slots[place], ready.after):
                place += 1
        else:
            place = len(slots)
        slots.insert(place, ready)
    return slots


def _name(slot: _Child | Insert) -> str | int:
    return slot.name if isinstance(slot, _Child) else slot.address[-1]


def _follows(slot: _Child | Insert, key: str | None) -> bool:
    return isinstance(slot, Insert) and slot.after == key


def _member(insert: Insert, style: _Style) -> str:
    key = insert.address[-1]
    value = style.spell(insert.value)
    return value if isinstance(key, int) else f"{_quoted(key)}{style.colon}{value}"


def _last_line(space: str) -> str:
    """White space with its blank lines taken out, so that a new neighbour repeats none."""
    ends = list(_LINE_END.finditer(space))
    return space[ends[-1].start() :] if ends else space


def _quoted(value: Value) -> str:
    """A scalar or an empty container in JSON, escaped no more than it has to be."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise CannotEdit(f"{value!r} has no form in JSON") from None
    return _LONE_SURROGATE.sub(lambda mark: f"\\u{ord(mark[0]):04x}", written)
