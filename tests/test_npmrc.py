"""An npmrc loses the entries it should lose, and npm's reading of it is ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tp_init.document import (
    Insert,
    Operation,
    Position,
    Remove,
    Rename,
    Set,
    Splice,
    change,
    look_up,
)
from tp_init.errors import CannotEdit, Refused
from tp_init.formats.npmrc import Entry, NpmrcDocument, kind_of, variables_in

NPMRC = """\
; kept by hand
registry=https://registry.npmjs.org/
//registry.npmjs.org/:_authToken=${NPM_TOKEN}

# the private packages
@acme:registry=https://npm.pkg.github.com
//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}
"""
TOKEN = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"  # noqa: S105 - a variable's name
TWINS = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "BOM": lambda text: "\ufeff" + text,
    "BOM and CRLF": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "no final newline": lambda text: text.removesuffix("\n"),
    "emoji": lambda text: text.replace("kept", "🚀 kept"),
    "spaces": lambda text: text.replace("=", " = "),
}


def read(text: str) -> NpmrcDocument:
    return NpmrcDocument.read(".npmrc", text)


def only(line: str) -> Entry:
    [entry] = read(line).entries
    return entry


@pytest.fixture(params=list(TWINS.values()), ids=list(TWINS))
def twin(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_an_entry_goes_with_its_line_and_nothing_else(twin: Any) -> None:
    document = read(twin(NPMRC))
    assert change(document, [Remove((1,))]) == twin(NPMRC.replace(TOKEN, ""))
    last = "//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}\n"
    assert change(document, [Remove((3,))]) == twin(NPMRC.replace(last, ""))
    both = change(document, [Remove((3,)), Remove((1,))])
    assert both == twin(NPMRC.replace(TOKEN, "").replace(last, ""))


def test_an_entry_is_changed_within_its_line(twin: Any) -> None:
    document = read(twin(NPMRC))
    start = str(look_up(document.data, (0,))).index("https")
    after = change(document, [Splice((0,), start, start + 5, "http"), Set((1,), "provenance=true")])
    wanted = twin(NPMRC).replace("https://registry", "http://registry")
    assert after == re.sub(r"//registry\.npmjs\.org/:[^\r\n]*", "provenance=true", wanted)


@pytest.mark.parametrize("around", ["", "\n", "\r\n\r\n", "\ufeff", "\ufeff\n", " \t\n"])
def test_a_file_that_would_be_left_blank_becomes_empty(around: str) -> None:
    for text in (around + TOKEN, around + TOKEN.strip(), around + TOKEN + "\n \n"):
        assert change(read(text), [Remove((0,))]) == ""


def test_a_comment_is_not_blank() -> None:
    assert change(read("# why\n" + TOKEN), [Remove((0,))]) == "# why\n"
    assert change(read(TOKEN + "; why"), [Remove((0,))]) == "; why"


@pytest.mark.parametrize(
    "operation",
    [
        Insert((0,), "a=b"),
        Set((0,), "a=b\nc=d"),
        Set((0,), 1),
        Set((0,), "# gone"),
        Set((), "a=b"),
        Splice((0,), 0, 0, "\r"),
        Rename((0,), "b"),
        Remove((9,)),
    ],
)
def test_everything_else_is_refused(operation: Operation) -> None:
    with pytest.raises(CannotEdit):
        change(read(NPMRC), [operation])


def test_a_file_that_is_far_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="too large"):
        read("a=b\n" * 300_000)


# ------------------------------------------------------------------ npm's reading


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("a=b", "a", "b"),
        ("  a  =  b  ", "a", "b"),
        ("\ufeffa=b", "a", "b"),
        ("a", "a", "true"),
        ("a=", "a", ""),
        ("a=b=c", "a", "b=c"),
        ("a=b ; why", "a", "b"),
        ("a=b # why", "a", "b"),
        (r"a=b\;c\#d\\e\n", "a", r"b;c#d\e\n"),
        ("a=b\\", "a", "b\\"),
        ('a="b ; c"', "a", "b ; c"),
        ("a='b # c'", "a", "b # c"),
        ("""a='"b"'""", "a", "b"),
        (r'a="b\tc"', "a", "b\tc"),
        ('a="b', "a", '"b'),
        ('a="b"c"', "a", '"b"c"'),
        ("a='1'", "a", "1"),
        ("a='" + "[" * 5000 + "'", "a", "[" * 5000),
        ("a[]=b", "a", "b"),
        ('"a"=b', "a", "b"),
        ("[]=b", "[]", "b"),
        ("//h/:_authToken=x", "//h/:_authToken", "x"),
    ],
)
def test_keys_and_values_are_read_as_npm_reads_them(line: str, key: str, value: str) -> None:
    assert (only(line).key, only(line).value) == (key, value)


@pytest.mark.parametrize("line", ["", "  ", "# a=b", "  ; a=b", "=b", "[section]", "a=\u2028"])
def test_a_line_that_npm_skips_is_no_entry(line: str) -> None:
    assert read(line).entries == ()


def test_npm_takes_no_configuration_from_a_section() -> None:
    [before, within] = read("registry=a\n[other]\nregistry=b\n").entries
    assert (before.key, before.kind) == ("registry", "registry")
    assert (within.key, within.kind) == ("other.registry", "other")


def test_entries_know_their_place(twin: Any) -> None:
    document = read(twin(NPMRC))
    assert [entry.address for entry in document.entries] == [(0,), (1,), (2,), (3,)]
    assert [entry.line for entry in document.entries] == [2, 3, 6, 7]
    assert document.position((2,)) == Position(6, 1)
    assert document.position(()) == Position(1, 1)
    assert read("  a=b").position((0,)) == Position(1, 3)
    with pytest.raises(KeyError):
        document.position((4,))


@pytest.mark.parametrize(
    ("key", "kind", "host", "scope"),
    [
        ("//registry.npmjs.org/:_authToken", "auth", "registry.npmjs.org", ""),
        ("//Registry.npmjs.org:_authToken", "auth", "registry.npmjs.org", ""),
        ("//localhost:4873/npm/:_auth", "auth", "localhost", ""),
        ("//h/:_password", "auth", "h", ""),
        ("//h/:username", "auth", "h", ""),
        ("//h/:tokenHelper", "auth", "h", ""),
        ("_authToken", "auth", "", ""),
        ("_auth", "auth", "", ""),
        ("username", "auth", "", ""),
        ("//h/:always-auth", "always-auth", "h", ""),
        ("always-auth", "always-auth", "", ""),
        ("//h/:email", "other", "h", ""),
        ("registry", "registry", "", ""),
        ("@acme:registry", "registry", "", "acme"),
        ("provenance", "provenance", "", ""),
        ("//h/:provenance", "other", "h", ""),
        ("my_authToken", "other", "", ""),
        ("save-exact", "other", "", ""),
    ],
)
def test_keys_are_told_apart(key: str, kind: str, host: str, scope: str) -> None:
    entry = only(f"{key}=x")
    assert (kind_of(key), entry.host, entry.scope) == (kind, host, scope)
    assert entry.auth == (kind == "auth")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${NPM_TOKEN}", ("NPM_TOKEN",)),
        ("${NPM_TOKEN?}", ("NPM_TOKEN",)),
        ("${A}x${B}${A}", ("A", "B")),
        ("${A:-none}${B-none}", ("A", "B")),
        (r"\${A}", ()),
        (r"\\${A}", ("A",)),
        ("$A ${} npm_secret", ()),
    ],
)
def test_variables_are_found_where_npm_replaces_them(text: str, names: tuple[str, ...]) -> None:
    assert variables_in(text) == names


def test_an_entry_names_the_variables_of_its_key_too() -> None:
    assert only("//${HOST}/:_authToken=${TOKEN}${HOST}").variables == ("HOST", "TOKEN")


# ------------------------------------------------------------------ properties

LINES = st.one_of(
    st.sampled_from(["", "  ", "# note", "; note", "[s]", "a=b", "a[]=b", TOKEN.strip()]),
    st.text(alphabet="ab=#;[]\"'\\ \t🚀\u2028${}", max_size=12),
)
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def files(draw: st.DrawFn) -> str:
    pieces = [line + draw(ENDINGS) for line in draw(st.lists(LINES, max_size=8))]
    return draw(st.sampled_from(["", "\ufeff"])) + "".join(pieces) + draw(LINES)


@settings(deadline=None)
@given(files(), st.data())
def test_whatever_goes_the_other_lines_stay_to_the_byte(text: str, data: st.DataObject) -> None:
    document = read(text)
    gone = data.draw(st.sets(st.sampled_from([e.address for e in document.entries] or [()])))
    gone.discard(())
    removals: list[Operation] = [Remove(address) for address in gone]
    after = change(document, data.draw(st.permutations(removals)))
    numbers = {entry.line for entry in document.entries if entry.address in gone}
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z", text.removeprefix(mark))
    kept = "".join(line for number, line in enumerate(lines, start=1) if number not in numbers)
    if len(lines) in numbers and not text.endswith(("\n", "\r")):
        kept = re.sub(r"(?:\r\n|\n|\r)\Z", "", kept)
    blank = gone and not kept.strip(" \t\r\n\u2028")
    assert after == ("" if blank else mark + kept)
