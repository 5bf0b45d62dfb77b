"""Answers to files: what `render` returns, refuses, and leaves untouched."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

import tp_init
from tp_init.document import Address, look_up
from tp_init.errors import UsageError
from tp_init.questions import AnswerValue, template_root
from tp_init.render import render

ACME: dict[str, AnswerValue] = {"owner": "acme", "repo": "logger", "scope": "acme"}
SOURCE = Path(tp_init.__file__).parent


def run_python(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter, in this environment plus `environment`."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("file", "address", "value"),
    [
        ("workflow", ("on", "push", "tags", 0), "v*"),
        ("workflow", ("jobs", "publish", "permissions", "id-token"), "write"),
        ("workflow", ("jobs", "publish", "permissions", "contents"), "read"),
        ("workflow", ("jobs", "publish", "steps", 1, "with", "node-version"), 24),
        ("package", ("name",), "@acme/logger"),
        ("package", ("repository", "url"), "git+https://github.com/acme/logger.git"),
        ("package", ("publishConfig", "access"), "public"),
        ("package", ("publishConfig", "provenance"), True),
    ],
)
def test_values_are_found_by_address(file: str, address: Address, value: AnswerValue) -> None:
    assert look_up(render(ACME).values[file], address) == value


def test_the_closing_message_has_the_answers_filled_in() -> None:
    message = render({**ACME, "workflow": "release.yml", "environment": "npm"}).message
    assert "https://www.npmjs.com/package/@acme/logger/access" in message
    assert "--file release.yml --env npm --allow-publish" in message
    assert "[[" not in message
    assert "[%" not in message
    assert max(len(line) for line in message.splitlines()) <= 80


@pytest.mark.parametrize(
    "environment",
    [
        *("npm prod", "R&D", "yes", "null", "123", "1e3", "a: b", "a #b", "[x]", "*x", "%x", "é<>"),
        *("[[ owner ]]", "{{ owner }}", "[% if %]"),  # Jinja's brackets, ours and its own
    ],
)
def test_any_environment_name_reaches_the_workflow_unchanged(environment: str) -> None:
    values = render({**ACME, "environment": environment}).values
    assert look_up(values["workflow"], ("jobs", "publish", "environment")) == environment


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"repo": "logger"}, "owner is not known: give it with --owner"),
        ({**ACME, "owner": "@acme"}, "owner: write acme, without the @"),
        ({**ACME, "layout": "both"}, "layout: answer single or split"),
        ({**ACME, "provenance": "maybe"}, "provenance: answer true or false"),
        ({**ACME, "colour": "red"}, "'colour' is no question; the questions are owner, repo,"),
        ({"owner": "acme", "repo": ".github"}, "package_name: start it with a letter"),
        ({**ACME, "workflow": "../../x.yml"}, "workflow: write x.yml, without a folder"),
    ],
)
def test_a_bad_answer_is_a_usage_error_in_plain_words(
    answers: dict[str, AnswerValue], sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        render(answers)
    assert str(caught.value).startswith(sentence)


def test_nothing_is_printed_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    render(ACME)
    with pytest.raises(UsageError):
        render({**ACME, "owner": "@acme"})
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_no_git_is_started_not_even_one_of_the_current_folder(tmp_path: Path) -> None:
    for folder in ("bin", "here"):
        git = tmp_path / folder / "git"
        git.parent.mkdir()
        git.write_text(f"#!/bin/sh\necho started >> '{tmp_path}/started'\nexit 1\n")
        git.chmod(0o755)
    code = (
        f"import os; os.chdir({str(tmp_path / 'here')!r})\n"
        "from tp_init.render import render\n"
        "print(render({'owner': 'acme', 'repo': 'logger'}).workflow)"
    )
    output = run_python(code, PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert "npm publish" in output
    assert not (tmp_path / "started").exists()


def test_the_users_own_defaults_for_copier_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "settings.yml"
    own.write_text("defaults:\n  package_manager: pnpm\n  environment: mine\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(own))
    assert render(ACME).workflow == render({**ACME, "package_manager": "npm"}).workflow


def test_an_installed_package_renders_what_a_checkout_renders(tmp_path: Path) -> None:
    """The wheel is the package plus what pyproject's `force-include` adds to it."""
    root = template_root()
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    shutil.copytree(SOURCE, tmp_path / "tp_init", ignore=shutil.ignore_patterns("__pycache__"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source, target in included.items():
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (root / source).is_dir() else shutil.copy
        copy(root / source, tmp_path / target)
    code = (
        "from tp_init.questions import template_root; from tp_init.render import render\n"
        "print(template_root())\n"
        "print(render({'owner': 'acme', 'repo': 'logger'}).workflow, end='')"
    )
    found, _, workflow = run_python(code, PYTHONPATH=str(tmp_path)).partition("\n")
    assert Path(found) == tmp_path / "tp_init" / "_template"
    assert workflow == render({"owner": "acme", "repo": "logger"}).workflow


def test_copier_is_imported_only_by_a_render() -> None:
    code = (
        "import sys, tp_init.render, tp_init.questions as q; q.questions()\n"
        "print(sorted({'copier', 'jinja2', 'plumbum'} & set(sys.modules)))"
    )
    assert run_python(code).strip() == "[]"
    importers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) and "copier" in imported(node)
    }
    assert importers == {"render.py"}


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The packages that an import statement names."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}
