"""Fixtures that every test may use: a clean environment, files on disk, git repositories."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

Files: TypeAlias = Mapping[str, str | bytes]
FileTree: TypeAlias = Callable[..., Path]

# What a continuous integration service, a shell or a hook may have set, and what would change an
# answer: whether there is a terminal, which repository this is, where npm publishes.
_SCRUBBED = ("CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "PAGER")
_SCRUBBED_PREFIXES = ("GIT_", "GITHUB_", "RUNNER_", "ACTIONS_", "NPM_", "NODE_", "COPIER_")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept`: the cases write what comes out as what is expected; git shows the difference."""
    parser.addoption("--accept", action="store_true", help="accept what the cases come to")


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the machine, of its user or of a CI service reaches a test.

    Of the session, not of each test, so that Hypothesis has nothing to object to.
    """
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in _SCRUBBED or name.upper().startswith(_SCRUBBED_PREFIXES):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


def write_files(root: Path, files: Files) -> None:
    """Write files below a folder, byte for byte: no newline is translated."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def file_tree(tmp_path: Path) -> FileTree:
    """`file_tree({"package.json": "{}"}, "name")` writes the files and returns their folder."""

    def build(files: Files, name: str = "tree") -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        write_files(root, files)
        return root

    return build


@pytest.fixture(scope="session")
def template_rendered_once() -> Iterator[None]:
    """The template is rendered once for each set of answers: it takes as long as ten migrations."""
    from tp_init import migrate
    from tp_init.render import Rendered, render

    kept: dict[tuple[tuple[str, str | bool], ...], Rendered] = {}

    def rendered(answers: Mapping[str, str | bool]) -> Rendered:
        key = tuple(sorted(answers.items()))
        if key not in kept:
            kept[key] = render(answers)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "render", rendered)
        yield


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A git repository in a temporary folder."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Run git here and return what it printed."""
        identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.invalid")
        command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
        done = subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout

    def write(self, files: Files) -> None:
        """Write files, without a commit."""
        write_files(self.root, files)

    def commit(self, files: Files, message: str = "Change") -> None:
        """Write files and commit everything."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def configure(self, text: str) -> None:
        """Append text to the repository's own configuration."""
        with (self.root / ".git" / "config").open("a", encoding="utf-8") as config:
            config.write(text)


@pytest.fixture
def git_repository(tmp_path: Path) -> Callable[..., GitRepository]:
    """`git_repository({"package.json": "{}"}, {"origin": URL})` makes one with a commit."""

    def build(
        files: Files | None = None,
        remotes: Mapping[str, str] | None = None,
        name: str = "repository",
    ) -> GitRepository:
        root = tmp_path / name
        root.mkdir()
        repository = GitRepository(root)
        repository.git("-c", "init.defaultBranch=main", "init", "-q")
        if files is not None:
            repository.commit(files)
        for remote, url in (remotes or {}).items():
            repository.git("remote", "add", remote, url)
        return repository

    return build
