"""Whether the version in package.json is the one that a release will publish."""

from __future__ import annotations

from tp_init.publishing import Publication, invocations, placed_steps
from tp_init.setup import Setup

__all__ = ["publishes_the_written_version"]

# npm, pnpm and yarn publish what package.json says; release tools work a version out first.
_AS_WRITTEN = frozenset({"npm", "pnpm", "yarn-berry", "yarn-classic", "bun", "js-devtools"})
_SETS = (("npm", "version"), ("pnpm", "version"), ("yarn", "version"), ("npm", "pkg"))


def publishes_the_written_version(setup: Setup, publication: Publication) -> bool:
    """Whether a publication publishes the version that package.json holds now.

    False for a tool that works the version out, and for a job that sets it before the publish.
    """
    if publication.tool.id not in _AS_WRITTEN:
        return False
    for placed in placed_steps(setup.repo, publication.job):
        for invocation in invocations(setup.repo, publication.job, placed):
            if invocation.code or invocation.argv[:2] in _SETS:
                return False
            if "package.json" in " ".join(invocation.argv):
                return False  # jq, sed or node -e: it may write the version
    return True
