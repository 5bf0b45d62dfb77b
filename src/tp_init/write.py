"""Changes put on disk, all or none: the only module that writes to the repository.

`write` first checks every target, then puts the new text of every file on disk under a temporary
name beside its target, and only then moves them into place, one after the other. So what can go
wrong (no space, no permission, a file that changed) has gone wrong before the first file is
touched, with few exceptions; and what fails later is taken back. A process that is killed leaves
each file whole, old or new, and at worst temporary files that the next `write` of the same files
removes. A second interrupt while the first is being taken back is like a kill.

No name is looked up through a link. Where the system has descriptors for folders (not Windows),
every step walks down from the root by them, so a folder that is swapped for a link is not followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tp_init.errors import ConflictError, Refused, TpInitError
from tp_init.model import Change

__all__ = ["write"]

_HAS_FOLDER_DESCRIPTORS = os.open in os.supports_dir_fd
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)

_AGAIN = "look at the file and run tp-init again"


@dataclass(frozen=True, slots=True)
class _Staged:
    """A change and the temporary name, next to its target, of the text that is being put there."""

    change: Change
    temporary: str


def write(root: Path, changes: Sequence[Change]) -> None:
    """Write every change, or none.

    A file that exists keeps its mode and, where the system allows, its owner. It gets a new inode:
    a hard link to it elsewhere keeps the old text.

    Args:
        root: the repository's folder.
        changes: at most one for each file.

    Raises:
        Refused: a target lies outside the repository or behind a link, is no regular file, is
            read-only, is not (or no longer) what was read, or the system refused; every file is
            as it was.
        TpInitError: it failed half way and could not be taken back; the message names the files.
        ConflictError: two changes of one file.
    """
    if len({change.path for change in changes}) != len(changes):
        raise ConflictError("two changes of one file")
    for change in changes:
        _check(root, change)
    staged = [_Staged(change, _temporary(change)) for change in changes]
    made: list[tuple[str, ...]] = []
    try:
        for one in staged:
            _stage(root, one, made)
        _move_all(root, staged)
    except BaseException:
        _tidy(root, staged, made)
        raise


def _check(root: Path, change: Change) -> os.stat_result | None:
    """Refuse unless the target is exactly what the change was made for; None when it is new."""
    folders, name = _parts(change.path)
    with _refusing(change):
        try:
            with _opened(root, folders) as folder:
                status = folder.status(name)
                if change.before is None or not stat.S_ISREG(status.st_mode):
                    what = _kind(status.st_mode)
                    raise Refused(change.path, f"there is now {what} of that name", _AGAIN)
                if not status.st_mode & 0o222:
                    why = "it is read-only, which says that it is not to be changed"
                    raise Refused(change.path, why, "make it writable and run tp-init again")
                # Opened as for writing, so that the system says now whether it would allow it.
                if folder.read(name, len(change.before) + 1, os.O_RDWR) != change.before:
                    raise Refused(change.path, "it has changed since it was read", _AGAIN)
                return status
        except FileNotFoundError:
            if change.before is None:
                return None
            raise Refused(change.path, "it is gone since it was read", _AGAIN) from None


def _stage(root: Path, staged: _Staged, made: list[tuple[str, ...]]) -> None:
    """Put the new text beside the target, and make sure that it is on the medium."""
    change = staged.change
    like = _check(root, change)
    folders, name = _parts(change.path)
    with _refusing(change):
        _make_folders(root, folders, made)
        with _opened(root, folders) as folder:
            folder.remove_leftovers(name)
            folder.create(staged.temporary, change.after, like, change.mode)


def _make_folders(root: Path, folders: tuple[str, ...], made: list[tuple[str, ...]]) -> None:
    for depth, name in enumerate(folders):
        with _opened(root, folders[:depth]) as folder:
            if folder.make(name):
                made.append(folders[: depth + 1])


def _move_all(root: Path, staged: Sequence[_Staged]) -> None:
    """Give every new text its target's name; take all back when one fails."""
    begun: list[_Staged] = []
    try:
        for one in staged:
            _check(root, one.change)
            begun.append(one)  # before the step: an interrupt may come right after it
            folders, name = _parts(one.change.path)
            with _refusing(one.change), _opened(root, folders) as folder:
                folder.replace(one.temporary, name)
                folder.sync()
    except BaseException as error:
        stuck = [one.change.path for one in reversed(begun) if not _taken_back(root, one)]
        if not stuck:
            raise
        raise TpInitError(
            f"{str(error) or 'interrupted'}. Written before that, and not to be taken back: "
            f"{', '.join(sorted(stuck))}. Each file is whole; run tp-init again to complete the "
            "work, or restore these files"
        ) from error


def _taken_back(root: Path, staged: _Staged) -> bool:
    """Put the old state back where the new one is; False when the system does not allow it."""
    change = staged.change
    folders, name = _parts(change.path)
    try:
        with _opened(root, folders) as folder:
            if folder.read(name, len(change.after) + 1) != change.after:
                return True  # the step did not happen
            if change.before is None:
                folder.remove(name)
            else:
                folder.create(staged.temporary, change.before, folder.status(name), 0o600)
                folder.replace(staged.temporary, name)
            folder.sync()
    except FileNotFoundError:
        return change.before is None
    except OSError:
        return False
    return True


