"""A parser of POSIX shell and bash that keeps the place of everything.

Why not tree-sitter-bash (0.25.1, measured 2026-11): on 100 kB of `a|` it takes all memory until
the process is killed, on 48 kB of `a=(` 16 seconds, and offers no limit; it reads `time { a; }` as
commands named `{` and `}`, does not see backticks in a here-document, attaches the redirection of
`a && b > f` to both commands, and rejects `cmd > f <<< x` and two here-documents on a line. Here,
time is linear, depth is bounded, and what is accepted is tested against `bash -n`.

The parser errs on the side of an error: callers then leave the script to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise

from tp_init.shell.syntax import (
    Assignment,
    Block,
    Command,
    Heredoc,
    Nesting,
    Part,
    Redirect,
    Span,
    Statement,
    Use,
    Word,
)
from tp_init.shell.wrappers import unwrap

__all__ = ["MAX_DEPTH", "Parser", "ShellSyntaxError", "expressions"]

MAX_DEPTH = 40

_MASK = "\x01"  # stands for each character of `${{ … }}`, so that no rule of the shell sees them
_EXPRESSION_STEP = re.compile(r"'|\}\}")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_PLAIN = re.compile(r"[^ \t\n;&|()<>\\'\"$`\x01]+")
_PLAIN_QUOTED = re.compile(r"[^\\\"$`\x01]+")
_PLAIN_BODY = re.compile(r"[^\\$`\x01]+")
_PLAIN_BRACES = re.compile(r"[^\\'\"$`}]+")
_PLAIN_PARENS = re.compile(r"[^\\'\"$`()]+")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PARAMETER = re.compile(r"[A-Za-z_]\w*|[0-9]|[-@*#?$!]", re.ASCII)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^]\s]*\])?\+?=", re.ASCII)
_REDIRECT = re.compile(r"(\d+|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<>|<&|<|&>>|&>|>>|>&|>\||>)", re.ASCII)
_WORD_ENDS = frozenset(" \t\n;&|()<>")
_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc"
    r"|\[\[|[{}!])(?=[ \t\n;&|()<>]|\\\n|\Z)"
)
_DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})
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


def expressions(text: str) -> tuple[Span, ...]:
    """Where the `${{ … }}` of GitHub stand; a quoted `}}` does not end one."""
    found: list[Span] = []
    start = text.find("${{")
    while start >= 0:
        end = _expression_end(text, start + 3)
        if end < 0:
            break
        found.append(Span(start, end))
        start = text.find("${{", end)
    return tuple(found)


def _expression_end(text: str, index: int) -> int:
    begin = index
    while step := _EXPRESSION_STEP.search(text, index):
        if step[0] == "}}":
            return step.end()
        quote = text.find("'", step.end())
        if quote < 0:
            break
        index = quote + 1
    plain = text.find("}}", begin)
    return plain + 2 if plain >= 0 else -1


class _Parts:
    """Collects the pieces of a word; literal text that stands side by side becomes one."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    def text(self, text: str, start: int, end: int) -> None:
        last = self.parts[-1] if self.parts else None
        if (
            last is not None
            and last.kind == "text"
            and last.end == start
            and last.verbatim
            and len(text) == end - start
        ):
            self.parts[-1] = Part("text", last.text + text, last.start, end)
        else:
            self.parts.append(Part("text", text, start, end))


@dataclass(slots=True)
class _Pending:
    """A here-document whose body has not been reached."""

    start: int
    delimiter: str
    quoted: bool
    indented: bool


