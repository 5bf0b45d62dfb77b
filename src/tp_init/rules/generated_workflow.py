"""A workflow that a generator writes, so that an edit would be overwritten."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each publishing workflow whose head says that it is generated."""
    done: set[str] = set()
    for publishing in setup.jobs:
        workflow = publishing.job.workflow
        if publishing.blocked != "generated" or workflow.path in done:
            continue
        done.add(workflow.path)
        line = workflow.generated
        projen = "projen" in workflow.document.line_text(line)
        hint = " (`npmTrustedPublishing` in projen's options)" if projen else ""
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail",
            location=Location(workflow.path, line, 1),
            message=(
                f"`{workflow.document.line_text(line).strip(' #')}`: the generator would overwrite "
                "an edit, so the file is left as it is."
            ),
            todo=(
                f"Switch the generator to trusted publishing{hint}, generate the workflows again, "
                "and run tp-init again."
            ),
        )


RULE = Rule(
    id="generated-workflow",
    title="The publishing workflow is generated",
    why="An edit of a generated file is gone the next time the generator runs.",
    source="https://projen.io/docs/publishing/",
    level="error",
    find=find,
    remedy="Switch the generator to trusted publishing, then generate the workflow again.",
)
