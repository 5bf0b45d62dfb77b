"""What a rule is: an id that states the fault, why it matters, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tp_init.model import Finding, Level
from tp_init.setup import Setup

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        id: kebab-case, states the fault: `missing-id-token`. Its file has the same name.
        title: the fault in a few words, for a list.
        why: why it makes a release fail or a token leak, one or two sentences.
        source: the page that the reason rests on.
        level: an error makes the release fail or keeps a token in use; advice does not.
        find: every place where the fault stands.
        remedy: what a person does about it, in general; a finding says it for its place.
    """

    id: str
    title: str
    why: str
    source: str
    level: Level
    find: Callable[[Setup], Iterator[Finding]]
    remedy: str = ""
