"""Which files have content that no commit holds, found past every program that git could start.

git is asked what HEAD and the index hold, with every setting overridden by which those two
listings could start a program; the files are hashed here, past all filters. Because git is told
which `.git` it works on, it does not refuse one of another owner (`safe.directory`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tp_init.errors import UsageError
from tp_init.printable import printable
from tp_init.tree import Tree

if TYPE_CHECKING:  # slow to import, and only a run that writes asks git
    import subprocess

__all__ = ["dirty"]

_TIMEOUT_SECONDS = 20

# The command line outranks the repository's, the user's and every included configuration.
_OVERRIDES = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}")

_ENVIRONMENT = {
    # A partial clone fetches what it lacks, through whatever program its remote names. git before
    # 2.39.4 does not know the first; the second outranks `protocol.ext.allow` and its like, and no
    # protocol is called "none".
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def dirty(tree: Tree, paths: Sequence[str]) -> tuple[str, ...]:
    """Which of these files have content that no commit holds, in their order.

    That is a file that git does not track, or whose text differs from the index or from HEAD, or
    that was deleted without a commit. A file that is not there and never was is none. Line ends
    that git itself converts do not count; a file that git stores through a filter always does,
    since the filter is a program. Outside git there is none; a repository is only looked for in
    the root.

    Raises:
        UsageError: git is not installed, does not answer, or cannot read the repository.
        Refused: a file cannot be read.
    """
    if not paths or not (tree.root / ".git").exists():
        return ()
    committed = _committed(tree, paths)
    indexed = _indexed(tree, paths)
    return tuple(p for p in paths if not _clean(tree, p, committed.get(p), indexed.get(p)))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A blob that the index holds, and whether git converts line ends on the way to it."""

    blob: str
    text: str


def _clean(tree: Tree, path: str, committed: str | None, indexed: _Entry | None) -> bool:
    content = tree.read(path).content
    if content is None or indexed is None:
        return content is None and committed is None and indexed is None
    if indexed.blob != committed:
        return False
    if _blob(content, indexed.blob) == indexed.blob:
        return True
    return _blob(content.replace(b"\r\n", b"\n"), indexed.blob) == indexed.blob and (
        indexed.text.startswith("text") or (not indexed.text and _converts_line_ends(tree))
    )


def _blob(content: bytes, like: str) -> str:
    """The name that git gives a content, in the repository's kind of hash."""
    import hashlib  # noqa: PLC0415 - slow to import, and only a run that writes asks git

    named = b"blob %d\0" % len(content) + content
    if len(like) == 64:
        return hashlib.sha256(named).hexdigest()
    return hashlib.sha1(named, usedforsecurity=False).hexdigest()


def _committed(tree: Tree, paths: Sequence[str]) -> Mapping[str, str]:
    """Path → blob of HEAD; empty before the first commit."""
    unborn = _git(tree, "rev-parse", "--quiet", "--verify", "HEAD", fails=True).returncode == 1
    if unborn:
        return {}
    listed = _git(tree, "ls-tree", "-z", "--full-tree", "HEAD", "--", *paths)
    found = {}
    for record in _records(listed.stdout):
        about, _, path = record.partition("\t")
        found[path] = about.split(" ")[2]
    return found


def _indexed(tree: Tree, paths: Sequence[str]) -> Mapping[str, _Entry]:
    """Path → entry of the index; one with a merge conflict is left out, so it is not clean."""
    listed = _git(tree, "ls-files", "-z", "--stage", "--eol", "--", *paths)
    found = {}
    for record in _records(listed.stdout):
        about, _, rest = record.partition("\t")
        line_ends, _, path = rest.partition("\t")
        _, blob, stage = about.split(" ")[:3]
        if stage == "0":
            found[path] = _Entry(blob, line_ends.partition("attr/")[2].strip())
    return found


def _records(output: bytes) -> list[str]:
    return [os.fsdecode(record) for record in output.split(b"\0") if record]


def _converts_line_ends(tree: Tree) -> bool:
    value = _git(tree, "config", "--get", "core.autocrlf", fails=True).stdout.strip().lower()
    return value in {b"true", b"yes", b"on", b"1", b"input"}


def _git(tree: Tree, *arguments: str, fails: bool = False) -> subprocess.CompletedProcess[bytes]:
    """Run git on the repository; with `fails`, exit code 1 is an answer."""
    import subprocess  # noqa: PLC0415 - slow to import, and only a run that writes asks git

    options = [f"--git-dir={tree.root / '.git'}", f"--work-tree={tree.root}", "--no-pager"]
    options += ["--no-optional-locks", "--literal-pathspecs"]
    settings = [word for setting in _OVERRIDES for word in ("-c", setting)]
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("GIT_")}
    try:
        done = subprocess.run(
            [_program(tree), *options, *settings, *arguments],
            cwd=tree.root,
            env=environment | _ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unanswered(f"git did not answer in {_TIMEOUT_SECONDS} seconds") from error
    except OSError as error:
        raise _unanswered(f"git cannot be started ({error.strerror or error})") from error
    if done.returncode > int(fails) or done.returncode < 0:
        said = printable(os.fsdecode(done.stderr.strip().split(b"\n")[-1])[:200])
        raise _unanswered(f"git cannot read this repository ({said or 'it does not say why'})")
    return done


def _program(tree: Tree) -> str:
    """The git on PATH, past whatever the repository itself has put there (`node_modules/.bin`)."""
    folders = [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if Path(folder).is_absolute() and not _within(folder, tree)
    ]
    import shutil  # noqa: PLC0415 - slow to import, and only a run that writes asks git

    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None or _within(found, tree):
        raise _unanswered("git is not installed")
    return found


def _within(path: str, tree: Tree) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(tree.root)


def _unanswered(why: str) -> UsageError:
    return UsageError(
        f"{why}, so it cannot be seen which files have uncommitted changes; put that right, or "
        "pass --force to write without looking"
    )
