"""A token in the environment of a step that publishes."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.rules.tokens import of_kind
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such place."""
    return of_kind(setup, "step", RULE.id)


RULE = Rule(
    id="token-in-publish-step",
    title="The publishing step is handed a token",
    why=(
        "npm falls back to the token when the exchange fails, and so hides that trusted "
        "publishing does not work; and a token in a job is a token that can leak."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Take the variable away from the step; `tp-init` does.",
)
