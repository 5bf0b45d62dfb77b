"""The nouns of a shell script: words, commands and the statements that hold them.

Every `start` and `end` is an offset in characters of the script's text, `[start, end)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "Assignment",
    "Block",
    "Command",
    "Heredoc",
    "Kind",
    "Nesting",
    "Part",
    "Redirect",
    "Span",
    "Statement",
    "Use",
    "Word",
]

Kind: TypeAlias = Literal[
    "command",
    "assignment",
    "pipeline",
    "list",
    "if",
    "loop",
    "case",
    "function",
    "group",
    "subshell",
    "test",
]
Nesting: TypeAlias = Literal[
    "condition",
    "if",
    "loop",
    "case",
    "function",
    "group",
    "subshell",
    "and",
    "or",
    "substitution",
    "script",
]

_CONDITIONAL = frozenset[str]({"if", "loop", "case", "and", "or"})
_PROGRAM_FOLDERS = re.compile(r"^(?:.*/)?node_modules/\.bin/|^(?:/usr)?(?:/local)?/bin/")
_VERSION = re.compile(r"(?<=.)@([^@/]+)$")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the script."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Use:
    """A place where the shell reads a variable: `$NAME`, `${NAME}`, `${NAME:-default}`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word or of a here-document.

    Attributes:
        kind: "text" for literal text; "variable" for `$NAME` and `${…}`; "expression" for
            `${{ … }}`; "substitution" for `$(…)`, backticks, `<(…)` and `$((…))`.
        text: literal text with its quotes and escapes resolved; everything else as written.
        start: where it starts in the script.
        end: where it ends.
        name: the variable's name, else empty.
    """

    kind: Literal["text", "variable", "expression", "substitution"]
    text: str
    start: int
    end: int
    name: str = ""

    @property
    def verbatim(self) -> bool:
        """Whether each character of `text` is one character of the script."""
        return len(self.text) == self.end - self.start


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command.

    Attributes:
        text: the word as written.
        start: where it starts.
        end: where it ends.
        parts: its pieces, in order.
        variables: the names of the shell variables read anywhere in it, `$(…)` included.
        expressions: the `${{ … }}` anywhere in it, as written.
    """

    text: str
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    variables: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()

    @property
    def value(self) -> str | None:
        """What the command gets, where that is fixed; None where it depends on the run.

        Patterns (`*`, `{a,b}`, a leading `~`) stay as written.
        """
        if len(self.parts) == 1:
            return self.parts[0].text if self.parts[0].kind == "text" else None
        return self.resolved if all(part.kind == "text" for part in self.parts) else None

    @property
    def resolved(self) -> str:
        """The word without its quotes and escapes; what depends on the run stays as written."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Heredoc:
    """The body of a here-document.

    Attributes:
        quoted: whether the delimiter was quoted, so that nothing in the body is expanded.
        indented: whether the shell takes the tabs at the start of each line away (`<<-`).
        start: where the first line starts.
        end: where the line of the end mark starts.
        close: where that line ends, its newline included.
        parts: the pieces of the body.
    """

    quoted: bool
    indented: bool
    start: int
    end: int
    close: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirection. The body of a `<<` one is `Script.heredocs[redirect.start]`.

    Attributes:
        operator: `>`, `>>`, `<<`, `2>&1` without its numbers: `>&`.
        descriptor: the number (or `{name}`) before the operator, else empty.
        target: the file, the descriptor, the here-string, or the delimiter.
        start: where it starts.
        end: where it ends, on its own line.
    """

    operator: str
    descriptor: str
    target: Word
    start: int
    end: int

    @property
    def takes_output(self) -> bool:
        """Whether standard output goes to the file `target`."""
        if self.operator == ">&":
            return not self.descriptor and not self.target.text.isdigit()
        return self.operator in {"&>", "&>>"} or (
            self.operator in {">", ">>", ">|"} and self.descriptor in {"", "1"}
        )

    @property
    def appends(self) -> bool:
        """Whether what the file held stays."""
        return self.operator.endswith(">>")


@dataclass(frozen=True, slots=True)
class Assignment:
    """`NAME=value`: a statement, a prefix of a command, or an argument of `export` and its kin.

    Attributes:
        name: the variable.
        value: the word after `=`; None where nothing or an array stands there.
        start: where the name starts.
        end: where the value ends.
        exported: whether the programs that follow (or the prefixed one) see it.
    """

    name: str
    value: Word | None
    start: int
    end: int
    exported: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command, wherever it stands.

    Attributes:
        words: as written, the command's name first.
        assignments: the `NAME=value` before it, or given through `env` and `sudo`.
        redirects: its redirections.
        start: where its first word, assignment or redirection starts.
        end: where its last one ends (the body of a here-document lies further on).
        argv: the words of the program that does the work, behind the wrappers.
        wrappers: what was looked through, outermost first: ("sudo", "npx").
        within: what it is nested in, outermost first. "and" and "or": to the right of `&&` and
            `||`; "script": in the string of `sh -c`.
    """

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int
    argv: tuple[Word, ...]
    wrappers: tuple[str, ...] = ()
    within: tuple[Nesting, ...] = ()

    @property
    def name(self) -> str:
        """The program, without its folder and version (`npm@11` is `npm`); empty if not fixed."""
        return _VERSION.sub("", self._program)

    @property
    def version(self) -> str:
        """The version or range asked for (`npx np@10`), else empty."""
        match = _VERSION.search(self._program)
        return match[1] if match else ""

    @property
    def _program(self) -> str:
        return _PROGRAM_FOLDERS.sub("", (self.argv[0].value or "") if self.argv else "")

    @property
    def in_substitution(self) -> bool:
        """Whether its output becomes part of another command."""
        return "substitution" in self.within

    @property
    def conditional(self) -> bool:
        """Whether it may not run, or run more than once, although the script succeeds."""
        return not _CONDITIONAL.isdisjoint(self.within)


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in a row: a branch, a body, a condition, the whole script.

    Attributes:
        opener: where the word that opens it starts (`then`, `else`, `do`, `{`); its own start
            where there is none.
        start: where its first statement may stand.
        end: where the word that closes it starts.
        statements: what it holds.
    """

    opener: int
    start: int
    end: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: a command, or a construct that holds others.

    Attributes:
        kind: which; "test" is `[[ … ]]` and `(( … ))`.
        start: where it starts.
        end: where it ends (the body of a here-document lies further on).
        command: the command, for "command".
        assignments: for "assignment", and for a command such as `export`.
        redirects: of a construct (a command holds its own).
        negated: whether `!` stands before it.
        parts: of "pipeline" and "list".
        operators: between the parts.
        conditions: of "if" and "loop".
        bodies: of every construct; for "if" without the `else`.
        otherwise: the `else` of an "if".
        nested: blocks in its words: substitutions, and the string of `sh -c`.
    """

    kind: Kind
    start: int
    end: int
    command: Command | None = None
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    negated: bool = False
    parts: tuple[Statement, ...] = ()
    operators: tuple[str, ...] = ()
    conditions: tuple[Block, ...] = ()
    bodies: tuple[Block, ...] = ()
    otherwise: Block | None = None
    nested: tuple[Block, ...] = field(default=(), repr=False)

    def blocks(self) -> Iterator[Block]:
        """Every block directly inside it."""
        yield from self.conditions
        yield from self.bodies
        if self.otherwise:
            yield self.otherwise
        yield from self.nested

    def walk(self) -> Iterator[Statement]:
        """The statement and everything in it."""
        yield self
        for part in self.parts:
            yield from part.walk()
        for block in self.blocks():
            for statement in block.statements:
                yield from statement.walk()
