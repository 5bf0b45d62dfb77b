"""git's configuration format, read without git, so that nothing it names is started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Setting", "parse_git_config"]

_SECTION = re.compile(r'\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\\n]|\\.)*)")?\s*\]')
_KEY = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)[ \t]*")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `[section "subsection"]` and `key = value`."""

    section: str
    subsection: str
    key: str
    value: str


def parse_git_config(text: str) -> Iterator[Setting]:
    """The settings in their order, by the rules of https://git-scm.com/docs/git-config#_syntax.

    `include` is yielded like any other and not followed. A line that git would refuse is passed
    over: this is for finding a default to show, not for judging the file.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    section, subsection, position = "", "", 0
    while position < len(text):
        header = _SECTION.match(text, position)
        if header is not None:
            section, _, old_style = header[1].lower().partition(".")
            quoted = header[2]
            subsection = old_style if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            position = header.end()
        key = _KEY.match(text, position)
        if key is None or not section:
            end = text.find("\n", position)
            position = len(text) if end < 0 else end + 1
            continue
        value, position = _value(text, key.end()) if key[2] else ("true", key.end())
        yield Setting(section, subsection, key[1].lower(), value)


def _value(text: str, position: int) -> tuple[str, int]:
    """The value that starts here, and where the next line does."""
    pieces: list[str] = []
    kept = 0  # pieces that the trimming of spaces at the end leaves
    quoted = False
    while position < len(text) and (character := text[position]) != "\n":
        position += 1
        if character == '"':
            quoted = not quoted
            kept = len(pieces)
        elif character in "#;" and not quoted:
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif character == "\\" and position < len(text):
            escaped = text[position]
            position += 1
            if escaped != "\n":
                pieces.append(_ESCAPES.get(escaped, escaped))
                kept = len(pieces)
        else:
            pieces.append(character)
            if quoted or character not in " \t":
                kept = len(pieces)
    return "".join(pieces[:kept]), position + 1
