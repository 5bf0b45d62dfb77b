"""The words of a shell script: quotes, expansions, redirections, here-documents, comments."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from tp_init.shell.expressions import MASK, masked
from tp_init.shell.syntax import Block, Command, Heredoc, Nesting, Part, Redirect, Span, Use, Word

__all__ = ["MAX_COMMANDS", "MAX_DEPTH", "WORD_ENDS", "Lexer", "ShellSyntaxError"]

_Placed = TypeVar("_Placed", Command, Use, Block)

MAX_DEPTH = 40
MAX_COMMANDS = 5_000  # reading these takes less than a second
WORD_ENDS = frozenset(" \t\n;&|()<>")

_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_PLAIN = re.compile(r"[^ \t\n;&|()<>\\'\"$`\x01]+")
_PLAIN_ARGUMENT = re.compile(
    r"[ \t]+([^ \t\n;&|()<>\\'\"$`\x01#{0-9][^ \t\n;&|()<>\\'\"$`\x01]*)(?=[ \t\n;])"
)
_PLAIN_QUOTED = re.compile(r"[^\\\"$`\x01]+")
_PLAIN_BODY = re.compile(r"[^\\$`\x01]+")
_PLAIN_BRACES = re.compile(r"[^\\'\"$`}]+")
_PLAIN_PARENS = re.compile(r"[^\\'\"$`()]+")
_BACKTICKS = re.compile(r"(?:[^`\\]|\\[^`\"])*+`")
_PARAMETER = re.compile(r"[A-Za-z_]\w*|[0-9]|[-@*#?$!]", re.ASCII)
_REDIRECT_STARTS = frozenset("<>&{0123456789")
_REDIRECT = re.compile(r"(\d+|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<>|<&|<|&>>|&>|>>|>&|>\||>)", re.ASCII)
_ANSI_ESCAPE = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})"
    r"|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))"
)
_ANSI = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))


class ShellSyntaxError(Exception):
    """The script is not what this parser understands, from `offset` on."""

    def __init__(self, offset: int) -> None:
        """Keep the place."""
        self.offset = offset
        super().__init__(f"syntax error at offset {offset}")


class _Parts:
    """Collects the pieces of a word; literal text that stands side by side becomes one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[Part] = []
        self._start = self._end = -1  # the literal text that still grows

    def literal(self, start: int, end: int) -> None:
        """Text that means itself."""
        if start != self._end:
            self._flush()
            self._start = start
        self._end = end

    def add(self, part: Part) -> None:
        self._flush()
        self._parts.append(part)

    def done(self) -> tuple[Part, ...]:
        self._flush()
        return tuple(self._parts)

    def _flush(self) -> None:
        if self._start >= 0:
            text = self._text[self._start : self._end]
            self._parts.append(Part("text", text, self._start, self._end))
        self._start = self._end = -1


@dataclass(slots=True)
class _Pending:
    """A here-document whose body has not been reached."""

    start: int
    delimiter: str
    quoted: bool
    indented: bool


