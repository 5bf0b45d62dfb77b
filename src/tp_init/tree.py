"""The repository's files as they are on disk: the only module that reads them.

The repository is untrusted. A read never leaves its folder through a link, never blocks on a
pipe or a device, and never takes in more than its limit; a listing follows no link to a folder
and looks at a bounded number of names.
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tp_init.errors import Refused, UsageError
from tp_init.model import Source
from tp_init.patterns import Pattern, States, compile_patterns

__all__ = ["MAX_BYTES", "Tree", "decode", "read_regular"]

# The limit for configuration files; the largest workflow and package.json seen are 100 times less.
MAX_BYTES = 1 << 20

_WORKFLOWS = ".github/workflows"

# What a wildcard of a listing does not stand for, next to hidden names: other people's packages.
_NOT_OURS = frozenset({"node_modules", "bower_components"})

# The bounds of one listing: the names it looks at, each counted once for every pattern (and place
# in it) that it is held against, and how deep it goes. Nobody keeps a package deeper.
_MAX_STEPS = 2_000_000
_MAX_DEPTH = 32

# In characters: no system opens a much longer path, and to resolve one takes long.
_MAX_PATH = 1024

_NOT_THERE = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True, slots=True)
class Tree:
    """A repository on disk.

    Paths are relative to its root, with forward slashes; a name that is not UTF-8 is carried as
    Python carries file names (`surrogateescape`), so it can be opened, and `printable()` shows it.

    Attributes:
        root: the repository's folder, absolute, links resolved.
    """

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(os.path.realpath(self.root)))

    @classmethod
    def open(cls, path: str | Path) -> Tree:
        """The repository that a person means by a path.

        GitHub runs only the workflows at a repository's root, so a package's folder inside a git
        work tree means the whole repository. The folder itself is taken where it has `.git` or
        `.github`; where no folder above has `.git`; and where it has a `package.json` but the
        work tree around it is no npm project (a home folder under version control).

        Raises:
            UsageError: the path is no folder that can be read.
        """
        _require_folder(path)
        here = Path(os.path.realpath(path))
        if any(_lexists(here / name) for name in (".git", ".github")):
            return cls(here)
        above = next((folder for folder in here.parents if _lexists(folder / ".git")), here)
        npm_above = any(_lexists(above / name) for name in ("package.json", ".github"))
        if _lexists(here / "package.json") and not npm_above:
            return cls(here)
        return cls(above)

    def read(self, path: str, limit: int = MAX_BYTES) -> Source:
        """One file, whole; `content` is None where there is none.

        A link that stays inside the repository is followed, and the source is marked `linked`.

        Args:
            path: relative to the root.
            limit: the largest size that is read, in bytes.

        Raises:
            Refused: it lies outside the repository, is not a regular file, is larger than the
                limit, or the system does not let us read it.
        """
        path = _normalised(path)
        real = self._resolved(path)
        content, mode = read_regular(real, path, limit)
        return Source(path, content, mode, linked=self.is_link(path))

    def exists(self, path: str) -> bool:
        """Whether there is anything of that name inside the repository, be it a broken link."""
        try:
            path = _normalised(path)
            self._resolved(posixpath.dirname(path))
        except Refused:
            return False
        return _lexists(self.root / path)

    def is_link(self, path: str) -> bool:
        """Whether the file, or a folder on the way to it, is a link."""
        parts = _normalised(path).split("/")
        heads = ("/".join(parts[:n]) for n in range(1, len(parts) + 1))
        return any(os.path.islink(self.root / head) for head in heads)  # noqa: PTH114 - never raises

    def workflows(self) -> tuple[str, ...]:
        """The workflow files, sorted; GitHub looks at no other folder and no other ending.

        https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax

        Raises:
            Refused: the folder is a link that leaves the repository, or cannot be listed.
        """
        try:
            with os.scandir(self._resolved(_WORKFLOWS)) as entries:
                names = [
                    entry.name
                    for entry in entries
                    if entry.name.endswith((".yml", ".yaml"))
                    and not entry.is_dir(follow_symlinks=False)
                ]
        except _NOT_THERE:
            return ()
        except OSError as error:
            raise _unreadable(_WORKFLOWS, error) from error
        return tuple(f"{_WORKFLOWS}/{name}" for name in sorted(names))

    def manifests(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The `package.json` of every package that workspace patterns name, by folder.

        Patterns are read in order and the last that matches decides, so `!` excludes what came
        before it. A wildcard stands for no hidden folder and no `node_modules`.

        Args:
            patterns: as in `workspaces`, `pnpm-workspace.yaml` or `lerna.json`.

        Raises:
            Refused: the patterns or the tree are larger than any project's.
        """
        return self.find([f"{pattern.rstrip('/')}/package.json" for pattern in patterns])

    def actions(self) -> tuple[str, ...]:
        """The metadata files of the actions that the repository holds, by folder.

        Raises:
            Refused: the tree is larger than any project's.
        """
        names = ("action.yml", "action.yaml")
        folders = ("**", ".github/**")
        return self.find([*(f"{f}/{name}" for f in folders for name in names), "!**/vendor/**"])

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The files that patterns name, by folder; the last pattern that matches decides.

        Folders that cannot be opened, or lie more than 32 deep, are passed over.

        Raises:
            Refused: the patterns or the tree are larger than any project's.
        """
        found: list[str] = []
        steps = 0
        waiting = [("", [(pattern, pattern.start()) for pattern in compile_patterns(patterns)])]
        while waiting:
            folder, live = waiting.pop()
            for entry in self._entries(folder):
                steps += sum(len(states) for _, states in live)
                if steps > _MAX_STEPS:
                    raise _too_large(folder)
                after = _after(live, entry.name)
                if not any(not pattern.excludes for pattern, _ in after):
                    continue
                path = f"{folder}/{entry.name}".lstrip("/")
                if entry.is_dir(follow_symlinks=False):
                    if path.count("/") < _MAX_DEPTH:
                        waiting.append((path, after))
                elif _included(after):
                    found.append(path)
        return tuple(sorted(found, key=posixpath.split))

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                yield from entries
        except OSError:
            return

    def _resolved(self, path: str) -> Path:
        """The real place of a path, which has to be inside the root."""
        real = Path(os.path.realpath(self.root / path))
        if not real.is_relative_to(self.root):
            raise Refused(
                path,
                "it is, or lies behind, a link that leaves the repository",
                "put the file itself there, or run tp-init where the link leads",
            )
        return real


def read_regular(real: str | Path, shown: str, limit: int = MAX_BYTES) -> tuple[bytes | None, int]:
    """The bytes and permission bits of a regular file; None and 0 where there is none.

    Args:
        real: where it is.
        shown: what a message calls it.
        limit: the largest size that is read, in bytes.

    Raises:
        Refused: it is anything but a regular file, is too large, or cannot be read.
    """
    try:
        _require_regular(os.lstat(real), shown, limit)
        # Opening a pipe would wait for a writer if one took the file's place just now.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(real, flags | getattr(os, "O_BINARY", 0)), "rb") as file:  # noqa: PTH123 - a descriptor
            status = os.fstat(file.fileno())
            _require_regular(status, shown, limit)
            content = file.read(limit + 1)
    except _NOT_THERE:
        return None, 0
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return None, 0
        raise _unreadable(shown, error) from error
    if len(content) > limit:
        raise _too_big(shown, len(content), limit)
    return content, stat.S_IMODE(status.st_mode)


def decode(source: Source) -> str:
    """The text of a file: strict UTF-8, newlines untouched, a byte order mark kept in front.

    A file that is not there is an empty text.

    Raises:
        Refused: it is not UTF-8 text, with the line and column of the first byte that is not.
    """
    content = source.content or b""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        why = "it is encoded in UTF-16, which npm and GitHub do not read"
        raise Refused(source.path, why, "save it as UTF-8", 1, 1)
    nul = content.find(b"\0")
    if nul >= 0:
        why = "it holds a NUL byte, so it is not a text file"
        raise Refused(source.path, why, "put the text file back", *_position(content, nul))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = content[error.start]
        why = f"the byte 0x{byte:02x} is not UTF-8, so the file cannot be kept intact"
        place = _position(content, error.start)
        raise Refused(source.path, why, "save it as UTF-8", *place) from error


def _position(content: bytes, offset: int) -> tuple[int, int]:
    before = content[:offset].decode("utf-8", "replace").removeprefix("\ufeff")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _normalised(path: str) -> str:
    """A relative path without `.` and `..`; anything that points elsewhere is refused."""
    normal = posixpath.normpath(path)
    if normal == ".." or normal.startswith(("../", "/")) or Path(normal).is_absolute():
        raise Refused(path, "it does not lie inside the repository", "name a file inside it")
    try:
        possible = len(normal) <= _MAX_PATH and b"\0" not in os.fsencode(normal)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise Refused(path, "no file can have that name", "correct the name")
    return normal


def _require_folder(path: str | Path) -> None:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - `path` may be a plain string with a NUL in it
    except ValueError:
        raise UsageError(f"{path!r} holds a NUL character; name a repository's folder") from None
    except _NOT_THERE:
        raise UsageError(f"there is no folder {path}; name a repository's folder") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be opened ({error.strerror}); name another") from error
    if not stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a file; name the repository's folder instead")
    if not os.access(path, os.R_OK | os.X_OK):
        raise UsageError(f"{path} cannot be read; ask for read permission, or name another folder")


def _lexists(path: Path) -> bool:
    return os.path.lexists(path)


def _require_regular(status: os.stat_result, shown: str, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Refused(shown, "it is a folder where a file belongs", "move the folder away")
    if not stat.S_ISREG(status.st_mode):
        why = "it is no regular file but a pipe, a device, a socket or a link in a circle"
        raise Refused(shown, why, "put a regular file there")
    if status.st_size > limit:
        raise _too_big(shown, status.st_size, limit)


def _too_big(shown: str, size: int, limit: int) -> Refused:
    why = f"it has {size:,} bytes, and tp-init reads no file of this kind over {limit:,}"
    return Refused(shown, why, "check that it is the file that you mean to keep there")


def _unreadable(shown: str, error: OSError) -> Refused:
    why = f"the system does not let it be read ({error.strerror or error})"
    return Refused(shown, why, "make it readable and run tp-init again")


def _too_large(folder: str) -> Refused:
    why = "the repository holds more files than tp-init looks through"
    return Refused(folder or ".", why, "run tp-init in a fresh clone, without build output")


def _after(live: Iterable[tuple[Pattern, States]], name: str) -> list[tuple[Pattern, States]]:
    ordinary = not name.startswith(".") and name not in _NOT_OURS
    stepped = ((p, p.step(states, name, ordinary=ordinary)) for p, states in live)
    return [(pattern, states) for pattern, states in stepped if states]


def _included(live: Iterable[tuple[Pattern, States]]) -> bool:
    matching = [pattern for pattern, states in live if pattern.matched(states)]
    return bool(matching) and not matching[-1].excludes
