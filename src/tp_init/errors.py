"""The errors that end a run, each with the exit code and the sentence a person needs."""

from __future__ import annotations

__all__ = ["CannotEdit", "ConflictError", "Refused", "TpInitError", "UsageError"]


class TpInitError(Exception):
    """The base of every error that a person is shown as one message, never as a traceback."""

    exit_code = 2


class UsageError(TpInitError):
    """The command line, an answer or an environment makes the run impossible."""


class Refused(TpInitError):  # noqa: N818 - the field's word for it, and the status in the JSON output
    """A file that cannot be read safely: the run stops before anything is written.

    Args:
        path: the file, relative to the repository's root, with forward slashes.
        why: what is there and why it stops the run, one sentence without a full stop.
        todo: what a person does about it, one sentence without a full stop.
        line: 1-based, 0 where the fault has no line.
        column: 1-based, 0 where the fault has no column.
    """

    def __init__(self, path: str, why: str, todo: str, line: int = 0, column: int = 0) -> None:
        """Keep the parts, so that a report can show or serialise them."""
        self.path, self.why, self.todo, self.line, self.column = path, why, todo, line, column
        place = path + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        super().__init__(f"{place}: {why}; {todo}")


class CannotEdit(Exception):  # noqa: N818 - not an error of the run: the plan turns it into a manual finding
    """An operation that cannot be carried out on this text without a guess.

    Args:
        reason: why, as the end of the sentence "cannot be edited safely: …".
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason for the finding."""
        self.reason = reason
        super().__init__(reason)


class ConflictError(TpInitError):
    """Two operations want different things of one place: a defect of tp-init, never of the user."""
