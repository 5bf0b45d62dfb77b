"""Text from a repository made safe to show in a terminal, a log or a report."""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]

# Control characters, lone surrogates (a file name that is not UTF-8), line and paragraph
# separators, and the invisible format characters that can reorder or hide what a person reads
# (https://www.unicode.org/reports/tr9/, https://trojansource.codes).
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# Tab is harmless, and the two joiners make up emoji and Indic words.
_KEPT = frozenset("\t\u200c\u200d")


def printable(text: str) -> str:
    r"""One line of text with everything that could steer or deceive a terminal spelled out.

    A newline counts too (`\n`), so that a file name cannot start a line of its own: text of
    several lines is passed line by line. A byte that is no UTF-8 is shown as `\xNN`. The result
    can be encoded in UTF-8 and passes unchanged when it is given again.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _ESCAPED:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that it could not decode
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
