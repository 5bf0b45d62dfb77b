"""How a document is written: its indentation and quotes, near a place and as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from tp_init.formats.yaml_emit import Style
from tp_init.formats.yaml_layout import Entry, Layout
from tp_init.formats.yaml_scalars import is_plain
from tp_init.formats.yaml_tree import Mapping, Node, Scalar, Sequence, children

__all__ = ["Habits"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often each way of writing occurs."""

    steps: Counter[int] = field(default_factory=Counter)
    sequences: Counter[int] = field(default_factory=Counter)
    quotes: Counter[str] = field(default_factory=Counter)
    padded: Counter[bool] = field(default_factory=Counter)


@dataclass(frozen=True)
class Habits:
    """What a document shows about how its author writes."""

    layout: Layout
    root: Node | None

    def style(self, holder: Node | None, neighbour: Entry | None = None) -> Style:
        """The style for what is written into a collection.

        Args:
            holder: the collection.
            neighbour: the entry that the new one stands next to.
        """
        near, everywhere = _Counts(), self._everywhere
        if isinstance(holder, Mapping | Sequence):
            self._count(near, holder)
        step = _favourite(near.steps, everywhere.steps, 2)
        quoted = ""
        if neighbour is not None and isinstance(neighbour.value, Scalar):
            quoted = _needless_quote(neighbour.value)
        return Style(
            step=step,
            sequence=_favourite(near.sequences, everywhere.sequences, step),
            pad=self._pad(neighbour),
            quote=_favourite(near.quotes, everywhere.quotes, "'"),
            quoted=quoted,
            padded=_favourite(near.padded, everywhere.padded, default=True),
        )

    @cached_property
    def _everywhere(self) -> _Counts:
        counts = _Counts()
        for node in _collections(self.root):
            self._count(counts, node)
        return counts

    def _count(self, counts: _Counts, node: Mapping | Sequence) -> None:
        if isinstance(node, Mapping) and node.flow and node.pairs:
            counts.padded[self.layout.text[node.content + 1] == " "] += 1
        for child in children(node):
            if isinstance(child, Scalar) and child.style in {"'", '"'}:
                counts.quotes[child.style] += 1
        if isinstance(node, Mapping) and not node.flow:
            for key, value in node.pairs.values():
                if isinstance(value, Mapping | Sequence) and not value.flow:
                    counter = counts.steps if isinstance(value, Mapping) else counts.sequences
                    columns = self.layout.column(value.content), self.layout.column(key.start)
                    counter[columns[0] - columns[1]] += 1

    def _pad(self, neighbour: Entry | None) -> str:
        if neighbour is None or neighbour.key is not None:
            return " "
        between = self.layout.text[neighbour.after : neighbour.value.start]
        return between if between and not between.strip(" ") else " "


def _collections(root: Node | None) -> Iterator[Mapping | Sequence]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping | Sequence):
            yield node
            waiting += children(node)


def _favourite(near: Counter[_T], everywhere: Counter[_T], default: _T) -> _T:
    for counter in (near, everywhere):
        if counter:
            return counter.most_common(1)[0][0]
    return default


def _needless_quote(node: Scalar) -> str:
    return node.style if node.style in {"'", '"'} and is_plain(node.text, flow=True) else ""
