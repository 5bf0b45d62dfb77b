"""Which characters to delete so that a script loses one thing and otherwise means the same.

The deletions follow from the statements, and are then proven: the shortened script is parsed, and
its commands must be those of the original without the removed ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from tp_init.document import Edit, splice
from tp_init.shell.inert import Guard, is_inert, is_test, reports, settles, succeeds_or_stops
from tp_init.shell.script import Script, parse
from tp_init.shell.syntax import Assignment, Block, Command, Redirect, Span, Statement, Word
from tp_init.shell.writes import EnvironmentWrite, FileWrite, Line

__all__ = ["Target", "remaining", "removal"]

Target: TypeAlias = (
    Assignment | Command | EnvironmentWrite | FileWrite | Guard | Line | Statement | Word
)
_STATUS = frozenset({"?", "PIPESTATUS"})


class _Cannot(Exception):  # noqa: N818 - control flow inside this module
    """The rest would not mean the same."""


def removal(script: Script, *targets: Target) -> tuple[Span, ...] | None:
    """What to delete to take `targets` out of a script, all at once.

    Ask for everything in one call: two commands that are the whole body of an `if` can go
    together with it, but neither can go after the other.

    - A statement goes with its lines, its comment on the same line, its here-document; one part
      of a list goes with its operator.
    - What is left without a purpose goes too: a test whose only consequence was removed, the
      `|| exit 1` behind a removed command, an `if` or a loop that would be empty. What is removed
      counts as having succeeded, and such a test as having held.
    - A word or a `NAME=value` before a command goes with its blank; the last argument of `export`
      takes the statement along; so does the last line of a written text.

    Args:
        script: the script, parsed without an error.
        targets: what to remove; each was found in this script.

    Returns:
        The stretches to delete, in order; None where something cannot go without a change of
        meaning: in a substitution or a string of `sh -c`, in a pipeline that goes on, behind
        `!`, as a condition, as the fallback behind `||`, as all of a branch or a function, at the
        end of a block whose status is tested, or where `$?` is read next.
    """
    if script.error is not None:
        return None
    try:
        statements, smaller = _sort(script, targets)
        whole = _Cutter(script, statements).spans()
    except _Cannot:
        return None
    merged = tuple(_merged([*_tidied(script.text, _merged(whole)), *smaller]))
    return merged if _proven(script, merged, statements) else None


def remaining(script: Script, spans: Iterable[Span]) -> bool:
    """Whether anything that does work is left when `spans` are deleted.

    Messages, comments and settings of the shell itself (`set -e`, `cd`, `X=…`, `export`) do none:
    they end with the step.
    """
    rest = parse(_without(script.text, spans))
    return rest.error is not None or any(
        not is_inert(command, settings=True) for command in rest.commands
    )


def _sort(
    script: Script, targets: Iterable[Target]
) -> tuple[frozenset[tuple[int, int]], list[Span]]:
    """The statements to remove, and the stretches for everything smaller than a statement."""
    statements: set[tuple[int, int]] = set()
    words: set[tuple[int, int]] = set()
    lines: set[tuple[int, int]] = set()
    for target in targets:
        if isinstance(target, Word):
            words.add((target.start, target.end))
        elif isinstance(target, Assignment):
            whole = any(
                s.kind == "assignment" and (s.start, s.end) == (target.start, target.end)
                for s in script.statements()
            )
            (statements if whole else words).add((target.start, target.end))
        elif isinstance(target, Line):
            lines.add((target.start, target.end))
        elif isinstance(target, EnvironmentWrite):
            lines.update((line.start, line.end) for line in target.lines)
        elif isinstance(target, Command):
            if "script" in target.within:
                raise _Cannot
            statements.add((target.start, target.end))
        else:
            statements.add((target.start, target.end))
    spans = _line_spans(script, lines, statements) + _word_spans(script, words, statements)
    return frozenset(statements), spans


def _line_spans(
    script: Script, lines: set[tuple[int, int]], statements: set[tuple[int, int]]
) -> list[Span]:
    spans: list[Span] = []
    for write in script.file_writes:
        written = write.lines or ()
        gone = [(line.start, line.end) in lines for line in written]
        if not any(gone):
            continue
        if all(gone):
            statements.add((write.start, write.end))
        else:
            for index, line in enumerate(written):
                before = written[index - 1] if index else None
                starts_over = before and script.text[before.end - 1] == "\n"
                if gone[index] and script.text[line.end - 1] != "\n" and before and starts_over:
                    spans.append(Span(before.end - 1, line.end))
                elif gone[index]:
                    spans.append(Span(line.start, line.end))
        lines -= {(line.start, line.end) for line in written}
    if lines:
        raise _Cannot
    return spans


def _word_spans(
    script: Script, words: set[tuple[int, int]], statements: set[tuple[int, int]]
) -> list[Span]:
    spans: list[Span] = []
    for command in script.commands:
        tokens = sorted({(token.start, token.end) for token in _tokens(command)})
        gone = words.intersection(tokens)
        if not gone or "script" in command.within:
            continue
        name = (command.words[0].start, command.words[0].end) if command.words else None
        rest = set(tokens) - gone
        if name in gone:
            raise _Cannot
        if command.name == "export" and rest == {name}:
            statements.add((command.start, command.end))
        for start, end in gone:
            index = tokens.index((start, end))
            if index:
                spans.append(Span(_back_over_blanks(script.text, start), end))
            else:
                spans.append(Span(start, tokens[1][0]))
        words -= gone
    if words:
        raise _Cannot
    return spans


def _tokens(command: Command) -> list[Assignment | Word | Redirect]:
    return [*command.assignments, *command.words, *command.redirects]


def _back_over_blanks(text: str, at: int) -> int:
    while True:
        if text[at - 1] in " \t":
            at -= 1
        elif text[at - 2 : at] == "\\\n":
            at -= 2
        else:
            return at


class _Cutter:
    """Walks the statements and finds the stretches that go with the targets."""

    def __init__(self, script: Script, targets: frozenset[tuple[int, int]]) -> None:
        self._script = script
        self._targets = targets
        self._met: set[tuple[int, int]] = set()
        self._spans: list[Span] = []
        self._tested = False

    def spans(self) -> list[Span]:
        if self._targets and self._block(self._script.body):
            self._spans.append(Span(0, len(self._script.text)))
        if self._met != self._targets:
            raise _Cannot
        return self._spans

    def _goes(self, statement: Statement) -> bool:
        """Whether all of a statement goes; what goes of one that stays is noted."""
        place = (statement.start, statement.end)
        inside = {t for t in self._targets if place[0] <= t[0] and t[1] <= place[1]}
        if place in inside:
            if statement.negated:
                raise _Cannot
            self._met |= inside
            return True
        if not inside:
            return False
        if statement.kind == "list":
            return self._list(statement)
        if statement.kind == "pipeline":
            with self._in_test(tested=statement.negated):
                gone = [self._goes(part) for part in statement.parts]
            if any(gone) and (statement.negated or not all(gone)):
                raise _Cannot
            return all(gone)
        with self._in_test(tested=statement.kind == "function"):
            return self._construct(statement)

    @contextmanager
    def _in_test(self, *, tested: bool) -> Iterator[None]:
        """Inside what is tested, or may be, a failure does not end the script; the last decides."""
        outer, self._tested = self._tested, self._tested or tested
        yield
        self._tested = outer

    def _list(self, statement: Statement) -> bool:
        parts = statement.parts
        gone: list[bool] = []
        for index, part in enumerate(parts):
            with self._in_test(tested=index < len(parts) - 1):
                gone.append(self._goes(part))
        if not any(gone):
            return False
        kept = _kept(statement, gone)
        if not kept:
            return True
        if kept[0]:
            self._cut(parts[0].start, parts[kept[0]].start)
        for index, following in zip(kept, [*kept[1:], len(parts)], strict=True):
            if following > index + 1:
                self._cut(parts[index].end, parts[following - 1].end)
        return False

    def _construct(self, statement: Statement) -> bool:
        bodies = [self._block(body) for body in statement.bodies]
        otherwise = statement.otherwise
        else_goes = otherwise is not None and self._block(otherwise)
        filled = [b for b, body in zip(bodies, statement.bodies, strict=True) if body.statements]
        tests = [asked for block in statement.conditions for asked in block.statements]
        if statement.kind != "function" and filled and all(filled) and else_goes == bool(otherwise):
            if not all(map(is_test, tests)):
                raise _Cannot
            return True
        if otherwise and else_goes and not any(bodies):
            self._cut(otherwise.opener, otherwise.end)
        elif else_goes or (any(bodies) and statement.kind != "case"):
            raise _Cannot
        for body, goes in zip(statement.bodies, bodies, strict=True):
            if goes:
                self._run(body, 0, len(body.statements))
        return False

    def _block(self, block: Block) -> bool:
        """Whether all of a block's statements go (then the caller decides what that means)."""
        gone = [self._goes(statement) for statement in block.statements]
        if gone and all(gone):
            return True
        first = 0
        while first < len(gone):
            last = first
            while last < len(gone) and gone[last]:
                last += 1
            if last > first:
                self._run(block, first, last)
            first = last + 1
        return False

    def _run(self, block: Block, first: int, last: int) -> None:
        """Delete the statements from index `first` up to `last`."""
        text, statements = self._script.text, block.statements
        start, end = statements[first].start, statements[last - 1].end
        before = statements[first - 1] if first else None
        after = statements[last] if last < len(statements) else None
        ends_well = succeeds_or_stops if self._tested else settles
        if after is None and before and not ends_well(before):
            raise _Cannot
        if after and any(
            use.name in _STATUS and after.start <= use.start < after.end
            for use in self._script.uses
        ):
            raise _Cannot
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        rest = text[end:line_end].strip(" \t")
        if rest.startswith((";", "&")) and not rest.startswith(";;"):
            rest = rest[1:].lstrip(" \t")
        if not text[line_start:start].strip() and (not rest or rest.startswith("#")):
            self._cut(line_start, min(line_end + 1, len(text)))
        elif after and after.start < line_end:
            self._cut(start, after.start)
        elif before and before.end > line_start:
            self._cut(before.end, end)
        else:
            self._cut(start, end)
        self._cut(start, end)

    def _cut(self, start: int, end: int) -> None:
        self._spans.append(Span(start, end))
        self._spans += [
            Span(heredoc.start, heredoc.close)
            for operator, heredoc in self._script.heredocs.items()
            if start <= operator < end
        ]


