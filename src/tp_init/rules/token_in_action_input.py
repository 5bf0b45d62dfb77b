"""A token handed to a publishing action as an input."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.rules.tokens import of_kind
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such place."""
    return of_kind(setup, "input", RULE.id)


RULE = Rule(
    id="token-in-action-input",
    title="A publishing action is handed a token",
    why=("The action publishes with the token instead of the job's identity."),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Take the input away; `tp-init` does.",
)
