"""A case: a folder that holds a repository before a run, the expected diff, and the report."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import yaml

from tp_init.migrate import open_migration
from tp_init.model import Finding, Outcome, Publisher

__all__ = ["CASES", "Case", "Result", "Snapshot", "all_cases"]

CASES = Path(__file__).parent / "cases"
REMOTE = "https://github.com/acme/logger.git"

Snapshot: TypeAlias = Mapping[str, bytes]
"""A repository's files: path → content."""


@dataclass(frozen=True)
class Result:
    """What a run makes of a repository.

    Attributes:
        before: the repository.
        outcome: what the run came to.
    """

    before: Snapshot
    outcome: Outcome

    @property
    def after(self) -> Snapshot:
        """The repository as it would be."""
        return {**self.before, **{change.path: change.after for change in self.outcome.changes}}

    @property
    def diff(self) -> bytes:
        """The changes, in the order of their paths."""
        return b"".join(
            unified(change.path, change.before, change.after) for change in self.outcome.changes
        )

    @property
    def report(self) -> str:
        """The status, then what was found, then the publishers; a line each."""
        outcome = self.outcome
        found = (line for finding in outcome.findings for line in _finding_lines(finding))
        status = f"{outcome.status}: {outcome.reason}" if outcome.reason else outcome.status
        return "\n".join([status, *found, *map(_publisher_line, outcome.publishers)]) + "\n"


@dataclass(frozen=True)
class Case:
    """A folder of `tests/cases`.

    `options.yml`, where there is one, holds `remote`, `package` and `answers`, as the command line
    gives them.

    Attributes:
        path: the folder.
    """

    path: Path

    @property
    def name(self) -> str:
        """The folder's place among the cases: `npm-too-old/node-22`."""
        return self.path.relative_to(CASES).as_posix()

    @property
    def group(self) -> str:
        """What the case is about: the id of a rule, or an area."""
        return self.path.parent.name

    @cached_property
    def before(self) -> Snapshot:
        """The repository."""
        root = self.path / "before"
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    @cached_property
    def options(self) -> Mapping[str, object]:
        """How the run is started."""
        path = self.path / "options.yml"
        found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        assert isinstance(found, dict)
        assert found.keys() <= {"remote", "package", "answers"}
        return found

    def run(self, folder: Path, files: Snapshot | None = None) -> Result:
        """Run over the files, those of the case or a twin of them, written to an empty folder."""
        files = self.before if files is None else files
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        remote = self.options.get("remote", REMOTE)
        (folder / ".git").mkdir(parents=True)
        (folder / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")
        config = f'[remote "origin"]\n\turl = {remote}\n' if remote else ""
        (folder / ".git" / "config").write_bytes(config.encode())
        answers = self.options.get("answers", {})
        assert isinstance(answers, dict)
        package = str(self.options.get("package", ""))
        return Result(files, open_migration(str(folder), answers, package).outcome())

    def expected(self, name: str) -> bytes:
        """`after.diff` or `report.txt`; empty where there is none, as for a run without changes."""
        path = self.path / name
        return path.read_bytes() if path.exists() else b""

    def accept(self, result: Result) -> None:
        """Write what came out as what is expected; git shows it to whoever reviews it."""
        (self.path / "report.txt").write_bytes(result.report.encode())
        diff = self.path / "after.diff"
        diff.unlink(missing_ok=True)
        if result.diff:
            diff.write_bytes(result.diff)


def all_cases() -> list[Case]:
    """Every case, by name."""
    return [Case(path.parent) for path in sorted(CASES.glob("*/*/before"))]


def unified(path: str, before: bytes | None, after: bytes) -> bytes:
    """One file's difference, its lines as they are."""
    old = (before or b"").splitlines(keepends=True) if before is not None else []
    new = after.splitlines(keepends=True)
    header = (b"/dev/null" if before is None else f"a/{path}".encode(), f"b/{path}".encode())
    lines = difflib.diff_bytes(difflib.unified_diff, old, new, *header)
    ended = (
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
        for line in lines
    )
    return b"".join(ended)


def _finding_lines(finding: Finding) -> Iterator[str]:
    if finding.level == "advice":
        yield f"advice {finding.rule} {finding.location}"
    elif finding.fix != "manual":
        yield f"edit   {finding.rule} {finding.location}"
        return
    else:
        yield f"manual {finding.rule} {finding.location}"
    yield f"       {finding.message}"
    if finding.todo:
        yield f"       > {finding.todo}"


def _publisher_line(publisher: Publisher) -> str:
    where = f" in {publisher.environment}" if publisher.environment else ""
    source = f"{publisher.owner}/{publisher.repository}"
    return f"publisher {publisher.package} {source} {publisher.workflow}{where}"
