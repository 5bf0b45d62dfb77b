"""JSON by spans: what is not asked for stays byte for byte, and what is new looks like the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tp_init.document import (
    Address,
    Insert,
    Operation,
    Position,
    Remove,
    Rename,
    Set,
    Splice,
    Value,
    change,
    expect,
    look_up,
    normalise,
    same,
)
from tp_init.errors import CannotEdit, Refused
from tp_init.formats.json import JsonDocument

PACKAGE = """\
{
  "name": "@acme/logger",
  "version": "1.0.0",
  "files": ["dist", "src"],
  "scripts": {
    "test": "node --test"
  },

  "license": "MIT"
}
"""
REPOSITORY: Value = {"type": "git", "url": "git+https://github.com/acme/logger.git"}


def read(text: str) -> JsonDocument:
    return JsonDocument.read("package.json", text)


def changed(text: str, *operations: Operation) -> str:
    return change(read(text), operations)


# ------------------------------------------------------------------ twins

Twin: TypeAlias = Callable[[str], str]
TWINS: dict[str, Twin] = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "BOM": lambda text: "\ufeff" + text,
    "BOM and CRLF": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "no final newline": lambda text: text.rstrip("\n"),
    "tabs": lambda text: text.replace("  ", "\t"),
    "4 spaces": lambda text: text.replace("  ", "    "),
    "3 spaces": lambda text: text.replace("  ", "   "),
    "no indentation": lambda text: text.replace("  ", ""),
    "emoji": lambda text: text.replace("MIT", "🚀 \\ud83d\\ude00 MIT").replace("dist", "d\u00e9"),
    "comma first": lambda text: text.replace(",\n  ", "\n, "),
    "space before the colon": lambda text: text.replace('": ', '" : '),
}


@pytest.fixture(params=list(TWINS.values()), ids=list(TWINS))
def twin(request: pytest.FixtureRequest) -> Twin:
    made: Twin = request.param
    return made


def test_a_new_member_stands_last_and_looks_like_the_others(twin: Twin) -> None:
    after = changed(
        twin(PACKAGE),
        Insert(("repository",), REPOSITORY),
        Insert(("publishConfig", "access"), "public"),
    )
    last = '"license": "MIT"\n'
    wanted = PACKAGE.replace(
        last,
        """"license": "MIT",
  "repository": {
    "type": "git",
    "url": "git+https://github.com/acme/logger.git"
  },
  "publishConfig": {
    "access": "public"
  }
