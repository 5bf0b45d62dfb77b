"""A publish with a Yarn from before trusted publishing."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

WANTED = "4.10.3"


def find(setup: Setup) -> Iterator[Finding]:
    """The place that chooses Yarn, where a job publishes with one that is too old."""
    if not any(one.blocked == "yarn" for one in setup.jobs):
        return
    repo = setup.repo
    vendored = repo.yarnrc is not None and "yarnPath" in repo.yarnrc.text
    location = Location("package.json", 1, 1)
    if repo.yarnrc is not None and vendored:
        position = repo.yarnrc.position(("yarnPath",))
        location = Location(repo.yarnrc.path, position.line, position.column)
    elif repo.root_package is not None and "packageManager" in repo.root_package.data:
        position = repo.root_package.document.position(("packageManager",))
        location = Location("package.json", position.line, position.column)
    yield Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=(
            f"`yarn npm publish` of Yarn {repo.yarn} asks for a token; 4.10 is the first that "
            "publishes by OIDC. Until then the job keeps its token."
        ),
        todo=f"Run `yarn set version {WANTED}`, commit what it changes, and run tp-init again.",
    )


RULE = Rule(
    id="yarn-too-old",
    title="The Yarn that publishes does not know trusted publishing",
    why=(
        'Yarn trades the id-token itself, from 4.10 on; an older one ends with YN0033, "No '
        'authentication configured for request".'
    ),
    source="https://github.com/yarnpkg/berry/issues/6952",
    level="error",
    find=find,
    remedy="Run `yarn set version` with 4.10.3 or newer, and commit what it changes.",
)
