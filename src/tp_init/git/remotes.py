"""The remotes and the branch of a repository, read from `.git` without starting git."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tp_init.errors import Refused
from tp_init.git.config import Setting, parse_git_config
from tp_init.git.github import GitHubRepository, host_of, masked, parse_remote
from tp_init.printable import printable
from tp_init.tree import Tree, read_regular

__all__ = ["Remote", "RemoteChoice", "choose_remote", "current_branch", "remotes"]


@dataclass(frozen=True, slots=True)
class Remote:
    """A git remote.

    Attributes:
        name: as git calls it.
        url: its first URL as configured, credentials masked.
        host: in lower case; empty for a folder on disk.
        github: the repository, where it is on github.com.
        base: whether `gh repo set-default` chose it.
    """

    name: str
    url: str
    host: str
    github: GitHubRepository | None = None
    base: bool = False


@dataclass(frozen=True, slots=True)
class RemoteChoice:
    """The remote that stands for the repository on GitHub.

    Attributes:
        chosen: None where no remote is on github.com.
        note: a sentence for a person: why there is none, or which others there are; or empty.
    """

    chosen: Remote | None
    note: str = ""


def remotes(tree: Tree) -> tuple[Remote, ...]:
    """The repository's remotes, in the order of its configuration; none outside git.

    A URL that is on GitHub as written is taken so. Otherwise the abbreviations that the user or
    the repository has configured (`url.<base>.insteadOf`) are tried; those of included files, and
    host names of the user's SSH configuration, are not.

    Raises:
        Refused: the configuration is no regular file or too large.
    """
    folder = _common_folder(tree)
    if folder is None:
        return ()
    settings = list(_settings(folder / "config", ".git/config"))
    urls: dict[str, str] = {}
    bases: set[str] = set()
    for setting in settings:
        if setting.section == "remote" and setting.key == "url":
            urls.setdefault(setting.subsection, setting.value)
        elif (setting.section, setting.key, setting.value) == ("remote", "gh-resolved", "base"):
            bases.add(setting.subsection)
    abbreviations = _abbreviations(settings)
    return tuple(_remote(name, url, abbreviations, bases) for name, url in urls.items())


def choose_remote(tree: Tree, declared: GitHubRepository | None = None) -> RemoteChoice:
    """The remote that a maintainer would name, with a note where another might be meant.

    Of those on github.com, in this order: the one that `gh repo set-default` chose; the one that
    package.json declares (in a clone of a fork, that is where releases are made); `origin`; the
    one that the current branch follows; the first.

    Args:
        tree: the repository.
        declared: the repository that package.json declares.

    Raises:
        Refused: see `remotes`.
    """
    found = remotes(tree)
    on_github = [remote for remote in found if remote.github is not None]
    if not on_github:
        return RemoteChoice(None, _why_none(found))
    followed = _followed_remote(tree)

    def rank(remote: Remote) -> tuple[bool, ...]:
        matches = bool(declared and remote.github and remote.github.same_as(declared))
        return (remote.base, matches, remote.name == "origin", remote.name == followed)

    chosen = max(on_github, key=rank)
    others = [
        f"{other.name} ({other.github})"
        for other in on_github
        if other.github and chosen.github and not other.github.same_as(chosen.github)
    ]
    if not others:
        return RemoteChoice(chosen)
    note = f"git remote {chosen.name} ({chosen.github}) was taken; there is also"
    return RemoteChoice(chosen, printable(f"{note} {', '.join(others)}"))


def current_branch(tree: Tree) -> str:
    """The branch that is checked out; empty outside git and for a detached HEAD.

    Raises:
        Refused: HEAD is no regular file.
    """
    folder = _git_folder(tree)
    head = "" if folder is None else _text(folder / "HEAD", ".git/HEAD").strip()
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else ""


def _git_folder(tree: Tree) -> Path | None:
    """Where HEAD is: `.git`, or what a worktree's or a submodule's `.git` file names."""
    dot_git = tree.root / ".git"
    if dot_git.is_dir():
        return dot_git
    text = _text(dot_git, ".git").strip()
    if not text.startswith("gitdir:"):
        return None
    return tree.root / text.removeprefix("gitdir:").strip()


def _common_folder(tree: Tree) -> Path | None:
    """Where the configuration is: a worktree shares that of its repository."""
    folder = _git_folder(tree)
    if folder is None:
        return None
    common = _text(folder / "commondir", ".git/commondir").strip()
    return folder / common if common else folder


def _text(path: Path, shown: str) -> str:
    """A file's text, empty where there is none. A link is followed: nothing is shown of it."""
    try:
        real = os.path.realpath(path)
    except ValueError:
        return ""
    content, _ = read_regular(real, shown)
    return (content or b"").decode("utf-8", "surrogateescape")


def _settings(path: Path, shown: str) -> Iterator[Setting]:
    return parse_git_config(_text(path, shown))


def _users_settings() -> Iterator[Setting]:
    home = Path("~").expanduser()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    for path in (config / "git" / "config", home / ".gitconfig"):
        try:
            yield from _settings(path, str(path))
        except Refused:
            continue


def _abbreviations(settings: Sequence[Setting]) -> Mapping[str, str]:
    """What a URL may start with → what git puts in its place."""
    return {
        setting.value: setting.subsection
        for setting in (*_users_settings(), *settings)
        if setting.section == "url" and setting.key == "insteadof" and setting.value
    }


def _remote(
    name: str, url: str, abbreviations: Mapping[str, str], bases: Collection[str]
) -> Remote:
    full = url
    if parse_remote(url) is None:
        starts = [start for start in abbreviations if url.startswith(start)]
        if starts:
            longest = max(starts, key=len)
            full = abbreviations[longest] + url.removeprefix(longest)
    return Remote(name, masked(url), host_of(full), parse_remote(full), name in bases)


def _followed_remote(tree: Tree) -> str:
    branch, folder = current_branch(tree), _common_folder(tree)
    if not branch or folder is None:
        return ""
    for setting in _settings(folder / "config", ".git/config"):
        if (setting.section, setting.subsection, setting.key) == ("branch", branch, "remote"):
            return setting.value
    return ""


def _why_none(found: Sequence[Remote]) -> str:
    if not found:
        return "there is no git remote"
    places = [f"{remote.name} ({remote.host or 'a folder on disk'})" for remote in found]
    return printable(f"no git remote is on github.com: {', '.join(places)}")
