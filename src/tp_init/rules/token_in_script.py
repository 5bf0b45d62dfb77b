"""A script that logs in: it writes an npmrc, sets npm's configuration or exports a token."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.rules.tokens import of_kind
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such place."""
    return of_kind(setup, "script", RULE.id)


RULE = Rule(
    id="token-in-script",
    title="A script logs in with a token",
    why=(
        "npm finds the token in its configuration and falls back to it when the exchange fails, "
        "with a misleading E404."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy=(
        "Take the command that logs in out of the script; `tp-init` does where nothing else "
        "hangs on it."
    ),
)
