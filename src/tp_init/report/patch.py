"""Changes as a unified diff: exact for `git apply`, or safe and coloured for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from tp_init.mask import has_secret
from tp_init.model import Change
from tp_init.terminal import PLAIN, Role, Style, shown

__all__ = ["diff", "line_counts", "withheld"]

_CONTEXT = 3
_LARGE = 1000
_ROLES: Mapping[str, Role] = {"@": "hunk", "+": "good", "-": "bad", "\\": "faint"}
_ESCAPES = {
    "\a": r"\a",
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\v": r"\v",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}


def diff(changes: Sequence[Change], style: Style = PLAIN) -> str:
    r"""The changes as one unified diff, in git's form.

    For a program (`style.screen` is false) it is exact: applied by `git apply` to the files as
    they were, it makes them, byte for byte, what they should be. Bytes that are not UTF-8 are
    surrogate escapes, so it must be written with `errors="surrogateescape"` and without
    translating newlines. A file whose part would hold a literal secret is left out; `withheld`
    names it.

    For a person the secrets are masked, control characters are made visible, and the carriage
    returns of a file that ends every line with one are not shown.

    Args:
        changes: the files, before and after; one that does not change is passed over.
        style: for whom.
    """
    changed = [change for change in changes if change.before != change.after]
    if style.screen:
        return "".join(_painted(change, style) for change in changed)
    return "".join(part for part in map(_exact, changed) if not has_secret(part))


def withheld(changes: Sequence[Change]) -> tuple[str, ...]:
    """The files that an exact diff leaves out, because their part would hold a literal secret."""
    return tuple(change.path for change in changes if has_secret(_exact(change)))


def line_counts(change: Change) -> tuple[int, int]:
    """How many lines a change adds and takes away."""
    prefixes = [line[0] for _, *lines in _hunks(change) for line in lines]
    return prefixes.count("+"), prefixes.count("-")


def _exact(change: Change) -> str:
    return "".join((*_head(change), *(line for hunk in _hunks(change) for line in hunk)))


def _painted(change: Change, style: Style) -> str:
    contents = [content for content in (change.before, change.after) if content]
    returns = all(0 < c.count(b"\n") == c.count(b"\r\n") for c in contents)
    painted = [style.paint(line.rstrip(), "heading") for line in _head(change)]
    for hunk in _hunks(change):
        for line in shown("".join(_without_returns(hunk) if returns else hunk)[:-1]).split("\n"):
            role = _ROLES.get(line[0])
            painted.append(style.paint(line, role) if role else line)
    return "\n".join((*painted, ""))


def _without_returns(lines: Sequence[str]) -> list[str]:
    return [line.removesuffix("\r\n") + "\n" if line[-2:] == "\r\n" else line for line in lines]


def _head(change: Change) -> list[str]:
    old, new = _quoted(f"a/{change.path}"), _quoted(f"b/{change.path}")
    head = [f"diff --git {old} {new}\n"]
    if change.before is None:
        head.append(f"new file mode 100{'755' if change.mode & 0o111 else '644'}\n")
        if not change.after:  # without lines to add, git wants to know the (empty) object
            return [*head, "index 0000000..e69de29\n"]
    # As git does: a tab ends a name with a blank in it, which older tools would cut short.
    tab = "\t" if " " in change.path else ""
    before = "/dev/null" if change.before is None else old + tab
    return [*head, f"--- {before}\n", f"+++ {new}{tab}\n"]


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes, with octal bytes, where it has odd characters."""
    quoted = ""
    for character in path:
        if character in _ESCAPES:
            quoted += _ESCAPES[character]
        elif " " <= character <= "~":
            quoted += character
        else:
            octets = character.encode("utf-8", "surrogateescape")
            quoted += "".join(f"\\{octet:03o}" for octet in octets)
    return path if quoted == path else f'"{quoted}"'


def _hunks(change: Change) -> Iterator[list[str]]:
    """The hunks of one file: each its header and its lines, prefixed, all ending in a newline."""
    old, new = _lines(change.before or b""), _lines(change.after)
    # What both share at the start and the end is taken off first (but for the context), so that
    # a small change of a large file costs little and is shown as small as it is. Where much is
    # left, difflib may pass over frequent lines: without that, a file of equal lines takes hours.
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    base = max(0, start - _CONTEXT)
    old_part = old[base : len(old) - max(0, end - _CONTEXT)]
    new_part = new[base : len(new) - max(0, end - _CONTEXT)]
    large = max(len(old_part), len(new_part)) > _LARGE
    matcher = SequenceMatcher(None, old_part, new_part, autojunk=large)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        before = _extent(base + old_start, base + old_end)
        after = _extent(base + new_start, base + new_end)
        hunk = [f"@@ -{before} +{after} @@\n"]
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                hunk += (_line(" ", line) for line in old_part[i1:i2])
            else:
                hunk += (_line("-", line) for line in old_part[i1:i2])
                hunk += (_line("+", line) for line in new_part[j1:j2])
        yield hunk


def _lines(content: bytes) -> list[str]:
    """The lines as git sees them: only a line feed ends one, and the last may have none."""
    text = content.decode("utf-8", "surrogateescape")
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _extent(start: int, end: int) -> str:
    """A range as a hunk's header has it; an empty one names the line before it."""
    count = end - start
    return f"{end}" if count == 1 else f"{start + 1 if count else start},{count}"


def _line(prefix: str, line: str) -> str:
    return prefix + (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
