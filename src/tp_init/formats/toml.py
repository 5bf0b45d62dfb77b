"""TOML, as far as Node pins and tokens need it: give a key another value, or take it away.

tomlkit says what the text means and whether it is TOML at all; a scanner of our own, which may
therefore rely on that, says where each key and value stands. tomlkit does not write the text: it
ends an added line in LF, and to it a byte order mark is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from tp_init.document import (
    Address,
    Edit,
    Operation,
    Position,
    Remove,
    Set,
    Value,
    expect,
    has,
    position_at,
    show_address,
)
from tp_init.errors import CannotEdit, Refused
from tp_init.formats.lines import taken_out

__all__ = ["TomlDocument"]

_LONGEST = 1_000_000
_BOM = "\ufeff"
_PLACE = re.compile(r" at line \d+ col \d+\Z")

_NOT_LITERAL = re.compile("['\\x00-\\x1f\\x7f]")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_SCALAR = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')'''
    r"""|"(?:\\.|[^"\\])*"|'[^']*'|\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A `key = value`, with its own entries where the value is an inline table."""

    address: Address
    start: int
    value_start: int
    end: int
    members: tuple[_Entry, ...] = ()

    def within(self, address: Address) -> bool:
        """Whether it is, or lies under, what has this address."""
        return self.address[: len(address)] == address


@dataclass(frozen=True, slots=True)
class _Scanner:
    """Finds the entries of a text that is known to be TOML."""

    text: str

    def entries(self) -> Iterator[_Entry]:
        """Every line that is an entry or a table's header (an entry without a value)."""
        table: Address = ()
        counts: dict[Address, int] = {}
        at = self.blank(len(_BOM) if self.text.startswith(_BOM) else 0)
        while at < len(self.text):
            if self.text[at] == "[":
                many = self.text.startswith("[[", at)
                keys, end = self.keys(at + 1 + many)
                end += 1 + many
                table = ()
                for number, key in enumerate(keys, start=1):
                    table = (*table, key)
                    if many and number == len(keys):
                        counts[table] = counts.get(table, -1) + 1
                    if table in counts:
                        table = (*table, counts[table])
                yield _Entry(table, at, end, end)
            else:
                entry = self.entry(at, table)
                yield entry
                end = entry.end
            at = self.blank(end)

    def entry(self, start: int, table: Address) -> _Entry:
        keys, equals = self.keys(start)
        address = (*table, *keys)
        value = self.blank(equals + 1)
        members: list[_Entry] = []
        end = self.value(value, address, members)
        return _Entry(address, start, value, end, tuple(members))

    def value(self, at: int, address: Address, members: list[_Entry]) -> int:
        """Where a value ends; the entries of an inline table are added to `members`."""
        mark = self.text[at]
        if mark not in "[{":
            scalar = _SCALAR.match(self.text, at)
            return scalar.end() if scalar else at
        at = self.blank(at + 1)
        while self.text[at] not in "]}":
            if mark == "{":
                members.append(self.entry(at, address))
                at = members[-1].end
            else:
                at = self.value(at, address, [])
            at = self.blank(at)
            if self.text[at] == ",":
                at = self.blank(at + 1)
        return at + 1

    def keys(self, at: int) -> tuple[tuple[str, ...], int]:
        keys: list[str] = []
        while key := _KEY.match(self.text, at):
            at = key.end()
            keys.append(_decoded(key[1]))
            if not key[2]:
                break
        return tuple(keys), at

    def blank(self, at: int) -> int:
        blank = _BLANK.match(self.text, at)
        return blank.end() if blank else at


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A TOML text that knows where each key stands (see `document.Document`).

    Dates and times are strings in `data`. Scalars can be replaced and keys removed; every other
    operation raises CannotEdit.
    """

    path: str
    text: str
    data: Value
    _entries: tuple[_Entry, ...] = field(repr=False)

    @classmethod
    def read(cls, path: str, text: str) -> TomlDocument:
        """Parse a text.

        Raises:
            Refused: the text is not TOML, or is too large or too deep to be kept by hand.
        """
        if len(text) > _LONGEST:
            raise Refused(
                path,
                f"the file is too large to be kept by hand ({len(text):,} characters), and"
                " reading it would take too long",
                "make the change in this file by hand",
            )
        try:
            data = _plain(tomlkit.parse(text.removeprefix(_BOM)).unwrap())
            return cls(path, text, data, tuple(_Scanner(text).entries()))
        except TOMLKitError as error:
            place = (error.line, error.col + 1) if isinstance(error, ParseError) else (0, 0)
            why = _PLACE.sub("", str(error))
            raise Refused(path, f"the file is not TOML ({why})", "correct it", *place) from None
        except RecursionError:
            raise Refused(path, "values are nested too deep", "flatten the file") from None

    def parse(self, text: str) -> TomlDocument:
        """Read another text as the same file. Raises Refused."""
        return TomlDocument.read(self.path, text)

    def position(self, address: Address) -> Position:
        """Where the line or the inline entry with a value starts. Raises KeyError."""
        if not address:
            return Position(1, 1)
        if not has(self.data, address):
            raise KeyError(show_address(address))
        under: list[_Entry] = []
        around: list[_Entry] = []
        for entry in _all(self._entries):
            if entry.within(address):
                under.append(entry)
            elif address[: len(entry.address)] == entry.address:
                around.append(entry)
        # An item of an array has no entry of its own; it stands in one.
        return position_at(self.text, (under[:1] or around[-1:])[0].start)

    def expected(self, operations: Sequence[Operation]) -> Value:
        """The data that normalised operations should lead to."""
        return expect(self.data, operations)

    def edits(self, operations: Sequence[Operation]) -> list[Edit]:
        """The edits that replace scalars and take keys away.

        Raises:
            CannotEdit: the operation is another one, or what it names is not a key here.
        """
        edits: list[Edit] = []
        gone: list[Address] = []
        for operation in operations:
            mine = [e for e in _all(self._entries) if e.within(operation.address)]
            if isinstance(operation, Remove) and mine:
                gone.append(operation.address)
            elif (
                isinstance(operation, Set) and len(mine) == 1 and mine[0].end > mine[0].value_start
            ):
                start, end = mine[0].value_start, mine[0].end
                edits.append(Edit(start, end, _spelled(operation.value, self.text[start:end])))
            else:
                raise CannotEdit(
                    f"{show_address(operation.address)} is TOML, where a single value can be"
                    " replaced or a key taken out, nothing else"
                )
        return edits + self._without(gone)

    def _without(self, gone: Sequence[Address]) -> list[Edit]:
        lines: list[tuple[int, int]] = []
        edits: list[Edit] = []
        for entry in self._entries:
            if _is_gone(entry, gone):
                lines.append(self._line(entry))
            else:
                edits += _members_without(entry, gone)
        return edits + taken_out(self.text, lines)

    def _line(self, entry: _Entry) -> tuple[int, int]:
        """Where an entry's line starts and stops, with the comment behind it."""
        start = max(self.text.rfind("\n", 0, entry.start) + 1, int(self.text.startswith(_BOM)))
        newline = self.text.find("\n", entry.end)
        return start, newline + 1 if newline >= 0 else len(self.text)


