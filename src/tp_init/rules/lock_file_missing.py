"""A publishing job that runs `npm ci` in a repository without a lock file."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.publishing import invocations, placed_steps
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

_NPM_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
_CLEAN_INSTALL = {"ci", "clean-install", "install-clean", "ic"}


def find(setup: Setup) -> Iterator[Finding]:
    """Each `npm ci` of a publishing job whose folder has no lock file of npm."""
    for publishing in setup.movable:
        for placed in placed_steps(setup.repo, publishing.job):
            for invocation in invocations(setup.repo, publishing.job, placed):
                argv = invocation.argv
                if argv[:1] != ("npm",) or len(argv) < 2 or argv[1] not in _CLEAN_INSTALL:
                    continue
                folder = f"{invocation.directory}/" if invocation.directory else ""
                if {"--prefix", "-C"}.intersection(argv) or "" in argv:
                    continue  # another folder, which cannot always be seen
                if any(setup.repo.files.exists(folder + name) for name in _NPM_LOCKS):
                    continue
                yield Finding(
                    rule=RULE.id,
                    level=RULE.level,
                    state="fail",
                    location=invocation.location,
                    message=(
                        f"`npm ci` needs a lock file, and `{folder}package-lock.json` is not there."
                    ),
                    todo="Run `npm install --package-lock-only` and commit package-lock.json.",
                )


RULE = Rule(
    id="lock-file-missing",
    title="`npm ci` runs without a lock file",
    why="`npm ci` stops with EUSAGE when there is no package-lock.json or npm-shrinkwrap.json.",
    source="https://docs.npmjs.com/cli/commands/npm-ci",
    level="error",
    find=find,
    remedy="Commit a lock file, or install with `npm install`.",
)
