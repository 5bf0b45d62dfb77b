"""A command that changes the registry and that trusted publishing does not cover."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.publishing import Invocation, invocations
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE", "verb_of"]

_NEVER = frozenset({"deprecate", "unpublish", "access", "owner", "team", "token", "star"})
_TAGS = frozenset({"dist-tag", "dist-tags", "tag"})


def find(setup: Setup) -> Iterator[Finding]:
    """Each such command in a job that publishes."""
    for publishing in setup.movable:
        seen: set[tuple[str, object, int]] = set()
        for placed in publishing.placed:
            for invocation in invocations(setup.repo, publishing.job, placed):
                verb = verb_of(invocation)
                home, command = invocation.home, invocation.command
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


def verb_of(invocation: Invocation) -> str:
    """What a command does that needs a login and is no publish: `deprecate`; empty for another."""
    argv = [word for word in invocation.argv if not word.startswith("-")]
    if any("--registry" in word and "npmjs" not in word for word in invocation.argv):
        return ""
    if argv[:1] == ["yarn"] and argv[1:2] == ["npm"]:
        argv = argv[1:]
    if argv[:1] not in (["npm"], ["pnpm"]) or len(argv) < 2:
        return ""
    verb = argv[1]
    if verb in _TAGS:
        return verb if argv[2:3] and argv[2] in {"add", "rm", "remove", "del", "set"} else ""
    if verb in {"access", "owner", "team", "token"} and argv[2:3] and argv[2] in {"ls", "list"}:
        return ""
    return verb if verb in _NEVER else ""


def _todo(verb: str) -> str:
    if verb in _TAGS:
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
)
