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
from dataclasses import replace
from itertools import pairwise

from tp_init.shell.expressions import expressions
from tp_init.shell.lexer import MAX_COMMANDS, WORD_ENDS, Lexer, ShellSyntaxError
from tp_init.shell.syntax import (
    Assignment,
    Block,
    Command,
    Part,
    Redirect,
    Span,
    Statement,
    Use,
    Word,
)
from tp_init.shell.wrappers import unwrap

__all__ = ["Parser"]

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^]\s]*\])?\+?=", re.ASCII)
_TIME_OPTION = re.compile(r"-p(?=[ \t])")
_IN = re.compile(r"in(?=[ \t\n;]|\\\n)")
_BAR = re.compile(r"\|")
_CASE_END = re.compile(r";;&|;;|;&")
_TEST_END = re.compile(r"\]\](?=[ \t\n;&|)]|\Z)")
_PARENTHESES = re.compile(r"[ \t]*\([ \t]*\)")
_FUNCTION_NAME = re.compile(r"[^\s;&|()<>\\'\"$`\x01]+")
_FUNCTION = re.compile(r"[^\s;&|()<>\\'\"$`\x01={}]+" + _PARENTHESES.pattern)
_SUBSCRIPT = re.compile(r"[A-Za-z_]\w*\[(?![^]\s]*\])", re.ASCII)
_RESERVED_STARTS = frozenset("itefswudc[]{}!")
_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc"
    r"|in|\[\[|\]\]|[{}!])(?=(?:\\\n)*(?:[ \t\n;&|()<>]|\Z))"
)
_DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})


class Parser(Lexer):
    """Reads one script; also after an error, the attributes hold what was seen until then."""

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

    def _block(self, *stops: str, opener: int, empty: bool = False) -> Block:
        """Statements up to one of `stops` (which is left there) or the end."""
        start = self._at
        statements: list[Statement] = []
        with self._deeper():
            while True:
                self._skip_lines()
                if self._at >= self._end or self._stops(stops):
                    break
                statements.append(self._and_or())
                self._skip_blanks()
                if self._looking_at(";;", ";&") or not self._separator():
                    break
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
            if word == "time" and _TIME_OPTION.match(self._source, self._at):
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
            if _IN.match(self._source, self._at, self._end):
                self._at += 2
                while self._skip_blanks() and self._source[self._at] not in WORD_ENDS:
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
        self._match(_IN)
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
            self._match(_CASE_END)
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
            self._match(_BAR)

    def _function(self, start: int, *, keyword: bool) -> Statement | None:
        if keyword:
            self._keyword("function")
            self._skip_blanks()
            self._match(_FUNCTION_NAME)
            if match := _PARENTHESES.match(self._source, self._at, self._end):
                self._at = match.end()
        else:
            match = _FUNCTION.match(self._source, self._at, self._end)
            if not match:
                return None
            self._at = match.end()
        self._skip_lines()
        with self._in("function"), self._deeper():
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
            if _TEST_END.match(self._source, self._at):
                self._at += 2
                return Statement("test", start, self._at)
            if self._source.startswith("=~", self._at):
                self._at += 2
                self._skip_blanks()
                self._word(also="()|<>")
            elif self._looking_at("<(", ">("):
                self._word()
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
        start, noted = self._at, self._noted()
        words: list[Word] = []
        prefixes: list[Assignment] = []
        redirects: list[Redirect] = []
        declared: list[Assignment] = []
        end = start
        while self._skip_blanks():
            if redirect := self._redirect():
                redirects.append(redirect)
            elif self._source[self._at] in WORD_ENDS and not self._looking_at("<(", ">("):
                break
            elif not words and (assignment := self._assignment()):
                prefixes.append(assignment)
            elif words and words[0].text in _DECLARING and (assignment := self._assignment()):
                declared.append(assignment)
                words.append(self._reread(assignment))
            else:
                words.append(self._word())
                if words[0].text not in _DECLARING:
                    words += self._plain_words()
            end = self._at
        if end == start or len(self.commands) >= MAX_COMMANDS:
            raise ShellSyntaxError(start)
        if not words and not redirects:
            return Statement("assignment", start, end, assignments=tuple(prefixes))
        found = unwrap(words)
        given = [replace(assignment, exported=True) for assignment in prefixes]
        given += [_given(word) for word in found.assigned]
        command = Command(
            tuple(words),
            tuple(given),
            tuple(redirects),
            start,
            end,
            found.argv,
            found.wrappers if found.script is None else found.wrappers[:-1],
            self._within,
        )
        if found.script is not None:
            self._script(found.script, found.wrappers, noted)
        self.commands.append(command)
        exported = bool(declared) and _exports(words)
        return Statement(
            "command",
            start,
            end,
            command,
            tuple(replace(assignment, exported=exported) for assignment in declared),
        )

    def _script(self, word: Word, wrappers: tuple[str, ...], noted: tuple[int, int, int]) -> None:
        """Read the string of `sh -c`."""
        self._forget(noted, Span(word.start, word.end))
        first = len(self.commands)
        if _stands_as_written(word):
            with self._in("script"):
                self._inside(Span(word.parts[0].start, word.parts[-1].end))
        else:
            self._apart(word)
        for index in range(first, len(self.commands)):
            inner = self.commands[index]
            self.commands[index] = replace(inner, wrappers=wrappers + inner.wrappers)

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

    def _assignment(self) -> Assignment | None:
        match = _ASSIGNMENT.match(self._source, self._at, self._end)
        if not match:
            if _SUBSCRIPT.match(self._source, self._at, self._end):
                raise ShellSyntaxError(self._at)  # bash looks for the `]`, over blanks and lines
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
            self._source[self._at] not in WORD_ENDS or self._looking_at("<(", ">(")
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

    def _reserved(self) -> str:
        if self._source[self._at : self._at + 1] not in _RESERVED_STARTS:
            return ""
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
