"""The `${{ … }}` of GitHub, which are replaced before a shell sees the script."""

from __future__ import annotations

import re

from tp_init.shell.syntax import Span

__all__ = ["MASK", "expressions", "masked"]

MASK = "\x01"  # stands for each character of an expression, so that no rule of the shell sees them
_STEP = re.compile(r"'|\}\}")


def expressions(text: str) -> tuple[Span, ...]:
    """Where the `${{ … }}` of GitHub stand; a quoted `}}` does not end one."""
    found: list[Span] = []
    start = text.find("${{")
    while start >= 0:
        end = _end(text, start + 3)
        if end < 0:
            break
        found.append(Span(start, end))
        start = text.find("${{", end)
    return tuple(found)


def _end(text: str, index: int) -> int:
    begin = index
    while step := _STEP.search(text, index):
        if step[0] == "}}":
            return step.end()
        quote = text.find("'", step.end())
        if quote < 0:
            break
        index = quote + 1
    plain = text.find("}}", begin)
    return plain + 2 if plain >= 0 else -1


def masked(text: str, masks: tuple[Span, ...]) -> str:
    """The text with its expressions blotted out, each character where it was."""
    pieces: list[str] = []
    done = 0
    for mask in masks:
        pieces += [text[done : mask.start], MASK * (mask.end - mask.start)]
        done = mask.end
    return "".join([*pieces, text[done:]])
