"""The apply promise: what cannot be done safely is not done, and what is planned settles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from conftest import FileTree

from tp_init.document import Insert, Operation, Remove, Set, Value, has, look_up
from tp_init.errors import ConflictError, Refused
from tp_init.model import FileEdit, Finding, Fix, Location, TemplateValue
from tp_init.plan import Plan, plan
from tp_init.repo import discover
from tp_init.rules import Rule
from tp_init.setup import Setup
from tp_init.tree import Tree

PATH = ".github/workflows/w.yml"
Finder: TypeAlias = Callable[[Setup], Iterator[Finding]]
Planned: TypeAlias = Callable[..., Plan]


def rule(name: str, find: Finder) -> Rule:
    return Rule(name, "Title", "Why.", "https://example.invalid", "error", find)


def finding(name: str, *edits: FileEdit, message: str = "A fault.", path: str = PATH) -> Finding:
    fix: Fix = "available" if edits else "manual"
    return Finding(name, "error", "fail", Location(path, 1, 1), message, edits, "Mend it.", fix)


def edit(operation: Operation, path: str = PATH, value: TemplateValue | None = None) -> FileEdit:
    return FileEdit(path, operation, value)


def data(setup: Setup, number: int = 0) -> object:
    return setup.repo.workflows[number].document.data


def while_it_has(name: str, key: str, *edits: FileEdit) -> Rule:
    """A rule that finds a fault as long as the first workflow has a key."""

    def find(setup: Setup) -> Iterator[Finding]:
        if has(setup.repo.workflows[0].document.data, (key,)):
            yield finding(name, *edits)

    return rule(name, find)


@pytest.fixture
def planned(file_tree: FileTree) -> Planned:
    """`planned({path: text}, rule, …)` plans over a repository with these files."""

    def run(
        files: dict[str, str],
        *rules: Rule,
        template: Value = None,
        created: dict[str, bytes] | None = None,
    ) -> Plan:
        setup = Setup(discover(Tree.open(file_tree(files))), {})

        def values() -> dict[str, Value]:
            assert template is not None, "nothing here needs the template"
            return {"job": template}

        return plan(setup, rules, values, created)

    return run


def after(made: Plan) -> dict[str, str]:
    return {change.path: change.after.decode() for change in made.changes}


def test_the_edits_of_several_rules_meet_in_one_change(planned: Planned) -> None:
    made = planned(
        {PATH: "on: push\na: 1\nb: 2\n"},
        while_it_has("no-a", "a", edit(Remove(("a",)))),
        while_it_has("no-b", "b", edit(Remove(("b",)))),
    )
    assert after(made) == {PATH: "on: push\n"}
    assert [one.rule for one in made.applied] == ["no-a", "no-b"]
    assert made.remaining == ()
    assert data(made.setup) == {"on": "push"}


def test_nothing_to_do_is_no_change_and_asks_nothing_of_the_template(planned: Planned) -> None:
    made = planned({PATH: "on: push\n"}, while_it_has("no-a", "a", edit(Remove(("a",)))))
    assert (made.changes, made.applied, made.remaining) == ((), (), ())


def test_a_value_is_looked_up_in_the_template(planned: Planned) -> None:
    value = TemplateValue("job", ("with", "node"))
    made = planned(
        {PATH: "on: push\na: 1\n"},
        while_it_has("old", "a", edit(Remove(("a",))), edit(Insert(("b",), None), value=value)),
        template={"with": {"node": 24}},
    )
    assert after(made) == {PATH: "on: push\nb: 24\n"}


def test_a_fault_that_shows_only_after_another_is_gone_is_mended_too(planned: Planned) -> None:
    def second(setup: Setup) -> Iterator[Finding]:
        document = setup.repo.workflows[0].document
        if not has(document.data, ("a",)) and has(document.data, ("b",)):
            yield finding("second", edit(Remove(("b",))))

    made = planned(
        {PATH: "on: push\na: 1\nb: 2\n"},
        rule("second", second),
        while_it_has("first", "a", edit(Remove(("a",)))),
    )
    assert after(made) == {PATH: "on: push\n"}
    assert [one.rule for one in made.applied] == ["second", "first"], "in the order of the rules"


def test_a_fault_that_comes_with_an_edit_is_left_for_a_person(planned: Planned) -> None:
    def left(setup: Setup) -> Iterator[Finding]:
        if not has(setup.repo.workflows[0].document.data, ("a",)):
            yield finding("left")

    made = planned(
        {PATH: "on: push\na: 1\n"},
        rule("left", left),
        while_it_has("first", "a", edit(Remove(("a",)))),
    )
    assert [one.rule for one in made.remaining] == ["left"]


# --- What cannot be done safely -----------------------------------------------------------------

ALIASED = "on: push\nx: &x {token: 1}\na: *x\nb: 2\n"


def test_an_edit_across_an_alias_becomes_manual_with_the_reason(planned: Planned) -> None:
    made = planned({PATH: ALIASED}, while_it_has("token", "a", edit(Remove(("a", "token")))))
    (left,) = made.remaining
    assert (left.fix, left.edits, left.todo) == ("manual", (), "Mend it.")
    assert left.message.startswith("A fault. It cannot be edited safely: ")
    assert "alias *x" in left.message
    assert (made.changes, made.applied) == ((), ())


def test_nothing_else_of_such_a_finding_is_done(planned: Planned) -> None:
    other = ".github/workflows/x.yml"
    edits = (edit(Remove(("b",))), edit(Remove(("c",)), other), edit(Remove(("a", "token"))))
    made = planned({PATH: ALIASED, other: "on: push\nc: 1\n"}, while_it_has("token", "a", *edits))
    assert made.changes == ()
    assert [one.fix for one in made.remaining] == ["manual"]


def test_the_other_findings_are_mended_all_the_same(planned: Planned) -> None:
    made = planned(
        {PATH: ALIASED},
        while_it_has("token", "a", edit(Remove(("a", "token")))),
        while_it_has("no-b", "b", edit(Remove(("b",)))),
    )
    assert after(made) == {PATH: ALIASED.removesuffix("b: 2\n")}
    assert [one.rule for one in made.applied] == ["no-b"]
    assert [one.rule for one in made.remaining] == ["token"]


def test_two_findings_that_say_the_same_are_told_apart(planned: Planned) -> None:
    def find(setup: Setup) -> Iterator[Finding]:
        document = setup.repo.workflows[0].document
        yield finding("token", edit(Remove(("a", "token"))))
        if has(document.data, ("c", "token")):
            yield finding("token", edit(Remove(("c", "token"), prune=False)))

    made = planned({PATH: ALIASED + "c:\n  token: 1\n  d: 2\n"}, rule("token", find))
    assert after(made) == {PATH: ALIASED + "c:\n  d: 2\n"}
    assert len(made.applied) == len(made.remaining) == 1


def test_what_works_alone_but_not_together_is_done_in_turn(planned: Planned) -> None:
    def second(setup: Setup) -> Iterator[Finding]:
        document = setup.repo.workflows[0].document
        if has(document.data, ("b",)):
            new = Set(("e",), 2) if has(document.data, ("e",)) else Insert(("e",), 2)
            yield finding("b", edit(new), edit(Remove(("b",))))

    first = while_it_has("a", "a", edit(Insert(("e",), 1)), edit(Remove(("a",))))
    made = planned({PATH: "on: push\na: 1\nb: 1\n"}, first, rule("b", second))
    assert after(made) == {PATH: "on: push\ne: 2\n"}
    assert [one.rule for one in made.applied] == ["a", "b"], "each is reported once"


def test_a_finding_in_two_files_waits_wholly_where_one_of_them_conflicts(planned: Planned) -> None:
    """Otherwise it would be half done, and a file that could not follow would be left behind."""
    other = ".github/workflows/x.yml"

    def second(setup: Setup) -> Iterator[Finding]:
        one, two = (workflow.document.data for workflow in setup.repo.workflows)
        if has(one, ("a",)):
            yield finding("b", edit(Set(("e",), 2)), edit(Remove(("c",)), other))
        else:
            seen.append(has(two, ("c",)))

    seen: list[bool] = []
    first = while_it_has("a", "a", edit(Set(("e",), 1)), edit(Remove(("a",))))
    files = {PATH: "on: push\na: 1\ne: 0\n", other: "on: push\nc: 1\n"}
    planned(files, first, rule("b", second))
    assert seen == [True]


def test_rules_that_contradict_each_other_end_the_run(planned: Planned) -> None:
    def wants(name: str, value: int) -> Rule:
        def find(setup: Setup) -> Iterator[Finding]:
            if look_up(setup.repo.workflows[0].document.data, ("a",)) != value:
                yield finding(name, edit(Set(("a",), value)))

        return rule(name, find)

    with pytest.raises(ConflictError, match=r"does not settle: (one|two) at"):
        planned({PATH: "on: push\na: 0\n"}, wants("one", 1), wants("two", 2))


def test_a_rule_that_contradicts_itself_ends_the_run(planned: Planned) -> None:
    edits = (edit(Set(("a",), 1)), edit(Set(("a",), 2)))
    with pytest.raises(ConflictError):
        planned({PATH: "on: push\na: 0\n"}, while_it_has("both", "a", *edits))


def test_a_rule_that_never_has_enough_ends_the_run(planned: Planned) -> None:
    def find(setup: Setup) -> Iterator[Finding]:
        value = look_up(setup.repo.workflows[0].document.data, ("a",))
        assert isinstance(value, int)
        yield finding("more", edit(Set(("a",), value + 1)))

    with pytest.raises(ConflictError, match="does not settle: more at"):
        planned({PATH: "on: push\na: 0\n"}, rule("more", find))


# --- Links --------------------------------------------------------------------------------------


def test_a_file_behind_a_link_is_read_but_never_written(file_tree: FileTree) -> None:
    root = file_tree({"shared/w.yml": "on: push\na: 1\n", ".github/workflows/keep": ""})
    (root / PATH).symlink_to("../../shared/w.yml")
    setup = Setup(discover(Tree.open(root)), {})
    made = plan(setup, [while_it_has("no-a", "a", edit(Remove(("a",))))], dict)
    assert made.changes == ()
    (left,) = made.remaining
    assert left.message == f"A fault. It cannot be edited safely: {PATH} is a link."


def test_a_folder_on_the_way_may_be_the_link(file_tree: FileTree) -> None:
    root = file_tree({"shared/workflows/w.yml": "on: push\na: 1\n"})
    (root / ".github").symlink_to("shared")
    setup = Setup(discover(Tree.open(root)), {})
    made = plan(setup, [while_it_has("no-a", "a", edit(Remove(("a",))))], dict)
    assert (made.changes, [one.fix for one in made.remaining]) == ((), ["manual"])


# --- New files ----------------------------------------------------------------------------------


def test_a_new_file_is_judged_with_the_rest(planned: Planned) -> None:
    made = planned(
        {"package.json": "{}"},
        while_it_has("no-a", "a", edit(Remove(("a",)))),
        created={PATH: b"on: push\na: 1\n"},
    )
    (change,) = made.changes
    assert (change.path, change.kind, change.before) == (PATH, "create", None)
    assert change.after == b"on: push\n"


def test_a_new_file_that_cannot_be_read_is_refused(planned: Planned) -> None:
    with pytest.raises(Refused):
        planned({"package.json": "{}"}, created={PATH: b"a: 1\na: 2\n"})


def test_what_ends_as_it_began_is_no_change(planned: Planned) -> None:
    def find(setup: Setup) -> Iterator[Finding]:
        value = look_up(setup.repo.workflows[0].document.data, ("a",))
        if len(rounds) < 2:
            rounds.append(value)
            yield finding("turn", edit(Set(("a",), 1 - int(str(value)))))

    rounds: list[object] = []
    made = planned({PATH: "on: push\na: 0\n"}, rule("turn", find))
    assert (rounds, made.changes) == ([0, 1], ())


def test_the_mode_of_a_file_is_kept(file_tree: FileTree) -> None:
    root = file_tree({PATH: "on: push\na: 1\n"})
    (root / PATH).chmod(0o755)
    setup = Setup(discover(Tree.open(root)), {})
    made = plan(setup, [while_it_has("no-a", "a", edit(Remove(("a",))))], dict)
    assert [change.mode for change in made.changes] == [0o755]


def test_errors_come_before_advice(planned: Planned) -> None:
    def advice(setup: Setup) -> Iterator[Finding]:  # noqa: ARG001 - a rule is handed the setup
        yield Finding("advice", "advice", "fail", Location(PATH), "Think of it.")

    def error(setup: Setup) -> Iterator[Finding]:  # noqa: ARG001 - a rule is handed the setup
        yield finding("error")

    made = planned({PATH: "on: push\n"}, rule("advice", advice), rule("error", error))
    assert [one.rule for one in made.remaining] == ["error", "advice"]
