"""Which jobs on the way to a publish may ask GitHub for an id-token."""

from __future__ import annotations

from tp_init.permissions import effective, grants_id_token
from tp_init.publishing import callers
from tp_init.repo import Repo
from tp_init.workflow import Job

__all__ = ["jobs_without_id_token"]


def jobs_without_id_token(repo: Repo, job: Job) -> tuple[Job, ...]:
    """The publishing job, and every local job that calls its workflow, where the permission lacks.

    Each on the way must grant it: a called workflow cannot have more than its caller
    (https://docs.npmjs.com/trusted-publishers).
    """
    lacking: list[Job] = []
    seen: set[tuple[str, str]] = set()
    waiting = [job]
    while waiting:
        current = waiting.pop(0)
        if (current.workflow.path, current.id) in seen:
            continue
        seen.add((current.workflow.path, current.id))
        if not _granted(repo, current):
            lacking.append(current)
        waiting += callers(repo, current.workflow)
    return tuple(lacking)


def _granted(repo: Repo, job: Job) -> bool:
    permissions = effective(job)
    if permissions is None and set(job.workflow.triggers) == {"workflow_call"}:
        # A called workflow without a block of its own gets what its caller gives.
        return bool(callers(repo, job.workflow))
    return grants_id_token(permissions)
