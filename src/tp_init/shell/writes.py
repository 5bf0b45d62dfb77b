"""The texts that a script writes to files: `echo … > .npmrc`, `cat <<EOF >> "$GITHUB_ENV"`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tp_init.shell.expressions import expressions
from tp_init.shell.syntax import Block, Command, Heredoc, Part, Redirect, Statement, Word

__all__ = ["EnvironmentWrite", "FileWrite", "Line", "environment_writes", "file_writes"]

_REFERENCE = re.compile(r"\$\{(\w+)\??\}|\$(\w+)")
_SETTING = re.compile(r"([A-Za-z_]\w*)(=|<<)(.*)", re.DOTALL)
_PRINTF_STEP = re.compile(r"%%|%[-0-9.]*[sdiqb]|\\(?:[\\abfnrtv\"'])")
_ECHO_STEP = re.compile(r"\\(?:[\\abfnrtv])")
_ESCAPED = {"\\a": "\a", "\\b": "\b", "\\f": "\f", "\\n": "\n", "\\r": "\r", "\\t": "\t"}
_ESCAPED |= {"\\v": "\v", "\\\\": "\\", '\\"': '"', "\\'": "'", "%%": "%"}
_MAX_REPEATS = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a written text.

    Attributes:
        text: the line without its newline; what depends on the run stays as written.
        start: where it starts in the script.
        end: where it ends, its newline included where the script spells one.
        variables: the names in it that the shell expands, or that stand as `${NAME}` for the
            reader of the file to expand.
        expressions: the `${{ … }}` in it.
    """

    text: str
    start: int
    end: int
    variables: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileWrite:
    """A statement that writes to a file.

    Attributes:
        target: the file.
        appends: whether what the file held stays.
        lines: the text; None where it is some program's output.
        start: where the statement starts, the pipe to `tee` included.
        end: where it ends (the body of a here-document lies further on).
        command: the command that prints the text.
    """

    target: Word
    appends: bool
    lines: tuple[Line, ...] | None
    start: int
    end: int
    command: Command


@dataclass(frozen=True, slots=True)
class EnvironmentWrite:
    """A variable set for the steps that follow.

    Attributes:
        name: the variable.
        value: its value; what depends on the run stays as written.
        variables: the shell variables in the value.
        expressions: the `${{ … }}` in the value.
        lines: the written lines that set it; more than one for `NAME<<MARK`.
        writes: the statements that write them.
    """

    name: str
    value: str
    variables: tuple[str, ...]
    expressions: tuple[str, ...]
    lines: tuple[Line, ...]
    writes: tuple[FileWrite, ...]

    @property
    def start(self) -> int:
        """Where the first statement starts."""
        return self.writes[0].start

    @property
    def end(self) -> int:
        """Where the last statement ends."""
        return self.writes[-1].end


def file_writes(body: Block, heredocs: Mapping[int, Heredoc]) -> tuple[FileWrite, ...]:
    """Every text that goes to a file, in source order."""
    found = {
        (write.start, write.target.start): write
        for write in _in_block(body, heredocs, None)
        if write.target.value != "/dev/null"
    }
    return tuple(found[key] for key in sorted(found))


