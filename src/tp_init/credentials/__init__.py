"""Where a token for npm's public registry reaches a publish, and how it is taken away there.

A *wiring* is one such place. What reaches a publish by OIDC is nothing, so every wiring goes; but
a token that another step needs stays with that step, and a wiring that something else depends on
in a way not understood here is left whole, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tp_init.committed_logins import committed_logins
from tp_init.credentials.cuts import cuts, of_code, of_cuts
from tp_init.credentials.environment import entries, of_entries
from tp_init.credentials.model import Kind, View, Wiring
from tp_init.credentials.uses import read_by_an_install
from tp_init.publishing import Publication, placed_steps
from tp_init.repo import Repo
from tp_init.workflow import Job

__all__ = ["Kind", "Wiring", "wirings"]


def wirings(
    repo: Repo, job: Job, publications: Sequence[Publication], everything: Sequence[Publication]
) -> tuple[Wiring, ...]:
    """Every place in one publishing job, and in what reaches it, where a token is wired.

    Args:
        repo: the repository.
        job: the job.
        publications: what it publishes to the public registry.
        everything: what all jobs publish, anywhere.
    """
    mine = [
        p for p in everything if p.job.workflow.path == job.workflow.path and p.job.id == job.id
    ]
    elsewhere = tuple(p for p in mine if p.target != "public")
    view = View(repo, job, tuple(publications), elsewhere, placed_steps(repo, job))
    logins = cuts(view)
    names = {name for cut in logins for name in cut.names}
    names |= {name for login in committed_logins(repo) for name in login.variables}
    return (
        *of_entries(view, tuple(entries(view, logins, names)), logins),
        *of_cuts(logins),
        *of_code(view),
        *_of_files(view),
    )


def _of_files(view: View) -> Iterator[Wiring]:
    for login in committed_logins(view.repo):
        if not read_by_an_install(view, login.variables):
            yield Wiring("npmrc", login.location, f"`{login.key}`", edits=(login.edit,))