class Lexer(ABC):
    """A place in a script, and what can be read from there without knowing what a statement is.

    Attributes:
        commands: every simple command, in the order in which they end.
        uses: every variable that is read.
        heredocs: the here-documents, by the offset of their redirection.
        comments: where the comments stand.
    """

    def __init__(self, text: str, masks: tuple[Span, ...]) -> None:
        """Take the text and the places of its `${{ … }}`."""
        self.text = text
        self.commands: list[Command] = []
        self.uses: list[Use] = []
        self.heredocs: dict[int, Heredoc] = {}
        self.comments: list[Span] = []
        self._masks = {span.start: span.end for span in masks}
        self._source = masked(text, masks)
        self._at = 0
        self._end = len(text)
        self._depth = 0
        self._within: tuple[Nesting, ...] = ()
        self._pending: list[_Pending] = []
        self._nested: list[Block] = []
        self._two_subshells: set[int] = set()

    @abstractmethod
    def _block(self, *stops: str, opener: int, empty: bool = False) -> Block:
        """Statements up to one of `stops` (which is left there) or the end."""

    # Words

    def _redirect(self) -> Redirect | None:
        if self._source[self._at : self._at + 1] not in _REDIRECT_STARTS:
            return None
        match = _REDIRECT.match(self._source, self._at, self._end)
        if not match or (match[2] in {"<", ">"} and self._source.startswith("(", match.end())):
            return None
        start = self._at
        self._at = match.end()
        self._skip_blanks()
        target = self._word()
        if target.text.isdigit() and self._looking_at("<", ">"):
            raise ShellSyntaxError(target.start)  # it is the descriptor of the next redirection
        if match[2] in {"<<", "<<-"}:
            quoted = any(char in target.text for char in "\\'\"")
            self._pending.append(_Pending(start, target.resolved, quoted, match[2] == "<<-"))
        return Redirect(match[2], match[1] or "", target, start, target.end)

    def _plain_words(self) -> Iterator[Word]:
        """The arguments that follow, as long as nothing in them is special: nearly all are."""
        while match := _PLAIN_ARGUMENT.match(self._source, self._at, self._end):
            self._at = end = match.end()
            start = match.start(1)
            yield Word(match[1], start, end, (Part("text", match[1], start, end),))

    def _word(self, also: str = "") -> Word:
        """One word; the characters of `also` do not end it (for the patterns of `=~`)."""
        start, first_use = self._at, len(self.uses)
        parts = _Parts(self.text)
        while self._at < self._end:
            char = self._source[self._at]
            if match := _PLAIN.match(self._source, self._at, self._end):
                self._take(parts, match.end())
            elif char in WORD_ENDS:
                if not self._inside_word(parts, also, first=self._at == start):
                    break
            elif char == "'":
                self._at += 1
                self._literal(parts, self._find("'"))
                self._at += 1
            elif char == '"':
                self._quoted(parts)
            else:
                self._special(parts, quoted=False)
        if self._at == start:
            raise ShellSyntaxError(start)
        return Word(
            self.text[start : self._at],
            start,
            self._at,
            parts.done(),
            tuple(dict.fromkeys(use.name for use in self.uses[first_use:])),
            self._expressions(start, self._at),
        )

    def _inside_word(self, parts: _Parts, also: str, *, first: bool) -> bool:
        """Pass over a character that ends a word, where it does not; whether it did not."""
        if self._looking_at("<(", ">("):
            self._substitution(parts)
        elif self._looking_at("(") and not first and self._source[self._at - 1] in "?*+@!":
            self._take(parts, self._balanced())
        elif self._source[self._at] in also:
            self._take(parts, self._at + 1)
        else:
            return False
        return True

    def _expressions(self, start: int, end: int) -> tuple[str, ...]:
        found: list[str] = []
        at = self._source.find(MASK, start, end)
        while at >= 0:
            stop = self._masks.get(at, at + 1)
            if at in self._masks:
                found.append(self.text[at:stop])
            at = self._source.find(MASK, stop, end)
        return tuple(found)

    def _take(self, parts: _Parts, end: int) -> None:
        parts.literal(self._at, end)
        self._at = end

    def _literal(self, parts: _Parts, end: int) -> None:
        """Text in which only `${{ … }}` is special."""
        while self._at < end:
            mask = self._source.find(MASK, self._at, end)
            if mask == self._at:
                self._special(parts, quoted=True)
            else:
                self._take(parts, mask if mask >= 0 else end)

    def _quoted(self, parts: _Parts) -> None:
        start = self._at
        self._at += 1
        if self._looking_at('"'):
            parts.literal(self._at, self._at)
        while not self._looking_at('"'):
            if self._at >= self._end:
                raise ShellSyntaxError(start)
            if match := _PLAIN_QUOTED.match(self._source, self._at, self._end):
                self._take(parts, match.end())
            else:
                self._special(parts, quoted=True)
        self._at += 1

    def _special(self, parts: _Parts, *, quoted: bool) -> None:
        r"""What stands at `\`, `$`, a backtick or a mask."""
        char = self._source[self._at]
        if char == "\\":
            self._escape(parts, quoted=quoted)
        elif char == "$":
            self._dollar(parts, quoted=quoted)
        elif char == "`":
            self._backticks(parts)
        elif end := self._masks.get(self._at):
            parts.add(Part("expression", self.text[self._at : end], self._at, end))
            self._at = end
        else:
            self._take(parts, self._at + 1)

    def _escape(self, parts: _Parts, *, quoted: bool) -> None:
        after = self._source[self._at + 1 : min(self._at + 2, self._end)]
        if after == "\n":
            self._at += 2
        elif not after or (quoted and after not in '$`"\\') or after == MASK:
            self._take(parts, self._at + 1)
        else:
            parts.add(Part("text", self.text[self._at + 1], self._at, self._at + 2))
            self._at += 2

    def _dollar(self, parts: _Parts, *, quoted: bool) -> None:
        start = self._at
        if self._looking_at("$(("):
            end = self._arithmetic(start + 3)
            if end is not None:
                self._at = end
                parts.add(Part("substitution", self.text[start:end], start, end))
                return
        if self._looking_at("$("):
            self._substitution(parts)
        elif self._looking_at("${"):
            name = self._braces(quoted=quoted)
            parts.add(Part("variable", self.text[start : self._at], start, self._at, name))
            self.uses.append(Use(name, start, self._at))
        elif match := _PARAMETER.match(self._source, start + 1, self._end):
            self._at = match.end()
            parts.add(Part("variable", self.text[start : self._at], start, self._at, match[0]))
            self.uses.append(Use(match[0], start, self._at))
        elif self._looking_at("$'") and not quoted:
            self._ansi(parts)
        elif self._looking_at('$"') and not quoted:
            self._at += 1
            self._quoted(parts)
        else:
            self._take(parts, start + 1)

    def _ansi(self, parts: _Parts) -> None:
        start = self._at
        self._at += 2
        while not self._looking_at("'"):
            if self._at >= self._end:
                raise ShellSyntaxError(start)
            match = _ANSI_ESCAPE.match(self._source, self._at, self._end)
            if match:
                parts.add(Part("text", _ansi_character(match), self._at, match.end()))
                self._at = match.end()
            elif self._source[self._at] == MASK:
                self._special(parts, quoted=True)
            else:
                self._take(parts, self._at + 1)
        self._at += 1

    def _substitution(self, parts: _Parts) -> None:
        """`$(…)`, `<(…)` or `>(…)`."""
        start = self._at
        self._at += 2
        pending, self._pending = self._pending, []
        with self._in("substitution"):
            block = self._block(")", opener=start, empty=True)
        if self._pending:
            raise ShellSyntaxError(self._at)
        self._pending = pending
        self._at += 1
        self._nested.append(block)
        parts.add(Part("substitution", self.text[start : self._at], start, self._at))

    def _backticks(self, parts: _Parts) -> None:
        start = self._at
        match = _BACKTICKS.match(self._source, start + 1, self._end)
        if not match:
            raise ShellSyntaxError(start)
        with self._in("substitution"):
            self._inside(Span(start + 1, match.end() - 1))
        self._at = match.end()
        parts.add(Part("substitution", self.text[start : self._at], start, self._at))

    def _braces(self, *, quoted: bool) -> str:
        """`${…}`: the name of its variable; what else stands in it is only passed over."""
        start = self._at
        self._at += 2
        if self._source[self._at : self._at + 1] in {"!", "#"} and not self._looking_at("#}", "!}"):
            self._at += 1
        match = _PARAMETER.match(self._source, self._at, self._end)
        with self._deeper():
            while not self._looking_at("}"):
                self._pass_over(_PLAIN_BRACES, start, quoted=quoted)
        self._at += 1
        return match[0] if match else ""

    def _pass_over(self, plain: re.Pattern[str], start: int, *, quoted: bool) -> None:
        """One step through text that is not kept, with its quotes and expansions."""
        if self._at >= self._end:
            raise ShellSyntaxError(start)
        char = self._source[self._at]
        if match := plain.match(self._source, self._at, self._end):
            self._at = match.end()
        elif char == "\\":
            self._at = min(self._at + 2, self._end)
        elif char == "'":
            self._at = self._at + 1 if quoted else self._find("'", self._at + 1) + 1
        elif char == '"':
            self._quoted(_Parts(self.text))
        else:
            self._special(_Parts(self.text), quoted=quoted)

    def _balanced(self) -> int:
        """Where the parentheses that open here are closed."""
        start, depth = self._at, 0
        while True:
            if self._looking_at("("):
                depth += 1
                self._at += 1
            elif self._looking_at(")"):
                depth -= 1
                self._at += 1
                if not depth:
                    break
            else:
                self._pass_over(_PLAIN_PARENS, start, quoted=False)
        end, self._at = self._at, start
        return end

    def _arithmetic(self, at: int) -> int | None:
        """Where `((…))` ends, its inside starting at `at`; None if these are two subshells."""
        if at in self._two_subshells:
            return None
        start, self._at, depth, noted = self._at, at, 0, self._noted()
        with self._deeper():
            while not self._looking_at("))") or depth:
                if self._looking_at("("):
                    depth += 1
                    self._at += 1
                elif not self._looking_at(")"):
                    self._pass_over(_PLAIN_PARENS, start, quoted=False)
                elif depth:
                    depth -= 1
                    self._at += 1
                else:
                    self._two_subshells.add(at)
                    self._forget(noted, Span(at, self._at))
                    self._at = start
                    return None
        end, self._at = self._at + 2, start
        return end

    def _noted(self) -> tuple[int, int, int]:
        return len(self.commands), len(self.uses), len(self._nested)

    def _forget(self, noted: tuple[int, int, int], span: Span) -> None:
        """Drop what was noted since, inside `span`, because that is going to be read once more."""
        commands, uses, nested = noted
        self.commands[commands:] = _outside(self.commands[commands:], span)
        self.uses[uses:] = _outside(self.uses[uses:], span)
        self._nested[nested:] = _outside(self._nested[nested:], span)

    # Blanks, lines and here-documents

    def _skip_blanks(self) -> bool:
        """Pass over blanks and a comment; whether anything is left."""
        if self._at < self._end and self._source[self._at] in " \t\\":
            match = _BLANKS.match(self._source, self._at, self._end)
            self._at = match.end() if match else self._at
        if self._at < self._end and self._source[self._at] == "#":
            start = self._at
            self._at = self._find("\n", optional=True)
            self.comments.append(Span(start, self._at))
        return self._at < self._end

    def _skip_lines(self) -> None:
        while self._skip_blanks() and self._source[self._at] == "\n":
            self._at += 1
            pending, self._pending = self._pending, []
            for heredoc in pending:
                self._read_heredoc(heredoc)

    def _read_heredoc(self, pending: _Pending) -> None:
        start = line = self._at
        while True:
            if line >= self._end:
                raise ShellSyntaxError(pending.start)
            stop = self._find("\n", line, optional=True)
            text = self.text[line:stop]
            if (text.lstrip("\t") if pending.indented else text) == pending.delimiter:
                break
            line = stop + 1
        parts = self._body(start, line, quoted=pending.quoted)
        self._at = min(stop + 1, self._end)
        self.heredocs[pending.start] = Heredoc(
            pending.quoted, pending.indented, start, line, self._at, parts
        )

    def _body(self, start: int, end: int, *, quoted: bool) -> tuple[Part, ...]:
        parts = _Parts(self.text)
        outer_end, self._at, self._end = self._end, start, end
        if quoted:
            self._literal(parts, end)
        while self._at < end:
            if match := _PLAIN_BODY.match(self._source, self._at, end):
                self._take(parts, match.end())
            else:
                self._special(parts, quoted=True)
        self._end = outer_end
        return parts.done()

    # Characters

    def _looking_at(self, *texts: str) -> bool:
        return self._source.startswith(texts, self._at, self._end)

    def _find(self, char: str, at: int | None = None, *, optional: bool = False) -> int:
        found = self._source.find(char, self._at if at is None else at, self._end)
        if found >= 0:
            return found
        if not optional:
            raise ShellSyntaxError(self._at)
        return self._end

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        if self._depth >= MAX_DEPTH:
            raise ShellSyntaxError(self._at)
        self._depth += 1
        yield
        self._depth -= 1

    @contextmanager
    def _in(self, nesting: Nesting) -> Iterator[None]:
        outer, self._within = self._within, (*self._within, nesting)
        try:
            yield
        finally:
            self._within = outer

    def _inside(self, span: Span) -> None:
        """Read a stretch of the text as a script of its own, where it stands."""
        at, end, pending = self._at, self._end, self._pending
        self._at, self._end, self._pending = span.start, span.end, []
        block = self._block(opener=span.start, empty=True)
        if self._at < self._end or self._pending:
            raise ShellSyntaxError(self._at)
        self._at, self._end, self._pending = at, end, pending
        self._nested.append(block)


def _outside(things: Sequence[_Placed], span: Span) -> list[_Placed]:
    return [t for t in things if not (span.start <= t.start and t.end <= span.end)]


def _ansi_character(match: re.Match[str]) -> str:
    letter, octal, *codes = match.groups()
    if letter:
        return _ANSI.get(letter, letter)
    code = int(octal, 8) & 0xFF if octal else int(next(c for c in codes if c), 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
