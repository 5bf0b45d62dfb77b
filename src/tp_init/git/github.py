"""Which GitHub repository an address means: git remotes, and the forms that package.json takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["GitHubRepository", "host_of", "masked", "parse_remote", "parse_repository"]

# ssh.github.com answers SSH on port 443 where a firewall closes 22
# (https://docs.github.com/en/authentication/troubleshooting-ssh/using-ssh-over-the-https-port).
_HOSTS = frozenset({"github.com", "www.github.com", "ssh.github.com"})

_URL = re.compile(
    r"(?:git\+)?(?:https?|ssh|git)://(?:[^/]*@)?([^/:@]+)(?::\d*)?[/:](.*)", re.IGNORECASE
)
_SCP = re.compile(r"(?:[^/:@]+@)?([^/:@]+):(?!//)(.*)")
_SHORTHAND = re.compile(r"(?:github:)?([^/:@\s]+/[^/:@\s]+)")

# An owner may hold an underscore where a company manages its users' accounts
# (https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication).
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class GitHubRepository:
    """A repository on github.com, spelled as it was found: npm compares it exactly, in case too.

    Attributes:
        owner: a user or an organization.
        name: without the owner and without `.git`.
    """

    owner: str
    name: str

    def __str__(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    def same_as(self, other: GitHubRepository) -> bool:
        """Whether both are one repository for GitHub, which ignores case."""
        return str(self).lower() == str(other).lower()


def parse_remote(url: str) -> GitHubRepository | None:
    """The repository that a git remote's URL leads to; None where that is not on github.com.

    `owner/name` is a folder on disk here, not a shorthand.
    """
    place = _place(url)
    return _repository(place[1]) if place is not None and place[0] in _HOSTS else None


def parse_repository(text: str) -> GitHubRepository | None:
    """The repository that `repository` in package.json names; None where it is not on github.com.

    A URL may have `git+` in front, a branch behind `#`, or lead into the repository
    (`/tree/main/packages/a`). `owner/name` and `github:owner/name` mean GitHub
    (https://docs.npmjs.com/cli/v11/configuring-npm/package-json#repository).
    """
    text = text.strip()
    shorthand = _SHORTHAND.fullmatch(text.partition("#")[0])
    if shorthand is not None:
        return _repository(shorthand[1])
    place = _place(text)
    if place is None and re.match(r"(?:www\.)?github\.com/", text, re.IGNORECASE):
        place = _place(f"https://{text}")  # as people copy it from the browser's address bar
    if place is None or place[0] not in _HOSTS:
        return None
    inside = re.match(r"([^/]+/[^/]+)/(?:tree|blob)/", place[1])
    return _repository(inside[1] if inside else place[1])


def host_of(url: str) -> str:
    """The host of a git remote's URL, in lower case; empty for a folder on disk."""
    place = _place(url)
    return place[0] if place is not None else ""


def masked(url: str) -> str:
    """A URL without the credentials and the query that it may hold; `git@` says nothing."""
    shown = re.sub(r"^([a-z0-9+.-]+://)(?!git@[^@]*$).*@", r"\1***@", url, flags=re.IGNORECASE)
    return re.sub(r"\?.*", "?***", shown)


def _place(url: str) -> tuple[str, str] | None:
    """Host and path of a URL, or of git's short form `user@host:path`."""
    url = url.strip()
    match = _URL.fullmatch(url)
    if match is not None:
        return match[1].lower(), match[2]
    if "://" in url or re.match(r"[A-Za-z]:[\\/]", url):
        return None
    match = _SCP.fullmatch(url)
    return (match[1].lower(), match[2]) if match is not None else None


def _repository(path: str) -> GitHubRepository | None:
    owner, _, name = re.split(r"[?#]", path)[0].strip("/").partition("/")
    name = re.sub(r"\.git$", "", name, flags=re.IGNORECASE)
    if not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or name in {".", ".."}:
        return None
    return GitHubRepository(owner, name)
