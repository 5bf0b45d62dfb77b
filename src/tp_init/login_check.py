"""Commands that ask the public registry who is logged in: trusted publishing is no login."""

from __future__ import annotations

from tp_init.shell import Command

__all__ = ["asks_who"]

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
