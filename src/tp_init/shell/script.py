"""A whole script: its statements, and what can be said about it at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from tp_init.shell.expressions import expressions
from tp_init.shell.lexer import ShellSyntaxError
from tp_init.shell.parser import Parser
from tp_init.shell.syntax import Assignment, Block, Command, Heredoc, Span, Statement, Use
from tp_init.shell.writes import EnvironmentWrite, FileWrite, environment_writes, file_writes

__all__ = ["MAX_LENGTH", "Script", "parse", "supported"]

# GitHub takes no more than 21,000 characters in a `run:` with expressions; a file may be longer.
MAX_LENGTH = 64 * 1024

_SHELL = re.compile(r"\s*(?:\S*/)?(?:bash|sh)(?:\s|$)")


@dataclass(frozen=True)
class Script:
    """A parsed script. Two are equal when their texts are: everything else follows from it.

    Attributes:
        text: the script; every `start` and `end` is an offset into it.
        error: where the first thing stands that is no shell, or is not understood; then the rest
            holds only what was read before, and nothing can be removed.
        body: the statements.
        commands: every simple command in source order, wherever it stands: in branches, loops,
            functions, substitutions, here-documents and the string of `sh -c`.
        uses: every variable that is read, in source order.
        expressions: every `${{ … }}`.
        heredocs: the here-documents, by the offset of their redirection.
        comments: the comments.
    """

    text: str
    error: int | None = field(compare=False)
    body: Block = field(compare=False)
    commands: tuple[Command, ...] = field(repr=False, compare=False)
    uses: tuple[Use, ...] = field(repr=False, compare=False)
    expressions: tuple[Span, ...] = field(repr=False, compare=False)
    heredocs: Mapping[int, Heredoc] = field(repr=False, compare=False)
    comments: tuple[Span, ...] = field(repr=False, compare=False)

    def statements(self) -> Iterator[Statement]:
        """Every statement, an outer one before those in it."""
        for statement in self.body.statements:
            yield from statement.walk()

    def subshell_end(self, command: Command) -> int | None:
        """Where the innermost `( … )` around a command ends; None where there is none."""
        return min(
            (
                statement.end
                for statement in self.statements()
                if statement.kind == "subshell" and statement.start <= command.start < statement.end
            ),
            default=None,
        )

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """`X=…` as a statement or an argument of `export`; prefixes are in `Command`."""
        found = {a.start: a for statement in self.statements() for a in statement.assignments}
        return tuple(found[start] for start in sorted(found))

    @cached_property
    def file_writes(self) -> tuple[FileWrite, ...]:
        """Every text that the script writes to a file."""
        return file_writes(self.body, self.heredocs)

    @cached_property
    def environment_writes(self) -> tuple[EnvironmentWrite, ...]:
        """Every variable that the script sets for the steps that follow, through `$GITHUB_ENV`."""
        return environment_writes(self.file_writes)


@lru_cache(maxsize=512)  # a plan asks for each script once a rule and a round
def parse(script: str) -> Script:
    """Read a shell script.

    Args:
        script: the text of a `run:`, with its `${{ … }}`, of a package.json script or a file.

    Returns:
        The script; `error` is set where it is not understood. Never raises.
    """
    if len(script) > MAX_LENGTH:
        return Script(script, 0, Block(0, 0, 0, ()), (), (), (), {}, ())
    masks = expressions(script)
    parser = Parser(script, masks)
    error, body = None, Block(0, 0, len(script), ())
    try:
        body = parser.parse()
    except ShellSyntaxError as problem:
        error = problem.offset
    return Script(
        script,
        error,
        body,
        tuple(sorted(parser.commands, key=lambda command: (command.start, -command.end))),
        tuple(sorted(parser.uses, key=lambda use: (use.start, use.end))),
        masks,
        parser.heredocs,
        tuple(parser.comments),
    )


def supported(shell: str | None) -> bool:
    """Whether a step with this `shell:` runs a script that this package reads.

    Without one, runners on Linux and macOS use bash, or sh where there is none
    (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax, "shell").
    """
    return shell is None or bool(_SHELL.match(shell))
