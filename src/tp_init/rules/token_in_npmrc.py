"""A committed npmrc that logs in to the public registry."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.rules.tokens import of_kind
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such place."""
    return of_kind(setup, "npmrc", RULE.id)


RULE = Rule(
    id="token-in-npmrc",
    title="A committed npmrc logs in with a token",
    why=(
        "npm sends what this line holds when the exchange fails, and the release ends in a "
        "misleading E404."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy=(
        "Take the line out of the file; a token that stood there in plain text is to be revoked."
    ),
)
