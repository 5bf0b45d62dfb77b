"""Which repositories a path means: itself, or those that lie in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from tp_init.errors import UsageError
from tp_init.tree import Tree

__all__ = ["distinct", "label_of", "repositories_in"]

_MARKS = (".git", ".github", "package.json")


def repositories_in(path: str) -> tuple[str, ...] | None:
    """The repositories in a folder of repositories, by name; None where the folder is no such.

    It is one where nothing in it says that it is a repository itself, it lies in no work tree, and
    some folder in it is a repository. In a work tree (a home folder under version control) only
    folders with a `.git` of their own count: any other is a part of the whole.
    """
    if any(_there(path, mark) for mark in _MARKS):
        return None
    marks = _MARKS[:1] if _in_work_tree(path) else _MARKS
    found = tuple(sorted(one for one in _folders(path) if any(_there(one, m) for m in marks)))
    return found or None


def label_of(path: str, root: str) -> str:
    """A repository as it is reached from the folder that the user stands in; "" for that one.

    Args:
        path: what the user named: the root, or a folder in it.
        root: the repository's root, absolute, links resolved.
    """
    if os.path.realpath(path) == root:
        return "" if path in {".", "./"} else path.rstrip("/\\") or path
    try:
        return os.path.relpath(root).replace(os.sep, "/")
    except ValueError:  # on Windows, another drive
        return root


def distinct(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that mean a repository that an earlier one means."""
    found: dict[object, str] = {}
    for path in paths:
        try:
            found.setdefault(Tree.open(path).root, path)
        except UsageError:
            found[path] = path
    return tuple(found.values())


def _folders(path: str) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir() and not entry.name.startswith("."):
                    yield os.path.join(path, entry.name)  # noqa: PTH118 - keeps the user's spelling
    except (OSError, ValueError):
        return


def _in_work_tree(path: str) -> bool:
    above = os.path.dirname(os.path.realpath(path))  # noqa: PTH120 - as above
    while True:
        if _there(above, ".git"):
            return True
        above, below = os.path.dirname(above), above  # noqa: PTH120 - as above
        if above == below:
            return False


def _there(folder: str, name: str) -> bool:
    return os.path.lexists(os.path.join(folder, name))  # noqa: PTH118 - as above
