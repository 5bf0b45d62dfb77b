"""A repository as it would be after some changes, without writing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tp_init.model import Source

__all__ = ["Files", "Overlay"]


class Files(Protocol):
    """What discovery reads: a tree on disk, or one with changes laid over it."""

    def read(self, path: str) -> Source:
        """One file; `content` is None where there is none."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is anything of that name."""
        ...

    def workflows(self) -> tuple[str, ...]:
        """The workflow files, sorted."""
        ...

    def manifests(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The `package.json` of every package that workspace patterns name, sorted."""
        ...

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The files that patterns name, by folder."""
        ...


@dataclass(frozen=True, slots=True)
class Overlay:
    """Files with changes laid over them.

    Attributes:
        files: what lies below.
        changed: path → the whole new content.
    """

    files: Files
    changed: Mapping[str, bytes]

    def read(self, path: str) -> Source:
        """The changed file, else the one below."""
        source = self.files.read(path)
        return replace(source, content=self.changed[path]) if path in self.changed else source

    def exists(self, path: str) -> bool:
        """Whether there is anything of that name, changed or below."""
        return path in self.changed or self.files.exists(path)

    def workflows(self) -> tuple[str, ...]:
        """The workflow files, those that a change creates included."""
        created = {path for path in self.changed if path.startswith(".github/workflows/")}
        return tuple(sorted({*self.files.workflows(), *created}))

    def manifests(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """As below: no change creates a workspace package."""
        return self.files.manifests(patterns)

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """As below: what a change creates is no file that anyone looks for."""
        return self.files.find(patterns)
