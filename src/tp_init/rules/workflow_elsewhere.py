"""A publishing workflow in a folder where GitHub does not look."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from tp_init.document import mapping
from tp_init.errors import Refused
from tp_init.formats.yaml import YamlDocument
from tp_init.model import Finding, Location
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.tree import decode

__all__ = ["RULE"]

_FOLDERS = (".github", ".github/workflow", ".github/workflows/*", ".workflows", "workflows")
_PUBLISHES = re.compile(r"\b(?:npm|pnpm|yarn npm|yarn|bun|lerna) publish\b|\bsemantic-release\b")


def find(setup: Setup) -> Iterator[Finding]:
    """Each such file, in a repository where nothing else publishes."""
    if setup.publications:
        return
    below = [package.directory for package in setup.repo.packages if package.directory]
    folders = [*_FOLDERS, *(f"{directory}/.github/workflows" for directory in below)]
    patterns = [f"{folder}/*.{ending}" for folder in folders for ending in ("yml", "yaml")]
    for path in setup.repo.files.find(patterns):
        if _is_publishing_workflow(setup, path):
            name = posixpath.basename(path)
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=Location(path, 1, 1),
                message=(
                    f"`{path}` is a workflow that publishes, and GitHub never starts it there: it "
                    "looks in `.github/workflows/` at the root only."
                ),
                todo=f"Run `git mv {path} .github/workflows/{name}`.",
            )


def _is_publishing_workflow(setup: Setup, path: str) -> bool:
    try:
        text = decode(setup.repo.files.read(path))
        if not _PUBLISHES.search(text):
            return False
        data = mapping(YamlDocument.read(path, text).data)
    except Refused:
        return False
    return "on" in data and "jobs" in data


RULE = Rule(
    id="workflow-elsewhere",
    title="The publishing workflow lies where GitHub does not look",
    why=(
        "GitHub starts workflows from `.github/workflows/` at the repository's root, not from a "
        "folder below it nor from a package's own; and npm's form takes a bare file name."
    ),
    source="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax",
    level="error",
    find=find,
    remedy="Move the file to `.github/workflows/`.",
)