def _all(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    for entry in entries:
        yield entry
        yield from _all(entry.members)


def _is_gone(entry: _Entry, gone: Sequence[Address]) -> bool:
    return any(entry.within(address) for address in gone)


def _members_without(entry: _Entry, gone: Sequence[Address]) -> list[Edit]:
    """The edits that take entries, each with one comma, out of an inline table."""
    kept = [member for member in entry.members if not _is_gone(member, gone)]
    if entry.members and not kept:
        return [Edit(entry.value_start + 1, entry.end - 1, "")]
    edits: list[Edit] = []
    left: _Entry | None = None
    run: list[_Entry] = []
    for member in entry.members:
        if _is_gone(member, gone):
            run.append(member)
            continue
        if run:
            edits.append(Edit(run[0].start, member.start, ""))
        left, run = member, []
        edits += _members_without(member, gone)
    if run and left:
        edits.append(Edit(left.end, run[-1].end, ""))
    return edits


def _spelled(value: Value, old: str) -> str:
    """A scalar in TOML, in single quotes where the old one was."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str):
        raise CannotEdit("only a string, a number or a boolean can be put in this file")
    if old.startswith("'") and not _NOT_LITERAL.search(value):
        return f"'{value}'"
    # TOML forbids one control character that JSON lets pass.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _decoded(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if key.startswith('"'):
        return str(tomlkit.parse(f"key = {key}").unwrap()["key"])
    return key


def _plain(value: object) -> Value:
    """Parsed TOML with its dates and times as strings."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    return str(value)
