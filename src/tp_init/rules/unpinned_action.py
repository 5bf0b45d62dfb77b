"""An action of others, beside the identity, that is not pinned to a commit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

_PINNED = re.compile(r"^[0-9a-f]{40}$|^sha256:[0-9a-f]{64}$")


def find(setup: Setup) -> Iterator[Finding]:
    """Each such action in a job that publishes."""
    seen: set[Location] = set()
    for publishing in setup.movable:
        for placed in publishing.placed:
            uses, location = placed.step.uses, placed.step.location("uses")
            if uses is None or uses.local or _PINNED.match(uses.ref) or location in seen:
                continue
            seen.add(location)
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=location,
                message=(
                    f"`{uses.text}` is whatever its makers, or whoever takes their account over, "
                    f"move `{uses.ref or 'it'}` to; it runs in `{publishing.job.id}`, which may "
                    "publish."
                ),
                todo="Pin it to the commit of its release, with the release as a comment.",
            )


RULE = Rule(
    id="unpinned-action",
    title="An action in the publishing job is not pinned to a commit",
    why=(
        "A tag or a branch can be moved to other code, as happened to tj-actions/changed-files in "
        "March 2025; what runs in the publishing job can publish."
    ),
    source="https://docs.github.com/en/actions/reference/security/secure-use",
    level="advice",
    find=find,
    remedy="Write `uses: owner/name@<commit> # v1.2.3`; Dependabot and Renovate keep both current.",
)
