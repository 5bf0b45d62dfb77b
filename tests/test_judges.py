"""Third parties judge every workflow that a case changes: nothing new against what was there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from case import Snapshot, all_cases
from conftest import write_files

Complaints: TypeAlias = Mapping[str, "Counter[str]"]
"""What a judge says of each workflow, by `case/file name`, places left out."""

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml$")

# zizmor's name for `npm install -g npm@11`: the line that the contract asks for where `engines`,
# a container or a matrix excludes Node 24 (https://docs.zizmor.sh/audits/#adhoc-packages).
_UPGRADE = "adhoc-packages"
# A step that is added is pinned in the way of the file: by tag where the others are.
_BY_TAG = "unpinned-uses"


@pytest.fixture(scope="module")
def states(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Path, Path]:
    """Every case before and after, each in a repository of its own, where it has a diff."""
    request.getfixturevalue("template_rendered_once")
    before = tmp_path_factory.mktemp("before")
    after = tmp_path_factory.mktemp("after")
    for case in all_cases():
        if not case.expected("after.diff"):
            continue
        result = case.run(tmp_path_factory.mktemp("run"))
        for root, files in ((before, result.before), (after, result.after)):
            _write(root / case.name.replace("/", "--"), files)
    return before, after


def _write(folder: Path, files: Snapshot) -> None:
    write_files(folder, files)
    (folder / ".git").mkdir()  # how actionlint knows where a repository starts


def _workflows(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if _WORKFLOW.search(path.as_posix()))


def _key(root: Path, path: str) -> str:
    case, *_, name = Path(path).relative_to(root).parts
    return f"{case}/{name}"


def _run(root: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a judge of the test extra, which lies beside this interpreter."""
    folder = Path(sys.executable).parent
    program = shutil.which(str(command[0]), path=str(folder)) or shutil.which(str(command[0]))
    assert program, f"{command[0]} is not installed: pip install '.[test]'"
    return subprocess.run(
        [program, *map(str, command[1:])],
        cwd=root,
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
    )


def _new(before: Complaints, after: Complaints) -> dict[str, list[str]]:
    found = {
        key: sorted((said - before.get(key, Counter())).elements()) for key, said in after.items()
    }
    return {key: said for key, said in found.items() if said}


def actionlint(root: Path, files: Sequence[Path]) -> Complaints:
    # Half of the cases hold what shellcheck objects to, and its places move with every edit.
    done = _run(root, "actionlint", "-no-color", "-shellcheck=", "-format", "{{json .}}", *files)
    found: dict[str, Counter[str]] = {}
    for one in json.loads(done.stdout):
        path = str((root / one["filepath"]).resolve())
        message = re.sub(r"line:\d+,col:\d+", "line", one["message"])
        found.setdefault(_key(root, path), Counter())[message] += 1
    return found


def zizmor(root: Path, files: Sequence[Path]) -> Complaints:
    done = _run(root, "zizmor", "--offline", "--no-progress", "--format", "json", *files)
    found: dict[str, Counter[str]] = {}
    for one in json.loads(done.stdout):
        for place in one["locations"]:
            if place["symbolic"]["kind"] == "Primary":
                key = _key(root, place["symbolic"]["key"]["Local"]["verbatim_path"])
                found.setdefault(key, Counter())[one["ident"]] += 1
    return found


def schema(root: Path, files: Sequence[Path]) -> Complaints:
    options = ("--builtin-schema", "vendor.github-workflows", "--output-format", "json")
    done = _run(root, "check-jsonschema", *options, *files)
    answer = json.loads(done.stdout)
    assert answer["parse_errors"] == []
    found: dict[str, Counter[str]] = {}
    for one in answer["errors"]:
        found.setdefault(_key(root, one["filename"]), Counter())[one["path"]] += 1
    return found


def test_actionlint_finds_nothing_new(states: tuple[Path, Path]) -> None:
    before, after = (actionlint(root, _workflows(root)) for root in states)
    assert _new(before, after) == {}


def test_zizmor_finds_nothing_new_but_what_is_decided(states: tuple[Path, Path]) -> None:
    before, after = (zizmor(root, _workflows(root)) for root in states)
    assert before, "zizmor is not at work: the cases hold tokens and unpinned actions"
    decided = {
        key: {_UPGRADE, _BY_TAG} if _BY_TAG in said else {_UPGRADE} for key, said in before.items()
    }
    new = _new(before, after)
    assert {
        key: said for key, said in new.items() if not set(said) <= decided.get(key, {_UPGRADE})
    } == {}


def test_the_schema_of_workflows_finds_nothing_new(states: tuple[Path, Path]) -> None:
    before, after = (schema(root, _workflows(root)) for root in states)
    assert _new(before, after) == {}
