"""A command that changes the registry and that trusted publishing does not cover."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.login_check import needs_login
from tp_init.model import Finding
from tp_init.publishing import invocations
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such command in a job that publishes."""
    for publishing in setup.movable:
        seen: set[tuple[str, object, int]] = set()
        for placed in publishing.placed:
            for invocation in invocations(setup.repo, publishing.job, placed):
                home, command = invocation.home, invocation.command
                verb = needs_login(command) if command is not None else ""
                key = (home.document.path, home.address, command.start if command else 0)
                if not verb or key in seen:
                    continue
                seen.add(key)
                yield Finding(
                    rule=RULE.id,
                    level=RULE.level,
                    state="fail",
                    location=invocation.location,
                    message=(
                        f"`npm {verb}` needs a login, and trusted publishing covers the publish "
                        "only."
                    ),
                    todo=_todo(verb),
                )


def _todo(verb: str) -> str:
    if verb.endswith(("tag", "tags")):
        return (
            "Set the tag with the publish itself (`npm publish --tag NAME`), or use npm 11.21 or "
            "newer and allow `npm dist-tag` on the trusted publisher."
        )
    return f"Run `npm {verb}` by hand, or in a job of its own that keeps a token."


RULE = Rule(
    id="command-without-oidc",
    title="A command needs a login that trusted publishing does not give",
    why=(
        "The exchanged token is good for the publish only: `deprecate`, `unpublish`, `owner` and "
        "their like answer E401, and `dist-tag` works from npm 11.21 on and only where the trusted "
        "publisher allows it."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Run the command by hand, or in a job of its own that keeps a token.",
)
