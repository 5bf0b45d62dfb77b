"""Whole lines taken out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tp_init.document import Edit

__all__ = ["taken_out"]

_LAST_LINE_END = re.compile(r"(?:\r\n|\n|\r)\Z")


def taken_out(text: str, lines: Iterable[tuple[int, int]]) -> list[Edit]:
    """The edits that remove lines.

    Where the last line goes and has no line ending, the one before it goes with it, so that a
    missing final newline stays missing.

    Args:
        text: the text.
        lines: where each line starts and stops, its line ending included.
    """
    runs: list[tuple[int, int]] = []
    for start, stop in sorted(lines):
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], stop)
        else:
            runs.append((start, stop))
    if runs and runs[-1][1] == len(text) and not _LAST_LINE_END.search(text):
        start, stop = runs.pop()
        before = _LAST_LINE_END.search(text[:start])
        runs.append((before.start() if before else start, stop))
    return [Edit(start, stop, "") for start, stop in runs]
