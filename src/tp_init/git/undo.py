"""How to take written changes back."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Sequence

from tp_init.model import Change
from tp_init.printable import printable
from tp_init.tree import Tree

__all__ = ["undo_hint"]


def undo_hint(tree: Tree, changes: Sequence[Change], uncommitted: Collection[str] = ()) -> str:
    """What a person types, or has to know, to take written changes back.

    Args:
        tree: the repository.
        changes: what was written.
        uncommitted: files that had uncommitted changes, which git would take away as well.
    """
    here = os.path.realpath(os.curdir) == str(tree.root)
    in_git = (tree.root / ".git").exists()
    edited = [c.path for c in changes if c.kind == "edit" and c.path not in uncommitted and in_git]
    created = [change.path for change in changes if change.kind == "create"]
    parts: list[str] = []
    if edited:
        git = "git" if here else f"git -C {_quoted(str(tree.root))}"
        parts.append(f"{git} restore -- {' '.join(map(_quoted, edited))}")
    if created:
        names = created if here else [str(tree.root / path) for path in created]
        parts.append(f"rm -- {' '.join(map(_quoted, names))}")
    hint = " && ".join(parts)
    lost = [c.path for c in changes if c.path not in edited and c.path not in created]
    if not lost:
        return hint
    why = "git does not hold what was there before in"
    return "; ".join(filter(None, [hint, f"{why} {printable(', '.join(lost))}"]))


def _quoted(path: str) -> str:
    """A word for a POSIX shell, or for bash and zsh where it holds what a terminal would obey."""
    if printable(path) == path:
        return shlex.quote(path)
    plain = path.replace("\\", "\\\\").replace("'", "\\'")
    shown = "".join(
        c if printable(c) == c else "".join(f"\\x{b:02x}" for b in os.fsencode(c)) for c in plain
    )
    return f"$'{shown}'"
