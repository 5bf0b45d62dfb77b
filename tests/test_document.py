"""What the operations mean, whatever the format: `normalise`, `expect`, `splice`, `change`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    change,
    expect,
    has,
    look_up,
    mapping,
    normalise,
    position_at,
    same,
    show_address,
    splice,
)
from tp_init.errors import CannotEdit, ConflictError
from tp_init.formats.json import JsonDocument
from tp_init.formats.plain import PlainDocument


def after(data: Any, *operations: Operation) -> Value:
    return expect(data, normalise(operations, data))


# ------------------------------------------------------------------ addresses


def test_an_address_is_shown_as_people_write_it() -> None:
    assert show_address(("jobs", "publish", "steps", 2, "env")) == "jobs.publish.steps[2].env"
    assert show_address((0, "name")) == "[0].name"
    assert show_address(()) == "the file"


@pytest.mark.parametrize(
    "address", [("a", "x"), ("a", 0), ("list", "a"), ("list", 2), ("list", -1), ("a", "b", "c")]
)
def test_an_address_that_leads_nowhere_raises(address: Address) -> None:
    data: Value = {"a": {"b": None}, "list": [1, 2]}
    assert not has(data, address)
    with pytest.raises(KeyError):
        look_up(data, address)


def test_null_is_a_value() -> None:
    assert has({"a": None}, ("a",))


def test_mapping_reads_anything_else_as_empty() -> None:
    assert mapping({"a": 1}) == {"a": 1}
    assert mapping(["a"]) == {}
    assert mapping(None) == {}


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (0, False), (1, 1.0), ([1], [True]), ({"a": 0}, {"a": False})]
)
def test_values_that_python_calls_equal_are_told_apart(one: Value, other: Value) -> None:
    assert one == other
    assert not same(one, other)
    assert same(one, one)


def test_not_a_number_is_the_same_as_itself() -> None:
    assert same(float("nan"), float("nan"))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_positions_count_lines_of_any_ending(ending: str, mark: str) -> None:
    text = f"{mark}ab{ending}cde"
    assert position_at(text, len(mark)) == Position(1, 1)
    assert position_at(text, text.index("b")) == Position(1, 2)
    assert position_at(text, text.index("e")) == Position(2, 3)


# ------------------------------------------------------------------ removal


def test_a_mapping_that_loses_its_last_key_goes_too() -> None:
    step: Value = {"steps": [{"run": "x", "env": {"A": 1, "B": 2}}]}
    env = ("steps", 0, "env")
    assert after(step, Remove((*env, "A")), Remove((*env, "B"))) == {"steps": [{"run": "x"}]}
    assert after(step, Remove((*env, "A"))) == {"steps": [{"run": "x", "env": {"B": 2}}]}


def test_pruning_goes_upwards_but_never_past_an_item_a_sequence_or_the_root() -> None:
    assert after({"a": {"b": {"c": 1}}, "d": 1}, Remove(("a", "b", "c"))) == {"d": 1}
    assert after({"a": {"b": 1}}, Remove(("a", "b"))) == {}
    assert after({"a": [{"b": 1}]}, Remove(("a", 0, "b"))) == {"a": [{}]}
    assert after({"a": {"b": [1]}}, Remove(("a", "b", 0))) == {"a": {"b": []}}


def test_without_pruning_an_empty_mapping_stays() -> None:
    assert after({"a": {"b": 1}}, Remove(("a", "b"), prune=False)) == {"a": {}}


@pytest.mark.parametrize("flags", [(True, False), (False, True)])
def test_of_two_removals_the_one_that_prunes_wins(flags: tuple[bool, bool]) -> None:
    removals = [Remove(("a", "b"), prune=flag) for flag in flags]
    assert after({"a": {"b": 1}}, *removals) == {}


def test_a_mapping_that_is_also_added_to_is_not_pruned() -> None:
    data: Value = {"a": {"b": {"c": 1}}}
    assert after(data, Remove(("a", "b", "c")), Insert(("a", "b", "d"), 2)) == {
        "a": {"b": {"d": 2}}
    }
    # The same where the insert has to make a parent first.
    assert after(data, Remove(("a", "b", "c")), Insert(("a", "x", "y"), 2)) == {
        "a": {"x": {"y": 2}}
    }


def test_what_lies_under_something_removed_is_dropped() -> None:
    data: Value = {"a": {"b": "text", "list": [1]}, "c": 1}
    operations: list[Operation] = [
        Set(("a", "b"), 2),
        Splice(("a", "b"), 0, 1, "x"),
        Rename(("a", "b"), "z"),
        Insert(("a", "new"), 1),
        Insert(("a", "list", 0), 1),
        Remove(("a", "list")),
        Remove(("a",)),
    ]
    assert normalise(operations, data) == [Remove(("a",))]


def test_an_item_put_before_a_removed_one_is_not_under_it() -> None:
    data: Value = ["a", "b"]
    assert after(data, Remove((1,)), Insert((1,), "new")) == ["a", "new"]


# ------------------------------------------------------------------ insertion


def test_inserts_below_a_missing_parent_become_one() -> None:
    operations = [
        Insert(("publishConfig", "access"), "public"),
        Insert(("publishConfig", "provenance"), True),  # noqa: FBT003 - the value itself
    ]
    assert normalise(operations, {"name": "x"}) == [
        Insert(("publishConfig",), {"access": "public", "provenance": True})
    ]


def test_a_whole_mapping_and_keys_of_it_become_one_insert() -> None:
    whole = Insert(("a",), {"b": {"c": 1}}, after="name")
    part = Insert(("a", "b", "d"), 2)
    merged = Insert(("a",), {"b": {"c": 1, "d": 2}}, after="name")
    assert normalise([whole, part], {"name": "x"}) == [merged]
    assert after({"name": "x"}, part, whole) == after({"name": "x"}, whole, part)
    assert normalise([part, whole], {"name": "x"})[0] == merged


def test_the_place_that_an_insert_names_is_that_of_the_topmost_new_parent() -> None:
    [insert] = normalise([Insert(("a", "b"), 1, before="name")], {"name": "x"})
    assert insert == Insert(("a",), {"b": 1}, before="name")


def test_values_of_operations_are_never_shared_with_the_result() -> None:
    value: dict[str, Value] = {"x": 1}
    operations = [Insert(("a",), value), Insert(("a", "y"), 2)]
    after({}, *operations)
    assert value == {"x": 1}


def test_two_values_for_one_key_are_a_conflict() -> None:
    for pair in (
        [Insert(("a",), 1), Insert(("a",), True)],  # noqa: FBT003 - the value itself
        [Insert(("a", "b"), 1), Insert(("a", "b"), 2)],
        [Insert(("a",), 1), Insert(("a", "b"), 2)],
        [Insert(("a", "b", "c"), 1), Insert(("a", "b"), 2)],
    ):
        with pytest.raises(ConflictError):
            normalise(pair, {})


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (Insert(("a",), 1), "there already"),
        (Insert(("text", "b"), 1), "not a mapping"),
        (Insert(("list", "b"), 1), "not a mapping"),
        (Insert(("list", 3), 1), "not a place"),
        (Insert(("list", -1), 1), "not a place"),
        (Insert(("a", 0), 1), "not a place"),
        (Insert(("nowhere", 0), 1), "not a place"),
        (Insert(("list", 5, "b"), 1), "not there"),
        (Insert((), 1), "as a whole"),
        (Remove(("b",)), "not there"),
        (Remove(()), "as a whole"),
        (Set(("a", "x"), 1), "not there"),
        (Rename(("b",), "c"), "not there"),
        (Splice(("a",), 0, 0, ""), "not a string"),
        (Splice(("text",), 1, 5, ""), "not a string with that many"),
        (Splice(("text",), 2, 1, ""), "not a string with that many"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_changed(
    operation: Operation, why: str
) -> None:
    data: Value = {"a": {}, "text": "abc", "list": [1, 2]}
    with pytest.raises(CannotEdit, match=why):
        normalise([operation], data)


# ------------------------------------------------------------------ conflicts


@pytest.mark.parametrize(
    "operations",
    [
        [Set(("a",), 1), Set(("a",), 2)],
        [Set(("a",), 1), Set(("a", "b"), 2)],
        [Set(("a",), 1), Remove(("a", "b"))],
        [Set(("a",), 1), Rename(("a", "b"), "c")],
        [Set(("a",), 1), Insert(("a", "c"), 2)],
        [Set(("text",), "x"), Splice(("text",), 0, 1, "y")],
        [Rename(("a",), "b"), Rename(("a",), "c")],
        [Set((), 1), Set(("a",), 2)],
    ],
)
def test_contradictions_are_conflicts(operations: list[Operation]) -> None:
    data: Value = {"a": {"b": 1}, "text": "abc"}
    for order in (operations, operations[::-1]):
        with pytest.raises(ConflictError):
            normalise(order, data)


def test_repeated_operations_collapse() -> None:
    data: Value = {"a": 1, "text": "abc", "list": [1]}
    once: list[Operation] = [
        Set(("a",), [1]),
        Rename(("a",), "b"),
        Splice(("text",), 0, 1, "x"),
        Insert(("new",), {"x": [1]}),
        Insert(("list", 0), {"x": 1}),
        Remove(("list", 0)),
    ]
    assert normalise(once * 2, data) == normalise(once, data)


# ------------------------------------------------------------------ meaning


def test_items_keep_the_order_in_which_they_were_asked_for() -> None:
    data: Value = ["a", "b", "c"]
    operations: list[Operation] = [
        Insert((1,), "first"),
        Insert((1,), "second"),
        Remove((1,)),
        Insert((3,), "last"),
        Insert((0,), "front"),
    ]
    assert after(data, *operations) == ["front", "a", "first", "second", "c", "last"]


def test_what_is_below_a_shifted_item_or_a_renamed_key_is_still_found() -> None:
    data: Value = {"jobs": {"a": {"steps": [{"x": 1}, {"x": 2, "y": 3}]}}}
    steps = ("jobs", "a", "steps")
    operations: list[Operation] = [
        Rename(("jobs", "a"), "b"),
        Remove((*steps, 0)),
        Insert((*steps, 0), "new"),
        Set((*steps, 1, "x"), 20),
        Rename((*steps, 1, "x"), "z"),
        Remove((*steps, 1, "y")),
    ]
    wanted = {"jobs": {"b": {"steps": ["new", {"z": 20}]}}}
    assert after(data, *operations) == wanted
    assert after(data, *operations[::-1]) == wanted


def test_a_renamed_key_keeps_its_place_and_never_takes_another_ones_name() -> None:
    result = after({"a": 1, "b": 2, "c": 3}, Rename(("b",), "z"))
    assert list(mapping(result)) == ["a", "z", "c"]
    with pytest.raises(CannotEdit, match="there already"):
        after({"a": 1, "b": 2}, Rename(("a",), "b"))
    assert after({"a": 1, "b": 2}, Rename(("a",), "b"), Remove(("b",))) == {"b": 1}


def test_an_item_has_no_name() -> None:
    with pytest.raises(CannotEdit, match="no name"):
        after([1], Rename((0,), "a"))


def test_expect_leaves_the_data_alone() -> None:
    data: Value = {"a": {"b": [1]}}
    after(data, Insert(("a", "b", 0), 2), Set(("a", "b", 0), 3))
    assert data == {"a": {"b": [1]}}


# ------------------------------------------------------------------ splicing


def test_insertions_at_one_place_keep_their_order() -> None:
    edits = [Edit(1, 1, "x"), Edit(1, 2, "-"), Edit(1, 1, "y")]
    assert splice("abc", edits) == "axy-c"


@pytest.mark.parametrize(
    "edits", [[Edit(0, 2, ""), Edit(1, 3, "")], [Edit(0, 3, ""), Edit(1, 1, "x")]]
)
def test_overlapping_edits_raise(edits: list[Edit]) -> None:
    with pytest.raises(ConflictError, match="overlap"):
        splice("abc", edits)


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(st.text(max_size=5))) for start, end in spans]


@settings(deadline=None)
@given(texts_with_edits(), st.randoms(use_true_random=False))
def test_outside_the_edits_every_character_stays_and_their_order_does_not_matter(
    case: tuple[str, list[Edit]], random: Any
) -> None:
    text, edits = case
    result = splice(text, edits)
    at = done = 0
    for edit in edits:
        kept = text[done : edit.start]
        assert result[at : at + len(kept)] == kept
        at += len(kept)
        assert result[at : at + len(edit.text)] == edit.text
        at, done = at + len(edit.text), edit.end
    assert result[at:] == text[done:]
    shuffled = edits[:]
    random.shuffle(shuffled)
    assert splice(text, shuffled) == result


# ------------------------------------------------------------------ the proof


@dataclass(frozen=True)
class Faulty:
    """A document whose edits do not do what was asked."""

    inner: JsonDocument
    edit: Edit

    path = "package.json"

    @property
    def text(self) -> str:
        return self.inner.text

    @property
    def data(self) -> Value:
        return self.inner.data

    def parse(self, text: str) -> JsonDocument:
        return self.inner.parse(text)

    def position(self, address: Address) -> Position:
        return self.inner.position(address)

    def edits(self, operations: Any) -> list[Edit]:  # noqa: ARG002 - that is the fault
        return [self.edit]

    def expected(self, operations: Any) -> Value:
        return self.inner.expected(operations)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(0, 0, ""), "would not mean"),  # nothing happens
        (Edit(5, 6, "true"), "would not mean"),  # Python says 1 == True
        (Edit(5, 6, "2, "), "read back"),
        (Edit(0, 7, '{"a":2,"b":3}'), "would not mean"),  # more than was asked
    ],
)
def test_an_edit_that_does_not_do_what_was_asked_changes_nothing(edit: Edit, why: str) -> None:
    document = Faulty(JsonDocument.read("package.json", '{"a":1}'), edit)
    with pytest.raises(CannotEdit, match=why):
        change(document, [Set(("a",), 2 if edit.text != "true" else 1)])


def test_no_operation_leaves_the_text() -> None:
    assert change(PlainDocument.read("x", "a\r\n"), []) == "a\r\n"
