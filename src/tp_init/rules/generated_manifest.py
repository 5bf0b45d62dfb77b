"""Code that writes the package.json of what it publishes, and forgets `repository`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from tp_init.document import position_at
from tp_init.formats.plain import PlainDocument
from tp_init.model import Finding, Location
from tp_init.publishing import Publication
from tp_init.repo import Repo
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\brequire\()\s*['"](\.{1,2}/[^'"\n]+)['"]""")
_ENDINGS = ("", ".ts", ".mts", ".js", ".mjs", ".cjs", "/index.ts", "/index.js")
_MANIFEST = re.compile(r"\bname:.{0,600}?\b(?P<sign>cpu:|publishConfig:)", re.DOTALL)
_FILES = 20


def find(setup: Setup) -> Iterator[Finding]:
    """Each object in such code that looks like a package.json and has no `repository`."""
    if not setup.moves:
        return
    seen: set[str] = set()
    for publishing in setup.movable:
        for publication in publishing.publications:
            for document in _code(setup.repo, publication):
                if document.path in seen or "repository" in document.text:
                    continue
                seen.add(document.path)
                match = _MANIFEST.search(document.text)
                if match:
                    yield _finding(setup, document, match.start("sign"))


def _code(repo: Repo, publication: Publication) -> Iterator[PlainDocument]:
    """The code that publishes, and what it imports from beside it."""
    invocation = publication.invocation
    if invocation is None or not invocation.code:
        return
    waiting = [invocation.home.document.path]
    read: set[str] = set()
    while waiting and len(read) < _FILES:
        path = waiting.pop(0)
        document = repo.plain(path)
        if path in read or document is None:
            continue
        read.add(path)
        yield document
        folder = posixpath.dirname(path)
        for name in _IMPORT.findall(document.text):
            base = posixpath.normpath(posixpath.join(folder, name))
            waiting += [base + ending for ending in _ENDINGS if not base.startswith("..")]


def _finding(setup: Setup, document: PlainDocument, offset: int) -> Finding:
    position = position_at(document.text, offset)
    url = f"git+https://github.com/{setup.answer('owner')}/{setup.answer('repo')}.git"
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="unknown",
        location=Location(document.path, position.line, position.column),
        message=(
            f"`{document.path}` seems to write the package.json of packages that are published, "
            "without `repository`; npm compares it with the repository that publishes."
        ),
        todo=f'repository: {{ type: "git", url: "{url}" }},',
    )


RULE = Rule(
    id="generated-manifest",
    title="Code writes a package.json without `repository`",
    why=(
        "Provenance is made for every package that a trusted publish sends, also for one whose "
        "package.json a script writes; without `repository.url` the registry answers E422."
    ),
    source="https://docs.npmjs.com/generating-provenance-statements",
    level="error",
    find=find,
    remedy="Let the code write `repository` into each package.json, too.",
)
