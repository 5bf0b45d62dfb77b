"""A token in the environment of a whole workflow."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.rules.tokens import of_kind
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such place."""
    return of_kind(setup, "workflow", RULE.id)


RULE = Rule(
    id="token-in-workflow-env",
    title="The whole workflow is handed a token",
    why=(
        "Every job, step and action of the workflow can read it, and npm falls back to it when "
        "the exchange fails."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Take the variable away from the workflow, and give it to the steps that need it.",
)
