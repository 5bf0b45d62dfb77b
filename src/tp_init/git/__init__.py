"""What git knows of a repository, found without starting anything that the repository configures.

A repository's configuration can name programs (`core.fsmonitor`, hooks, pagers, filters, remote
helpers), so what can be read from the files is read there, and git itself is asked one question.
"""

from tp_init.git.github import GitHubRepository, parse_repository
from tp_init.git.remotes import Remote, RemoteChoice, choose_remote, current_branch, remotes
from tp_init.git.status import dirty
from tp_init.git.undo import undo_hint

__all__ = [
    "GitHubRepository",
    "Remote",
    "RemoteChoice",
    "choose_remote",
    "current_branch",
    "dirty",
    "parse_repository",
    "remotes",
    "undo_hint",
]
