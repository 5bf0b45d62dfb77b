"""A prerelease version that is published without a dist-tag of its own."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.publishing import Publication
from tp_init.repo import Package
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.versioning import publishes_the_written_version

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each `npm publish` of such a version that names no tag."""
    for publishing in setup.movable:
        for publication in publishing.publications:
            if publication.tool.id != "npm" or _may_name_a_tag(setup, publication):
                continue
            for package in publication.packages:
                if "-" not in package.version.partition("+")[0]:
                    continue
                if "tag" in package.publish_config:
                    continue
                if publishes_the_written_version(setup, publication):
                    yield _finding(publication, package)


def _may_name_a_tag(setup: Setup, publication: Publication) -> bool:
    """Whether the command, an environment or an npmrc names a tag, or hides whether it does."""
    invocation = publication.invocation
    if invocation is None:
        return True
    # A word that is not static may be `--tag next`.
    if any(not word or word.startswith("--tag") for word in invocation.argv):
        return True
    job = publication.job
    environments = (publication.placed.step.env, job.env, job.workflow.env)
    if any(name.upper() == "NPM_CONFIG_TAG" for env in environments for name in env):
        return True
    return any(
        line.strip().startswith("tag") for rc in setup.repo.npmrcs for line in rc.text.split("\n")
    )


def _finding(publication: Publication, package: Package) -> Finding:
    identifier = package.version.partition("-")[2].split(".")[0]
    name = identifier if identifier.isalpha() else "next"
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=publication.location,
        message=(
            f"`{package.document.path}` has the prerelease version {package.version}, and this "
            "publish names no tag: npm 11 and newer stop there."
        ),
        todo=f"Add `--tag {name}`.",
    )


RULE = Rule(
    id="prerelease-without-tag",
    title="A prerelease version is published without a tag",
    why=(
        'npm 11 no longer makes a prerelease `latest`: it stops with "You must specify a tag '
        'using --tag when publishing a prerelease version".'
    ),
    source="https://docs.npmjs.com/cli/commands/npm-publish",
    level="error",
    find=find,
    remedy="Give the publish `--tag next`, or `publishConfig.tag` to the package.",
)
