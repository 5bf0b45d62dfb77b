"""The dataclasses of tp-init do what the standard ones do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import pytest

from tp_init import nouns


def defined_with(module: Any) -> SimpleNamespace:
    """The same classes, made by one module or the other."""
    dataclass, field = module.dataclass, module.field

    @dataclass(frozen=True, slots=True)
    class Slotted:
        name: str
        size: int = 3
        seen: list[str] = field(default_factory=list, compare=False)
        hidden: str = field(default="", repr=False)

    @dataclass(frozen=True)
    class Cached:
        name: str

        @cached_property
        def upper(self) -> str:
            return self.name.upper()

    @dataclass(slots=True)
    class Changing:
        name: str
        seen: dict[str, int] = field(default_factory=dict)

    @dataclass(frozen=True, slots=True, eq=False)
    class ByIdentity:
        name: str

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    @dataclass(frozen=True, slots=True)
    class Checked:
        name: str

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name.strip())

    @dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @dataclass(frozen=True)
    class Base:
        name: str

    @dataclass(frozen=True)
    class Derived(Base):
        size: int = 1

    return SimpleNamespace(
        **{name: value for name, value in locals().items() if isinstance(value, type)}
    )


OURS, THEIRS = defined_with(nouns), defined_with(dataclasses)
both = pytest.mark.parametrize("kind", [OURS, THEIRS], ids=["ours", "the standard library's"])


@nouns.dataclass(frozen=True, slots=True)
class AtTheTop:
    """A noun that can be pickled, as it stands in a module."""

    name: str
    size: int = 3


@both
def test_values_by_position_by_name_and_by_default(kind: Any) -> None:
    one = kind.Slotted("a", hidden="x")
    assert (one.name, one.size, one.seen, one.hidden) == ("a", 3, [], "x")
    assert kind.Slotted("a").seen is not kind.Slotted("a").seen
    assert kind.Derived("a").size == 1
    assert kind.Derived("a", 2) == kind.Derived(size=2, name="a")
    assert kind.Empty() == kind.Empty()


@both
@pytest.mark.parametrize(
    ("arguments", "named"),
    [((), {}), (("a", 1, [], "", 5), {}), (("a",), {"name": "b"}), (("a",), {"x": 1})],
)
def test_wrong_arguments_are_a_type_error(
    kind: Any, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    kind.Slotted("first")
    with pytest.raises(TypeError):
        kind.Slotted(*arguments, **named)


@both
def test_what_is_equal_has_one_hash_and_what_is_not_compared_does_not_count(kind: Any) -> None:
    one, other = kind.Slotted("a", seen=["x"]), kind.Slotted("a", seen=["y"])
    assert one == other
    assert hash(one) == hash(other)
    assert one != kind.Slotted("b")
    assert one != ("a", 3, "")
    assert len({one, other, kind.Slotted("b")}) == 2
    assert kind.Derived("a") != kind.Base("a")


@both
def test_an_equality_of_ones_own_stays(kind: Any) -> None:
    assert kind.ByIdentity("a") == kind.ByIdentity("b")
    assert hash(kind.ByIdentity("a")) == 7


@both
def test_a_frozen_object_refuses_a_change(kind: Any) -> None:
    for one in (kind.Slotted("a"), kind.Cached("a"), kind.Derived("a")):
        with pytest.raises(AttributeError):
            one.name = "b"
        with pytest.raises(AttributeError):
            del one.name
        with pytest.raises((AttributeError, TypeError)):
            one.another = 1


@both
def test_one_that_is_not_frozen_changes_and_has_no_hash(kind: Any) -> None:
    one = kind.Changing("a")
    one.name = "b"
    assert one == kind.Changing("b")
    with pytest.raises(TypeError):
        hash(one)
    with pytest.raises(AttributeError):
        one.another = 1


@both
def test_a_cached_property_is_kept(kind: Any) -> None:
    one = kind.Cached("a")
    assert one.upper is one.upper
    assert one == kind.Cached("a")


@both
def test_what_is_done_afterwards_is_done(kind: Any) -> None:
    assert kind.Checked(" a ").name == "a"


@both
def test_it_matches_by_position(kind: Any) -> None:
    match kind.Slotted("a"):
        case kind.Slotted(name, size):
            assert (name, size) == ("a", 3)
        case _:
            pytest.fail("no match")


@pytest.mark.parametrize("name", vars(OURS))
def test_both_are_shown_alike(name: str) -> None:
    one, other = getattr(OURS, name), getattr(THEIRS, name)
    arguments = () if name == "Empty" else ("a",)
    assert repr(one(*arguments)) == repr(other(*arguments))
    assert one.__match_args__ == other.__match_args__
    assert one.__qualname__ == other.__qualname__


@pytest.mark.parametrize("replace", [nouns.replace, dataclasses.replace])
def test_a_copy_with_other_values(replace: Any) -> None:
    one = OURS.Slotted("a", seen=["x"])
    other = replace(one, size=5)
    assert (other.name, other.size, other.seen) == ("a", 5, ["x"])
    with pytest.raises(TypeError):
        replace(one, another=1)


def test_a_copy_is_equal_however_it_is_made() -> None:
    one = AtTheTop("a", 5)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
    assert copy.deepcopy(one) == copy.copy(one) == one
