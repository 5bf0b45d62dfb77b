"""Commands that do no work of their own: messages, tests, settings of the shell itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tp_init.shell.script import Script
from tp_init.shell.syntax import Block, Command, Redirect, Statement, Use

__all__ = ["Guard", "guards", "is_inert", "is_test", "reports", "settles", "succeeds_or_stops"]

_INERT = frozenset({"", ":", "true", "echo", "printf", "set", "shopt", "pwd", "[", "test"})
_SETTINGS = frozenset({"cd", "export", "declare", "typeset", "readonly", "local", "unset", "umask"})
_STOPS = frozenset({"exit", "return"})

# Commands that are there for what they do. A failure of one that stood to the left of `&&` may
# end the script; a failure of `grep -q` or `git diff --quiet` is an answer, and may not.
_ACTIONS = frozenset(
    {"cd", "cp", "echo", "export", "mkdir", "mv", "printf", "pushd", "rm", "set", "source", "touch"}
    | {"bun", "corepack", "npm", "pnpm", "yarn", "node", "make", "tsc"}
)
_QUERIES = frozenset({"view", "v", "info", "show", "whoami", "ping", "outdated", "why", "audit"})


@dataclass(frozen=True, slots=True)
class Guard:
    """A statement that does nothing but stop the script, depending on variables.

    `[ -n "$NPM_TOKEN" ] || exit 1`, `if [ -z "$X" ]; then echo "…"; exit 1; fi`,
    `: "${NPM_TOKEN:?}"`.

    Attributes:
        variables: the shell variables that it looks at.
        expressions: the `${{ … }}` that it looks at.
        start: where it starts.
        end: where it ends.
    """

    variables: tuple[str, ...]
    expressions: tuple[str, ...]
    start: int
    end: int


def guards(script: Script) -> tuple[Guard, ...]:
    """The guards of a script, in source order."""
    return tuple(
        Guard(
            tuple(dict.fromkeys(use.name for use in _inside(script.uses, conditions))),
            tuple(
                dict.fromkeys(
                    script.text[span.start : span.end]
                    for span in script.expressions
                    if any(c.start <= span.start and span.end <= c.end for c in conditions)
                )
            ),
            statement.start,
            statement.end,
        )
        for statement in script.statements()
        if (conditions := _conditions(statement))
    )


def _inside(uses: Iterable[Use], places: Iterable[Statement | Block]) -> list[Use]:
    where = [(place.start, place.end) for place in places]
    return [use for use in uses if any(s <= use.start and use.end <= e for s, e in where)]


def _conditions(statement: Statement) -> tuple[Statement | Block, ...]:
    """What a guard looks at; empty for a statement that is none."""
    if statement.kind == "if" and not statement.otherwise:
        tests = all(is_test(s) for block in statement.conditions for s in block.statements)
        bodies = [inner for block in statement.bodies for inner in block.statements]
        if tests and _stops(bodies):
            return statement.conditions
    if statement.kind == "list" and is_test(statement.parts[0]) and _stops(statement.parts[1:]):
        return statement.parts[:1]
    command = statement.command
    if (
        command is not None
        and command.name in {":", ""}
        and any("?" in part.text for word in command.words for part in word.parts if part.name)
        and not statement.nested
    ):
        return (statement,)
    return ()


def _stops(statements: Iterable[Statement]) -> bool:
    every = list(statements)
    return all(reports(s) for s in every) and any(
        inner.command is not None and inner.command.name in _STOPS
        for s in every
        for inner in s.walk()
    )


def is_inert(command: Command, *, settings: bool = False) -> bool:
    """Whether a command only prints or tests; with `settings`, also if it sets up this shell."""
    harmless = command.name in _INERT or (settings and command.name in _SETTINGS)
    return harmless and not any(_writes(redirect) for redirect in command.redirects)


def _writes(redirect: Redirect) -> bool:
    return redirect.operator in {">", ">>", ">|", "&>", "&>>"} and (
        redirect.target.value != "/dev/null"
    )


def is_test(statement: Statement) -> bool:
    """Whether a statement only asks: `[ … ]`, `[[ … ]]`, `true`, and these joined or negated."""
    if statement.parts:
        return all(is_test(part) for part in statement.parts)
    if statement.command is not None:
        command = statement.command
        return (
            not statement.nested
            and command.name in {"[", "test", "true", ":"}
            and is_inert(command)
        )
    return statement.kind == "test" and not statement.nested


def reports(statement: Statement) -> bool:
    """Whether a statement only prints, or ends the script."""
    return all(
        (inner.command is None or inner.command.name in _STOPS or is_inert(inner.command))
        and not inner.assignments
        and not any(_writes(redirect) for redirect in inner.redirects)
        for inner in statement.walk()
    )


def succeeds_or_stops(statement: Statement) -> bool:
    """Whether a failure of the statement is a fault of the run rather than an answer."""
    command = statement.command
    if command is None:
        return statement.kind == "assignment"
    if command.name == "git":
        verb = command.argv[1].value if len(command.argv) > 1 else None
        return verb in {"config", "add", "checkout", "commit", "fetch", "pull", "push", "tag"}
    return command.name in _ACTIONS and not any(w.value in _QUERIES for w in command.argv[1:2])


def settles(statement: Statement) -> bool:
    """Whether a script with `set -e`, as GitHub runs it, has status 0 once it is past this.

    Not so behind `[ -f x ] && y`, or `! x`: these may fail without an end of the script, and as
    its last statement they decide how it ends.
    """
    if statement.kind == "list":
        left = statement.parts[:-1]
        alternative = statement.operators[-1] == "||"
        return settles(statement.parts[-1]) and (alternative or all(map(succeeds_or_stops, left)))
    if statement.negated:
        return False
    if statement.kind == "function":
        return True
    last = [body.statements[-1] for body in _branches(statement) if body.statements]
    return all(settles(inner) for inner in last)


def _branches(statement: Statement) -> tuple[Block, ...]:
    return (*statement.bodies, statement.otherwise) if statement.otherwise else statement.bodies
