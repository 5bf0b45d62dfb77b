"""A lock file that a needed change of a dependency leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.repo import LOCK_COMMANDS, LOCK_FILES
from tp_init.rules.model import Rule
from tp_init.rules.tool_too_old import too_old
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """The lock file, where a dependency is raised: a person refreshes it, tp-init never does."""
    lock = setup.repo.lock_file
    if not lock:
        return
    raised = {
        version.package: f"{version.package} {version.minimum}"
        for publishing in setup.movable
        for publication in publishing.publications
        for _, version, _ in too_old(setup.repo, publication)
    }
    if not raised:
        return
    command = LOCK_COMMANDS[LOCK_FILES[lock]]
    yield Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=Location(lock, 1, 1),
        message=(
            f"`{lock}` does not hold {' and '.join(raised.values())} yet, and an install from it "
            "stops or takes the old release."
        ),
        todo=f"Run `{command}` and commit {lock}.",
        lasting=True,
    )


RULE = Rule(
    id="lock-file-stale",
    title="The lock file does not hold the raised dependency",
    why=(
        "`npm ci`, `--frozen-lockfile` and `--immutable` stop when package.json and the lock file "
        "differ. tp-init never writes a lock file: only the package manager knows what belongs in."
    ),
    source="https://docs.npmjs.com/cli/commands/npm-ci",
    level="error",
    find=find,
    remedy="Run the package manager's install once, and commit the lock file.",
)
