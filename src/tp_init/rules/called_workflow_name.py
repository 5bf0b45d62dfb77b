"""A publish in a workflow that another one calls: npm checks the name of the caller."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.publishing import entry_workflows
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each called workflow that publishes."""
    seen: set[str] = set()
    for publishing in setup.jobs:
        workflow = publishing.job.workflow
        if "workflow_call" not in workflow.triggers or workflow.path in seen:
            continue
        seen.add(workflow.path)
        entries = [
            entry.file_name
            for entry in entry_workflows(setup.repo, workflow)
            if entry.path != workflow.path
        ]
        nested = isinstance(workflow.data.get("on"), dict)
        names = " and ".join(f"`{name}`" for name in entries)
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail" if entries else "unknown",
            location=workflow.location("on", *(["workflow_call"] if nested else [])),
            message=(
                f"`{workflow.file_name}` publishes when {names} "
                f"call{'s' * (len(entries) == 1)} it, and npm compares the name of the caller."
                if entries
                else f"`{workflow.file_name}` publishes when another workflow calls it, which is "
                "not in this repository; npm compares the name of the caller."
            ),
            todo=(
                f"Register {names} as the workflow of the trusted publisher, not "
                f"`{workflow.file_name}`."
                if entries
                else "Register the calling workflow, and the repository it lies in."
            ),
        )


RULE = Rule(
    id="called-workflow-name",
    title="The publish is in a workflow that another one calls",
    why=(
        "npm compares the file name of the workflow that was started, not of the one that it "
        "calls; the wrong one of the two on the form ends in E404. Both need `id-token: write`."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="advice",
    find=find,
    remedy="Register the calling workflow; or publish in the workflow that is started.",
)