def _kept(statement: Statement, gone: Sequence[bool]) -> list[int]:
    """Which parts of a list stay; a removed one counts as one that succeeded.

    So `x && y` without x is `y`, and `x || y` is nothing. What then stands last decides whether
    the script goes on, which it did not before: that may be no test, and no query.
    """
    parts, operators = statement.parts, ("&&", *statement.operators)
    kept: list[int] = []
    for index, part in enumerate(parts):
        alternative = operators[index] == "||"
        if gone[index]:
            if alternative and kept:
                raise _Cannot
        elif not alternative or kept:
            kept.append(index)
        elif not reports(part):
            raise _Cannot
    last = len(parts) - 1
    while kept and kept[-1] != last and is_test(parts[kept[-1]]):
        if operators[kept.pop()] == "||":
            raise _Cannot
    if kept and kept[-1] != last and not succeeds_or_stops(parts[kept[-1]]):
        raise _Cannot
    return kept


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _tidied(text: str, spans: Sequence[Span]) -> list[Span]:
    """Leave no doubled blank line, and the end of the text as it was.

    A last line that has no newline leaves none behind it: YAML tells the two apart.
    """
    tidy: list[Span] = []
    for span in spans:
        start, end = span.start, span.end
        above, below = text[:start], text[end:]
        if (above and above[-1] != "\n") or (below and text[end - 1] != "\n"):
            tidy.append(span)
        elif not below.strip():
            kept = len(above.rstrip(" \t\n"))
            tidy.append(Span(kept + 1 if kept and text.endswith("\n") else kept, len(text)))
        elif not above.removesuffix("\n").rpartition("\n")[2].strip():
            blank = below[: len(below) - len(below.lstrip(" \t\n"))]
            tidy.append(Span(start, end + blank.rfind("\n") + 1))
        else:
            tidy.append(span)
    return tidy