def _tidy(root: Path, staged: Sequence[_Staged], made: Sequence[tuple[str, ...]]) -> None:
    """Remove the temporary files and the folders that a failed run made."""
    for one in staged:
        folders, _ = _parts(one.change.path)
        with contextlib.suppress(OSError), _opened(root, folders) as folder:
            folder.remove(one.temporary)
    for parts in reversed(made):
        with contextlib.suppress(OSError), _opened(root, parts[:-1]) as folder:
            folder.remove_folder(parts[-1])


def _temporary(change: Change) -> str:
    # It must not end in .yml: a workflow that is half written is none.
    return f".{_parts(change.path)[1]}.tp-init-{secrets.token_hex(4)}"


def _parts(path: str) -> tuple[tuple[str, ...], str]:
    """The folders and the name of a target, which has to lie inside the repository."""
    parts = path.split("/")
    inside = not any(part in {"", ".", ".."} or "\0" in part for part in parts)
    if not inside or not _is_plain(path):
        raise Refused(path, "it does not lie inside the repository", "name a file inside it")
    if any(part.lower() == ".git" for part in parts):
        raise Refused(path, "it belongs to git itself", "name a file of the repository")
    return tuple(parts[:-1]), parts[-1]


def _is_plain(path: str) -> bool:
    return os.sep == "/" or not (set(path) & {os.sep, ":"})


@contextlib.contextmanager
def _refusing(change: Change) -> Iterator[None]:
    """Turn what the system says into a message about the change."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            why = "a folder on the way to it is a link or a file, and tp-init writes through none"
            raise Refused(change.path, why, "put a real folder there") from error
        why = f"the system does not let it be written ({error.strerror or error})"
        raise Refused(change.path, why, "see to that and run tp-init again") from error


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link (tp-init writes through none)"
    return "a file" if stat.S_ISREG(mode) else "a folder, a pipe or a device"


@contextlib.contextmanager
def _opened(root: Path, folders: tuple[str, ...]) -> Iterator[_Folder]:
    """A folder below the root, reached through no link. Raises OSError."""
    if not _HAS_FOLDER_DESCRIPTORS:
        plain = root.joinpath(*folders)
        real = os.path.realpath(plain)
        if os.path.normcase(real) != os.path.normcase(Path(os.path.realpath(root), *folders)):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        yield _Folder(plain, None)
        return
    flags = os.O_RDONLY | os.O_DIRECTORY
    descriptor = os.open(root, flags)
    try:
        for name in folders:
            below = os.open(name, flags | _NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield _Folder(root.joinpath(*folders), descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Folder:
    """An open folder; every name in it is a bare name. All methods raise OSError.

    Attributes:
        path: where it is.
        descriptor: what names are looked up in; None where the system has no such thing.
    """

    path: Path
    descriptor: int | None

    def status(self, name: str) -> os.stat_result:
        """What is known about a name itself, be it a link."""
        return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)

    def read(self, name: str, limit: int, access: int = os.O_RDONLY) -> bytes:
        """The first bytes of a file, opened in a way that waits for nobody."""
        flags = access | _NOFOLLOW | _BINARY | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(self._at(name), flags, dir_fd=self.descriptor), "rb") as file:  # noqa: PTH123 - a descriptor
            return file.read(limit)

    def create(self, name: str, content: bytes, like: os.stat_result | None, mode: int) -> None:
        """Write a new file, with the mode and the owner of another if there is one."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY
        at = os.open(self._at(name), flags, mode, dir_fd=self.descriptor)
        with open(at, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(content)
            file.flush()
            if like is not None and hasattr(os, "fchmod"):
                with contextlib.suppress(PermissionError):
                    os.fchown(at, like.st_uid, like.st_gid)
                os.fchmod(at, stat.S_IMODE(like.st_mode))
            os.fsync(at)

    def make(self, name: str) -> bool:
        """Make a folder; False when something of that name is there already."""
        try:
            os.mkdir(self._at(name), dir_fd=self.descriptor)
        except FileExistsError:
            return False
        return True

    def replace(self, name: str, target: str) -> None:
        """Give a file another's name, in one step: whoever looks sees the old or the new text."""
        here = self.descriptor
        os.replace(self._at(name), self._at(target), src_dir_fd=here, dst_dir_fd=here)

    def sync(self) -> None:
        """Make sure that the names are on the medium; some file systems have no way to ask."""
        if self.descriptor is not None:
            with contextlib.suppress(OSError):
                os.fsync(self.descriptor)

    def remove(self, name: str) -> None:
        """Remove a file."""
        os.unlink(self._at(name), dir_fd=self.descriptor)

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""
        os.rmdir(self._at(name), dir_fd=self.descriptor)

    def remove_leftovers(self, name: str) -> None:
        """Remove the temporary files that a killed run left for a target."""
        leftover = re.compile(rf"\.{re.escape(name)}\.tp-init-[0-9a-f]{{8}}")
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            names = [entry.name for entry in entries if leftover.fullmatch(entry.name)]
        for other in names:
            self.remove(other)

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else str(self.path / name)