""",
    )
    if "\n, " in twin(PACKAGE):
        assert same(read(after).data, json.loads(wanted))
    else:
        assert after == twin(wanted)


def test_what_was_put_in_can_be_taken_out_again_to_the_byte(twin: Twin) -> None:
    text = twin(PACKAGE)
    more = changed(text, Insert(("repository",), REPOSITORY), Insert(("scripts", "x"), [1, {}]))
    assert changed(more, Remove(("repository",)), Remove(("scripts", "x"))) == text


@pytest.mark.parametrize(
    ("address", "gone"),
    [
        (("name",), '  "name": "@acme/logger",\n'),
        (("version",), '  "version": "1.0.0",\n'),
        (("files", 0), '"dist", '),
        (("files", 1), ', "src"'),
        (("scripts", "test"), '  "scripts": {\n    "test": "node --test"\n  },\n\n'),
        (("license",), ',\n\n  "license": "MIT"'),
    ],
)
@pytest.mark.parametrize("style", [name for name in TWINS if name != "comma first"])
def test_a_removed_member_takes_one_comma_along_and_nothing_else(
    style: str, address: Address, gone: str
) -> None:
    assert gone in PACKAGE
    twin = TWINS[style]
    assert changed(twin(PACKAGE), Remove(address)) == twin(PACKAGE.replace(gone, ""))


def test_a_value_is_replaced_alone(twin: Twin) -> None:
    text = twin(PACKAGE)
    after = changed(text, Set(("version",), "2.0.0"), Rename(("scripts", "test"), "check"))
    assert after == text.replace("1.0.0", "2.0.0").replace('"test"', '"check"')


# ------------------------------------------------------------------ shapes

SHAPES = [
    # one line, three spacings
    ('{"a":1}', Insert(("b",), {"c": [1, 2]}), '{"a":1,"b":{"c":[1,2]}}'),
    ('{"a": 1}', Insert(("b",), {"c": [1, 2]}), '{"a": 1, "b": {"c": [1, 2]}}'),
    ('{ "a": 1 }', Insert(("b",), {"c": 1}), '{ "a": 1, "b": { "c": 1 } }'),
    # empty objects and arrays
    ("{}", Insert(("a",), 1), '{\n  "a": 1\n}'),
    ("{}\r\n", Insert(("a",), {"b": 1}), '{\r\n  "a": {\r\n    "b": 1\r\n  }\r\n}\r\n'),
    ("{\n\t\n}", Insert(("a",), 1), '{\n  "a": 1\n}'),
    ('{"a":{}}', Insert(("a", "b"), 1), '{"a":{"b":1}}'),
    ('{"a": { }}', Insert(("a", "b"), 1), '{"a": { "b": 1 }}'),
    ('{ "a": {} }', Insert(("a", "b"), 1), '{ "a": { "b": 1 } }'),
    ('{\n\t"a": {}\n}', Insert(("a", "b"), 1), '{\n\t"a": {\n\t\t"b": 1\n\t}\n}'),
    ('{\n "a": { },\n "z": 1}', Insert(("a", "b"), 1), '{\n "a": {\n  "b": 1\n },\n "z": 1}'),
    ('{"a":[]}', Insert(("a", 0), 1), '{"a":[1]}'),
    ('{\n  "a": []\n}', Insert(("a", 0), "x"), '{\n  "a": [\n    "x"\n  ]\n}'),
    # the closing brace on the last line
    ('{\n  "a": 1}', Insert(("b",), 2), '{\n  "a": 1,\n  "b": 2}'),
    ('{"a": 1\n}', Insert(("b",), 2), '{"a": 1, "b": 2\n}'),
    # arrays keep to their line
    ('{"a": ["x"]}', Insert(("a", 1), "y"), '{"a": ["x", "y"]}'),
    ('{\n  "a": ["x"]\n}', Insert(("a", 0), "y"), '{\n  "a": ["y", "x"]\n}'),
    ("[\n  1,\n  2\n]", Insert((1,), 9), "[\n  1,\n  9,\n  2\n]"),
    # blank lines are not repeated
    ('{\n  "a": 1,\n\n  "b": 2\n}', Insert(("c",), 3), '{\n  "a": 1,\n\n  "b": 2,\n  "c": 3\n}'),
    # beside a sibling
    ('{"a":1,"b":2}', Insert(("x",), 0, after="a"), '{"a":1,"x":0,"b":2}'),
    ('{"a":1,"b":2}', Insert(("x",), 0, before="a"), '{"x":0,"a":1,"b":2}'),
    ('{"a":1,"b":2}', Insert(("x",), 0, before="b"), '{"a":1,"x":0,"b":2}'),
    ('{"a":1,"b":2}', Insert(("x",), 0, after="missing"), '{"a":1,"b":2,"x":0}'),
    ('{\n  "a": 1\n}', Insert(("x",), 0, before="a"), '{\n  "x": 0,\n  "a": 1\n}'),
    # removal
    ('{"a":1}', Remove(("a",)), "{}"),
    ('{ "a": 1 }', Remove(("a",)), "{}"),
    ('{\n  "a": 1\n}\n', Remove(("a",)), "{}\n"),
    ('{"a":{"b":1},"c":2}', Remove(("a", "b")), '{"c":2}'),
    ('{"a":{"b":1}}', Remove(("a", "b"), prune=False), '{"a":{}}'),
    ('{"a":1,"b":2}', Remove(("a",)), '{"b":2}'),
    ('{"a":1,"b":2}', Remove(("b",)), '{"a":1}'),
    ('{\n "a": 1, "b": 2,\n\n "c": 3\n}', Remove(("b",)), '{\n "a": 1,\n\n "c": 3\n}'),
    ('{\n "a": 1, "b": 2,\n "c": 3\n}', Remove(("a",)), '{\n "b": 2,\n "c": 3\n}'),
    ('{ "a": 1\n, "b": 2\n, "c": 3\n}', Remove(("c",)), '{ "a": 1\n, "b": 2\n}'),
    # replacement
    ('{"a":1}', Set(("a",), {"b": [1]}), '{"a":{"b":[1]}}'),
    ('{\n  "a": 1\n}', Set(("a",), {"b": 1}), '{\n  "a": {\n    "b": 1\n  }\n}'),
    ('{\n  "a": {"b": 1}\n}', Set(("a",), {"c": 1}), '{\n  "a": {"c": 1}\n}'),
    ('{\n  "a": {\n    "b": 1\n  }\n}', Set(("a",), {"c": 1}), '{\n  "a": {\n    "c": 1\n  }\n}'),
    ("[1]", Set((), {"a": 1}), '{"a": 1}'),
    ("1", Set((), {"a": 1}), '{\n  "a": 1\n}'),
    # escapes
    ('{"a":1}', Set(("a",), 'é🚀"\\\n\x01'), '{"a":"é🚀\\"\\\\\\n\\u0001"}'),
    ('{"a":1}', Set(("a",), "\ud83d"), '{"a":"\\ud83d"}'),
    ('{"a":1}', Rename(("a",), 'b"c'), '{"b\\"c":1}'),
]


@pytest.mark.parametrize(("text", "operation", "wanted"), SHAPES)
def test_a_change_takes_the_shape_of_what_stands_beside_it(
    text: str, operation: Operation, wanted: str
) -> None:
    assert changed(text, operation) == wanted


def test_several_changes_at_one_place() -> None:
    text = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}'
    after = changed(
        text,
        Remove(("b",)),
        Insert(("x",), 1, after="a"),
        Insert(("y",), 2, after="a"),
        Insert(("z",), 3, after="y"),
        Set(("a",), 10),
        Rename(("c",), "d"),
    )
    assert after == '{\n  "a": 10,\n  "x": 1,\n  "y": 2,\n  "z": 3,\n  "d": 3\n}'


def test_everything_in_an_object_can_make_way_for_something_else() -> None:
    text = '{\n  "a": 1,\n  "b": 2\n}'
    after = changed(text, Remove(("a",)), Remove(("b",)), Insert(("c",), 3), Insert(("d",), 4))
    assert after == '{\n  "c": 3,\n  "d": 4\n}'


def test_a_new_member_may_stand_next_to_another_new_one_whatever_comes_first() -> None:
    one, two = Insert(("x",), 1, after="a"), Insert(("y",), 2, after="x")
    wanted = '{"a":1,"x":1,"y":2,"b":2}'
    assert changed('{"a":1,"b":2}', one, two) == wanted
    assert changed('{"a":1,"b":2}', two, one) == wanted


def test_items_are_put_in_and_taken_out_by_the_indexes_they_have_now() -> None:
    after = changed(
        '["a", "b", "c"]',
        Insert((0,), "0"),
        Insert((1,), "1"),
        Insert((1,), "2"),
        Remove((1,)),
        Remove((2,)),
        Insert((3,), "3"),
    )
    assert after == '["0", "a", "1", "2", "3"]'


@pytest.mark.parametrize(
    ("written", "start", "end", "text", "wanted"),
    [
        ('"npm publish"', 0, 3, "pnpm", '"pnpm publish"'),
        (r'"a\nb"', 1, 2, "\t", r'"a\tb"'),
        (r'"\u00e9\/x"', 1, 2, "-", r'"\u00e9-x"'),
        (r'"\ud83d\ude00x"', 1, 2, "y", r'"\ud83d\ude00y"'),
        (r'"\ud83dx"', 1, 2, "y", r'"\ud83dy"'),
        ('"🚀x"', 1, 2, '"', r'"🚀\""'),
        ('""', 0, 0, "x", '"x"'),
    ],
)
def test_a_splice_counts_decoded_characters_and_keeps_the_other_escapes(
    written: str, start: int, end: int, text: str, wanted: str
) -> None:
    before, after = f'{{"a": {written}}}', f'{{"a": {wanted}}}'
    assert changed(before, Splice(("a",), start, end, text)) == after


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (Set(("a",), float("nan")), "no form in JSON"),
        (Insert(("s", "b"), 1), "not a mapping"),
        (Insert(("missing", 0), 1), "not a place"),
        (Insert(("null", "b"), 1), "neither an object nor an array"),
        (Splice(("a",), 0, 0, "x"), "not a string"),
        (Rename(("list", 0), "x"), "an item"),
        (Rename(("a",), "s"), "read back"),
    ],
)
def test_what_has_no_safe_edit_raises(operation: Operation, why: str) -> None:
    with pytest.raises(CannotEdit, match=why):
        changed('{"a": 1, "s": "text", "list": [1], "null": null}', operation)


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("", 1, 1, "the file ends"),
        ("\ufeff", 1, 1, "the file ends"),
        ('{"a": 1', 1, 8, "the file ends where a comma"),
        ('{"a": 1,\n}', 1, 8, "a comma stands before"),
        ("[1,]", 1, 3, "a comma stands before"),
        ("{,}", 1, 2, '"," stands where a key'),
        ('{\n  // no\n  "a": 1}', 2, 3, "a comment"),
        ('{"a": 1 /* no */}', 1, 9, "a comment"),
        ("{'a': 1}", 1, 2, "a single quote"),
        ("{a: 1}", 1, 2, '"a" stands where a key'),
        ('{"a" 1}', 1, 6, "colon"),
        ('{"a": NaN}', 1, 7, '"NaN" stands where a value'),
        ('{"a": -Infinity}', 1, 7, '"-" stands where a value'),
        ('{"a": undefined}', 1, 7, '"undefined"'),
        ('{"a": True}', 1, 7, '"True"'),
        ('{"a": 01}', 1, 8, "comma"),
        ('{"a": .5}', 1, 7, "value"),
        ('{"a": 1.}', 1, 8, "comma"),
        ('{"a": +1}', 1, 7, "value"),
        ('{"a": "\\x41"}', 1, 8, "not JSON"),
        ('{"a": "\\u12"}', 1, 9, "not JSON"),
        ('{"a": "b\nc"}', 1, 9, "not JSON"),
        ('{"a": "b', 1, 7, "not JSON"),
        ('{"a": 1}\r\n\r\nx', 3, 1, "after the end"),
        ('{"a": 1}{}', 1, 9, "after the end"),
        ('{\n<<<<<<< HEAD\n"a": 1}', 2, 1, "conflict marker"),
        ('{"a": 1, "b": {"x": 1, "\\u0078": 2}}', 1, 24, '"x" stands twice'),
        ('{"a": 1,\u00a0"b": 2}', 1, 9, "stands where a key"),
        ("[" * 200, 1, 102, "nested more than 100 deep"),
        ("1" * 5000, 1, 1, "thousands of digits"),
    ],
)
def test_what_is_not_strict_json_is_refused_at_its_place(
    text: str, line: int, column: int, why: str
) -> None:
    with pytest.raises(Refused, match=why) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.path == "package.json"
    assert caught.value.todo


def test_a_hostile_key_is_shown_without_its_control_characters() -> None:
    key = '"' + "\\u001b[2J" * 100 + '"'
    with pytest.raises(Refused) as caught:
        read(f"{{{key}: 1, {key}: 2}}")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("text", [" " * 2_000_001, "[" + "1," * 60_000 + "1]"])
def test_what_would_take_too_long_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="too large"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -0, 1.50, 1e3, 1E-2, 0.1, -1.5e+10, 12345678901234567890, 1e999]}',
        '[true, false, null, "", {}, []]',
        r'"\"\\\/\b\f\n\r\t\u0041\ud83d\ude00\ud800"',
        ' \t\r\n"x"\n',
    ],
)
def test_values_are_what_the_standard_library_makes_of_them(text: str) -> None:
    assert same(read(text).data, json.loads(text))


def test_positions_are_those_of_keys_and_of_items() -> None:
    document = read('\ufeff{\r\n  "a": {"b": [1,\r\n 2]}\r\n}')
    assert document.position(()) == Position(1, 1)
    assert document.position(("a",)) == Position(2, 3)
    assert document.position(("a", "b")) == Position(2, 9)
    assert document.position(("a", "b", 1)) == Position(3, 2)
    for address in (("x",), ("x", "y"), ("a", 0), ("a", "b", 2), ("a", "b", "c")):
        with pytest.raises(KeyError):
            document.position(address)


# ------------------------------------------------------------------ properties

KEYS = st.one_of(st.sampled_from(["name", "env", "a b", "é", "🚀", 'q"', ""]), st.text(max_size=4))
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
SPACES = st.sampled_from(["", "", " ", "\n", "\r\n", "\t", "\n\n  ", "\r\n\t"])


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """A value with white space wherever JSON allows it, and with escapes that nobody needs."""
    if isinstance(value, dict):
        pieces = [
            draw(written(key)) + draw(SPACES) + ":" + draw(SPACES) + draw(written(item))
            for key, item in value.items()
        ]
        opening, closing = "{}"
    elif isinstance(value, list):
        pieces = [draw(written(item)) for item in value]
        opening, closing = "[]"
    else:
        text = json.dumps(value, ensure_ascii=draw(st.booleans()))
        return text + "0" if isinstance(value, float) and "e" not in text else text
    comma = "".join((draw(SPACES), ",", draw(SPACES)))
    return opening + draw(SPACES) + comma.join(pieces) + draw(SPACES) + closing


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A text in one of the styles that people use, or in none."""
    value = draw(st.dictionaries(KEYS, VALUES, max_size=6) | st.lists(VALUES, max_size=4))
    style = draw(st.sampled_from([None, "one line", "compact", " ", "  ", "    ", "\t"]))
    if style is None:
        text = draw(written(value))
    elif style == "compact":
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    else:
        indent = None if style == "one line" else style
        text = json.dumps(value, indent=indent, ensure_ascii=False)
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))) + draw(SPACES)
    assume(not any("\ud800" <= character <= "\udfff" for character in text))
    return draw(st.sampled_from(["", "\ufeff"])) + text


