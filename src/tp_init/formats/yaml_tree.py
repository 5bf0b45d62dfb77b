"""The tree of one YAML text: what each node is, and where it starts and ends.

Why libyaml's *events* and not a ready-made tree: every event carries exact character marks, and
the reader can stop at any of them. So depth, number and aliases are bounded while reading, in a
loop that never recurses. Measured on PyYAML 6.0.3 with libyaml 0.2.5:

- The C and the pure loader give the same marks once a byte order mark is stripped (the C loader
  does not count it); C is about 15 times faster.
- `yaml.compose()` of the C loader recurses in C and crashes the process at 40,000 nested brackets,
  accepts duplicate keys, and gives an alias the anchor's node, so that an edit lands elsewhere.
- A block collection's *end* mark runs past comments and blank lines to the next token, so this
  module keeps only the start of a block collection; `yaml_layout` finds the end.
- libyaml takes U+0085, U+2028 and U+2029 for line breaks (YAML 1.1); YAML 1.2 does not. What one
  reader takes for a comment, another takes for keys: such a text is refused, and so is a byte
  order mark that is not at the start (libyaml would drop it and shift every mark).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, TypeAlias

import yaml

from tp_init.document import Address, Alias, Value
from tp_init.errors import Refused
from tp_init.formats.yaml_scalars import NAMED_TYPES, resolve

__all__ = [
    "AliasNode",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "children",
    "node_at",
    "read_tree",
]

# A workflow of 5,000 lines has some 10,000 values in 12 levels.
_MAX_DEPTH = 100
_MAX_VALUES = 50_000
_MAX_CHARACTERS = 2_000_000

_UNFIT_IN_ASCII = re.compile("[^\t\n\r\x20-\x7e]")
_BREAK = re.compile(r"\r\n|\r|\n")
_PROPERTIES = re.compile(r"(?:(?:&[\w-]+|!\S*)(?:[ \t\r\n]+|(?<=\s)#[^\r\n]*)*)*")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class _Node:
    """What every node has; the reader fills it in, and nothing changes it afterwards.

    Attributes:
        start: where the node starts, its anchor and tag included.
        content: where the node itself starts, after anchor and tag.
        end: where it ends; of a block collection, where its first entry starts.
        anchor: the anchor's name, or an empty string.
        tagged: whether it has a tag.
        used: where the first alias of the anchor stands, or -1.
        size: the number of values, with every alias unfolded.
        height: the number of levels, with every alias unfolded.
    """

    start: int
    content: int
    end: int
    anchor: str = ""
    tagged: bool = False
    used: int = -1
    size: int = 1
    height: int = 1


@dataclass(slots=True, eq=False)
class Scalar(_Node):
    """A single value. `style` is "" for plain, or one of `'`, `"`, `|`, `>`."""

    style: str = ""
    text: str = ""
    value: Value = None


@dataclass(slots=True, eq=False)
class AliasNode(_Node):
    """A `*name` that stands for a value written earlier."""

    target: Mapping | Sequence | Scalar = field(default_factory=lambda: Scalar(0, 0, 0))
    value: Alias = field(default_factory=lambda: Alias(""))


@dataclass(slots=True, eq=False)
class Mapping(_Node):
    """Keys and values in their order; `value` is the same as data."""

    flow: bool = False
    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    value: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Sequence(_Node):
    """Items in their order; `value` is the same as data."""

    flow: bool = False
    items: list[Node] = field(default_factory=list)
    value: list[Value] = field(default_factory=list)


Node: TypeAlias = Mapping | Sequence | Scalar | AliasNode


def children(node: Mapping | Sequence) -> list[Node]:
    """The values of a mapping, or the items of a sequence, in their order."""
    if isinstance(node, Sequence):
        return node.items
    return [value for _, value in node.pairs.values()]


def node_at(root: Node | None, address: Address) -> Node | None:
    """The node at an address, or None; an alias is a node and nothing is below it."""
    node = root
    for part in address:
        if isinstance(node, Mapping) and part in node.pairs:
            node = node.pairs[str(part)][1]
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def read_tree(path: str, text: str) -> Node | None:
    """Read a text as one YAML document.

    Args:
        path: the file, for messages.
        text: the whole text, a byte order mark included; all offsets count it.

    Returns:
        The root node, or None where there is no value at all.

    Raises:
        Refused: the text is not YAML, or readers would disagree about it, or it is made to grow.
    """
    if len(text) > _MAX_CHARACTERS:
        raise Refused(
            path,
            f"the file has {len(text):,} characters, far more than a workflow (the limit is"
            f" {_MAX_CHARACTERS:,})",
            "make it smaller or leave it out",
        )
    return _Reader(path, text).read()


class _Mark(Protocol):
    """A place in the text, of either loader."""

    @property
    def index(self) -> int: ...

    @property
    def line(self) -> int: ...


class _Reader:
    """The state of one reading: the open collections, innermost last."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.shift = 1 if text.startswith("\ufeff") else 0
        self.open: list[Mapping | Sequence] = []
        self.keys: list[Scalar | None] = []
        self.anchors: dict[str, Node] = {}
        self.anchor_lines: dict[str, int] = {}
        self.root: Node | None = None
        self.values = 0

    def read(self) -> Node | None:
        unfit = _unfit(self.text).search(self.text, self.shift)
        if unfit:
            raise self._refused(
                unfit.start(),
                f"there is the character U+{ord(unfit[0]):04X}, which YAML does not allow or which"
                " YAML readers treat differently",
                "remove it, or write it as an escape in double quotes",
            )
        documents = 0
        try:
            for event in self._events():
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    raise self._refused(
                        self._offset(event.start_mark),
                        "a second document starts here, and only one can be a workflow or a"
                        " configuration",
                        "keep one document in the file",
                    )
                self._take(event)
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error) from None
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a \U escape that is too large
            raise Refused(self.path, f"it is not valid YAML ({error})", "correct it") from None
        return self.root

    def _events(self) -> Iterator[yaml.Event]:
        return yaml.parse(self.text[self.shift :], Loader=_LOADER)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.anchor:
            self.anchor_lines[event.anchor] = self._mark_line(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(self._collection(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(self._offset(event.end_mark))

    def _mark_line(self, mark: _Mark | None) -> int:
        """The line of a mark, as a person counts."""
        return mark.line + 1 if mark is not None else 0

    def _offset(self, mark: _Mark | None) -> int:
        """Where a mark stands in the whole text; libyaml gives every event one."""
        return (mark.index if mark is not None else 0) + self.shift

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        style, text, tag = event.style or "", event.value, event.tag or ""
        content = start
        if event.anchor or tag:
            content = _PROPERTIES.match(self.text, start, end).end()  # type: ignore[union-attr]
        if style in {"|", ">"} and end == len(self.text) and not self.text.endswith(("\n", "\r")):
            # A file without a final newline means what it would mean with one, so that a key
            # can be added after a script that ends the file.
            header = _BREAK.split(self.text[content:end], maxsplit=1)[0]
            text += "" if "-" in header.split("#")[0] or not text else "\n"
        try:
            value = resolve(text, tag, plain=not style)
        except ValueError:
            raise self._unknown_tag(start, tag) from None
        node = Scalar(start, content, end, event.anchor or "", bool(tag))
        node.style, node.text, node.value = style, text, value
        return node

    def _alias(self, event: yaml.AliasEvent) -> AliasNode:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        target = self.anchors.get(event.anchor or "")
        if target is None or isinstance(target, AliasNode):
            raise self._refused(
                start,
                f"*{event.anchor} has no anchor &{event.anchor} above it, so it has no value",
                "add the anchor, or write the value out",
            )
        if target in self.open:
            raise self._refused(
                start,
                f"*{event.anchor} stands within its own anchor, so the value would contain itself",
                "write the value out",
            )
        if target.used < 0:
            target.used = start
        node = AliasNode(start, start, end, size=target.size, height=target.height, target=target)
        node.value = Alias(f"*{event.anchor}", self.anchor_lines[event.anchor or ""])
        return node

    def _collection(self, event: yaml.CollectionStartEvent) -> Mapping | Sequence:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        tag = event.tag or ""
        if tag and NAMED_TYPES.get(tag) != ("map" if kind is Mapping else "seq"):
            raise self._unknown_tag(start, tag)
        content = start
        if event.anchor or tag:
            content = _PROPERTIES.match(self.text, start, end).end()  # type: ignore[union-attr]
        return kind(start, content, end, event.anchor or "", bool(tag), flow=bool(event.flow_style))

    def _start(self, node: Mapping | Sequence) -> None:
        if self.open and isinstance(self.open[-1], Mapping) and self.keys[-1] is None:
            raise self._key_refused(node)
        if len(self.open) >= _MAX_DEPTH:
            raise self._too_deep(node.start)
        if node.anchor:
            self.anchors[node.anchor] = node
        self.open.append(node)
        self.keys.append(None)

    def _end(self, end: int) -> None:
        node = self.open.pop()
        self.keys.pop()
        if node.flow:
            node.end = end
        self._add(node)

    def _add(self, node: Node) -> None:
        self.values += 1
        if self.values > _MAX_VALUES:
            raise self._too_many(node.start)
        if node.anchor and not isinstance(node, AliasNode):
            self.anchors[node.anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if parent.size > _MAX_VALUES:
            raise self._too_many(node.start)
        if len(self.open) + node.height > _MAX_DEPTH:
            raise self._too_deep(node.start)
        if isinstance(parent, Sequence):
            parent.items.append(node)
            parent.value.append(node.value)
        elif (key := self.keys[-1]) is not None:
            parent.pairs[key.text] = (key, node)
            parent.value[key.text] = node.value
            self.keys[-1] = None
        else:
            self.keys[-1] = self._key(parent, node)

    def _key(self, parent: Mapping, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise self._key_refused(node)
        if node.text in parent.pairs:
            first = self._line(parent.pairs[node.text][0].start)
            raise self._refused(
                node.start,
                f"the key {node.text!r} is there already, on line {first}, and readers disagree"
                " about which of the two counts",
                "remove one of them",
            )
        return node

    def _key_refused(self, node: Node) -> Refused:
        return self._refused(
            node.start,
            "the key here is not a plain name but an alias or a collection, which no workflow or"
            " configuration uses",
            "write the key as text",
        )

    def _unknown_tag(self, offset: int, tag: str) -> Refused:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        return self._refused(
            offset,
            f"the tag {shown} is unknown here or does not fit its value",
            "remove the tag",
        )

    def _too_deep(self, offset: int) -> Refused:
        return self._refused(
            offset,
            f"values are nested more than {_MAX_DEPTH} levels deep, which no workflow needs",
            "make it flatter or leave the file out",
        )

    def _too_many(self, offset: int) -> Refused:
        return self._refused(
            offset,
            f"there are more than {_MAX_VALUES:,} values up to here, aliases unfolded, which no"
            " workflow needs",
            "make the file smaller or leave it out",
        )

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> Refused:
        mark = error.problem_mark or error.context_mark
        offset = min(mark.index + self.shift, len(self.text)) if mark else 0
        if self.text[offset : offset + 1] == "\t":
            why = "there is a tab where YAML allows only spaces"
        else:
            context = f", {error.context}" if error.context else ""
            why = f"it is not valid YAML: {error.problem or 'it cannot be read'}{context}"
        return self._refused(offset, why, "correct it, or leave the file out")

    def _line(self, offset: int) -> int:
        return len(_BREAK.findall(self.text, 0, offset)) + 1

    def _refused(self, offset: int, why: str, todo: str) -> Refused:
        before = _BREAK.split(self.text[self.shift : offset])
        return Refused(self.path, why, todo, len(before), len(before[-1]) + 1)


def _unfit(text: str) -> re.Pattern[str]:
    """What finds a character that YAML does not take; the one for all of Unicode starts slowly."""
    return _UNFIT_IN_ASCII if text.isascii() else _unfit_anywhere()


@cache
def _unfit_anywhere() -> re.Pattern[str]:
    return re.compile(
        "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    )
