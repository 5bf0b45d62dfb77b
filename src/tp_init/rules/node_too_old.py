"""A publishing tool on a Node that its first release with OIDC does not run on."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.newer_node import location, newer_node
from tp_init.rules.model import Rule
from tp_init.runtime import runs_on, runtime
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each job whose tool trades the id-token itself and gets a Node that is too old for it."""
    for publishing in setup.movable:
        done: set[object] = set()
        for publication in publishing.publications:
            tool = publication.tool
            seen = runtime(setup.repo, publication)
            anchor = seen.setup.step.address if seen.setup else None
            if not tool.node or anchor in done or runs_on(seen.node, tool.node) is not False:
                continue
            done.add(anchor)
            edits, what = newer_node(setup.repo, publication, seen)
            node = seen.node.text if seen.node else ""
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=location(publication, seen),
                message=(
                    f"{tool.title} runs on Node {node} in `{publication.job.id}`; the releases "
                    f"that publish by OIDC need Node {tool.node}{what}."
                ),
                edits=edits,
                fix="available" if edits else "manual",
                todo="" if edits else "node-version: 24",
            )


RULE = Rule(
    id="node-too-old",
    title="The publishing tool does not run on this Node",
    why=(
        "The first release of a tool that can publish by OIDC is often also the first that leaves "
        "an old Node behind, and stops there."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Give the publishing job Node 24.",
)