def addresses(value: Any, at: Address = ()) -> Iterator[tuple[Address, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        yield (*at, key), child
        if isinstance(child, dict | list):
            yield from addresses(child, (*at, key))


@st.composite
def operation_on(draw: st.DrawFn, address: Address, value: Any, name: str) -> list[Operation]:
    """Nothing, or one kind of operation on what stands at an address."""
    kind = draw(st.sampled_from(["", "", "", "remove", "set", "splice", "add"]))
    if kind == "remove":
        return [Remove(address, prune=draw(st.booleans()))]
    if kind == "set":
        return [Set(address, draw(VALUES))]
    if kind == "splice" and isinstance(value, str):
        start = draw(st.integers(0, len(value)))
        end = draw(st.integers(start, len(value)))
        return [Splice(address, start, end, draw(st.text(max_size=3)))]
    if kind == "add" and isinstance(value, dict):
        return draw(new_members(address, list(value), name))
    if kind == "add" and isinstance(value, list):
        return [
            Insert((*address, draw(st.integers(0, len(value)))), draw(VALUES)),
            Insert((*address, len(value)), name),
        ]
    return []


@st.composite
def new_members(draw: st.DrawFn, address: Address, keys: list[str], name: str) -> list[Operation]:
    anchors = st.sampled_from([None, "missing", *keys])
    return [
        Insert((*address, f"new key {name}"), draw(VALUES), after=draw(anchors)),
        Insert((*address, f"new key {name}, 2"), draw(VALUES), before=draw(anchors)),
    ]


@st.composite
def operations(draw: st.DrawFn, data: Any) -> list[Operation]:
    """Operations that do not contradict each other: none within a value that is replaced."""
    chosen: list[Operation] = []
    replaced: set[Address] = set()
    for address, value in addresses(data):
        if not any(address[:length] in replaced for length in range(len(address))):
            name = str(len(chosen))
            if isinstance(address[-1], str) and draw(st.integers(0, 7)) == 0:
                chosen.append(Rename(address, f"new name {name}"))
            chosen += draw(operation_on(address, value, name))
            replaced |= {o.address for o in chosen[-1:] if isinstance(o, Set)}
    return chosen


def spelled(text: str) -> Any:
    """The data of a text, its numbers as they are spelled."""
    return json.loads(text.removeprefix("\ufeff"), parse_int=str, parse_float=str)


def ordered(value: Any) -> Any:
    """Data whose comparison minds the order of the keys that were there before."""
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if isinstance(value, dict):
        old = [key for key in value if not key.startswith("new key")]
        return [(key, ordered(value[key])) for key in (*old, *sorted(value.keys() - set(old)))]
    return value


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_operations_lead_to_exactly_what_they_mean(data: st.DataObject) -> None:
    text = data.draw(documents())
    document = read(text)
    assert same(document.data, json.loads(text.removeprefix("\ufeff")))
    wanted = normalise(data.draw(operations(document.data)), document.data)
    after = change(document, wanted)
    assert same(read(after).data, expect(document.data, wanted))
    # What was not asked for keeps its spelling and its order.
    meant = [
        replace(operation, value=spelled(json.dumps(operation.value)))
        if isinstance(operation, Set | Insert)
        else operation
        for operation in wanted
    ]
    assert ordered(spelled(after)) == ordered(expect(spelled(text), meant))


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_what_no_edit_covers_is_the_same_character_afterwards(data: st.DataObject) -> None:
    document = read(data.draw(documents()))
    wanted = normalise(data.draw(operations(document.data)), document.data)
    edits = sorted(document.edits(wanted), key=lambda edit: (edit.start, edit.end))
    at = done = 0
    after = change(document, wanted)
    for edit in edits:
        kept = document.text[done : edit.start]
        assert after[at : at + len(kept)] == kept
        at, done = at + len(kept) + len(edit.text), edit.end
    assert after[at:] == document.text[done:]


@settings(deadline=None, max_examples=80)
@given(documents(), st.data())
def test_a_replaced_value_is_the_only_thing_that_changes(text: str, data: st.DataObject) -> None:
    document = read(text)
    places = [address for address, _ in addresses(document.data)]
    assume(places)
    address = data.draw(st.sampled_from(places))
    [edit] = document.edits([Set(address, 0)])
    assert same(json.loads(text[edit.start : edit.end]), look_up(document.data, address))


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_the_order_of_operations_does_not_matter(data: st.DataObject) -> None:
    document = read(data.draw(documents()))
    chosen = data.draw(operations(document.data))
    # Inserts at one place stand in the order in which they were asked for: that is the exception.
    first = {o.address[:-1]: o for o in reversed(chosen) if isinstance(o, Insert)}
    some = [o for o in chosen if not isinstance(o, Insert) or o is first[o.address[:-1]]]
    assert change(document, data.draw(st.permutations(some))) == change(document, some)


@settings(deadline=None, max_examples=80)
@given(documents())
def test_reading_keeps_the_text(text: str) -> None:
    assert change(read(text), []) == text
