"""Workspace patterns (`packages/*`, `!packages/old`) followed down a tree, name by name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tp_init.errors import Refused

__all__ = ["Pattern", "States", "compile_patterns"]

# Far above what projects write, far below what would take long to match.
_MAX_LENGTH = 200
_MAX_PATTERNS = 2000

_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")

# A name as it is written, a name with wildcards, or None for `**`.
_Segment: TypeAlias = "str | re.Pattern[str] | None"

# How far a path has come through a pattern: indexes of the segments that may match next.
States: TypeAlias = frozenset[int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, matched against a path one name at a time.

    So a walk enters only the folders that can hold a match, and its cost grows with what it sees,
    however the pattern is written.

    Attributes:
        segments: what the names must match, in order.
        excludes: whether it was written with `!` in front.
    """

    segments: tuple[_Segment, ...]
    excludes: bool = False

    def start(self) -> States:
        """Where a path starts."""
        return self._closed({0})

    def step(self, states: States, name: str, *, ordinary: bool) -> States:
        """Where a path is after one more name; empty when it cannot match any more.

        Args:
            states: where it was.
            name: the next folder or file.
            ordinary: whether a wildcard that includes may stand for this name.
        """
        reached: set[int] = set()
        for index in states:
            segment = self.segments[index] if index < len(self.segments) else ""
            if isinstance(segment, str):
                if segment == name:
                    reached.add(index + 1)
            elif ordinary or self.excludes:
                if segment is None:
                    reached.add(index)
                elif segment.fullmatch(name):
                    reached.add(index + 1)
        return self._closed(reached)

    def matched(self, states: States) -> bool:
        """Whether a path that ends here matches."""
        return len(self.segments) in states

    def _closed(self, states: set[int]) -> States:
        for index in sorted(states):
            following = index
            while following < len(self.segments) and self.segments[following] is None:
                following += 1
                states.add(following)
        return frozenset(states)


def compile_patterns(patterns: Sequence[str]) -> tuple[Pattern, ...]:
    """Patterns as npm, pnpm, Yarn and Lerna write them, in their order.

    Understood are `*`, `?`, `[…]`, `{a,b}` and `**`, a leading `!`, and the leading `./` and the
    trailing `/` that mean nothing; the patterns of a shell's `extglob` are taken literally.

    Raises:
        Refused: a pattern is longer, or there are more, than any project needs.
    """
    found: list[Pattern] = []
    for pattern in patterns:
        for text in _expanded(pattern):
            found.append(_compiled(text))
            if len(found) > _MAX_PATTERNS:
                raise _too_much(f"there are more than {_MAX_PATTERNS} workspace patterns")
    return tuple(found)


def _expanded(pattern: str) -> Iterator[str]:
    """A pattern for every choice of its braces, in their order, without recursion."""
    waiting = [pattern]
    while waiting:
        text = waiting.pop()
        if len(text) > _MAX_LENGTH:
            raise _too_much(f"a workspace pattern is longer than {_MAX_LENGTH} characters")
        braces = _BRACES.search(text)
        if braces is None:
            yield text
            continue
        choices = braces[1].split(",")
        waiting += [text[: braces.start()] + c + text[braces.end() :] for c in reversed(choices)]


def _compiled(pattern: str) -> Pattern:
    excludes = pattern.startswith("!")
    segments: list[_Segment] = []
    for name in pattern.removeprefix("!").split("/"):
        if name in {"", "."}:
            continue
        if name == "**":
            if segments[-1:] != [None]:
                segments.append(None)
        elif any(character in name for character in "*?["):
            segments.append(re.compile(fnmatch.translate(name)))
        else:
            segments.append(name)
    return Pattern(tuple(segments), excludes)


def _too_much(why: str) -> Refused:
    return Refused(
        ".",
        f"{why}, more than tp-init follows in a repository that it does not trust",
        "name the package with --package, or list the folders plainly",
    )