class Parser:
    """Reads one script. After `parse()`, or the error it raised, the attributes hold what was seen.

    Attributes:
        commands: every simple command; one in a string that is read twice (by this shell and by
            `sh -c`) comes twice.
        uses: every variable that is read; the same holds.
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
        self._source = _masked(text, masks)
        self._at = 0
        self._end = len(text)
        self._depth = 0
        self._within: tuple[Nesting, ...] = ()
        self._pending: list[_Pending] = []
        self._nested: list[Block] = []
        self._two_subshells: set[int] = set()

    def parse(self) -> Block:
        """Read the whole script.

        Raises:
            ShellSyntaxError: it is not a script that bash would accept, or one that this parser
                does not understand.
        """
        block = self._block(opener=0, empty=True)
        if self._at < self._end or self._pending:
            raise ShellSyntaxError(self._at)
        return block

    # Statements

    def _block(self, *stops: str, opener: int, empty: bool = False) -> Block:
        """Statements up to one of `stops` (which is left there) or the end."""
        if self._depth >= MAX_DEPTH:
            raise ShellSyntaxError(self._at)
        self._depth += 1
        start = self._at
        statements: list[Statement] = []
        while True:
            self._skip_lines()
            if self._at >= self._end or self._stops(stops):
                break
            statements.append(self._and_or())
            self._skip_blanks()
            if self._looking_at(";;", ";&") or not self._separator():
                break
        self._depth -= 1
        if (stops and not self._stops(stops)) or (not statements and not empty):
            raise ShellSyntaxError(self._at)
        return Block(opener, start, self._at, tuple(statements))

    def _stops(self, stops: tuple[str, ...]) -> bool:
        reserved = self._reserved()
        return any(
            reserved == stop if stop.isalpha() or stop == "}" else self._looking_at(stop)
            for stop in stops
        )

    def _separator(self) -> bool:
        if self._at < self._end and self._source[self._at] in ";&\n":
            if self._source[self._at] != "\n":
                self._at += 1
            return True
        return False

    def _and_or(self) -> Statement:
        parts, operators = [self._pipeline()], list[str]()
        self._skip_blanks()
        while self._looking_at("&&", "||"):
            operators.append(self._source[self._at : self._at + 2])
            self._at += 2
            self._skip_lines()
            with self._in("and" if operators[-1] == "&&" else "or"):
                parts.append(self._pipeline())
            self._skip_blanks()
        if not operators:
            return parts[0]
        return Statement(
            "list", parts[0].start, parts[-1].end, parts=tuple(parts), operators=tuple(operators)
        )

    def _pipeline(self) -> Statement:
        start, negated, prefixed = self._at, False, False
        while (word := self._reserved()) in {"!", "time"}:
            self._at += len(word)
            self._skip_blanks()
            if word == "time" and re.compile(r"-p(?=[ \t])").match(self._source, self._at):
                self._at += 2
                self._skip_blanks()
            negated ^= word == "!"
            prefixed = True
        parts, operators = [self._command()], list[str]()
        self._skip_blanks()
        while self._looking_at("|") and not self._looking_at("||"):
            operators.append("|&" if self._looking_at("|&") else "|")
            self._at += len(operators[-1])
            self._skip_lines()
            parts.append(self._command())
            self._skip_blanks()
        if not operators and not prefixed:
            return parts[0]
        return Statement(
            "pipeline",
            start,
            parts[-1].end,
            negated=negated,
            parts=tuple(parts),
            operators=tuple(operators),
        )

    def _command(self) -> Statement:
        outer, self._nested = self._nested, []
        try:
            statement = self._construct() or self._simple()
            return replace(statement, nested=tuple(self._nested)) if self._nested else statement
        finally:
            self._nested = outer

    def _construct(self) -> Statement | None:
        start = self._at
        if self._looking_at("((") and (end := self._arithmetic(start + 2)) is not None:
            self._at = end
            return self._with_redirects(Statement("test", start, end))
        if self._looking_at("("):
            self._at += 1
            with self._in("subshell"):
                body = self._block(")", opener=start)
            self._at += 1
            return self._with_redirects(Statement("subshell", start, self._at, bodies=(body,)))
        reserved = self._reserved()
        if not reserved:
            return self._function(start, keyword=False)
        reader = {
            "{": self._group,
            "if": self._if,
            "while": self._while,
            "until": self._while,
            "for": self._for,
            "select": self._for,
            "case": self._case,
            "[[": self._test,
        }.get(reserved)
        if reader:
            return self._with_redirects(reader(start))
        if reserved == "function":
            return self._function(start, keyword=True)
        raise ShellSyntaxError(start)

    def _group(self, start: int) -> Statement:
        with self._in("group"):
            body = self._delimited("{", "}")
        return Statement("group", start, self._at, bodies=(body,))

    def _delimited(self, opening: str, closing: str) -> Block:
        opener = self._keyword(opening)
        block = self._block(closing, opener=opener)
        self._keyword(closing)
        return block

    def _if(self, start: int) -> Statement:
        conditions: list[Block] = []
        bodies: list[Block] = []
        word = "if"
        while word in {"if", "elif"}:
            opener = self._keyword(word)
            with self._in("condition"):
                conditions.append(self._block("then", opener=opener))
            opener = self._keyword("then")
            with self._in("if"):
                bodies.append(self._block("elif", "else", "fi", opener=opener))
            word = self._reserved()
        otherwise = None
        if word == "else":
            opener = self._keyword("else")
            with self._in("if"):
                otherwise = self._block("fi", opener=opener)
        self._keyword("fi")
        return Statement(
            "if",
            start,
            self._at,
            conditions=tuple(conditions),
            bodies=tuple(bodies),
            otherwise=otherwise,
        )

    def _while(self, start: int) -> Statement:
        opener = self._keyword(self._reserved())
        with self._in("condition"):
            condition = self._block("do", opener=opener)
        with self._in("loop"):
            body = self._delimited("do", "done")
        return Statement("loop", start, self._at, conditions=(condition,), bodies=(body,))

    def _for(self, start: int) -> Statement:
        self._keyword(self._reserved())
        self._skip_blanks()
        if self._looking_at("(("):
            end = self._arithmetic(self._at + 2)
            if end is None:
                raise ShellSyntaxError(self._at)
            self._at = end
        else:
            self._match(_NAME)
            self._skip_lines()
            if re.compile(r"in(?=[ \t\n;]|\\\n)").match(self._source, self._at, self._end):
                self._at += 2
                while self._skip_blanks() and self._source[self._at] not in _WORD_ENDS:
                    self._word()
        self._skip_blanks()
        if self._looking_at(";"):
            self._at += 1
        self._skip_lines()
        with self._in("loop"):
            body = (
                self._delimited("{", "}")
                if self._reserved() == "{"
                else self._delimited("do", "done")
            )
        return Statement("loop", start, self._at, bodies=(body,))

    def _case(self, start: int) -> Statement:
        self._keyword("case")
        self._skip_blanks()
        self._word()
        self._skip_lines()
        self._match(re.compile(r"in(?=[ \t\n]|\\\n)"))
        bodies: list[Block] = []
        self._skip_lines()
        while self._reserved() != "esac":
            if self._looking_at("("):
                self._at += 1
            self._patterns()
            opener = self._at
            with self._in("case"):
                bodies.append(self._block(";;", ";&", "esac", opener=opener, empty=True))
            if self._reserved() == "esac":
                break
            self._match(re.compile(r";;&|;;|;&"))
            self._skip_lines()
        self._keyword("esac")
        return Statement("case", start, self._at, bodies=tuple(bodies))

    def _patterns(self) -> None:
        while True:
            self._skip_blanks()
            self._word()
            self._skip_blanks()
            if self._looking_at(")"):
                self._at += 1
                return
            self._match(re.compile(r"\|"))

    def _function(self, start: int, *, keyword: bool) -> Statement | None:
        parentheses = re.compile(r"[ \t]*\([ \t]*\)")
        if keyword:
            self._keyword("function")
            self._skip_blanks()
            self._match(re.compile(r"[^\s;&|()<>\\'\"$`\x01]+"))
            if match := parentheses.match(self._source, self._at, self._end):
                self._at = match.end()
        else:
            name = re.compile(r"[^\s;&|()<>\\'\"$`\x01={}]+" + parentheses.pattern)
            match = name.match(self._source, self._at, self._end)
            if not match:
                return None
            self._at = match.end()
        self._skip_lines()
        with self._in("function"):
            body = self._construct()
        if body is None or body.kind == "function":
            raise ShellSyntaxError(self._at)
        block = Block(body.start, body.start, body.end, (body,))
        return Statement("function", start, body.end, bodies=(block,))

    def _test(self, start: int) -> Statement:
        """`[[ … ]]`: its words are read, its grammar is left to the shell."""
        self._at += 2
        while True:
            self._skip_blanks()
            if self._at >= self._end:
                raise ShellSyntaxError(start)
            if re.compile(r"\]\](?=[ \t\n;&|)]|\Z)").match(self._source, self._at):
                self._at += 2
                return Statement("test", start, self._at)
            if self._source.startswith("=~", self._at):
                self._at += 2
                self._skip_blanks()
                self._word(also="()|<>")
            elif self._source[self._at] in "\n()<>" or self._looking_at("&&", "||"):
                self._at += 2 if self._looking_at("&&", "||") else 1
            else:
                self._word()

    def _with_redirects(self, statement: Statement) -> Statement:
        redirects: list[Redirect] = []
        end = self._at
        while self._skip_blanks() and (redirect := self._redirect()):
            redirects.append(redirect)
            end = redirect.end
        self._at = max(self._at, end)
        if not redirects:
            return statement
        return replace(statement, end=end, redirects=tuple(redirects))

    def _simple(self) -> Statement:
        start = end = self._at
        words: list[Word] = []
        prefixes: list[Assignment] = []
        redirects: list[Redirect] = []
        declared: list[Assignment] = []
        while self._skip_blanks() and (redirects_or_word := self._at) < self._end:
            if redirect := self._redirect():
                redirects.append(redirect)
            elif self._source[self._at] in _WORD_ENDS:
                if not self._looking_at("<(", ">("):
                    break
                words.append(self._word())
            elif not words and (assignment := self._assignment()):
                prefixes.append(assignment)
            elif words and words[0].text in _DECLARING and (assignment := self._assignment()):
                declared.append(assignment)
                words.append(self._reread(assignment))
            else:
                words.append(self._word())
            end = self._at
            if end == redirects_or_word:
                raise ShellSyntaxError(end)
        if end == start:
            raise ShellSyntaxError(start)
        if not words and not redirects:
            return Statement("assignment", start, end, assignments=tuple(prefixes))
        command = self._look_through(
            Command(
                tuple(words), tuple(prefixes), tuple(redirects), start, end, (), (), self._within
            )
        )
        exported = bool(words) and _exports(words)
        return Statement(
            "command",
            start,
            end,
            command=command,
            assignments=tuple(replace(a, exported=exported) for a in declared),
        )

    def _look_through(self, command: Command) -> Command:
        """Find the wrapped command, read the string of `sh -c`, and note the command down."""
        found = unwrap(command.words)
        given = tuple(_given(word) for word in found.assigned)
        command = replace(
            command,
            assignments=tuple(replace(a, exported=True) for a in command.assignments) + given,
            argv=found.argv,
            wrappers=found.wrappers if found.script is None else found.wrappers[:-1],
        )
        self.commands.append(command)
        if found.script is not None:
            first = len(self.commands)
            if _stands_as_written(found.script):
                parts = found.script.parts
                with self._in("script"):
                    self._inside(Span(parts[0].start, parts[-1].end))
            else:
                self._apart(found.script)
            for index in range(first, len(self.commands)):
                inner = self.commands[index]
                wrappers = found.wrappers + inner.wrappers
                self.commands[index] = replace(inner, wrappers=wrappers)
        return command

    def _inside(self, span: Span) -> None:
        """Read a stretch of the text as a script of its own, where it stands."""
        at, end, pending = self._at, self._end, self._pending
        self._at, self._end, self._pending = span.start, span.end, []
        block = self._block(opener=span.start, empty=True)
        if self._at < self._end or self._pending:
            raise ShellSyntaxError(self._at)
        self._at, self._end, self._pending = at, end, pending
        self._nested.append(block)

    def _apart(self, word: Word) -> None:
        """Read a word with escapes as a script; its commands all get the place of the word."""
        text = word.resolved
        inner = Parser(text, expressions(text))
        inner._depth = self._depth + 1
        try:
            inner.parse()
        except ShellSyntaxError as error:
            raise ShellSyntaxError(word.start) from error
        for command in inner.commands:
            self.commands.append(
                replace(
                    command,
                    words=tuple(_moved(w, word) for w in command.words),
                    assignments=tuple(
                        replace(
                            a,
                            value=_moved(a.value, word) if a.value else None,
                            start=word.start,
                            end=word.end,
                        )
                        for a in command.assignments
                    ),
                    redirects=(),
                    argv=tuple(_moved(w, word) for w in command.argv),
                    start=word.start,
                    end=word.end,
                    within=(*self._within, "script", *command.within),
                )
            )
        self.uses += [Use(use.name, word.start, word.end) for use in inner.uses]

    # Words

    def _assignment(self) -> Assignment | None:
        match = _ASSIGNMENT.match(self._source, self._at, self._end)
        if not match:
            return None
        start = self._at
        self._at = match.end()
        value = None
        if self._looking_at("("):
            self._at += 1
            self._skip_lines()
            while not self._looking_at(")"):
                self._word()
                self._skip_lines()
            self._at += 1
        elif self._at < self._end and (
            self._source[self._at] not in _WORD_ENDS or self._looking_at("<(", ">(")
        ):
            value = self._word()
        return Assignment(match[1], value, start, self._at)

    def _reread(self, assignment: Assignment) -> Word:
        """An assignment that is an argument, as a word."""
        start, end, value = assignment.start, assignment.end, assignment.value
        head = Part("text", self.text[start : value.start if value else end], start, end)
        if value is None:
            return Word(self.text[start:end], start, end, (head,))
        head = replace(head, end=value.start)
        text = self.text[start:end]
        return replace(value, text=text, start=start, parts=(head, *value.parts))

    def _redirect(self) -> Redirect | None:
        match = _REDIRECT.match(self._source, self._at, self._end)
        if not match or (match[2] in {"<", ">"} and self._source.startswith("(", match.end())):
            return None
        start = self._at
        self._at = match.end()
        self._skip_blanks()
        target = self._word()
        if match[2] in {"<<", "<<-"}:
            quoted = any(char in target.text for char in "\\'\"")
            self._pending.append(_Pending(start, target.resolved, quoted, match[2] == "<<-"))
        return Redirect(match[2], match[1] or "", target, start, target.end)

    def _word(self, also: str = "") -> Word:
        """One word; the characters of `also` do not end it (for the patterns of `=~`)."""
        start, first_use = self._at, len(self.uses)
        parts = _Parts()
        while self._at < self._end:
            char = self._source[self._at]
            if match := _PLAIN.match(self._source, self._at, self._end):
                self._take(parts, match.end())
            elif self._looking_at("<(", ">("):
                self._substitution(parts)
            elif char == "(" and self._at > start and self._source[self._at - 1] in "?*+@!":
                self._take(parts, self._balanced())
            elif char in also:
                self._take(parts, self._at + 1)
            elif char in _WORD_ENDS:
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
            tuple(parts.parts),
            tuple(dict.fromkeys(use.name for use in self.uses[first_use:])),
            self._expressions(start, self._at),
        )

    def _expressions(self, start: int, end: int) -> tuple[str, ...]:
        found: list[str] = []
        at = self._source.find(_MASK, start, end)
        while at >= 0:
            stop = self._masks.get(at, at + 1)
            if at in self._masks:
                found.append(self.text[at:stop])
            at = self._source.find(_MASK, stop, end)
        return tuple(found)

    def _take(self, parts: _Parts, end: int) -> None:
        parts.text(self.text[self._at : end], self._at, end)
        self._at = end

    def _literal(self, parts: _Parts, end: int) -> None:
        """Text in which only `${{ … }}` is special."""
        while self._at < end:
            mask = self._source.find(_MASK, self._at, end)
            if mask == self._at:
                self._special(parts, quoted=True)
            else:
                self._take(parts, mask if mask >= 0 else end)

    def _quoted(self, parts: _Parts) -> None:
        start = self._at
        self._at += 1
        if self._looking_at('"'):
            parts.text("", self._at, self._at)
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
            parts.parts.append(Part("expression", self.text[self._at : end], self._at, end))
            self._at = end
        else:
            self._take(parts, self._at + 1)

    def _escape(self, parts: _Parts, *, quoted: bool) -> None:
        after = self._source[self._at + 1 : min(self._at + 2, self._end)]
        if after == "\n":
            self._at += 2
        elif not after or (quoted and after not in '$`"\\') or after == _MASK:
            self._take(parts, self._at + 1)
        else:
            parts.text(self.text[self._at + 1], self._at, self._at + 2)
            self._at += 2

    def _dollar(self, parts: _Parts, *, quoted: bool) -> None:
        start = self._at
        if self._looking_at("$(("):
            end = self._arithmetic(start + 3)
            if end is not None:
                self._at = end
                parts.parts.append(Part("substitution", self.text[start:end], start, end))
                return
        if self._looking_at("$("):
            self._substitution(parts)
        elif self._looking_at("${"):
            name = self._braces(quoted=quoted)
            parts.parts.append(Part("variable", self.text[start : self._at], start, self._at, name))
            self.uses.append(Use(name, start, self._at))
        elif match := _PARAMETER.match(self._source, start + 1, self._end):
            self._at = match.end()
            parts.parts.append(
                Part("variable", self.text[start : self._at], start, self._at, match[0])
            )
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
                parts.text(_ansi_character(match), self._at, match.end())
                self._at = match.end()
            elif self._source[self._at] == _MASK:
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
        parts.parts.append(Part("substitution", self.text[start : self._at], start, self._at))

    def _backticks(self, parts: _Parts) -> None:
        start = self._at
        match = re.compile(r"(?:[^`\\]|\\[^`\"])*`").match(self._source, start + 1, self._end)
        if not match:
            raise ShellSyntaxError(start)
        with self._in("substitution"):
            self._inside(Span(start + 1, match.end() - 1))
        self._at = match.end()
        parts.parts.append(Part("substitution", self.text[start : self._at], start, self._at))

    def _braces(self, *, quoted: bool) -> str:
        """`${…}`: the name of its variable; what else stands in it is only passed over."""
        start = self._at
        if self._depth >= MAX_DEPTH:
            raise ShellSyntaxError(start)
        self._depth += 1
        self._at += 2
        if self._source[self._at : self._at + 1] in {"!", "#"} and not self._looking_at("#}", "!}"):
            self._at += 1
        match = _PARAMETER.match(self._source, self._at, self._end)
        while not self._looking_at("}"):
            self._pass_over(_PLAIN_BRACES, start, quoted=quoted)
        self._at += 1
        self._depth -= 1
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
            self._quoted(_Parts())
        else:
            self._special(_Parts(), quoted=quoted)

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
        start, self._at, depth = self._at, at, 0
        try:
            while not self._looking_at("))") or depth:
                if self._looking_at("("):
                    depth += 1
                    self._at += 1
                elif self._looking_at(")"):
                    if not depth:
                        self._two_subshells.add(at)
                        return None
                    depth -= 1
                    self._at += 1
                else:
                    self._pass_over(_PLAIN_PARENS, start, quoted=False)
            return self._at + 2
        finally:
            self._at = start

    # Blanks, lines and here-documents

    def _skip_blanks(self) -> bool:
        """Pass over blanks and a comment; whether anything is left."""
        if match := _BLANKS.match(self._source, self._at, self._end):
            self._at = match.end()
        if self._looking_at("#"):
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
        parts = _Parts()
        outer_end, self._at, self._end = self._end, start, end
        if quoted:
            self._literal(parts, end)
        while self._at < end:
            if match := _PLAIN_BODY.match(self._source, self._at, end):
                self._take(parts, match.end())
            else:
                self._special(parts, quoted=True)
        self._end = outer_end
        return tuple(parts.parts)

    # Characters

    def _looking_at(self, *texts: str) -> bool:
        return any(self._source.startswith(text, self._at, self._end) for text in texts)

    def _reserved(self) -> str:
        match = _RESERVED.match(self._source, self._at, self._end)
        return match[0] if match else ""

    def _keyword(self, word: str) -> int:
        """Pass over a reserved word; where it stands."""
        if self._reserved() != word:
            raise ShellSyntaxError(self._at)
        start = self._at
        self._at += len(word)
        return start

    def _match(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._source, self._at, self._end)
        if not match:
            raise ShellSyntaxError(self._at)
        self._at = match.end()

    def _find(self, char: str, at: int | None = None, *, optional: bool = False) -> int:
        found = self._source.find(char, self._at if at is None else at, self._end)
        if found >= 0:
            return found
        if not optional:
            raise ShellSyntaxError(self._at)
        return self._end

    @contextmanager
    def _in(self, nesting: Nesting) -> Iterator[None]:
        outer, self._within = self._within, (*self._within, nesting)
        try:
            yield
        finally:
            self._within = outer


def _masked(text: str, masks: tuple[Span, ...]) -> str:
    pieces: list[str] = []
    done = 0
    for mask in masks:
        pieces += [text[done : mask.start], _MASK * (mask.end - mask.start)]
        done = mask.end
    return "".join([*pieces, text[done:]])


def _stands_as_written(word: Word) -> bool:
    """Whether what the shell makes of a word is a stretch of the text."""
    parts = word.parts
    return (
        bool(parts)
        and all(part.verbatim for part in parts)
        and all(a.end == b.start for a, b in pairwise(parts))
    )


def _moved(word: Word, to: Word) -> Word:
    return replace(
        word,
        start=to.start,
        end=to.end,
        parts=tuple(replace(part, start=to.start, end=to.end) for part in word.parts),
    )


def _given(word: Word) -> Assignment:
    """`NAME=value` as an argument of `env`."""
    name = word.resolved.partition("=")[0]
    head = word.parts[0]
    start = head.start + len(name) + 1
    rest = Part("text", head.text[len(name) + 1 :], start, head.end)
    parts = (rest, *word.parts[1:]) if rest.text else word.parts[1:]
    value = replace(word, text=word.text[start - word.start :], start=start, parts=parts)
    return Assignment(name, value if parts else None, word.start, word.end, exported=True)


def _exports(words: list[Word]) -> bool:
    flags = [word.text for word in words[1:] if word.text.startswith("-")]
    if words[0].text == "export":
        return not any("n" in flag for flag in flags)
    return any("x" in flag for flag in flags)


def _ansi_character(match: re.Match[str]) -> str:
    letter, octal, *codes = match.groups()
    if letter:
        return _ANSI.get(letter, letter)
    code = int(octal, 8) & 0xFF if octal else int(next(c for c in codes if c), 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
