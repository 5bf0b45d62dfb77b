"""The nouns of a check: what one repository came to, and how it stands point by point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from tp_init.model import Finding, Level, Location, Outcome

__all__ = ["Checked", "Described", "Standing", "Verdict"]

Verdict: TypeAlias = Literal["pass", "fail", "unknown"]


class Described(Protocol):
    """What a report says of a rule."""

    @property
    def id(self) -> str:
        """Kebab-case, states the fault."""

    @property
    def title(self) -> str:
        """The fault in a few words."""

    @property
    def why(self) -> str:
        """Why it matters."""

    @property
    def source(self) -> str:
        """The page that the reason rests on."""

    @property
    def remedy(self) -> str:
        """What a person does about it, in general."""

    @property
    def level(self) -> Level:
        """An error makes a release fail; advice does not."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a repository stands on one point of the checklist.

    Attributes:
        point: the point's id: `hosted-runner`.
        title: what is right, in a few words.
        verdict: "unknown" where it cannot be seen from the files.
        note: what was seen; or how a person sees it; or empty.
    """

    point: str
    title: str
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one repository came to.

    Attributes:
        label: the repository as the user named it; "" for the current folder.
        outcome: the findings that count, and what they amount to; nothing is ever changed.
        passed: the ids of the rules that were held against the repository and hold.
        checklist: its standing on every point; empty where nothing publishes.
        silenced: the findings that a comment silences, each with the reason given there.
        lines: the line of the file that a finding is about.
    """

    label: str
    outcome: Outcome
    passed: tuple[str, ...] = ()
    checklist: tuple[Standing, ...] = ()
    silenced: tuple[tuple[Finding, str], ...] = ()
    lines: Mapping[Location, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make a release fail."""
        return tuple(one for one in self.outcome.findings if one.level == "error")

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The other findings."""
        return tuple(one for one in self.outcome.findings if one.level == "advice")

    @property
    def exit_code(self) -> int:
        """0 nothing is left, 1 an error is, 2 it could not be read."""
        return 2 if self.outcome.status == "refused" else 1 if self.errors else 0
