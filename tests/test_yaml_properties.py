"""Any operations on any YAML document: nothing is lost, nothing else is changed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hypothesis import given, note, settings
from hypothesis import strategies as st

from tp_init.document import (
    Address,
    Insert,
    Operation,
    Remove,
    Rename,
    Set,
    Splice,
    Value,
    change,
    look_up,
    normalise,
    same,
    splice,
)
from tp_init.errors import CannotEdit, ConflictError
from tp_init.formats.yaml import YamlDocument

# --- Documents, written in every way that people write them -------------------------------------

KEYS = ["name", "on", "env", "run", "'uses'", '"with"', "a b", "A_1", "id-token", "\U0001f680"]
WORDS = ["x", "ubuntu-latest", "${{ secrets.T }}", "20.x", "24", "true", "a#b", "\U0001f680 go"]
SPELLINGS = [
    *WORDS,
    *(f"'{word}'" for word in WORDS),
    *(f'"{word}"' for word in WORDS),
    "",
    "~",
    "'it''s # one'",
    '"tab\\t, \\"quote\\""',
    "https://example.com/#a",
]
LINES = ["npm ci", "npm publish --access public # why", "", "if x; then", "echo '\U0001f680: #'"]
HEADERS = ["|", "|-", "|+", ">", ">-", "| # script"]

Tree = str | list["Tree"] | dict[str, "Tree"] | tuple[str, ...]

scripts = st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map(lambda lines: ("x", *lines))
leaves = st.sampled_from(SPELLINGS) | scripts
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=14,
)
roots = st.dictionaries(st.sampled_from(KEYS), trees, min_size=1, max_size=4)


@dataclass
class Writer:
    """Writes a tree as YAML, with comments and blank lines that know what they stand at."""

    chance: random.Random
    step: int
    offset: int
    lines: list[str] = field(default_factory=list)
    above: dict[str, Address] = field(default_factory=dict)
    behind: dict[str, Address] = field(default_factory=dict)

    def comment(self, notes: dict[str, Address], address: Address) -> str:
        if self.chance.random() < 0.6:
            return ""
        text = f"# c{len(self.above) + len(self.behind)};"
        notes[text] = address
        return text

    def space(self, column: int, address: Address) -> None:
        if self.chance.random() < 0.3:
            self.lines.append("")
        if comment := self.comment(self.above, address):
            self.lines.append(" " * column + comment)

    def line(self, text: str, address: Address) -> None:
        comment = self.comment(self.behind, address)
        self.lines.append(f"{text} {' ' * self.chance.randrange(3)}{comment}" if comment else text)

    def mapping(self, tree: dict[str, Tree], column: int, address: Address, beside: str) -> None:
        for key, value in tree.items():
            here = (*address, key.strip("'\""))
            if not beside:
                self.space(column, here)
            start = (beside or " " * column) + key + ":"
            beside = ""
            is_list = isinstance(value, list)
            self.value(start, value, column + (self.offset if is_list else self.step), here)

    def sequence(self, tree: list[Tree], column: int, address: Address, beside: str) -> None:
        pad = self.chance.choice([" ", " ", "   "])
        for number, item in enumerate(tree):
            here = (*address, number)
            if not beside:
                self.space(column, here)
            start = (beside or " " * column) + "-"
            beside = ""
            below = column + 1 + len(pad)
            flow = self.chance.random() < 0.2
            if isinstance(item, dict) and item and not flow:
                self.mapping(item, below, here, start + pad)
            elif isinstance(item, list) and item and not flow:
                self.sequence(item, below, here, start + pad)
            else:
                self.value(start, item, below, here)

    def value(self, start: str, value: Tree, column: int, address: Address) -> None:
        if isinstance(value, tuple):
            self.script(start, value, column, address)
        elif isinstance(value, str):
            self.line(f"{start} {value}" if value else start, address)
        elif not value or self.chance.random() < 0.3:
            self.line(f"{start} {self.flow(value)}", address)
        else:
            self.line(start, address)
            write = self.mapping if isinstance(value, dict) else self.sequence
            write(value, column, address, "")  # type: ignore[arg-type]

    def script(self, start: str, script: tuple[str, ...], column: int, address: Address) -> None:
        header = self.chance.choice(HEADERS)
        if "#" in header:
            self.lines.append(f"{start} {header}")
        else:
            self.line(f"{start} {header}", address)
        indent = column + self.chance.randrange(1, 3)
        self.lines += [" " * indent + line if line else "" for line in script]

    def flow(self, tree: Tree) -> str:
        blank = self.chance.choice(["", " "])
        if isinstance(tree, dict):
            pairs = ", ".join(f"{key}: {self.flow(value)}" for key, value in tree.items())
            return f"{{{blank}{pairs}{blank}}}" if pairs else "{}"
        if isinstance(tree, list):
            items = ", ".join(map(self.flow, tree))
            return f"[{blank}{items}{blank}]" if items else "[]"
        text = tree if isinstance(tree, str) else tree[1]
        plain = text and text[0] not in "\"'" and not set(text) & set("{}[],#'\"&*")
        return text if plain or text[:1] in {"'", '"'} else "'flow: it''s'"


@dataclass(frozen=True)
class Written:
    """A text with its comments: those above an entry, and those behind one."""

    text: str
    above: dict[str, Address]
    behind: dict[str, Address]


@st.composite
def documents(draw: st.DrawFn) -> Written:
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - reproducible on purpose
    step = chance.choice([2, 2, 4])
    writer = Writer(chance, step, chance.choice([0, step]))
    writer.mapping(draw(roots), 0, (), "")
    start = chance.choice([[], [], ["# file \U0001f680", ""], ["---"], ["--- # start", "# more"]])
    end = chance.choice([[], [], ["# end"], ["", "# end", ""]])
    newlines = chance.choice([["\n"], ["\r\n"], ["\n", "\r\n"]])
    text = "".join(line + chance.choice(newlines) for line in [*start, *writer.lines, *end])
    if chance.random() < 0.3:
        text = text.removesuffix("\n").removesuffix("\r")
    bom = "\ufeff" if chance.random() < 0.3 else ""
    return Written(bom + text, writer.above, writer.behind)


# --- Operations on them -------------------------------------------------------------------------

NEW_VALUES: list[Value] = [
    "word",
    "on",
    "24",
    24,
    True,
    None,
    "a: b # c",
    "npm ci\nnpm publish\n",
    "one\n\ntwo",
    {},
    [],
    {"id-token": "write", "contents": "read"},
    [{"run": "x\ny\n", "env": {"A": "1", "B": [1, []]}}, "z"],
]


def addresses(data: Value, address: Address = ()) -> list[Address]:
    """Every address in the data, its own included."""
    found = [address]
    if isinstance(data, dict):
        for key, value in data.items():
            found += addresses(value, (*address, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            found += addresses(value, (*address, number))
    return found


def an_operation(chance: random.Random, data: Value, address: Address) -> Operation | None:
    value = look_up(data, address)
    kind = chance.choice(["remove", "remove", "set", "inside", "inside", "inside", "rename"])
    if kind == "inside":
        return an_operation_inside(chance, value, address)
    if not address:
        return None
    if kind == "rename" and isinstance(address[-1], str):
        return Rename(address, f"renamed {address[-1]}")
    if kind == "set":
        return Set(address, chance.choice(NEW_VALUES))
    return Remove(address, prune=chance.random() < 0.5)


def an_operation_inside(
    chance: random.Random, value: Value, address: Address
) -> Insert | Splice | None:
    new = chance.choice(NEW_VALUES)
    if isinstance(value, dict):
        near = {chance.choice(["before", "after"]): chance.choice([*value, None])}
        return Insert((*address, f"new {chance.randrange(3)}"), new, **near)
    if isinstance(value, list):
        return Insert((*address, chance.randrange(len(value) + 1)), new)
    if not isinstance(value, str):
        return None
    start, end = sorted(chance.choices(range(len(value) + 1), k=2))
    if chance.random() < 0.5:
        start = value.rfind("\n", 0, start) + 1
        end = value.find("\n", end) + 1 or len(value)
    return Splice(address, start, end, chance.choice(["", "", "X", "echo hi\n", "a\nb\n"]))


def some_operations(chance: random.Random, data: Value) -> list[Operation]:
    """Operations that do not contradict each other."""
    chosen: list[Operation] = []
    for _ in range(chance.randrange(1, 5)):
        operation = an_operation(chance, data, chance.choice(addresses(data)))
        if operation is None or operation.address in {o.address for o in chosen}:
            continue
        try:
            normalise([*chosen, operation], data)
        except (CannotEdit, ConflictError):
            continue
        chosen.append(operation)
    return chosen


def is_within(address: Address, others: list[Address], *, itself: bool) -> bool:
    length = len(address) + (1 if itself else 0)
    return any(address[:n] in others for n in range(1, length))


def lost(written: Written, operations: list[Operation]) -> set[str]:
    """The comments that may go: those behind or within what is removed or written anew."""
    removed = [o.address for o in operations if isinstance(o, Remove)]
    anew = [o.address for o in operations if isinstance(o, Set)]
    gone = {
        note for note, at in written.above.items() if is_within(at, removed + anew, itself=False)
    }
    for comment, at in written.behind.items():
        if is_within(at, removed, itself=True) or is_within(at, anew, itself=False):
            gone.add(comment)
    return gone


def is_hopeless(document: YamlDocument, operations: list[Operation], reason: str) -> bool:
    """Whether a block of text may indeed not take what is asked."""
    if "start with an indented line" in reason or "character by character" in reason:
        return True
    return any(
        isinstance(o, Splice) and document.scalar_style(o.address) == ">" for o in operations
    )


@settings(max_examples=150, deadline=None)
@given(documents(), st.integers(0, 2**32))
def test_any_change_of_any_document_is_exact(written: Written, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    document = YamlDocument.read("w.yml", written.text)
    operations = some_operations(chance, document.data)
    note(f"{written.text}\n{operations}")
    try:
        after = change(document, operations)
    except CannotEdit as error:
        if not is_hopeless(document, operations, error.reason):
            raise
        return
    note(after)
    wanted = normalise(operations, document.data)
    edits = document.edits(wanted)

    # What no edit covers is the same, and what was meant is what it means.
    assert splice(document.text, edits) == after
    assert all(0 <= edit.start <= edit.end <= len(document.text) for edit in edits)
    assert same(document.parse(after).data, document.expected(wanted))

    # Comments stay, also above what goes.
    kept = (written.above.keys() | written.behind.keys()) - lost(written, wanted)
    assert {comment for comment in kept if comment not in after} == set()
    assert after.startswith("\ufeff") == written.text.startswith("\ufeff")

    # The order in which the operations come makes no difference to what it means.
    chance.shuffle(operations)
    if not any(isinstance(o, Insert) and isinstance(o.address[-1], int) for o in operations):
        shuffled = change(document, operations)
        assert same(document.parse(shuffled).data, document.parse(after).data)


@settings(max_examples=60, deadline=None)
@given(documents())
def test_every_string_is_mapped_to_its_source(written: Written) -> None:
    document = YamlDocument.read("w.yml", written.text)
    lines = written.text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for address in addresses(document.data):
        value = look_up(document.data, address)
        if not isinstance(value, str) or document.scalar_style(address) == '"':
            continue
        for offset, character in enumerate(value):
            place = document.source_position(address, offset)
            if character.isalnum():
                assert lines[place.line - 1][place.column - 1] == character


@settings(max_examples=60, deadline=None)
@given(documents())
def test_removing_what_was_inserted_gives_every_line_back(written: Written) -> None:
    document = YamlDocument.read("w.yml", written.text)
    for address in addresses(document.data):
        value = look_up(document.data, address)
        if isinstance(value, dict) and value:
            new = (*address, "new")
            grown = change(document, [Insert(new, {"a": ["b", {"c": "d\ne\n"}]})])
            back = change(document.parse(grown), [Remove(new)])
            # Blank lines follow the new entry's neighbours, which may differ afterwards.
            assert back.split() == written.text.split()
