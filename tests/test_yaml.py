"""YAML documents: what they mean, where things stand, and what a change leaves alone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

import pytest
import yaml

from tp_init.document import (
    Alias,
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
from tp_init.formats.yaml import YamlDocument


def read(text: str) -> YamlDocument:
    return YamlDocument.read("w.yml", text)


# --- What a text means --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("", None),
        ("~", None),
        ("null", None),
        ("nUll", "nUll"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("24", 24),
        ("012", 12),
        ("-7", -7),
        ("0o14", 12),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("20.10", 20.1),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".", "."),
        ("20.x", "20.x"),
        ("-.inf", -math.inf),
        ("'24'", "24"),
        ('"true"', "true"),
        ("!!str 24", "24"),
        ("! 24", "24"),
        ("!!float 1", 1.0),
        ("!!int 12", 12),
        ("!!null null", None),
        ("9" * 5000, "9" * 5000),
        ("1e999", math.inf),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(text: str, value: Value) -> None:
    data = read(f"k: {text}\n").data
    assert data == {"k": value}
    assert isinstance(data, dict)
    assert type(data["k"]) is type(value)


def test_not_a_number_survives_a_change_of_something_else() -> None:
    assert change(read("a: .nan\nb: 1\n"), [Set(("b",), 2)]) == "a: .nan\nb: 2\n"


def test_a_key_is_a_name_whatever_it_looks_like() -> None:
    assert read("on: a\n1: b\ntrue: c\nnull: d\n'q': e\n").data == {
        "on": "a",
        "1": "b",
        "true": "c",
        "null": "d",
        "q": "e",
    }


def test_merge_keys_are_ordinary_keys() -> None:
    assert read("a: &a {x: 1}\nb:\n  <<: *a\n").data == {"a": {"x": 1}, "b": {"<<": Alias("*a")}}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\ufeff", "\ufeff# nothing"])
def test_an_empty_document_means_nothing(text: str) -> None:
    assert read(text).data is None
    assert read(text).resolved(()) is None


def test_a_script_at_the_end_of_a_file_ends_in_a_line_break_with_or_without_one_there() -> None:
    assert read("run: |\n  a").data == read("run: |\n  a\n").data == {"run": "a\n"}
    assert read("run: |-\n  a").data == {"run": "a"}
    assert read("run: |+\n  a").data == {"run": "a\n"}
    assert read("run: >- # c\n  a").data == {"run": "a"}
    assert read("run: |").data == {"run": ""}


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "on line 1, and readers"),
        ("a: {b: 1, b: 2}\n", 1, 11, "the key 'b'"),
        ("a: 1\n'a': 2\n", 2, 1, "the key 'a'"),
        ("a: 1\n---\nb: 1\n", 2, 1, "second document"),
        ("a: 1\n[x]: 2\n", 2, 1, "not a plain name"),
        ("a: &x 1\n*x : 2\n", 2, 1, "not a plain name"),
        ("{a: 1}: 2\n", 1, 1, "not a plain name"),
        ("a: !env X\n", 1, 4, "tag !env"),
        ("a: !!binary aGk=\n", 1, 4, "tag !!binary"),
        ("a: !!int x\n", 1, 4, "tag !!int"),
        ("a: !!map [1]\n", 1, 4, "tag !!map"),
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a: [1\n", 2, 1, "did not find expected"),
        ("a: b: c\n", 1, 5, "mapping values are not allowed"),
        ("a: *x\n", 1, 4, "no anchor &x"),
        ("a: &x [1, *x]\n", 1, 11, "within its own anchor"),
        ("a: b\n# c\x85d: e\n", 2, 4, r"U\+0085"),
        ("a: 'x\u2028y'\n", 1, 6, r"U\+2028"),
        ("a: x\x07\n", 1, 5, r"U\+0007"),
        ("\ufeff\ufeffa: 1\n", 1, 1, r"U\+FEFF"),
        ("\ufeffa: 1\na: 2\n", 2, 1, "the key 'a'"),
        ("a: 1\r\nb: 1\r\nb: 2\r\n", 3, 1, "the key 'b'"),
        ("\U0001f600: {b: [}\n", 1, 9, "valid YAML"),
    ],
)
def test_what_readers_disagree_about_is_refused_with_its_place(
    text: str, line: int, column: int, word: str
) -> None:
    with pytest.raises(Refused, match=word) as caught:
        read(text)
    refused = caught.value
    assert (refused.path, refused.line, refused.column) == ("w.yml", line, column)
    assert refused.todo


BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (BOMB, "aliases unfolded"),
        ("[" * 60_000, "levels deep"),
        ("{a: " * 60_000, "levels deep"),
        ("- " * 60_000, "levels deep"),
        ("\n".join("  " * n + "a:" for n in range(1_200)), "levels deep"),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200)), "deep"),
        ("a: [" + "1," * 400_000 + "]", "more than 50,000 values"),
        ("a: " + "x" * 50_000_000, "characters"),
        ("? " * 60_000, "plain name"),
    ],
    ids=["aliases", "brackets", "braces", "dashes", "maps", "chain", "many", "huge", "keys"],
)
def test_a_text_made_to_grow_is_refused_at_once(text: str, word: str) -> None:
    start = time.process_time()
    with pytest.raises(Refused, match=word):
        read(text)
    assert time.process_time() - start < 1


def test_many_aliases_and_long_rows_of_blanks_take_no_time() -> None:
    start = time.process_time()
    text = "a: &a x\n" + "# c\n" * 20_000 + "b: [" + "*a, " * 5_000 + "]\n"
    document = read(text + f"k: '{' ' * 200_000}x' # {' ' * 200_000}\n")
    assert document.source_position(("k",), 200_000) == Position(20_003, 200_005)
    assert change(document, [Set(("k",), "y")]).startswith(text + "k: 'y' # ")
    # A fifth of a second; what looks back through the file at every step takes more than ten.
    assert time.process_time() - start < 5


# --- Positions ----------------------------------------------------------------------------------

PLACES = dedent("""\
    \ufeff# \U0001f600
    on:
      push: {tags: ['v*', "w"]}
    jobs:
      a: &job
        steps:
        - uses: x
        -
          run: |

            one
             two
      b: *job
    """)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_positions_count_as_a_person_does(newline: str) -> None:
    document = read(PLACES.replace("\n", newline))
    at = document.position
    assert at(()) == Position(2, 1)
    assert at(("on", "push")) == Position(3, 3)
    assert at(("on", "push", "tags", 1)) == Position(3, 23)
    assert at(("jobs", "a", "steps", 0)) == Position(7, 7)
    assert at(("jobs", "a", "steps", 1)) == Position(9, 7)
    assert document.value_position(("jobs", "a")) == Position(6, 5)
    assert document.line_text(7) == "    - uses: x"
    run = ("jobs", "a", "steps", 1, "run")
    assert document.scalar_style(run) == "|"
    assert document.resolved(run) == "\none\n two\n"
    assert document.source_position(run, 1) == Position(11, 9)
    assert document.source_position(run, 7) == Position(12, 11)
    with pytest.raises(KeyError):
        at(("jobs", "c"))
    with pytest.raises(KeyError):
        document.scalar_style(("jobs",))
    with pytest.raises(KeyError):
        document.line_text(99)


def test_positions_and_values_read_through_aliases() -> None:
    document = read(PLACES)
    assert document.position(("jobs", "b", "steps", 0, "uses")) == Position(7, 7)
    assert document.position(("jobs", "b")) == Position(13, 3)
    assert document.source_position(("jobs", "b", "steps", 1, "run"), 1) == Position(11, 9)
    assert document.resolved(("jobs", "b")) == document.resolved(("jobs", "a"))
    assert document.resolved(("jobs", "b", "steps", 0)) == {"uses": "x"}
    jobs = document.data
    assert isinstance(jobs, dict)
    assert isinstance(jobs["jobs"], dict)
    alias = jobs["jobs"]["b"]
    assert isinstance(alias, Alias)
    assert (alias, alias.line) == (Alias("*job"), 5)
    assert alias != "*job"


# A source, and words of its string; `decoded=source` where the two are spelled differently.
STRINGS = [
    ("k: one two # c", "one two"),
    ("k: one\n  two\n\n  three\n", "one two three"),
    ("k: 'it''s one'\n", "'='' one"),
    ("k: 'a\n  one'\n", "one"),
    (r'k: "x\tb\u0041\"\U0001F600 one"' + "\n", r"b A=\u0041 one"),
    ('k: "a \\\n   one\n\n  two"\n', "one two"),
    ("k: |\n  one\n    two\n\n  three\n# c\n", "one two three"),
    ("k: |2-  # c\n    one\n  two\n", "one two"),
    ("k: |+\n  one\n  two\n\n\nl: x\n", "one two"),
    ("k: >\n  one\n  two\n\n  three\n   more\n  end\n", "one two three more end"),
    ("k: >-\n\n  one\n\n\n  two\n", "one two"),
    ("k: >+\n   one\n   two\n\n\n   three", "one two three"),
    ("- k: &x !!str one\n", "one"),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("source", "words"), STRINGS)
def test_each_word_of_a_string_is_found_in_its_source(
    source: str, words: str, newline: str
) -> None:
    document = read(source.replace("\n", newline))
    address = (0, "k") if isinstance(document.data, list) else ("k",)
    value = document.resolved(address)
    assert isinstance(value, str)
    for pair in words.split():
        decoded, _, written = pair.partition("=")
        offset = source.index(written or decoded)
        line = source.count("\n", 0, offset) + 1
        column = offset - source.rfind("\n", 0, offset)
        found = document.source_position(address, value.index(decoded))
        assert found == Position(line, column), pair


# --- Changes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A text, what is asked, and the text afterwards."""

    name: str
    before: str
    operations: list[Operation]
    after: str
    unlike: tuple[str, ...] = ()


