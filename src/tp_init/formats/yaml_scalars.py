"""What a YAML scalar means, and how a value is written as one.

Reading follows the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), as
GitHub does: `on`, `yes` and `1:30` are strings. Writing is careful about YAML 1.1 as well, so that
no reader in the wild takes a string for something else.
"""

from __future__ import annotations

import math
import re
from functools import cache

from tp_init.document import Value

__all__ = ["NAMED_TYPES", "is_plain", "literal_lines", "resolve", "write_key", "write_scalar"]

NAMED_TYPES = {
    "!": "str",
    **{f"tag:yaml.org,2002:{n}": n for n in ("str", "int", "float", "bool", "null", "map", "seq")},
}

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"(true|True|TRUE)|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|(0o[0-7]+)|(0x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NAN = re.compile(r"\.(?:nan|NaN|NAN)")

# Python refuses to read more digits than this as a number by default; nobody writes them.
_MAX_DIGITS = 4000

# Strings that YAML 1.1 reads as something else: booleans, octal and base 60, dates, `=` and `<<`.
_YAML_1_1 = re.compile(
    r"(?:y|yes|n|no|on|off|true|false|null|nan|inf)"
    r"|[-+]?0b[01_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[-+]?[0-9][0-9_,.]*"
    r"|\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?|=|<<",
    re.IGNORECASE,
)
_PLAIN_START = re.compile(r"(?![-?:](?:\s|$))[^\s,\[\]{}#&*!|>'\"%@`]")
_PLAIN_BREAKER = re.compile(r":(?:\s|$)|\s#|^(?:---|\.\.\.)(?:\s|$)")
_FLOW_BREAKER = re.compile(r"[,\[\]{}]|:[^ ]|\?")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def resolve(text: str, tag: str, *, plain: bool) -> Value:
    """The value of a scalar.

    Args:
        text: the scalar's text, decoded.
        tag: the tag as libyaml gives it, or an empty string.
        plain: whether it stands without quotes and is no block scalar.

    Raises:
        ValueError: the tag is unknown or does not fit the text.
    """
    if not tag:
        return _resolve_plain(text) if plain else text
    wanted = NAMED_TYPES.get(tag)
    if wanted == "str":
        return text
    value = _resolve_plain(text)
    if wanted == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    types = {"int": int, "float": float, "bool": bool, "null": type(None)}
    if wanted is None or type(value) is not types.get(wanted):
        raise ValueError(tag)
    return value


def _resolve_plain(text: str) -> Value:
    if len(text) > _MAX_DIGITS:
        return text
    if _NULL.fullmatch(text):
        return None
    if match := _BOOL.fullmatch(text):
        return match[1] is not None
    number = _resolve_number(text)
    return text if number is None else number


def _resolve_number(text: str) -> int | float | None:
    if match := _INT.fullmatch(text):
        return int(text, 0) if match[1] or match[2] else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if match := _INFINITY.fullmatch(text):
        return -math.inf if match[1] == "-" else math.inf
    return math.nan if _NAN.fullmatch(text) else None


def is_plain(text: str, *, flow: bool, key: bool = False) -> bool:
    """Whether a string can be written without quotes and is read as that string everywhere.

    A key may look like a number or a boolean (`on:`): it is a name in any case.
    """
    if not _PLAIN_START.match(text) or text != text.strip() or "\t" in text or "\n" in text:
        return False
    if _PLAIN_BREAKER.search(text) or not _printable().fullmatch(text):
        return False
    if flow and _FLOW_BREAKER.search(text):
        return False
    return key or (isinstance(_resolve_plain(text), str) and not _YAML_1_1.fullmatch(text))


def write_key(key: str, *, flow: bool, quote: str = "") -> str:
    """A mapping's key as text: with the given quote, or with one where it needs it."""
    if not quote and is_plain(key, flow=flow, key=True):
        return key
    return _quoted(key, quote or "'")


def write_scalar(value: Value, *, flow: bool, quote: str = "", fallback: str = "'") -> str:
    """A single value as one line of text.

    Args:
        value: the value; no collection.
        flow: whether it stands within `[]` or `{}`.
        quote: the quote to put round it in any case (a number becomes a string), or "".
        fallback: the quote to use for a string that needs one.
    """
    text = value if isinstance(value, str) else _write_other(value)
    if quote:
        return _quoted(text, quote)
    if isinstance(value, str) and not is_plain(value, flow=flow):
        return _quoted(value, fallback)
    return text


def _write_other(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return repr(value)


def _quoted(text: str, quote: str) -> str:
    if quote == "'" and "\n" not in text and _printable().fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _printable().fullmatch(character):
        return character
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def literal_lines(text: str) -> list[str] | None:
    """A string of several lines as a literal block, header first, not indented.

    Returns:
        The lines, or None where the string has one line or cannot be written literally.
    """
    body = text.removesuffix("\n")
    lines = body.split("\n")
    first = next((line for line in lines if line), "")
    if "\n" not in text or not first or first[0] in " \t" or body.endswith("\n"):
        return None
    if not all(_printable().fullmatch(line) for line in lines):
        return None
    return ["|" if text.endswith("\n") else "|-", *lines]


@cache
def _printable() -> re.Pattern[str]:
    """What a string may hold that is written as it is; compiled late, since it starts slowly."""
    return re.compile(
        "[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
    )
