"""What others start a check with, the hook and the action; and the pages about the rules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import FileTree
from test_check import RIGHT, TOKEN
from test_check_rules import RELEASE

from tp_init.cli import main

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def beside(name: str) -> str:
    """A program that the test extra installs beside this interpreter."""
    program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert program, f"{name} is not installed: pip install '.[test]'"
    return program


def test_the_pages_about_the_rules_are_what_the_rules_say() -> None:
    command = [sys.executable, str(ROOT / "bench" / "rules.py"), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


class TestHook:
    def test_it_runs_the_check_for_the_files_that_a_check_reads(self) -> None:
        (hook,) = HOOKS
        assert hook["entry"] == "tp-init check"
        assert hook["pass_filenames"] is False
        pattern = re.compile(hook["files"])
        for path in (RELEASE, "package.json", "packages/a/package.json", ".npmrc", "lerna.json"):
            assert pattern.search(path), path
        for path in ("src/index.js", "my-package.json.md", "docs/.github.md"):
            assert not pattern.search(path), path

    def test_its_entry_is_a_command_line_that_is_understood(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(file_tree(RIGHT))
        assert main(HOOKS[0]["entry"].split()[1:]) == 0


class TestAction:
    @pytest.mark.parametrize(
        "command",
        [
            ["zizmor", "--offline", "--persona=auditor", "--no-progress", "action.yml"],
            ["check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
        ],
        ids=["zizmor", "schema"],
    )
    def test_the_judges_have_no_objection(self, command: list[str]) -> None:
        program, *arguments = command
        done = subprocess.run(
            [beside(program), *arguments], cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test_it_pins_what_the_workflows_pin(self) -> None:
        own = re.findall(r"uses: (.*)", (ROOT / "action.yml").read_text(encoding="utf-8"))
        workflows = "".join(
            path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")
        )
        assert own
        assert all(f"uses: {one}\n" in workflows for one in own)

    def test_no_input_is_put_into_a_script(self) -> None:
        assert not any("${{" in step.get("run", "") for step in ACTION["runs"]["steps"])

    @pytest.mark.skipif(sys.platform == "win32", reason="bash is another one there")
    @pytest.mark.parametrize(
        ("inputs", "code", "said"),
        [
            ({}, 1, "::error file=token/"),
            ({"format": "text", "ignore": "token-in-publish-step"}, 0, "no errors"),
            ({"exit-zero": "true", "format": "json"}, 0, '"repositories"'),
            ({"path": "-odd", "format": "text"}, 2, "-odd"),
        ],
        ids=["as it is", "without a rule", "never red", "a path that looks like an option"],
    )
    def test_its_last_step_runs_the_check_with_its_inputs(
        self, inputs: dict[str, str], code: int, said: str, file_tree: FileTree
    ) -> None:
        folder = file_tree({f"token/{path}": text for path, text in TOKEN.items()}, "work")
        (folder / "right").mkdir()
        done = self.step(ACTION["runs"]["steps"][-1], {"path": "token\nright", **inputs}, folder)
        assert done.returncode == code, done.stderr
        assert said in done.stdout

    def step(
        self, step: Any, inputs: dict[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run a step's script as the runner does, with the program of this environment."""
        given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
        env = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], value)
            for name, value in step["env"].items()
        }
        programs = folder.parent / "tp-init" / "bin"
        programs.mkdir(parents=True)
        (programs / "tp-init").symlink_to(Path(sys.executable).with_name("tp-init"))
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **env, "RUNNER_TEMP": str(folder.parent)},
        )
