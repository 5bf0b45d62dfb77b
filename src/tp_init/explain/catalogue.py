"""The failure catalogue: every row, and what a row, a cause or an error code is asked for by."""

from __future__ import annotations

from tp_init.explain import client, exchange, other_commands, other_tools, registry_answers, signals
from tp_init.explain.clues import said
from tp_init.explain.model import Cause, Row, Signal

__all__ = ["ROWS", "SIGNALS", "cause_named", "codes", "rows_named"]

ROWS: tuple[Row, ...] = (
    *exchange.ROWS,
    *registry_answers.ROWS,
    *client.ROWS,
    *other_commands.ROWS,
    *other_tools.ROWS,
)
"""Every failure that is known."""


def _signals() -> tuple[Signal, ...]:
    """Every signal once: of rows, of clues, of the run itself."""
    found: dict[str, Signal] = {}
    for one in (*signals.CONTEXT, *(one for row in ROWS for one in (*row.signals, *row.after))):
        found.setdefault(one.name, one)
    for row in ROWS:
        for cause in row.causes:
            for clue in cause.clues:
                if isinstance(clue, said):
                    found.setdefault(clue.signal.name, clue.signal)
    return tuple(found.values())


SIGNALS = _signals()
"""Everything that is looked for in a log."""


def rows_named(name: str) -> tuple[Row, ...]:
    """The rows of an id or of an error code, whatever its case."""
    wanted = name.upper()
    return tuple(row for row in ROWS if row.id == name or wanted in row.codes)


def cause_named(name: str) -> tuple[Row, Cause] | None:
    """The first cause of an id, with the row that it stands in."""
    return next(((row, cause) for row in ROWS for cause in row.causes if cause.id == name), None)


def codes() -> tuple[str, ...]:
    """Every error code and short name that is known, sorted."""
    return tuple(sorted({code for row in ROWS for code in row.codes}))
