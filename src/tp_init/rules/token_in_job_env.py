"""A token in the environment of a whole job that publishes."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.rules.tokens import of_kind
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such place."""
    return of_kind(setup, "job", RULE.id)


RULE = Rule(
    id="token-in-job-env",
    title="The publishing job is handed a token",
    why=(
        "Every step and every action of the job can read it, and npm falls back to it when the "
        "exchange fails."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Take the variable away from the job, and give it to the steps that need it otherwise.",
)
