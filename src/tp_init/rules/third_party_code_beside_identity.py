"""A publishing job that also installs dependencies, whose scripts then run beside the identity."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.publishing import Invocation, invocations
from tp_init.rules.model import Rule
from tp_init.setup import PublishingJob, Setup

__all__ = ["RULE"]

_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_INSTALLS = frozenset({"ci", "install", "i", "clean-install"})


def find(setup: Setup) -> Iterator[Finding]:
    """The first install of each such job."""
    for publishing in setup.movable:
        first = next(_installs(setup, publishing), None)
        if first is not None:
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=first.location,
                message=(
                    f"`{publishing.job.id}` installs dependencies and publishes: code of any of "
                    "them can ask for the same identity, and publish."
                ),
                todo=(
                    "Pack in a job of its own without `id-token: write`, and hand the tarball to "
                    "one that only publishes it."
                ),
            )


def _installs(setup: Setup, publishing: PublishingJob) -> Iterator[Invocation]:
    for placed in publishing.placed:
        for invocation in invocations(setup.repo, publishing.job, placed):
            words = [word for word in invocation.argv if not word.startswith("-")]
            installs = len(words) > 1 and words[1] in _INSTALLS
            bare = words == ["yarn"] and not invocation.argv[1:]
            with_npm = {"-g", "--global", "--location=global"}.intersection(invocation.argv)
            if words[:1] and words[0] in _MANAGERS and (installs or bare) and not with_npm:
                yield invocation


RULE = Rule(
    id="third-party-code-beside-identity",
    title="The publishing job runs code of others",
    why=(
        "Every step of a job with `id-token: write` can ask GitHub for the identity. A job that "
        "publishes a tarball and runs nothing else leaves no room for a dependency's code."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="advice",
    find=find,
    remedy="Split the job as `tp-init --layout split` does for a new workflow.",
)
