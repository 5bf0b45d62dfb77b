"""Version arithmetic: enough of semver to compare releases and to read the ranges people write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Range", "Version", "parse_range", "parse_version", "satisfies"]

Version: TypeAlias = tuple[int, int, int]

_LARGEST = 1 << 30
_EXACT = re.compile(r"^[v=]?\s*(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[-+][\w.+-]*)?$")


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and the highest version that a specification admits, both included.

    A specification with a gap (`^20 || ^24`) is read as its envelope: callers ask for the lowest
    version when they need a guarantee, and for the highest when they need to know what a
    resolver will take.
    """

    lowest: Version
    highest: Version

    def newest_within(self, ceiling: Version) -> Version:
        """What a resolver takes when `ceiling` is the newest release there is."""
        return min(self.highest, ceiling)


def parse_version(text: str) -> Version | None:
    """`1.2.3`, `v1.2` or `1` as three numbers, missing ones 0; None for anything else."""
    match = _EXACT.match(text.strip())
    if not match:
        return None
    parts = [int(part) if part and part.isdigit() else 0 for part in match.groups()]
    return parts[0], parts[1], parts[2]


def parse_range(text: str) -> Range | None:
    """Read an npm-style range (`^9.1.0`, `20.x`, `>=20 <23`, `1 || 2`); None if unreadable."""
    alternatives = [_conjunction(part) for part in text.split("||")]
    if any(one is None for one in alternatives):
        return None
    found = [one for one in alternatives if one]
    return Range(min(one.lowest for one in found), max(one.highest for one in found))


def satisfies(version: Version, text: str) -> bool | None:
    """Whether a version lies in a range, gaps included; None where the range is unreadable."""
    parts = [_conjunction(part) for part in text.split("||")]
    if any(part is None for part in parts):
        return None
    return any(part.lowest <= version <= part.highest for part in parts if part)


def _conjunction(text: str) -> Range | None:
    text = text.strip()
    lowest, highest = (0, 0, 0), (_LARGEST, _LARGEST, _LARGEST)
    hyphen = re.match(r"^(\S+)\s+-\s+(\S+)$", text)
    if hyphen:
        text = f">={hyphen[1]} <={hyphen[2]}"
    for comparator in re.findall(r"(?:[<>]=?|[~^=])?\s*[^\s<>=~^]+", text or "*"):
        one = _comparator(comparator)
        if one is None:
            return None
        lowest, highest = max(lowest, one.lowest), min(highest, one.highest)
    return Range(lowest, highest)


def _comparator(text: str) -> Range | None:
    match = re.match(r"^(<=|>=|<|>|~|\^|=)?\s*(.*)$", text.strip())
    operator, body = (match[1] or "", match[2]) if match else ("", text)
    if body.lower() in {"*", "x", "latest"}:
        return Range((0, 0, 0), (_LARGEST, _LARGEST, _LARGEST))
    version = _EXACT.match(body)
    if not version:
        return None
    parts = [int(part) for part in version.groups() if part and part.isdigit()]
    low = _padded(parts, 0)
    top = _padded(parts, _LARGEST)
    fixed = next((n for n, part in enumerate(parts) if part), len(parts) - 1) + 1
    endless, zero = (_LARGEST, _LARGEST, _LARGEST), (0, 0, 0)
    bounds = {
        "": (low, top),
        "=": (low, top),
        "~": (low, _padded(parts[:2], _LARGEST)),
        "^": (low, _padded(parts[:fixed], _LARGEST)),
        ">=": (low, endless),
        ">": ((top[0], top[1], top[2] + 1), endless),
        "<=": (zero, top),
        "<": (zero, _below(low)),
    }
    return Range(*bounds[operator])


def _padded(parts: list[int], fill: int) -> Version:
    full = [*parts, fill, fill, fill]
    return full[0], full[1], full[2]


def _below(version: Version) -> Version:
    major, minor, patch = version
    if patch:
        return major, minor, patch - 1
    if minor:
        return major, minor - 1, _LARGEST
    return max(major - 1, 0), _LARGEST, _LARGEST