def case(
    name: str,
    before: str,
    operations: Operation | list[Operation],
    after: str,
    unlike: tuple[str, ...] = (),
) -> Case:
    """A case; `unlike` names the twins in which it is another one."""
    many = operations if isinstance(operations, list) else [operations]
    return Case(name, dedent(before), many, dedent(after), unlike)


CASES = [
    case(
        "a key goes with its comment behind it, not with those above",
        """\
          env:
            # about A
            A: 1 # a
            # about B
            B: 2 # b
            # end
          x: 1
        """,
        Remove(("env", "A")),
        """\
          env:
            # about A
            # about B
            B: 2 # b
            # end
          x: 1
        """,
    ),
    case(
        "the last key goes, the comment above it stays",
        """\
          env:
            A: 1
            # about B
            B: 2
          # end
          x: 1
        """,
        Remove(("env", "B")),
        """\
          env:
            A: 1
            # about B
          # end
          x: 1
        """,
    ),
    case(
        "an emptied mapping goes with what is in it",
        """\
        env:
          # the token
          T: x
        run: y
        """,
        Remove(("env", "T")),
        "run: y\n",
    ),
    case(
        "a mapping emptied on purpose is an empty one",
        """\
        env: # why
          # the token
          T: x # t
        run: y
        """,
        Remove(("env", "T"), prune=False),
        """\
        env: {} # why
          # the token
        run: y
        """,
    ),
    case(
        "the second key moves up beside the dash",
        """\
        - name: a # c
          uses: b
        - x
        """,
        Remove((0, "name")),
        """\
        - uses: b
        - x
        """,
    ),
    case(
        "a comment above the second key moves up beside the dash",
        """\
        - name: a # c

          # about uses
          uses: b
        """,
        Remove((0, "name")),
        """\
        - # about uses
          uses: b
        """,
    ),
    case(
        "a comment within the first key's value moves up too",
        """\
        - env:
            A: 1
            # note

          run: b
        """,
        Remove((0, "env")),
        """\
        - # note

          run: b
        """,
    ),
    case(
        "both first keys go, both comments stay",
        """\
        - name: a
          # on id
          id: x
          # on uses
          uses: b
        """,
        [Remove((0, "name")), Remove((0, "id"))],
        """\
        - # on id
          # on uses
          uses: b
        """,
    ),
    case(
        "an item that loses every key is an empty mapping",
        """\
        -   name: a
            # about id
            id: x
        -   y
        """,
        [Remove((0, "name")), Remove((0, "id"))],
        """\
        -   {}
            # about id
        -   y
        """,
    ),
    case(
        "a new key takes the place beside the dash",
        """\
        - name: a # c
          uses: b
        """,
        [Remove((0, "name")), Insert((0, "id"), "q", before="uses")],
        """\
        - id: q
          uses: b
        """,
    ),
    case(
        "a new key takes the place of an item's only one",
        """\
        - name: a # c
        -  uses: b
        """,
        [Remove((0, "name")), Insert((0, "with"), {"a": [1]})],
        """\
        - with:
            a:
              - 1
        -  uses: b
        """,
    ),
    case(
        "one of two blank lines goes along",
        """\
        steps:
          - a

          - b

          - c
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a

          - c
        """,
    ),
    case(
        "a comment above a removed step stays",
        """\
        steps:
          - a

          # about b
          - b

          # about c
          - c
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a

          # about b

          # about c
          - c
        """,
    ),
    case(
        "the first step takes the blank line below it along",
        """\
        steps:
          - a

          - b
        """,
        Remove(("steps", 0)),
        """\
        steps:
          - b
        """,
    ),
    case(
        "the last step takes the blank line above it along",
        """\
        steps:
          - a

          - b
        x: 1
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a
        x: 1
        """,
    ),
    case(
        "the last step of the file takes the blank line above it along",
        """\
        steps:
          - a

          - b
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a
        """,
    ),
    case(
        "a comment below the last step keeps its distance",
        """\
        steps:
          - a

          - b
          # more
        x: 1
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a

          # more
        x: 1
        """,
    ),
    case(
        "the blank line behind a removed last step stays",
        """\
        steps:
          - a

          - b

        x: 1
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a

        x: 1
        """,
    ),
    case(
        "of two and two blank lines two stay",
        """\
        steps:
          - a


          - b


          - c
        """,
        Remove(("steps", 1)),
        """\
        steps:
          - a


          - c
        """,
    ),
    case(
        "a sequence that loses its only item is an empty one",
        """\
        steps: # s
          - a # c
        x: 1
        """,
        Remove(("steps", 0)),
        """\
        steps: [] # s
        x: 1
        """,
    ),
    case(
        "the same at the key's own indentation",
        """\
        steps:
        - a
        x: 1
        """,
        Remove(("steps", 0)),
        """\
        steps: []
        x: 1
        """,
    ),
    case(
        "an item moves up beside an outer dash",
        """\
        - - a
          - b
        - c
        """,
        Remove((0, 0)),
        """\
        - - b
        - c
        """,
    ),
    case(
        "an inner sequence that loses every item is an empty one",
        """\
        - - a
          - b
        - c
        """,
        [Remove((0, 0)), Remove((0, 1))],
        """\
        - []
        - c
        """,
    ),
    case(
        "a comment that opens the file stays apart",
        """\
        # header

        name: x

        on: push
        """,
        Remove(("name",)),
        """\
        # header

        on: push
        """,
    ),
    case(
        "a document that loses its only key is an empty mapping",
        """\
        # header
        name: x # c
        """,
        Remove(("name",)),
        """\
        # header
        {}
        """,
    ),
    case(
        "the blank lines of a kept block go with it",
        """\
        a: |+
          x

        b: 1
        """,
        Remove(("a",)),
        "b: 1\n",
    ),
    case(
        "a key stands below the blank lines that a kept block holds",
        """\
        a: |+
          x

        b: 1
        """,
        Insert(("c",), 2, after="a"),
        """\
        a: |+
          x

        c: 2
        b: 1
        """,
    ),
    case(
        "the blank lines of a kept block stay when its neighbour goes",
        """\
        a: |+
          x

        b: 1
        """,
        Remove(("b",)),
        """\
        a: |+
          x

        """,
        unlike=("no newline", "CRLF, no newline"),
    ),
    case(
        "the first item of a line goes with its comma",
        "a: [x, y, z] # c\n",
        Remove(("a", 0)),
        "a: [y, z] # c\n",
    ),
    case(
        "an item in the middle of a line goes with its comma",
        "a: [x, y, z] # c\n",
        Remove(("a", 1)),
        "a: [x, z] # c\n",
    ),
    case(
        "the last item of a line goes with the comma before it",
        "a: [x, y, z] # c\n",
        Remove(("a", 2)),
        "a: [x, y] # c\n",
    ),
    case(
        "two items at the end, blanks inside the brackets kept",
        "a: [ x, y, z ] # c\n",
        [Remove(("a", 2)), Remove(("a", 1))],
        "a: [ x ] # c\n",
    ),
    case(
        "all items of a line",
        "a: [ x, y, z ] # c\n",
        [Remove(("a", 2)), Remove(("a", 1)), Remove(("a", 0))],
        "a: [] # c\n",
    ),
    case(
        "all pairs of a line",
        """\
        a: {x: 1, y: 2}
        b: 1
        """,
        [Remove(("a", "x"), prune=False), Remove(("a", "y"), prune=False)],
        """\
        a: {}
        b: 1
        """,
    ),
    case(
        "the first pair of a line",
        """\
        a: { x: 1, y: 2 }
        b: 1
        """,
        Remove(("a", "x")),
        """\
        a: { y: 2 }
        b: 1
        """,
    ),
    case(
        "a comma at the end stays one",
        "a: [x, y,]\n",
        Remove(("a", 1)),
        "a: [x,]\n",
    ),
    case(
        "an item on its own line, the comment above it stays",
        """\
        a: [
          x, # on x
          # above y
          y, # on y
          z # on z
        ]
        """,
        Remove(("a", 1)),
        """\
        a: [
          x, # on x
          # above y
          z # on z
        ]
        """,
    ),
    case(
        "the last item on its own line",
        """\
        a: [
          x, # on x
          # above y
          y, # on y
          z # on z
        ]
        """,
        Remove(("a", 2)),
        """\
        a: [
          x, # on x
          # above y
          y # on y
        ]
        """,
    ),
    case(
        "the last two items on their own lines",
        """\
        a: [
          x,
          y,
          z
        ]
        """,
        [Remove(("a", 2)), Remove(("a", 1))],
        """\
        a: [
          x
        ]
        """,
    ),
    case(
        "a new last line in brackets, below the comment",
        """\
        a: [
          x, # on x
          z # on z
        ]
        """,
        Insert(("a", 2), "q"),
        """\
        a: [
          x, # on x
          z, # on z
          q
        ]
        """,
    ),
    case(
        "a new last line in brackets, with the comma at the end",
        """\
        a: [
          x, # on x
          z, # on z
        ]
        """,
        Insert(("a", 2), "q"),
        """\
        a: [
          x, # on x
          z, # on z
          q,
        ]
        """,
    ),
    case(
        "a new line in the middle of brackets",
        """\
        a: [
          x, # on x
          z, # on z
        ]
        """,
        Insert(("a", 1), "q"),
        """\
        a: [
          x, # on x
          q,
          z, # on z
        ]
        """,
    ),
    case(
        "a new first line in braces",
        """\
        a: {
          x: 1, # on x
          z: 2
        }
        """,
        Insert(("a", "b"), [1, {"c": "d e"}], before="x"),
        """\
        a: {
          b: [1, {c: d e}],
          x: 1, # on x
          z: 2
        }
        """,
    ),
    case(
        "a new item on a line",
        "on: [push]\n",
        Insert(("on", 1), "pull_request"),
        "on: [push, pull_request]\n",
    ),
    case(
        "one item of a line for another",
        "on: [push, x]\n",
        [Insert(("on", 2), "pull_request"), Remove(("on", 1))],
        "on: [push, pull_request]\n",
    ),
    case(
        "one item of a line for all",
        "on: [push, x]\n",
        [Insert(("on", 2), "pull_request"), Remove(("on", 1)), Remove(("on", 0))],
        "on: [pull_request]\n",
    ),
    case(
        "new pairs and items at three depths of one line",
        "on: {push: {tags: ['v*']}}\n",
        [
            Insert(("on", "push", "branches"), ["main"]),
            Insert(("on", "x"), None),
            Insert(("on", "push", "tags", 1), "w"),
        ],
        "on: {push: {tags: ['v*', 'w'], branches: [main]}, x: null}\n",
    ),
    case(
        "keys for a key without a value",
        """\
        env: # none
          # T: x
        run: a
        """,
        [Insert(("env", "A"), "1"), Insert(("env", "B"), "b")],
        """\
        env: # none
          A: '1'
          B: b
          # T: x
        run: a
        """,
    ),
    case(
        "a key for an empty mapping makes a block",
        """\
        permissions: {} # none
        run: a
        """,
        Insert(("permissions", "id-token"), "write"),
        """\
        permissions: # none
          id-token: write
        run: a
        """,
    ),
    case(
        "an item for an empty sequence makes a block",
        """\
        steps: []
        run: a
        """,
        Insert(("steps", 0), {"run": "x", "env": {"A": 1}}),
        """\
        steps:
          - run: x
            env:
              A: 1
        run: a
        """,
    ),
    case(
        "keys for items without any",
        """\
        - {}
        -
        """,
        [Insert((0, "a"), 1), Insert((0, "c"), 1), Insert((1, "b"), 2)],
        """\
        - a: 1
          c: 1
        - b: 2
        """,
    ),
    case(
        "a word becomes a mapping",
        """\
        permissions: read-all # all
        jobs: 1
        """,
        Set(("permissions",), {"contents": "read", "id-token": "write"}),
        """\
        permissions: # all
          contents: read
          id-token: write
        jobs: 1
        """,
    ),
    case(
        "a mapping becomes a word",
        """\
        permissions: # all
          # c
          contents: read # r
          x: y # z
        jobs: 1
        """,
        Set(("permissions",), "read-all"),
        """\
        permissions: read-all # all
        jobs: 1
        """,
    ),
    case(
        "one mapping for another, indented alike",
        """\
        permissions: # all
            contents: read # r
        jobs: 1
        """,
        Set(("permissions",), {"a": {"b": "c"}}),
        """\
        permissions: # all
            a:
                b: c
        jobs: 1
        """,
    ),
    case(
        "one mapping for another on its line",
        "permissions: {contents: read} # all\n",
        Set(("permissions",), {"a": {"b": "c"}}),
        "permissions: {a: {b: c}} # all\n",
    ),
    case(
        "an item becomes a mapping, indented like its neighbours",
        """\
        a:
        -   x # c
        -   y
        """,
        Set(("a", 0), {"b": 1, "c": {"d": 2}}),
        """\
        a:
        -   b: 1 # c
            c:
              d: 2
        -   y
        """,
    ),
    case(
        "an item that is a mapping becomes a word",
        """\
        a:
          - x: 1 # c
            # d
            y: 2 # e
          - z
        """,
        Set(("a", 0), "q"),
        """\
        a:
          - q
          - z
        """,
    ),
    case(
        "a mapping below its dash",
        """\
        a:
          -
            x: 1 # c
          - z
        """,
        Set(("a", 0), {"r": "q", "s": 2}),
        """\
        a:
          - r: q
            s: 2
          - z
        """,
    ),
    case(
        "a number takes over the quotes",
        """\
        a: '20' # q
        b: "20" # q
        c: 20.x # p
        d: 18
        """,
        [Set(("a",), 24), Set(("b",), 24), Set(("c",), 24), Set(("d",), 24)],
        """\
        a: '24' # q
        b: "24" # q
        c: 24 # p
        d: 24
        """,
    ),
    case(
        "a string of digits is quoted over a plain value",
        "c: 20.x\n",
        Set(("c",), "24"),
        "c: '24'\n",
    ),
    case(
        "nothing in the place of something",
        """\
        a: '20' # q
        b: # c
          x: 1
        c: |
          a
        d: 5
        """,
        [Set(("a",), None), Set(("b",), None), Set(("c",), None)],
        """\
        a: # q
        b: # c
        c:
        d: 5
        """,
    ),
    case(
        "something in the place of nothing",
        """\
        a: # q
        b:
        c: ~
        """,
        [Set(("a",), "x"), Set(("b",), {"c": 1}), Set(("c",), value=True)],
        """\
        a: x # q
        b:
          c: 1
        c: true
        """,
    ),
    case(
        "a script of lines becomes one line",
        """\
        run: |- # why
          a
          b

        # next
        x: 1
        """,
        Set(("run",), "npm publish"),
        """\
        run: npm publish # why

        # next
        x: 1
        """,
    ),
    case(
        "one script for another, indented alike",
        """\
        run: |- # why
              a
              b

        # next
        x: 1
        """,
        Set(("run",), "npm publish\nx\n"),
        """\
        run: | # why
              npm publish
              x

        # next
        x: 1
        """,
    ),
    case(
        "one line becomes a script of lines",
        """\
        run: a # why
        x: 1
        """,
        Set(("run",), "npm publish\nx\n"),
        """\
        run: | # why
          npm publish
          x
        x: 1
        """,
    ),
    case(
        "a quoted line takes several lines as escapes",
        """\
        run: 'a' # why
        x: 1
        """,
        Set(("run",), "npm publish\nx\n"),
        """\
        run: "npm publish\\nx\\n" # why
        x: 1
        """,
    ),
    case(
        "items on a line, quoted where they have to be",
        "a: [x, 'y'] # c\n",
        [Set(("a", 0), "p: q"), Set(("a", 1), "it's")],
        "a: ['p: q', 'it''s'] # c\n",
    ),
    case(
        "new names, quoted like the old or where they have to be",
        """\
        'on': 1
        b : 2
        """,
        [Rename(("on",), "off"), Rename(("b",), "c: d")],
        """\
        'off': 1
        'c: d' : 2
        """,
    ),
    case(
        "a new item is quoted like its neighbour",
        """\
        tags:
        - 'v*'
        - "x"
        """,
        Insert(("tags", 2), "y"),
        """\
        tags:
        - 'v*'
        - "x"
        - "y"
        """,
    ),
    case(
        "a quote that is needed is the neighbour's",
        """\
        with:
          a: "x y"
          b: "*"
        """,
        Insert(("with", "c"), "*"),
        """\
        with:
          a: "x y"
          b: "*"
          c: "*"
        """,
    ),
    case(
        "aligned values stay aligned",
        """\
        with:
          a:     x   # c
          bbbbb: y   # d
        """,
        Insert(("with", "c"), "z"),
        """\
        with:
          a:     x   # c
          bbbbb: y   # d
          c: z
        """,
    ),
    case(
        "four spaces and wide dashes",
        """\
        jobs:
            a:
                runs-on: x
                steps:
                    -   uses: y
        """,
        [
            Insert(("jobs", "a", "env"), {"A": {"b": 1}}),
            Insert(("jobs", "a", "steps", 1), {"uses": "z", "with": {"a": 1}}),
        ],
        """\
        jobs:
            a:
                runs-on: x
                steps:
                    -   uses: y
                    -   uses: z
                        with:
                            a: 1
                env:
                    A:
                        b: 1
        """,
    ),
    case(
        "dashes at the key's own indentation",
        """\
        jobs:
          a:
            steps:
            - uses: y
            # end
        """,
        [
            Insert(("jobs", "a", "steps", 1), {"uses": "z", "x": [1]}),
            Insert(("jobs", "a", "strategy"), [1, 2]),
        ],
        """\
        jobs:
          a:
            steps:
            - uses: y
            - uses: z
              x:
              - 1
            strategy:
            - 1
            - 2
            # end
        """,
    ),
    case(
        "a new step stands above the comment of the next",
        """\
        steps:
          - a
          # about b
          # more
          - b
        """,
        Insert(("steps", 1), "new"),
        """\
        steps:
          - a
          - new
          # about b
          # more
          - b
        """,
    ),
    case(
        "a new key stands above the comment of the next",
        """\
        a: 1

        # about b
        b:
          c: 1
        """,
        Insert(("n",), "new", before="b"),
        """\
        a: 1

        n: new

        # about b
        b:
          c: 1
        """,
    ),
    case(
        "a comment that opens the file stays on top",
        """\
        # license
        a: 1
        b: 1
        """,
        Insert(("n",), "new", before="a"),
        """\
        # license
        n: new
        a: 1
        b: 1
        """,
        unlike=("start",),
    ),
    case(
        "blocks stay set apart by blank lines",
        """\
        a:
          x: 1

        b:
          c: 1
        """,
        Insert(("n",), {"y": 1}, after="a"),
        """\
        a:
          x: 1

        n:
          y: 1

        b:
          c: 1
        """,
    ),
    case(
        "a new first key stands beside the dash",
        """\
        - a: 1
          b: 2
        """,
        Insert((0, "n"), {"y": 1}, before="a"),
        """\
        - n:
            y: 1
          a: 1
          b: 2
        """,
    ),
    case(
        "inserts that end on one line nest",
        """\
        jobs:
          a:
            env:
              X: 1 # x
        """,
        [
            Insert(("z",), 1),
            Insert(("jobs", "a", "y"), 1),
            Insert(("jobs", "a", "env", "Y"), 2),
            Insert(("jobs", "b"), 1),
        ],
        """\
        jobs:
          a:
            env:
              X: 1 # x
              Y: 2
            y: 1
          b: 1
        z: 1
        """,
    ),
    case(
        "missing parents are made",
        """\
        jobs:
          a:
            x: 1
        """,
        Insert(("jobs", "a", "on", "push", "tags"), ["v*"]),
        """\
        jobs:
          a:
            x: 1
            on:
              push:
                tags:
                  - v*
        """,
    ),
    case(
        "a new last key in the place of a removed one",
        """\
        env:
          A: 1
          B: 2
        x: 1
        """,
        [Remove(("env", "B")), Insert(("env", "C"), 3)],
        """\
        env:
          A: 1
          C: 3
        x: 1
        """,
    ),
    case(
        "a new key in the place of all",
        """\
        env:
          # a
          A: 1
          # b
          B: 2
        x: 1
        """,
        [Remove(("env", "A")), Remove(("env", "B")), Insert(("env", "C"), 3)],
        """\
        env:
          # a
          C: 3
          # b
        x: 1
        """,
    ),
    case(
        "a new key behind a block that loses its last line",
        """\
        env:
          A: 1
          B: 2 # b
        x: 1
        """,
        [Remove(("env", "B")), Insert(("n",), 3, after="env")],
        """\
        env:
          A: 1
        n: 3
        x: 1
        """,
    ),
    case(
        "a line and the blank one below it leave a script",
        """\
        run: |
          npm ci
          npm config set //x:_authToken

          npm publish
        x: 1
        """,
        Splice(("run",), 7, 38, ""),
        """\
        run: |
          npm ci
          npm publish
        x: 1
        """,
    ),
    case(
        "two new lines within a script",
        """\
        run: |
            npm ci
            npm publish
        """,
        Splice(("run",), 7, 7, "npm i -g npm\nfoo\n"),
        """\
        run: |
            npm ci
            npm i -g npm
            foo
            npm publish
        """,
    ),
    case(
        "a new last line of a script stands above the blank lines",
        """\
        run: |
          npm ci


        x: 1
        """,
        Splice(("run",), 7, 7, "npm publish\n"),
        """\
        run: |
          npm ci
          npm publish


        x: 1
        """,
    ),
    case(
        "a new last line of a script without a line break at the end",
        """\
        run: |-
          npm ci


        x: 1
        """,
        Splice(("run",), 6, 6, "\nnpm publish"),
        """\
        run: |-
          npm ci
          npm publish


        x: 1
        """,
    ),
    case(
        "the last line leaves a script without a line break at the end",
        """\
        run: |-
          npm ci
          b # c
        x: 1
        """,
        Splice(("run",), 7, 12, ""),
        """\
        run: |-
          npm ci
        x: 1
        """,
    ),
    case(
        "all lines leave a script",
        """\
        run: |
          npm ci
          b # c
        x: 1
        """,
        Splice(("run",), 0, 13, ""),
        """\
        run: |
        x: 1
        """,
    ),
    case(
        "a script changes within a line",
        """\
        run: |
          npm ci
          b # c
        x: 1
        """,
        Splice(("run",), 4, 8, "X"),
        """\
        run: |
          npm X # c
        x: 1
        """,
    ),
    case(
        "a folded script loses a line",
        """\
        run: >-
          npm publish
          --access public
          --x
        x: 1
        """,
        Splice(("run",), 11, 27, ""),
        """\
        run: >-
          npm publish
          --x
        x: 1
        """,
    ),
    case(
        "a plain line loses its start",
        "run: A=b npm publish # c\n",
        Splice(("run",), 0, 4, ""),
        "run: npm publish # c\n",
    ),
    case(
        "what would become a number is quoted",
        "v: 20.x # c\n",
        Splice(("v",), 2, 4, ""),
        "v: '20' # c\n",
    ),
    case(
        "single quotes are doubled",
        "run: 'echo ''a'' b' # c\n",
        Splice(("run",), 5, 8, "it's"),
        "run: 'echo it''s b' # c\n",
    ),
    case(
        "double quotes are escaped",
        'run: "echo \\"a\\" b" # c\n',
        Splice(("run",), 5, 8, '"\\\t'),
        'run: "echo \\"\\\\\\t b" # c\n',
    ),
    case(
        "a line break is escaped",
        'run: "echo \\"a\\" b" # c\n',
        Splice(("run",), 5, 8, "a\nb"),
        'run: "echo a\\nb b" # c\n',
    ),
    case(
        "a plain value over several lines loses one",
        """\
        run: npm publish
          --access public
          --x
        x: 1
        """,
        Splice(("run",), 11, 27, ""),
        """\
        run: npm publish
          --x
        x: 1
        """,
    ),
    case(
        "the first key of a document",
        """\
        # c
        # d
        """,
        Insert(("a", "b"), 1),
        """\
        # c
        # d
        a:
          b: 1
        """,
    ),
    case(
        "the last key above the end mark",
        """\
        ---
        a: 1
        ...
        """,
        Insert(("b",), 1),
        """\
        ---
        a: 1
        b: 1
        ...
        """,
        unlike=("start",),
    ),
    case(
        "a pair for a document on one line",
        "{a: 1}\n",
        Insert(("b",), 1),
        "{a: 1, b: 1}\n",
    ),
    case(
        "an item for a document that is a sequence",
        """\
        - a
        - c
        """,
        Insert((2,), "b"),
        """\
        - a
        - c
        - b
        """,
    ),
    case(
        "values below their keys",
        """\
        a:
          x
        b:
          [1]
        c:
          'q' # z
        """,
        [Set(("a",), {"b": 1}), Set(("b",), 5), Set(("c",), 7)],
        """\
        a:
          b: 1
        b:
          5
        c:
          '7' # z
        """,
    ),
    case(
        "the token goes, the identity comes",
        """\
        jobs:
          publish:
            steps:
              # publish
              - run: npm publish
                env:
                  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }} # the token

              - run: echo done
        """,
        [
            Remove(("jobs", "publish", "steps", 0, "env", "NODE_AUTH_TOKEN")),
            Insert(
                ("jobs", "publish", "permissions"),
                {"id-token": "write", "contents": "read"},
                before="steps",
            ),
        ],
        """\
        jobs:
          publish:
            permissions:
              id-token: write
              contents: read
            steps:
              # publish
              - run: npm publish

              - run: echo done
        """,
    ),
    case(
        "a new block of one line above a comment",
        """\
        name: Release
        on:
          push:
            tags: ["v*"]

        # why
        jobs:
          a:
            runs-on: x
        """,
        Insert(("permissions",), {}, before="jobs"),
        """\
        name: Release
        on:
          push:
            tags: ["v*"]

        permissions: {}

        # why
        jobs:
          a:
            runs-on: x
        """,
    ),
    case(
        "a new step among steps set apart",
        """\
            steps:
              - uses: actions/checkout@v4

              # build it
              - run: npm ci

              - run: npm publish
        """,
        Insert(("steps", 1), {"uses": "actions/setup-node@v4", "with": {"node-version": 24}}),
        """\
            steps:
              - uses: actions/checkout@v4

              - uses: actions/setup-node@v4
                with:
                  node-version: 24

              # build it
              - run: npm ci

              - run: npm publish
        """,
    ),
    case(
        "a new last step among steps set apart",
        """\
        steps:
          - uses: a
            with:
              b: c

          - run: |
              npm publish

        # end
        """,
        Insert(("steps", 2), {"run": "npm ci\nnpm publish\n", "if": "${{ always() }}"}),
        """\
        steps:
          - uses: a
            with:
              b: c

          - run: |
              npm publish

          - run: |
              npm ci
              npm publish
            if: ${{ always() }}

        # end
        """,
    ),
    case(
        "changes at three depths",
        """\
        a:
          b:
            c: 1
            d: 2
          e: 3
        """,
        [Remove(("a", "b", "d")), Insert(("a", "b", "x"), 1), Insert(("a", "f"), 2, before="e")],
        """\
        a:
          b:
            c: 1
            x: 1
          f: 2
          e: 3
        """,
    ),
    case(
        "one step for another",
        """\
        steps:
          - a

          # b
          - b # b

          - c
        """,
        [Remove(("steps", 1)), Insert(("steps", 1), "new")],
        """\
        steps:
          - a

          # b
          - new

          - c
        """,
    ),
    case(
        "one last step for another",
        """\
        steps:
          - a

          - b # b
        x: 1
        """,
        [Remove(("steps", 1)), Insert(("steps", 2), "new")],
        """\
        steps:
          - a

          - new
        x: 1
        """,
    ),
    case(
        "a block of a step dissolves with the blank line above it",
        """\
        - run: x

          env:
            A: 1

            B: 2
        - run: y
        """,
        [Remove((0, "env", "A")), Remove((0, "env", "B"))],
        """\
        - run: x
        - run: y
        """,
    ),
    case(
        "a block beside the dash dissolves",
        """\
        - env:
            A: 1
          run: x
        - run: y
        """,
        Remove((0, "env", "A")),
        """\
        - run: x
        - run: y
        """,
    ),
    case(
        "the first of items that are not indented",
        """\
        on:
        - push # a
        - release
        """,
        Remove(("on", 0)),
        """\
        on:
        - release
        """,
    ),
    case(
        "the first of two pairs, blanks inside the braces kept",
        "with: { token: x, a: 1 }\n",
        Remove(("with", "token")),
        "with: { a: 1 }\n",
    ),
    case(
        "braces dissolve with their key",
        """\
        - run: x # c
          env: {A: 1} # d
        - y
        """,
        Remove((0, "env", "A")),
        """\
        - run: x # c
        - y
        """,
    ),
    case(
        "commas at the start of lines",
        """\
        a: ["b c"
          ,'d' # d
          , e]
        """,
        [Remove(("a", 1)), Insert(("a", 3), "f g")],
        """\
        a: ["b c"
          ,e, f g]
        """,
    ),
    case(
        "a hash within a value is no comment",
        """\
        a: b#c
        d: 'e # f' # g
        h: i
        """,
        [Set(("a",), "x"), Set(("d",), "y # z"), Remove(("h",))],
        """\
        a: x
        d: 'y # z' # g
        """,
    ),
    case(
        "a key behind a script that ends the file",
        """\
        a: 1
        b: |
          x
        """,
        Insert(("c",), 1, after="b"),
        """\
        a: 1
        b: |
          x
        c: 1
        """,
    ),
    case(
        "characters beyond the basic plane",
        """\
        k: 🚀 go # 🚀
        l: x
        """,
        [Set(("k",), "🚀🚀"), Splice(("l",), 1, 1, "🚀")],
        """\
        k: 🚀🚀 # 🚀
        l: x🚀
        """,
    ),
    case(
        "strings that need quotes get them",
        """\
        k: x
        l: y
        """,
        [
            Insert(("n0",), "on"),
            Insert(("n1",), "24"),
            Insert(("n2",), "1.5"),
            Insert(("n3",), "~"),
            Insert(("n4",), ""),
            Insert(("n5",), "- a"),
            Insert(("n6",), "a: b"),
            Insert(("n7",), "a #b"),
            Insert(("n8",), "*x"),
            Insert(("n9",), "${{ x }}"),
            Insert(("n10",), "v*"),
            Insert(("n11",), "'q'"),
            Insert(("n12",), " s"),
            Insert(("n13",), "\x07"),
            Insert(("n14",), "@x"),
            Insert(("n15",), "a:"),
            Insert(("n16",), "-"),
            Insert(("n17",), "x\ty"),
            Insert(("n18",), "2024-01-01"),
            Insert(("n19",), "\ufeff"),
        ],
        """\
        k: x
        l: y
        n0: 'on'
        n1: '24'
        n2: '1.5'
        n3: '~'
        n4: ''
        n5: '- a'
        n6: 'a: b'
        n7: 'a #b'
        n8: '*x'
        n9: ${{ x }}
        n10: v*
        n11: '''q'''
        n12: ' s'
        n13: "\\x07"
        n14: '@x'
        n15: 'a:'
        n16: '-'
        n17: 'x	y'
        n18: '2024-01-01'
        n19: "\\ufeff"
        """,
    ),
    case(
        "keys that need quotes get them",
        """\
        k: x
        l: y
        """,
        [
            Insert(("on",), 1),
            Insert(("a b",), 1),
            Insert(("24",), 1),
            Insert(("",), 1),
            Insert(("a: b",), 1),
            Insert(("@scope:registry",), 1),
        ],
        """\
        k: x
        l: y
        on: 1
        a b: 1
        24: 1
        '': 1
        'a: b': 1
        '@scope:registry': 1
        """,
    ),
    case(
        "values of every kind",
        """\
        k: x
        l: y
        """,
        [
            Insert(("n0",), value=True),
            Insert(("n1",), None),
            Insert(("n2",), 1.5),
            Insert(("n3",), math.inf),
            Insert(("n4",), 1000000000000000000000000000000),
            Insert(("n5",), {}),
            Insert(("n6",), []),
            Insert(("n7",), {"a": []}),
            Insert(("n8",), [[1, [2]], {"a": {}}]),
            Insert(("n9",), "\n"),
            Insert(("n10",), "a\n\n"),
            Insert(("n11",), " a\nb\n"),
            Insert(("n12",), "a\r\nb"),
            Insert(("n13",), "a\nb"),
        ],
        """\
        k: x
        l: y
        n0: true
        n1:
        n2: 1.5
        n3: .inf
        n4: 1000000000000000000000000000000
        n5: {}
        n6: []
        n7:
          a: []
        n8:
          - - 1
            - - 2
          - a: {}
        n9: "\\n"
        n10: "a\\n\\n"
        n11: " a\\nb\\n"
        n12: "a\\r\\nb"
        n13: |-
          a
          b
        """,
    ),
    case(
        "a kept block always ends in a line break",
        """\
        a: |+
          b

        c: 1
        """,
        Splice(("a",), 0, 3, "d"),
        """\
        a: |+
          d
        c: 1
        """,
    ),
    case(
        "a new entry stands below the comments that are its neighbour's own",
        """\
        jobs:
          a:
            env:
              A: 1
              # B: 2
            # on steps
            steps:
              - run: x
                # - run: y
        """,
        [
            Insert(("jobs", "a", "permissions"), {"id-token": "write"}, after="env"),
            Insert(("jobs", "a", "env", "C"), 3),
            Insert(("jobs", "a", "steps", 1), "z"),
        ],
        """\
        jobs:
          a:
            env:
              A: 1
              C: 3
              # B: 2
            permissions:
              id-token: write
            # on steps
            steps:
              - run: x
                # - run: y
              - z
        """,
    ),
    case(
        "several items of several lines",
        """\
        a: [
          x, 'y#', z, # on z
          q, r # on r
        ]
        """,
        [Remove(("a", 1)), Remove(("a", 2)), Remove(("a", 4))],
        """\
        a: [
          x,
          q # on r
        ]
        """,
    ),
    case(
        "the last two pairs, one with a hash",
        "a: {b: 1, c: 2, d: 'e#'} # f\n",
        [Remove(("a", "c")), Remove(("a", "d"))],
        "a: {b: 1} # f\n",
    ),
]

