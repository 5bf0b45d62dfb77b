"""The comments that silence a finding: `# tp-init: ignore[rule-id] reason`.

A comment speaks for its own line and for the line below. The reason is required: the next reader
has to know whether it still holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Silence", "silence_for"]

# `#` in YAML, shell, TOML and npmrc; `;` in npmrc; `//` in JavaScript. JSON has no comments.
_COMMENT = re.compile(r"(?:#|;|//)\s*tp-init:\s*ignore\[([^\]\n]*)\](.*)$")


@dataclass(frozen=True, slots=True)
class Silence:
    """A comment that silences a rule.

    Attributes:
        line: where it stands, 1-based.
        reason: why; empty where it was left out, and then the comment does not count.
    """

    line: int
    reason: str


def silence_for(rule: str, line: int, lines: Sequence[str]) -> Silence | None:
    """The comment that silences a rule at a line (1-based), on it or above it; None without one."""
    for number in (line, line - 1):
        if not 1 <= number <= len(lines):
            continue
        match = _COMMENT.search(lines[number - 1])
        if match is None or rule not in {name.strip() for name in match[1].split(",")}:
            continue
        if number != line and lines[number - 1][: match.start()].strip():
            continue  # behind something else: it speaks for that line only
        return Silence(number, match[2].strip(" \t\r-:"))
    return None
