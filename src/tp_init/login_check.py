"""Commands that need a login at the public registry: trusted publishing is none."""

from __future__ import annotations

from tp_init.shell import Command

__all__ = ["asks_who", "needs_login"]

_COMMANDS = (
    ("npm", "whoami"),
    ("pnpm", "whoami"),
    ("yarn", "npm", "whoami"),
    ("bun", "pm", "whoami"),
)


def asks_who(command: Command) -> bool:
    """Whether a command asks npm's public registry who is logged in."""
    words = [word.resolved for word in command.argv]
    if any("--registry" in word and "npmjs" not in word for word in words):
        return False
    plain = tuple(word for word in words if not word.startswith("-"))
    return any(plain[: len(known)] == known for known in _COMMANDS)


_NEVER = frozenset({"deprecate", "unpublish", "access", "owner", "team", "token", "star"})
_TAGS = frozenset({"dist-tag", "dist-tags", "tag"})


def needs_login(command: Command) -> str:
    """The verb of a command that OIDC does not cover: `deprecate`, `dist-tag`; empty for none."""
    words = [word.resolved for word in command.argv]
    if any("--registry" in word and "npmjs" not in word for word in words):
        return ""
    plain = [word for word in words if not word.startswith("-")]
    if plain[:2] == ["yarn", "npm"]:
        plain = plain[1:]
    if plain[:1] not in (["npm"], ["pnpm"]) or len(plain) < 2:
        return ""
    verb, action = plain[1], plain[2] if len(plain) > 2 else ""
    if verb in _TAGS:
        return verb if action in {"add", "rm", "remove", "del", "set"} else ""
    if verb in {"access", "owner", "team", "token"} and action in {"ls", "list", "get"}:
        return ""
    return verb if verb in _NEVER else ""