TWINS: dict[str, Callable[[str], str]] = {
    "LF": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "BOM": lambda text: "\ufeff" + text,
    "BOM and CRLF": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "emoji": lambda text: "# \U0001f680\n" + text,
    "start": lambda text: "%YAML 1.2\n--- # \U0001f680\n" + text,
    "no newline": lambda text: text.removesuffix("\n"),
    "CRLF, no newline": lambda text: text.replace("\n", "\r\n").removesuffix("\r\n"),
}


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_touches_nothing_else(case: Case, twin: str) -> None:
    if twin in case.unlike:
        pytest.skip("the twin is another case")
    write = TWINS[twin]
    document = read(write(case.before))
    assert change(document, case.operations) == write(case.after)
    assert read(change(document, case.operations[::-1])).data == read(case.after).data


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_without_the_c_library_all_is_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tp_init.formats.yaml_tree._LOADER", yaml.SafeLoader)
    assert change(read("\ufeff" + case.before), case.operations) == "\ufeff" + case.after


def test_new_lines_end_like_the_line_that_they_stand_next_to() -> None:
    text = "a:\r\n  b: 1\r\nc:\n  d: 1\n"
    operations = [Insert(("a", "x"), {"y": 1}), Insert(("c", "x"), {"y": 1})]
    assert change(read(text), operations) == (
        "a:\r\n  b: 1\r\n  x:\r\n    y: 1\r\nc:\n  d: 1\n  x:\n    y: 1\n"
    )


