"""A cache that is restored in the publishing job."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.workflow import Step

__all__ = ["RULE"]

_CACHES = frozenset({"actions/cache", "actions/cache/restore"})
_WITH_INPUT = frozenset({"actions/setup-node", "pnpm/action-setup", "pnpm/setup"})


def find(setup: Setup) -> Iterator[Finding]:
    """Each such step."""
    seen: set[Location] = set()
    for publishing in setup.movable:
        for placed in publishing.placed:
            location = _place(placed.step)
            if location is None or location in seen:
                continue
            seen.add(location)
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=location,
                message=(
                    f"`{publishing.job.id}` restores a cache, which a run for another branch or "
                    "event can have filled, and then publishes what it built from it."
                ),
                todo="Leave the cache out of the job that publishes.",
            )


def _place(step: Step) -> Location | None:
    if step.uses is None:
        return None
    if step.uses.name in _CACHES:
        return step.location("uses")
    cache = step.inputs.get("cache", "")
    if step.uses.name in _WITH_INPUT and cache.lower() not in {"", "false"}:
        return step.location("with", step.input_address("cache")[-1])
    return None


RULE = Rule(
    id="cache-beside-identity",
    title="The publishing job restores a cache",
    why=(
        "A cache outlives the run that filled it. In May 2026 poisoned caches put code into 84 "
        "releases of TanStack, all of them with valid provenance."
    ),
    source="https://docs.zizmor.sh/audits/#cache-poisoning",
    level="advice",
    find=find,
    remedy="Build and publish without a cache: `package-manager-cache: false`, no actions/cache.",
)
