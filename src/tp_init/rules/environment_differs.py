"""A publishing job whose deployment environment is not the one that was answered."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.answers import OF_A_JOB
from tp_init.document import Insert
from tp_init.model import FileEdit, Finding, TemplateValue
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each publishing job with another environment than the one that was asked for."""
    answer = setup.answers.get("environment")
    # What was read from one job says nothing about the others.
    if answer is None or not answer.value or answer.source.startswith(OF_A_JOB):
        return
    wanted = str(answer.value)
    for publishing in setup.movable:
        job = publishing.job
        if job.environment == wanted:
            continue
        if job.environment:
            nested = isinstance(job.data["environment"], dict)
            named = ("environment", "name") if nested else ("environment",)
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=job.location(*named),
                message=(
                    f"The publishing job `{job.id}` uses the environment `{job.environment}`, not "
                    f"`{wanted}`; its secrets and protection rules hang on that name."
                ),
                todo=f"{named[-1]}: {wanted}",
            )
            continue
        near = next((key for key in ("runs-on", "needs", "if", "name") if key in job.data), None)
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail",
            location=job.location(),
            message=f"The publishing job `{job.id}` names no environment, `{wanted}` is wanted.",
            edits=(
                FileEdit(
                    job.workflow.path,
                    Insert((*job.address, "environment"), None, after=near),
                    TemplateValue("job", ("environment",)),
                ),
            ),
            fix="available",
        )


RULE = Rule(
    id="environment-differs",
    title="The publishing job's environment is not the trusted publisher's",
    why=(
        "npm compares the environment of the job with the one of the trusted publisher; where they "
        "differ the exchange fails and the release ends in E404."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Write the same environment in the job and on the form of npm; or in neither.",
)
