"""A checkout in the publishing job that leaves its git credentials behind."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.publishing import invocations
from tp_init.rules.model import Rule
from tp_init.setup import PublishingJob, Setup

__all__ = ["RULE"]

_CHECKOUT = "actions/checkout"
_PLAIN = frozenset({"npm", "pnpm", "yarn-berry", "yarn-classic", "bun", "js-devtools"})


def find(setup: Setup) -> Iterator[Finding]:
    """Each such checkout in a job that does not push to the repository itself."""
    seen: set[Location] = set()
    for publishing in setup.movable:
        if _pushes(setup, publishing):
            continue
        for placed in publishing.placed:
            step = placed.step
            location = step.location("uses")
            kept = step.inputs.get("persist-credentials", "true").lower() != "false"
            if step.uses is None or step.uses.name != _CHECKOUT or not kept or location in seen:
                continue
            seen.add(location)
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=location,
                message=(
                    f"The checkout in `{publishing.job.id}` leaves a token for this repository on "
                    "the disk, where every later step can read it; no step here pushes."
                ),
                todo="with:\n  persist-credentials: false",
            )


def _pushes(setup: Setup, publishing: PublishingJob) -> bool:
    """Whether the job pushes with git, or may: release tools write tags and commits."""
    if any(one.tool.id not in _PLAIN for one in publishing.publications):
        return True
    return any(
        invocation.code or invocation.argv[:2] == ("git", "push")
        for placed in publishing.placed
        for invocation in invocations(setup.repo, publishing.job, placed)
    )


RULE = Rule(
    id="persisted-credentials",
    title="The checkout leaves its credentials behind",
    why=(
        "actions/checkout keeps the job's GitHub token for later git commands. Whatever runs in a "
        "later step, a dependency's install script included, can read and use it."
    ),
    source="https://docs.zizmor.sh/audits/#artipacked",
    level="advice",
    find=find,
    remedy="Give the checkout `persist-credentials: false`.",
)