def environment_writes(writes: Sequence[FileWrite]) -> tuple[EnvironmentWrite, ...]:
    """The variables that are set through the file that `$GITHUB_ENV` names.

    Both forms count: `NAME=value`, and `NAME<<MARK`, lines, `MARK`
    (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
    """
    lines = [
        (line, write)
        for write in writes
        if write.target.resolved in {"$GITHUB_ENV", "${GITHUB_ENV}"}
        or write.target.resolved.replace(" ", "") == "${{github.env}}"
        for line in write.lines or ()
    ]
    found: list[EnvironmentWrite] = []
    while lines:
        match = _SETTING.match(lines[0][0].text)
        taken, lines = [lines[0]], lines[1:]
        if not match:
            continue
        value = match[3]
        if match[2] == "<<":
            stop = next((n for n, (line, _) in enumerate(lines) if line.text == value), len(lines))
            value = "\n".join(line.text for line, _ in lines[:stop])
            taken, lines = taken + lines[: stop + 1], lines[stop + 1 :]
        found.append(
            EnvironmentWrite(
                match[1],
                value,
                tuple(dict.fromkeys(name for line, _ in taken for name in line.variables)),
                tuple(dict.fromkeys(text for line, _ in taken for text in line.expressions)),
                tuple(line for line, _ in taken),
                tuple({write.start: write for _, write in taken}.values()),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Sink:
    target: Word
    appends: bool


def _in_block(
    block: Block, heredocs: Mapping[int, Heredoc], sink: _Sink | None
) -> Iterator[FileWrite]:
    for statement in block.statements:
        yield from _in_statement(statement, heredocs, sink)


def _in_statement(
    statement: Statement, heredocs: Mapping[int, Heredoc], sink: _Sink | None
) -> Iterator[FileWrite]:
    sink = _sink(statement.redirects) or sink
    if statement.command:
        yield from _of_command(statement, statement.command, heredocs, sink)
    if statement.kind == "pipeline" and len(statement.parts) > 1:
        for printer, reader in pairwise(statement.parts):
            yield from _through_pipe(statement, printer, reader, heredocs)
        yield from _in_statement(statement.parts[-1], heredocs, sink)
    else:
        for part in statement.parts:
            yield from _in_statement(part, heredocs, sink)
    for block in statement.bodies if statement.kind != "function" else ():
        yield from _in_block(block, heredocs, sink)
    if statement.otherwise:
        yield from _in_block(statement.otherwise, heredocs, sink)
    apart = (*statement.conditions, *statement.nested)
    for block in (*apart, *(statement.bodies if statement.kind == "function" else ())):
        yield from _in_block(block, heredocs, None)


def _sink(redirects: Sequence[Redirect]) -> _Sink | None:
    last = next((r for r in reversed(redirects) if r.takes_output), None)
    return _Sink(last.target, last.appends) if last else None


def _of_command(
    statement: Statement,
    command: Command,
    heredocs: Mapping[int, Heredoc],
    sink: _Sink | None,
) -> Iterator[FileWrite]:
    given = _input(command, heredocs)
    for tee in _tees(command) if given is not None else ():
        yield FileWrite(tee.target, tee.appends, given, statement.start, statement.end, command)
    own = _sink(command.redirects)
    where = own or sink
    # A group's output is the text of what prints; a command inside that prints nothing we know
    # (`npm ci`) is no writer worth a mention.
    lines = _printed(command, heredocs)
    if where and (own or lines is not None):
        yield FileWrite(where.target, where.appends, lines, statement.start, statement.end, command)


def _through_pipe(
    pipeline: Statement, printer: Statement, reader: Statement, heredocs: Mapping[int, Heredoc]
) -> Iterator[FileWrite]:
    tees = _tees(reader.command) if reader.command else []
    if printer.command is None:
        yield from _in_statement(printer, heredocs, tees[0] if tees else None)
        return
    yield from _in_statement(printer, heredocs, None)
    lines = _printed(printer.command, heredocs)
    for tee in tees:
        yield FileWrite(
            tee.target, tee.appends, lines, pipeline.start, pipeline.end, printer.command
        )


def _tees(command: Command) -> list[_Sink]:
    if command.name != "tee":
        return []
    options = {word.text for word in command.argv[1:] if word.text.startswith("-")}
    appends = not options.isdisjoint({"-a", "--append", "-ai", "-ia"})
    files = [word for word in command.argv[1:] if not word.text.startswith("-")]
    return [_Sink(word, appends) for word in files]


def _input(command: Command, heredocs: Mapping[int, Heredoc]) -> tuple[Line, ...] | None:
    """What a here-document or here-string gives a command to read."""
    for redirect in reversed(command.redirects):
        if redirect.operator == "<<<":
            return _lines([*redirect.target.parts, _newline(redirect.target.end)])
        heredoc = heredocs.get(redirect.start)
        if heredoc:
            lines = _lines(heredoc.parts)
            if heredoc.indented:
                return tuple(replace(line, text=line.text.lstrip("\t")) for line in lines)
            return lines
    return None


def _printed(command: Command, heredocs: Mapping[int, Heredoc]) -> tuple[Line, ...] | None:
    """The text that a command prints, where it can be seen."""
    if not command.argv:
        return ()
    if command.name == "cat" and all(word.text == "-" for word in command.argv[1:]):
        return _input(command, heredocs)
    if command.name == "echo":
        return _lines(_echo(command.argv[1:], command.argv[-1].end))
    if command.name == "printf":
        return _lines(_printf(command.argv[1:]))
    return None


def _newline(at: int) -> Part:
    return Part("text", "\n", at, at)


def _echo(words: Sequence[Word], end: int) -> list[Part]:
    escapes, ends_line = False, True
    rest = list(words)
    while rest and re.fullmatch(r"-[neE]+", rest[0].text):
        flags = rest.pop(0).text
        escapes, ends_line = escapes or "e" in flags, ends_line and "n" not in flags
    parts: list[Part] = []
    for index, word in enumerate(rest):
        if index:
            parts.append(Part("text", " ", word.start, word.start))
        parts += _steps(word.parts, _ECHO_STEP, []) if escapes else word.parts
    return [*parts, _newline(end)] if ends_line else parts


def _printf(words: Sequence[Word]) -> list[Part]:
    """The format, used again until no argument is left, as the shell does."""
    rest = list(words)
    if rest and rest[0].text == "--":
        rest.pop(0)
    if not rest:
        return []
    template = rest.pop(0)
    arguments = list(rest)
    parts: list[Part] = []
    for _ in range(_MAX_REPEATS):
        left = len(arguments)
        parts += _steps(template.parts, _PRINTF_STEP, arguments)
        if not arguments or len(arguments) == left:
            break
    return parts


def _steps(parts: Sequence[Part], step: re.Pattern[str], arguments: list[Word]) -> Iterator[Part]:
    """Parts with their escapes resolved and each `%s` replaced by the next argument."""
    for part in parts:
        if part.kind != "text":
            yield part
            continue
        done = 0
        for match in step.finditer(part.text):
            yield _slice(part, done, match.start())
            done = match.end()
            if match[0] in _ESCAPED:
                yield replace(_slice(part, match.start(), done), text=_ESCAPED[match[0]])
            elif arguments:
                yield from arguments.pop(0).parts
        yield _slice(part, done, len(part.text))


def _slice(part: Part, start: int, end: int) -> Part:
    if not part.verbatim:
        return replace(part, text=part.text[start:end])
    return Part("text", part.text[start:end], part.start + start, part.start + end)


def _lines(parts: Sequence[Part]) -> tuple[Line, ...]:
    lines: list[Line] = []
    current: list[Part] = []
    for part in parts:
        if part.kind != "text":
            current.append(part)
            continue
        done = 0
        while (newline := part.text.find("\n", done)) >= 0:
            current.append(_slice(part, done, newline + 1))
            lines.append(_line(current))
            current, done = [], newline + 1
        if done < len(part.text):
            current.append(_slice(part, done, len(part.text)))
    if current:
        lines.append(_line(current))
    return tuple(lines)


def _line(parts: Sequence[Part]) -> Line:
    text = "".join(part.text for part in parts).removesuffix("\n")
    spelled = [part for part in parts if part.start < part.end] or parts
    named = [part.name for part in parts if part.name]
    referred = [match[1] or match[2] for match in _REFERENCE.finditer(text)]
    return Line(
        text,
        spelled[0].start,
        spelled[-1].end,
        tuple(dict.fromkeys([*named, *referred])),
        tuple(text[span.start : span.end] for span in expressions(text)),
    )
