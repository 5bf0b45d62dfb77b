"""Whether a repository that publishes nothing to npm gets a new workflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tp_init.document import mapping
from tp_init.registry import is_public
from tp_init.repo import Package
from tp_init.setup import Setup

__all__ = ["obstacle"]

_OTHER_PUBLISHERS = (
    "actions/publish-immutable-action",
    "cargo publish",
    "docker push",
    "docker/build-push-action",
    "gem push",
    "goreleaser",
    "jsr publish",
    "mvn deploy",
    "npm-publish",
    "ovsx",
    "pypa/gh-action-pypi-publish",
    "semantic-release",
    "softprops/action-gh-release",
    "twine upload",
    "vsce",
)
"""Words of a workflow that publishes something, somewhere, in a way that is not followed here."""


def obstacle(setup: Setup) -> str:
    """Why no workflow is created, as the end of a sentence; empty where one is due.

    A repository gets one only where it clearly means to publish to npm and clearly does not yet.
    """
    package = setup.repo.root_package
    if package is None:
        return "there is no package.json at its root, and no workflow publishes to npm"
    return next((reason for check in _CHECKS for reason in check(setup, package)), "")


def _goes_elsewhere(setup: Setup, _package: Package) -> Iterator[str]:
    if setup.publications:
        hosts = ", ".join(sorted({one.registry for one in setup.publications if one.registry}))
        yield f"it publishes to {hosts or 'another registry'}, not to npm's public registry"


def _is_private(_setup: Setup, package: Package) -> Iterator[str]:
    if package.private:
        yield "package.json says `private: true`, and no workflow publishes to npm"


def _is_pinned_elsewhere(_setup: Setup, package: Package) -> Iterator[str]:
    registry = package.publish_registry
    if registry is not None and not is_public(registry):
        yield f"`publishConfig` names another registry, {registry}"


def _is_no_package(setup: Setup, package: Package) -> Iterator[str]:
    if "vscode" in mapping(package.data.get("engines")):
        yield "it is a VS Code extension, which is not published to npm"
    if setup.repo.action(".") is not None:
        yield "it is a GitHub action, which is not published to npm"


def _publishes_otherwise(setup: Setup, _package: Package) -> Iterator[str]:
    for workflow in setup.repo.workflows:
        if any(word in workflow.document.text for word in _OTHER_PUBLISHERS):
            yield f"{workflow.path} publishes already, in a way that is not npm's"


_CHECKS: tuple[Callable[[Setup, Package], Iterator[str]], ...] = (
    _goes_elsewhere,
    _is_private,
    _is_pinned_elsewhere,
    _is_no_package,
    _publishes_otherwise,
)
