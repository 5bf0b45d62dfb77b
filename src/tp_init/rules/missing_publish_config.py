"""A published package without the access and provenance that a trusted publish should have."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.document import Insert
from tp_init.model import FileEdit, Finding, Location, TemplateValue
from tp_init.repo import Package
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each published package that lacks `publishConfig.access` or `.provenance`."""
    for package in setup.packages if setup.moves else ():
        missing = [key for key in ("access", "provenance") if key not in package.publish_config]
        if "provenance" in missing and not _provenance(setup, package):
            missing.remove("provenance")
        if "publishConfig" in package.data and not isinstance(package.data["publishConfig"], dict):
            continue
        if missing:
            yield _finding(package, missing)


def _provenance(setup: Setup, package: Package) -> bool:
    """Whether provenance was asked for, and can work.

    npm gives none to a restricted package, and a publish without an identity, such as one to
    another registry, would fail with EUSAGE for a package that asks for it.
    """
    answer = setup.answers.get("provenance")
    wanted = answer is None or answer.value in {True, "true"}
    restricted = package.publish_config.get("access") == "restricted"
    return wanted and not restricted and not setup.stays_on_a_token(package)


def _finding(package: Package, missing: list[str]) -> Finding:
    path = package.document.path
    edits = tuple(
        FileEdit(
            path,
            Insert(("publishConfig", key), None),
            TemplateValue("package", ("publishConfig", key)),
        )
        for key in missing
    )
    location = Location(path, 1, 1)
    if "publishConfig" in package.data:
        position = package.document.position(("publishConfig",))
        location = Location(path, position.line, position.column)
    keys = " and ".join(f"`publishConfig.{key}`" for key in missing)
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=f"`{path}` has no {keys}.",
        edits=edits,
        fix="available",
    )


RULE = Rule(
    id="missing-publish-config",
    title="`publishConfig` says neither access nor provenance",
    why=(
        "A scoped package is restricted unless it says `access: public`, and `provenance: true` "
        "makes every release carry the proof of where it was built."
    ),
    source="https://docs.npmjs.com/cli/configuring-npm/package-json#publishconfig",
    level="error",
    find=find,
    remedy="Write both into `publishConfig`; `tp-init` does.",
)
