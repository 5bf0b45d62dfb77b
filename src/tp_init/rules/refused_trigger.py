"""A publish that starts from an event for which npm hands out no publish token."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.publishing import entry_workflows
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.triggers import REFUSED, RISKY

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each refused event of each workflow that a publish is reached from."""
    seen: set[tuple[str, str]] = set()
    for publishing in setup.jobs:
        for workflow in entry_workflows(setup.repo, publishing.job.workflow):
            for event in workflow.triggers:
                if event not in REFUSED | RISKY or (workflow.path, event) in seen:
                    continue
                seen.add((workflow.path, event))
                on_mapping = isinstance(workflow.data.get("on"), dict)
                yield Finding(
                    rule=RULE.id,
                    level="error" if event in REFUSED else "advice",
                    state="fail",
                    location=workflow.location("on", *([event] if on_mapping else [])),
                    message=f"The publish starts on `{event}`: {_reason(event)}.",
                    todo=(
                        "Publish from `push` (a tag or a branch), `release` or "
                        f"`workflow_dispatch` instead of `{event}`."
                    ),
                )


def _reason(event: str) -> str:
    if event in REFUSED:
        return 'npm answers the id-token of such a run with "package not found"'
    return "such a run can bring code that others control next to the identity that publishes"


RULE = Rule(
    id="refused-trigger",
    title="The publish starts from an event that npm refuses",
    why=(
        'npm answers the token exchange of a run that `issue_comment` started with "package not '
        'found" (since September 2026). `pull_request_target` and `workflow_run` are accepted, '
        "but bring code that others control next to the identity that publishes."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Publish on `push` of a tag, on `release` or on `workflow_dispatch`.",
)
