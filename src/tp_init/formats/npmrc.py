"""`.npmrc` files: entries that can be taken out one by one, and what npm makes of each.

npm reads the file with its `ini` package (https://github.com/npm/ini/blob/main/lib/ini.js), then
replaces `${VAR}` in keys and values
(https://github.com/npm/cli/blob/latest/workspaces/config/lib/env-replace.js). Both are followed
here as of npm 11.19; pnpm, Yarn classic and Bun read the same file in the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tp_init.document import (
    Address,
    Edit,
    Operation,
    Position,
    Remove,
    Set,
    Splice,
    Value,
    expect,
    show_address,
)
from tp_init.errors import CannotEdit, Refused
from tp_init.formats.lines import taken_out
from tp_init.registry import host_of

__all__ = ["Entry", "EntryKind", "NpmrcDocument", "kind_of", "variables_in"]

_LONGEST = 1_000_000
_BOM = "\ufeff"
_LINE = re.compile(r"(?P<content>[^\r\n]*)(?P<ending>\r\n|\n|\r|\Z)")
# What JavaScript's trim() takes away; Python's strip() takes other control characters too.
_SPACE = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SECTION = re.compile(rf"\[(?P<name>[^\]]*)\][{_SPACE}]*")
# In JavaScript `.` matches neither of the two Unicode line separators.
_ENTRY = re.compile(r"(?P<key>[^=]+)(?:=(?P<value>[^\u2028\u2029]*))?")
_LIST_MARK = re.compile(r"(?<=.)\[\]\Z", re.DOTALL)
_VARIABLE = re.compile(r"(?<!\\)(?P<escapes>\\*)\$\{(?P<name>[^${}?]+)\??\}")
_FALLBACK = re.compile(r":?-.*", re.DOTALL)
_LIMITED = re.compile(r"(?P<registry>//.*):(?P<name>[^:/]+)", re.DOTALL)

# Keys that log in. npm has long asked to delete the lower-case spellings, which are of its first
# years (https://github.com/npm/cli/blob/latest/workspaces/config/lib/index.js, `authProblems`);
# `tokenHelper` is a program of pnpm's that prints the token (https://pnpm.io/npmrc).
_AUTH_NAMES = frozenset(
    {"_authToken", "_authtoken", "-authtoken", "_auth", "_password", "username", "tokenHelper"}
)

EntryKind: TypeAlias = Literal["auth", "always-auth", "registry", "provenance", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that sets something.

    Attributes:
        address: its own in the document.
        line: 1-based.
        column: 1-based, where the key starts.
        key: as npm reads it, without the `[]` that adds to a list. Under a `[section]`, from
            which npm takes no configuration, the section's name and a dot come first.
        value: as npm reads it, before `${VAR}` is replaced; `true` where a key stands alone.
    """

    address: Address
    line: int
    column: int
    key: str
    value: str

    @property
    def kind(self) -> EntryKind:
        """What the key is about."""
        return kind_of(self.key)

    @property
    def auth(self) -> bool:
        """Whether it logs in somewhere."""
        return self.kind == "auth"

    @property
    def host(self) -> str:
        """For `//host/path/:name` the host, in lower case; empty where no host is named."""
        return host_of(self.key)

    @property
    def scope(self) -> str:
        """For `@scope:registry` the scope, without its at sign; else empty."""
        scope, colon, _ = self.key.partition(":")
        return scope[1:] if colon and scope.startswith("@") else ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that the key or the value names."""
        return tuple(dict.fromkeys((*variables_in(self.key), *variables_in(self.value))))


def kind_of(key: str) -> EntryKind:
    """What a key is about, whether it is limited to a registry or a scope or not.

    A login without a registry in front (`_authToken=…`) is "auth" too: npm 8 sends it to the
    default registry, and newer ones stop with ERR_INVALID_AUTH
    (https://docs.npmjs.com/cli/v11/configuring-npm/npmrc, "Auth related configuration").
    """
    limited = _LIMITED.fullmatch(key)
    name = limited["name"] if limited else key
    if name in _AUTH_NAMES:
        return "auth"
    if name == "always-auth":
        return "always-auth"
    if key == "provenance":
        return "provenance"
    if key == "registry" or (key.startswith("@") and key.endswith(":registry")):
        return "registry"
    return "other"


def variables_in(text: str) -> tuple[str, ...]:
    r"""The names in `${NAME}`, `${NAME?}` and pnpm's `${NAME:-fallback}`; `\${NAME}` is none."""
    names = (
        _FALLBACK.sub("", match["name"])
        for match in _VARIABLE.finditer(text)
        if len(match["escapes"]) % 2 == 0
    )
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the text: its content without, and its end with, the line ending."""

    start: int
    end: int
    stop: int

    def content(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class NpmrcDocument:
    """An `.npmrc`; its data is the list of the lines that are entries (see `document.Document`).

    The address of an entry is `(index,)`. Comments, blank lines and sections are no data and
    stay. Where nothing but blank lines would be left the file becomes empty, never deleted.

    Attributes:
        path: the file.
        text: the whole text.
        entries: what it sets, in order.
    """

    path: str
    text: str
    entries: tuple[Entry, ...]
    _lines: tuple[_Line, ...] = field(repr=False)

    @classmethod
    def read(cls, path: str, text: str) -> NpmrcDocument:
        """Parse a text; npm skips what it does not understand, and so does this.

        Raises:
            Refused: the text is far too long for a file that is kept by hand.
        """
        if len(text) > _LONGEST:
            raise Refused(
                path,
                f"the file is too large to be kept by hand ({len(text):,} characters), and"
                " reading it would take too long",
                "make the change in this file by hand",
            )
        lines = tuple(
            _Line(match.start(), match.end("content"), match.end())
            for match in _LINE.finditer(text, len(_BOM) if text.startswith(_BOM) else 0)
            if match[0]
        )
        return cls(path, text, _entries([line.content(text) for line in lines]), lines)

    def parse(self, text: str) -> NpmrcDocument:
        """Read another text as the same file. Raises Refused."""
        return NpmrcDocument.read(self.path, text)

    @property
    def data(self) -> Value:
        """The entries' lines, without their line endings."""
        return [self._line_of(entry).content(self.text) for entry in self.entries]

    def position(self, address: Address) -> Position:
        """Where an entry's key starts. Raises KeyError."""
        for entry in self.entries:
            if entry.address == address:
                return Position(entry.line, entry.column)
        if address:
            raise KeyError(show_address(address))
        return Position(1, 1)

    def expected(self, operations: Sequence[Operation]) -> Value:
        """The entries' lines that normalised operations should lead to."""
        return expect(self.data, operations)

    def edits(self, operations: Sequence[Operation]) -> list[Edit]:
        """The edits that take entries out, or change them within their lines.

        Raises:
            CannotEdit: the operation is another one, or a line would become two.
        """
        edits: list[Edit] = []
        gone: set[int] = set()
        for operation in operations:
            entry = next((e for e in self.entries if e.address == operation.address), None)
            if entry is None or not isinstance(operation, Remove | Set | Splice):
                raise CannotEdit(f"{self.path} can lose entries or have them changed, nothing else")
            line = self._line_of(entry)
            if isinstance(operation, Remove):
                gone.add(entry.line - 1)
            elif isinstance(operation, Set):
                edits.append(Edit(line.start, line.end, _one_line(operation.value)))
            else:
                start, end = line.start + operation.start, line.start + operation.end
                edits.append(Edit(start, end, _one_line(operation.text)))
        return edits + self._without(gone)

    def _line_of(self, entry: Entry) -> _Line:
        return self._lines[entry.line - 1]

    def _without(self, gone: set[int]) -> list[Edit]:
        kept = [line for number, line in enumerate(self._lines) if number not in gone]
        if gone and not any(line.content(self.text).strip(_SPACE) for line in kept):
            return [Edit(0, len(self.text), "")]
        lines = (self._lines[number] for number in gone)
        return taken_out(self.text, [(line.start, line.stop) for line in lines])


def _one_line(text: Value) -> str:
    if not isinstance(text, str) or "\n" in text or "\r" in text:
        raise CannotEdit("an entry is one line of text")
    return text


def _entries(lines: Sequence[str]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    prefix = ""
    for number, line in enumerate(lines, start=1):
        bare = line.strip(_SPACE)
        if not bare or bare.startswith((";", "#")):
            continue
        if section := _SECTION.fullmatch(line):
            prefix = f"{_decoded(section['name'])}."
        elif match := _ENTRY.fullmatch(line):
            entries.append(
                Entry(
                    address=(len(entries),),
                    line=number,
                    column=len(line) - len(line.lstrip(_SPACE)) + 1,
                    key=prefix + _LIST_MARK.sub("", _decoded(match["key"])),
                    value="true" if match["value"] is None else _decoded(match["value"]),
                )
            )
    return tuple(entries)


def _decoded(text: str) -> str:
    """A key or a value without quotes, comment and escapes, as `ini`'s `unsafe` does it."""
    text = text.strip(_SPACE)
    if text[:1] in {'"', "'"} and text.endswith(text[0]):
        if text.startswith("'"):
            text = text[1:-1]
        return _from_json(text)
    decoded = ""
    escaped = False
    for character in text:
        if escaped:
            decoded += character if character in "\\;#" else "\\" + character
            escaped = False
        elif character in ";#":
            break
        elif character == "\\":
            escaped = True
        else:
            decoded += character
    return (decoded + "\\" * escaped).strip(_SPACE)


def _from_json(text: str) -> str:
    """What a quoted text holds: JSON where it is that, else the text as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else text
