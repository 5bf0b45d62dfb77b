"""What the rules about tokens have in common: a wiring becomes a finding."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.credentials import Kind
from tp_init.model import Finding
from tp_init.setup import Setup

__all__ = ["of_kind"]


def of_kind(setup: Setup, kind: Kind, rule: str) -> Iterator[Finding]:
    """The wirings of one kind, as findings of a rule."""
    for wiring in setup.wirings:
        if wiring.kind != kind:
            continue
        reason = f", but {wiring.reason}" if wiring.reason else ""
        yield Finding(
            rule=rule,
            level="error",
            state="fail",
            location=wiring.location,
            message=f"{wiring.what} hands the publish a token{reason}.",
            edits=wiring.edits,
            todo=wiring.todo,
            fix="available" if wiring.edits else "manual",
        )
