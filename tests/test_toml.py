"""TOML: a value replaced or a key taken out, and every other byte as it was."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

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
)
from tp_init.errors import CannotEdit, Refused
from tp_init.formats.toml import TomlDocument

MISE = """\
# the tools of this repository
[tools]
node = "20" # as in CI
"npm:pnpm" = 'latest'
python = ["3.12", "3.11"]

[env]
NODE_ENV = "test"
"""
BUNFIG = """\
[install]
registry = { url = "https://registry.npmjs.org", token = "$NPM_TOKEN" }

[install.scopes]
# private
"@acme" = { token = "$ACME", url = "https://npm.example.com/" } # keep
"@old" = { token = "$NPM_TOKEN" }
plain = "https://registry.npmjs.org"
"""
TWINS = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "BOM": lambda text: "\ufeff" + text,
    "BOM and CRLF": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "emoji": lambda text: text.replace("# ", "# 🚀 "),
    "indented": lambda text: text.replace("\nnode", "\n\tnode").replace(" = ", "  =\t"),
}


def read(text: str) -> TomlDocument:
    return TomlDocument.read("mise.toml", text)


@pytest.fixture(params=list(TWINS.values()), ids=list(TWINS))
def twin(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("final", ["\n", ""])
def test_a_value_is_replaced_in_the_quotes_it_had(twin: Any, final: str) -> None:
    text = twin(MISE).rstrip() + final
    operations = [Set(("tools", "node"), "24"), Set(("tools", "npm:pnpm"), "11")]
    after = change(read(text), operations)
    assert after == text.replace('"20"', '"24"').replace("'latest'", "'11'")


def test_a_key_goes_with_its_line_and_comment(twin: Any) -> None:
    after = change(read(twin(MISE)), [Remove(("tools", "node"))])
    assert after == twin(MISE.replace('node = "20" # as in CI\n', ""))


def test_a_table_goes_with_its_last_key(twin: Any) -> None:
    after = change(read(twin(MISE)), [Remove(("env", "NODE_ENV"))])
    assert after == twin(MISE.replace('[env]\nNODE_ENV = "test"\n', ""))


def test_a_missing_final_newline_stays_missing() -> None:
    text = "[a]\r\nx = 1\r\ny = 2"
    assert change(read(text), [Remove(("a", "y"))]) == "[a]\r\nx = 1"
    assert change(read("x = 1"), [Remove(("x",))]) == ""


def test_a_token_leaves_an_inline_table_with_its_comma(twin: Any) -> None:
    operations: list[Operation] = [
        Remove(("install", "registry", "token")),
        Remove(("install", "scopes", "@acme", "token")),
        Remove(("install", "scopes", "@old", "token")),
    ]
    wanted = (
        BUNFIG.replace(', token = "$NPM_TOKEN" }', " }")
        .replace('token = "$ACME", ', "")
        .replace('"@old" = { token = "$NPM_TOKEN" }\n', "")
    )
    assert change(read(twin(BUNFIG)), operations) == twin(wanted)


@pytest.mark.parametrize(
    ("text", "operation", "wanted"),
    [
        ("a = {x = 1, y = 2, z = 3}", Remove(("a", "y")), "a = {x = 1, z = 3}"),
        ("a = { x = 1 }", Remove(("a", "x"), prune=False), "a = {}"),
        ("a = {b = {c = 1, d = 2}}", Remove(("a", "b", "c")), "a = {b = {d = 2}}"),
        ("a = {b.c = 1, d = 2}", Remove(("a", "b", "c")), "a = {d = 2}"),
        ("a.b = 1\na.c = 2\n", Remove(("a", "b")), "a.c = 2\n"),
        ("a . 'b' = 1\n", Set(("a", "b"), 2), "a . 'b' = 2\n"),
        ("a = [\n 1, # ]\n '''\n]''',\n]\nb = 1\n", Remove(("a",)), "b = 1\n"),
        (
            'a = """\nx = 1\n"""\nb = 1\n',
            Set(("b",), value=True),
            'a = """\nx = 1\n"""\nb = true\n',
        ),
        ('a = """x"""""\nb = 1\n', Set(("a",), "y"), 'a = "y"\nb = 1\n'),
        ("a = 1979-05-27 07:32:00\n", Set(("a",), 1.5), "a = 1.5\n"),
        ("a = 'x'\n", Set(("a",), "it's"), 'a = "it\'s"\n'),
        ("a = 'x'\n", Set(("a",), "\x7f\\"), 'a = "\\u007f\\\\"\n'),
        ("[[a]]\nx = 1\n[[a]]\nx = 2\n[a.b]\ny = 3\n", Set(("a", 1, "b", "y"), 4), "4"),
        ("[[a]]\nx = 1\n[[a]]\nx = 2\n", Remove(("a", 0)), "[[a]]\nx = 2\n"),
        ("[a]\n[a.b]\nx = 1\n[c]\n", Remove(("a",)), "[c]\n"),
        ("[ a . b ]\nx = 1\ny = 2\n", Remove(("a", "b", "x")), "[ a . b ]\ny = 2\n"),
    ],
)
def test_every_way_to_write_a_key(text: str, operation: Operation, wanted: str) -> None:
    after = change(read(text), [operation])
    assert after == (text.replace("y = 3", "y = 4") if wanted == "4" else wanted)


@pytest.mark.parametrize(
    "operation",
    [
        Insert(("tools", "bun"), "1"),
        Insert(("tools", "python", 0), "1"),
        Remove(("tools", "python", 0)),
        Rename(("tools", "node"), "nodejs"),
        Splice(("tools", "node"), 0, 1, "3"),
        Set(("tools",), {"node": "24"}),
        Set(("tools", "node"), ["24"]),
        Set(("tools", "python", 0), "3.13"),
    ],
)
def test_everything_else_is_refused(operation: Operation) -> None:
    with pytest.raises(CannotEdit):
        change(read(MISE), [operation])


def test_an_array_can_give_way_to_one_value() -> None:
    after = change(read(MISE), [Set(("tools", "python"), "3.13")])
    assert after == MISE.replace('["3.12", "3.11"]', '"3.13"')


@pytest.mark.parametrize(
    ("address", "line", "column"),
    [
        ((), 1, 1),
        (("tools",), 2, 1),
        (("tools", "node"), 3, 1),
        (("tools", "python", 1), 5, 1),
        (("env", "NODE_ENV"), 8, 1),
    ],
)
def test_positions(twin: Any, address: Address, line: int, column: int) -> None:
    position = read(twin(MISE)).position(address)
    assert position.line == line
    assert position == Position(line, column) or "\tnode" in twin(MISE)


def test_an_address_that_is_not_there_has_no_position() -> None:
    with pytest.raises(KeyError):
        read(MISE).position(("tools", "bun"))


@pytest.mark.parametrize("text", [MISE, BUNFIG, "x = inf\n[a.'b c'.\"d\\u0041\"]\n"])
def test_data_is_what_the_standard_library_reads(text: str) -> None:
    assert read("\ufeff" + text).data == tomllib.loads(text)


def test_dates_are_text() -> None:
    data: Value = {"d": "2026-11-01"}
    assert read("d = 2026-11-01\n").data == data


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("a = \n", 1, 5, "not TOML"),
        ("a = 1\na = 2\n", 2, 1, "not TOML"),
        ("\ufeffx\n", 1, 2, "not TOML"),
        ('a = "', 1, 1, "not TOML"),
        ("a = " + "[" * 5000 + "]" * 5000, 1, 105, "nested"),
        ("a." * 5000 + "a = 1", 1, 200, "nested"),
        ("# " + "x" * 1_000_000, 0, 0, "too large"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, line: int, column: int, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
