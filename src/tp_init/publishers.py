"""Which trusted publishers npm has to know of for a repository."""

from __future__ import annotations

from tp_init.model import Publisher
from tp_init.publishing import entry_workflows
from tp_init.repo import Repo
from tp_init.setup import Setup

__all__ = ["publishers_of"]


def _likely(repo: Repo) -> list[str]:
    """What a publish sends whose folder is made by the build: nobody can see it in the files.

    That is the workspaces' packages; without workspaces the root's, although it may be private.
    """
    root = repo.root_package
    packages = repo.workspace_packages or ((root,) if root is not None else ())
    return [package.name for package in packages if package.name]


def publishers_of(setup: Setup) -> tuple[Publisher, ...]:
    """The trusted publishers that npm has to know: one for each package and entry workflow.

    A job that keeps its token until a person acts needs none yet.
    """
    found: dict[Publisher, None] = {}
    owner, repository = setup.answer("owner"), setup.answer("repo")
    for publishing in setup.movable:
        for publication in publishing.publications:
            names = [p.name for p in publication.packages if p.name] or _likely(setup.repo)
            for entry in entry_workflows(setup.repo, publishing.job.workflow):
                for name in names:
                    if setup.only and name != setup.only:
                        continue
                    one = Publisher(
                        name, owner, repository, entry.file_name, publishing.job.environment
                    )
                    found.setdefault(one)
    return tuple(found)
