"""Dataclasses that cost next to nothing to define.

`dataclasses` compiles up to six functions for each class when its module is imported, and imports
`inspect` to do so: half of the time that `tp-init check` takes, since it has 150 nouns and meets
half of them. Here the functions that are alike are shared, and `__init__` is compiled when the
first object is made. To a type checker the two are the same; what the code does not use (ordering,
keyword-only fields, `ClassVar`) is not there.
"""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204 - a type checker sees the standard ones
from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

__all__ = ["dataclass", "field", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    _MISSING = object()

    class FrozenInstanceError(AttributeError):
        """An attempt to change an object that does not change."""

    class Field:
        """What is known of one attribute; the names are those that `dataclasses` looks for."""

        __slots__ = ("_field_type", "compare", "default", "factory", "init", "name", "repr")

        def __init__(self, default, factory, *, repr, compare):  # noqa: A002 - as in dataclasses
            self.name, self.init, self._field_type = "", True, None
            self.default, self.factory, self.repr, self.compare = default, factory, repr, compare

    def field(*, default=_MISSING, default_factory=_MISSING, repr=True, compare=True):  # noqa: A002
        """As `dataclasses.field`."""
        return Field(default, default_factory, repr=repr, compare=compare)

    def replace(instance, /, **changes):
        """As `dataclasses.replace`."""
        for name in instance.__dataclass_fields__:
            if name not in changes:
                changes[name] = getattr(instance, name)
        return type(instance)(**changes)

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """As `dataclasses.dataclass`."""
        if cls is None:
            return lambda cls: _made(cls, frozen=frozen, slots=slots, eq=eq)
        return _made(cls, frozen=frozen, slots=slots, eq=eq)

    def _made(cls, *, frozen, slots, eq):
        inherited = {}
        for base in reversed(cls.__mro__[1:]):
            inherited |= getattr(base, "__dataclass_fields__", {})
        own = {name: _field(cls, name) for name in cls.__annotations__}
        fields = inherited | own
        if slots:
            cls = _with_slots(cls, own)
        cls.__dataclass_fields__ = fields
        cls.__match_args__ = tuple(fields)
        cls.__init__ = _initialiser(cls, fields, frozen=frozen)
        added = {"__repr__": _repr}
        if eq:
            added["__eq__"] = _equal
        if slots:
            added |= {"__getstate__": _state, "__setstate__": _set_state}
        if frozen:
            added |= {"__setattr__": _refuse, "__delattr__": _refuse}
        written = dict(cls.__dict__)
        for name, function in added.items():
            if name not in written:
                setattr(cls, name, function)
        # A class that defines `__eq__` has a `__hash__` of None that nobody wrote.
        has_hash = written.get("__hash__") is not None or (
            "__hash__" in written and "__eq__" not in written
        )
        if eq and not has_hash:
            cls.__hash__ = _hash if frozen else None
        return cls

    def _field(cls, name):
        """The field of an annotation; a class keeps no attribute for one without a default."""
        given = cls.__dict__.get(name, _MISSING)
        one = given if isinstance(given, Field) else Field(given, _MISSING, repr=True, compare=True)
        one.name = name
        if isinstance(given, Field):
            if one.default is _MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, one.default)
        return one

    def _with_slots(cls, own):
        """The class anew: slots have to be there when it is made."""
        inside = {name: value for name, value in cls.__dict__.items() if name not in own}
        inside.pop("__dict__", None)
        inside.pop("__weakref__", None)
        made = type(cls)(cls.__name__, cls.__bases__, {**inside, "__slots__": tuple(own)})
        made.__qualname__ = cls.__qualname__
        return made

    def _initialiser(cls, fields, *, frozen):
        """An `__init__` that puts the real one in its place when it is first called."""

        def __init__(self, /, *args, **kwargs):  # noqa: N807 - it becomes that method
            cls.__init__ = _compiled(cls, fields, frozen=frozen)
            cls.__init__(self, *args, **kwargs)

        return __init__

    def _compiled(cls, fields, *, frozen):
        names = {"_MISSING": _MISSING, "_set": object.__setattr__}
        parameters, body = ["self"], []
        for name, one in fields.items():
            value = name
            if one.factory is not _MISSING:
                names[f"_new_{name}"] = one.factory
                parameters.append(f"{name}=_MISSING")
                value = f"_new_{name}() if {name} is _MISSING else {name}"
            elif one.default is not _MISSING:
                names[f"_default_{name}"] = one.default
                parameters.append(f"{name}=_default_{name}")
            else:
                parameters.append(name)
            body.append(f"_set(self, '{name}', {value})" if frozen else f"self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            body.append("self.__post_init__()")
        lines = "\n    ".join(body or ["pass"])
        exec(f"def __init__({', '.join(parameters)}):\n    {lines}", names)  # noqa: S102 - from our own names
        names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
        return names["__init__"]

    def _repr(self):
        shown = (
            f"{name}={getattr(self, name)!r}"
            for name, one in self.__dataclass_fields__.items()
            if one.repr
        )
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _equal(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = _values(type(self))
        return values(self) == values(other)

    def _hash(self):
        return hash(_values(type(self))(self))

    def _values(cls):
        """What gives the values that count of an object; made when they are first asked for."""
        values = cls.__dict__.get("_values")
        if values is None:
            names = [name for name, one in cls.__dataclass_fields__.items() if one.compare]
            values = attrgetter(*names) if names else lambda _: ()
            cls._values = values
        return values

    def _refuse(self, name, *_):
        raise FrozenInstanceError(f"{name!r} of a {type(self).__qualname__} does not change")

    def _state(self):
        return [getattr(self, name) for name in self.__dataclass_fields__]

    def _set_state(self, state):
        for name, value in zip(self.__dataclass_fields__, state, strict=True):
            object.__setattr__(self, name, value)