@pytest.mark.parametrize(
    "text", ["a: 1", "a: |\n  x", "a:\n  - b", "a: |+\n  x", "a: # c", "a: {}"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_missing_final_newline_stays_missing(text: str, newline: str) -> None:
    text = "z: 0\ny: 0\n".replace("\n", newline) + text.replace("\n", newline)
    grown = change(read(text), [Insert(("b",), 1)])
    assert grown == text + newline + "b: 1"
    assert change(read(grown), [Remove(("b",))]) == text
    assert change(read(text), [Remove(("a",))]) == "z: 0\ny: 0".replace("\n", newline)
    apart = text.replace(f"{newline}a:", f"{newline}{newline}a:")
    assert change(read(apart), [Remove(("a",)), Insert(("b",), 1)]) == (
        f"z: 0{newline}y: 0{newline}{newline}b: 1"
    )
    assert change(read(text), [Remove(("a",)), Remove(("y",)), Insert(("b",), 1)]) == (
        "z: 0\nb: 1".replace("\n", newline)
    )
    assert change(read(text), [Set(("a",), {"k": [1]})]).endswith(f"{newline}    - 1")


# --- What is not edited -------------------------------------------------------------------------

ANCHORED = """\
x: &env
  A: 1 # one
free: &unused
  C: 3
jobs:
  a:
    env: *env
    steps:
      - &step
        run: a
      - *step
      - run: b
"""


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (Remove(("jobs", "a", "env", "A")), r"jobs\.a\.env is the alias \*env .* line 1,"),
        (Set(("jobs", "a", "env", "A"), 2), r"the alias \*env"),
        (Insert(("jobs", "a", "env", "B"), 2), r"the alias \*env"),
        (Insert(("jobs", "a", "env", "B", "C"), 2), r"the alias \*env"),
        (Rename(("jobs", "a", "steps", 1, "run"), "x"), r"the alias \*step"),
        (Splice(("jobs", "a", "steps", 1, "run"), 0, 1, "x"), r"the alias \*step"),
        (Remove(("x", "A"), prune=False), r"within the anchor &env \(line 1\), which line 7 uses"),
        (Insert(("x", "B"), 1), r"within the anchor &env"),
        (Set(("jobs", "a", "steps", 0, "run"), "c"), r"within the anchor &step \(line 9\)"),
        (Splice(("jobs", "a", "steps", 0, "run"), 0, 1, "c"), r"within the anchor &step"),
        (Rename(("jobs", "a", "steps", 0, "run"), "c"), r"within the anchor &step"),
        (Remove(("jobs", "a", "steps", 0)), r"holds the anchor &step \(line 9\)"),
        (Remove(("jobs",)), r"jobs holds the anchor &step"),
        (Set(("x",), 1), r"x holds the anchor &env"),
    ],
)
def test_what_other_places_use_is_not_edited(operation: Operation, reason: str) -> None:
    with pytest.raises(CannotEdit, match=reason):
        change(read(ANCHORED), [operation])


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        (Remove(("jobs", "a", "env")), "    env: *env\n", ""),
        (Set(("jobs", "a", "env"), "q"), "env: *env", "env: q"),
        (Remove(("jobs", "a", "steps", 1)), "      - *step\n", ""),
        (Set(("jobs", "a", "steps", 1), "q"), "- *step", "- q"),
        (Set(("jobs", "a", "steps", 2, "run"), "c"), "run: b", "run: c"),
        (Insert(("jobs", "a", "if"), "q", after="env"), "*env\n", "*env\n    if: q\n"),
        (Rename(("x",), "y"), "x: ", "y: "),
        (Set(("free", "C"), 4), "C: 3", "C: 4"),
        (Remove(("free",)), "free: &unused\n  C: 3\n", ""),
    ],
)
def test_the_rest_of_a_file_with_anchors_is(operation: Operation, before: str, after: str) -> None:
    assert change(read(ANCHORED), [operation]) == ANCHORED.replace(before, after)


