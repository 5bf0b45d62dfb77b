"""A publishing job, or a job that calls it, that may not ask GitHub for an id-token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tp_init.document import Insert, Operation, Set, Value
from tp_init.identity import jobs_without_id_token
from tp_init.model import FileEdit, Finding
from tp_init.permissions import SCOPES, effective, needs
from tp_init.publishing import placed_steps, script_texts
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.workflow import Job

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each job on the way to a publish whose permissions do not include `id-token: write`."""
    done: set[tuple[str, str]] = set()
    for publishing in setup.movable:
        for job in jobs_without_id_token(setup.repo, publishing.job):
            if (job.workflow.path, job.id) not in done:
                done.add((job.workflow.path, job.id))
                yield _finding(setup, job)


def _finding(setup: Setup, job: Job) -> Finding:
    operation, note = _operation(setup, job)
    below = ("permissions",) if job.permissions is not None else ()
    if job.permissions is None and job.workflow.permissions is not None:
        location = job.workflow.location("permissions")
    else:
        location = job.location(*below)
    message = f"The publishing job `{job.id}` has no `id-token: write`, so npm gets no identity"
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=f"{message}{note}.",
        edits=(FileEdit(job.workflow.path, operation),),
        fix="available",
        todo="id-token: write",
    )


def _operation(setup: Setup, job: Job) -> tuple[Operation, str]:
    own, shared = job.permissions, job.workflow.permissions
    single = len(job.workflow.jobs) == 1
    if isinstance(own, Mapping):
        return _grant((*job.address, "permissions"), own), ""
    if isinstance(own, str):
        return Set((*job.address, "permissions"), _spelled_out(own)), f" (`{own}` is spelled out)"
    if isinstance(shared, Mapping) and single and shared:
        return _grant(("permissions",), shared), ""
    if isinstance(shared, Mapping):
        block: dict[str, Value] = dict(shared) or {"contents": "read"}
        return _block(job, block), " (a block on the job replaces the workflow's, so it repeats it)"
    if isinstance(shared, str):
        return _block(job, _spelled_out(shared)), f" (the workflow's `{shared}` is spelled out)"
    return _first_block(setup, job)


def _first_block(setup: Setup, job: Job) -> tuple[Operation, str]:
    """The first block of a job that had the repository's default permissions until now."""
    placed = placed_steps(setup.repo, job)
    need = needs([one.step for one in placed], script_texts(setup.repo, job))
    if job.uses is not None and job.uses.local:
        called = next((w for w in setup.repo.workflows if w.path == job.uses.name), None)
        for inner in called.jobs if called else ():
            inner_permissions = effective(inner)
            steps = [one.step for one in placed_steps(setup.repo, inner)]
            wanted = (
                inner_permissions
                if isinstance(inner_permissions, Mapping)
                else needs(steps, script_texts(setup.repo, inner)).scopes
            )
            need = need.widened(wanted)
    scopes: dict[str, Value] = {k: v for k, v in need.scopes.items() if k != "id-token"}
    note = ""
    if need.unclear:
        note = (
            "; the job had the repository's default permissions and hands its token to "
            f"`{need.unclear[0]}`, so the new block keeps `contents: write`: compare it with what "
            "that step documents"
        )
    return _block(job, scopes), note


def _block(job: Job, scopes: Mapping[str, Value]) -> Insert:
    value: dict[str, Value] = {k: v for k, v in scopes.items() if k != "id-token"}
    value["id-token"] = "write"
    before = "uses" if job.uses is not None else "steps"
    after = next((key for key in ("runs-on", "needs", "if", "name") if key in job.data), None)
    return Insert(
        (*job.address, "permissions"), value, before=None if after else before, after=after
    )


def _grant(address: tuple[str | int, ...], permissions: Mapping[str, str]) -> Operation:
    if "id-token" in permissions:
        return Set((*address, "id-token"), "write")
    return Insert((*address, "id-token"), "write")


def _spelled_out(scalar: str) -> dict[str, Value]:
    """`read-all` as a mapping: what it grants that a publish may use."""
    access = "read" if scalar == "read-all" else "none"
    return {
        scope: "write" if scope == "id-token" else access
        for scope in SCOPES
        if scope == "id-token" or access != "none"
    }


RULE = Rule(
    id="missing-id-token",
    title="The publishing job may not ask for an id-token",
    why=(
        "npm trades GitHub's id-token for a publish token; without `id-token: write` on the job "
        "(and on the job that calls it) npm finds no identity and says ENEEDAUTH or E404."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Give the job that publishes, and each job that calls it, `id-token: write`.",
)
