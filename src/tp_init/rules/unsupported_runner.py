"""A publish on a runner that GitHub does not host."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.runner import hosted, labels
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each publishing job whose runner is not, or may not be, hosted by GitHub."""
    for publishing in setup.jobs:
        job = publishing.job
        possible = labels(job)
        if possible is not None and all(hosted(label) for label in possible):
            continue
        shown = ", ".join(possible) if possible else str(job.runs_on)
        hidden = ", and which runner this is cannot be seen from the file" if not possible else ""
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail" if possible else "unknown",
            location=job.location("runs-on"),
            message=(
                f"The publishing job `{job.id}` runs on `{shown}`: npm accepts an identity only "
                f"from a runner that GitHub hosts{hidden}. Until it does, the job keeps its token."
            ),
            todo="runs-on: ubuntu-latest",
        )


RULE = Rule(
    id="unsupported-runner",
    title="The publishing job does not run on a runner hosted by GitHub",
    why=(
        "npm's trusted publishing and its provenance accept only GitHub-hosted runners; a run on "
        'another one ends in E404, or in E422 "Unsupported GitHub Actions runner environment".'
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Give the publishing job `runs-on: ubuntu-latest`; the others may stay where they are.",
)