@pytest.mark.parametrize(
    ("text", "operation", "reason"),
    [
        ("? a\n: b\n", Remove(("a",)), "keys behind `\\?`"),
        ("{? a : b, c: d}\n", Remove(("c",)), "keys behind `\\?`"),
        ("a: [b: c]\n", Remove(("a", 0, "b")), "pairs without braces"),
        ("a: !!str 24\n", Set(("a",), 1), "has a tag"),
        ("a: b\n", Insert(("a", "c"), 1), "is not a mapping"),
        ("- a\n", Rename((0,), "b"), "not a plain name"),
        ("&k a: b\n", Rename(("a",), "b"), "not a plain name"),
        ("a: [\n  b # c\n]\n", Remove(("a", 0)), "comments between the brackets"),
        ("a: { # c\n}\n", Insert(("a", "b"), 1), "comments between the brackets"),
        ("a: b\n", Set((), {"c": 1}), "as a whole"),
        ("null\n", Insert(("c",), 1), "as a whole"),
        ("a: |\n  b\n    c\n", Splice(("a",), 0, 2, ""), "start with an indented line"),
        ("a: |\n", Splice(("a",), 0, 0, "x"), "cannot be followed"),
        ("a: b\nc: 1\n", Rename(("a",), "c"), "twice|there already"),
        ("a:\n  - b\n\n    # c\n", Insert(("a", 1), "x\ny\n"), "not mean what was"),
    ],
)
def test_what_cannot_be_done_for_certain_is_not_done(
    text: str, operation: Operation, reason: str
) -> None:
    with pytest.raises(CannotEdit, match=reason):
        change(read(text), [operation])