def _without(text: str, spans: Iterable[Span]) -> str:
    return splice(text, [Edit(span.start, span.end, "") for span in spans])


_Signature: TypeAlias = "list[tuple[object, ...]]"


def _proven(script: Script, spans: Sequence[Span], targets: frozenset[tuple[int, int]]) -> bool:
    """Whether the rest is the script without the targets, and nothing else is gone."""
    rest = parse(_without(script.text, spans))
    if rest.error is not None or _signature(rest, ()) != _signature(script, spans):
        return False
    return all(
        is_inert(command)
        or command.name in {"exit", "return"}
        or any(start <= command.start and command.end <= end for start, end in targets)
        for command in script.commands
        if _covered(command.start, command.end, spans)
    )


def _covered(start: int, end: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= start and end <= span.end for span in spans)


def _signature(script: Script, spans: Sequence[Span]) -> _Signature:
    """Every command as it reads when `spans` are gone, with where it stands."""

    def read(start: int, end: int) -> str:
        inside = [
            Span(max(s.start, start) - start, min(s.end, end) - start)
            for s in spans
            if s.start < end and start < s.end
        ]
        return _without(script.text[start:end], inside)

    signature: _Signature = []
    for command in script.commands:
        if _covered(command.start, command.end, spans):
            continue
        tokens = _tokens(command)
        bodies = [
            script.heredocs[redirect.start]
            for redirect in command.redirects
            if redirect.start in script.heredocs
        ]
        signature.append(
            (
                [read(t.start, t.end) for t in tokens if not _covered(t.start, t.end, spans)],
                [read(body.start, body.end) for body in bodies],
                [nesting for nesting in command.within if nesting not in {"and", "or"}],
            )
        )
    return signature
