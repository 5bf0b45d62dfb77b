"""Provenance forced on a package that is restricted to members."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.publishing import Publication
from tp_init.repo import Package
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

_VARIABLE = "NPM_CONFIG_PROVENANCE"


def find(setup: Setup) -> Iterator[Finding]:
    """Each place that forces it, for each restricted package."""
    seen: set[Location] = set()
    for publishing in setup.movable:
        for publication in publishing.publications:
            for package in publication.packages:
                if package.publish_config.get("access") != "restricted":
                    continue
                for location in _forced(publication, package):
                    if location not in seen:
                        seen.add(location)
                        yield _finding(package, location)


def _forced(publication: Publication, package: Package) -> Iterator[Location]:
    if package.publish_config.get("provenance") is True:
        position = package.document.position(("publishConfig", "provenance"))
        yield Location(package.document.path, position.line, position.column)
    invocation = publication.invocation
    if invocation is not None and {"--provenance", "--provenance=true"} & set(invocation.argv):
        yield invocation.location
    step, job = publication.placed.step, publication.job
    for env, place in (
        (step.env, step.location),
        (job.env, job.location),
        (job.workflow.env, job.workflow.location),
    ):
        for name, value in env.items():
            if name.upper() == _VARIABLE and value.lower() == "true":
                yield place("env", name)


def _finding(package: Package, location: Location) -> Finding:
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=(
            f"`{package.document.path}` says `access: restricted`, and provenance is forced here: "
            "npm stops with EUSAGE, since provenance is public."
        ),
        todo="Take provenance away here, or make the package public.",
    )


RULE = Rule(
    id="provenance-on-restricted-package",
    title="Provenance is forced on a restricted package",
    why=(
        "Provenance goes to a public log, so npm refuses it for a package that is not public: "
        '"Can\'t generate provenance for new or private package".'
    ),
    source="https://docs.npmjs.com/generating-provenance-statements",
    level="error",
    find=find,
    remedy="Take `provenance` away; a trusted publish of a public package adds it by itself.",
)
