"""A publish that runs with an npm from before trusted publishing."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.newer_node import location, newer_node
from tp_init.node import NPM_FLOOR
from tp_init.publishing import Publication
from tp_init.rules.model import Rule
from tp_init.runtime import Runtime, runtime
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each job that publishes with the npm CLI, where that npm is too old or cannot be seen."""
    for publishing in setup.movable:
        done: set[object] = set()
        for publication in publishing.publications:
            if publication.tool.exchange != "npm":
                continue
            seen = runtime(setup.repo, publication)
            anchor = seen.setup.step.address if seen.setup else None
            if not seen.npm.new_enough and anchor not in done:
                done.add(anchor)
                yield _finding(setup, publication, seen)


def _finding(setup: Setup, publication: Publication, seen: Runtime) -> Finding:
    hidden = seen.npm.new_enough is None
    floor = ".".join(map(str, NPM_FLOOR))
    # What cannot be seen, in a repository that publishes by OIDC, works: nothing to change.
    edits, what = ((), "") if hidden and not setup.moves else newer_node(
        setup.repo, publication, seen
    )  # fmt: skip
    return Finding(
        rule=RULE.id,
        level="advice" if hidden and not setup.moves else RULE.level,
        state="unknown" if hidden else "fail",
        location=location(publication, seen),
        message=(
            f"The publish in `{publication.job.id}` gets {seen.npm.seen}; trusted publishing needs "
            f"npm {floor} or newer{what}."
        ),
        edits=edits,
        fix="available" if edits else "manual",
        todo="" if edits else "node-version: 24",
    )


RULE = Rule(
    id="npm-too-old",
    title="The npm that publishes does not know trusted publishing",
    why=(
        "npm trades the id-token for a publish token from 11.5.1 on. An older one sends the old "
        "token or a placeholder, and the release ends in E404. Every Node 22 bundles npm 10."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Publish with Node 24, or upgrade npm in the job to 11.5.1 or newer.",
)
