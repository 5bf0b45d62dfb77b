"""The template: what every combination of answers makes, as `copier copy` and `update` make it."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from conftest import GitRepository

from tp_init.questions import AnswerValue, problem, questions, template_root
from tp_init.render import Rendered, render

Answers: TypeAlias = dict[str, AnswerValue]
Git: TypeAlias = Callable[..., GitRepository]

ACME: Answers = {"owner": "acme", "repo": "logger", "scope": "acme"}
MANAGERS, LAYOUTS, TRIGGERS = (
    next(each.choices for each in questions() if each.name == name)
    for name in ("package_manager", "layout", "trigger")
)
PRODUCT: dict[str, Answers] = {
    f"{manager}-{layout}-{trigger}": {
        **ACME,
        "package_manager": manager,
        "layout": layout,
        "trigger": trigger,
    }
    for manager, layout, trigger in itertools.product(MANAGERS, LAYOUTS, TRIGGERS)
}
VARIANTS: dict[str, Answers] = {
    "environment": {**ACME, "environment": "npm prod"},
    "split-environment": {**ACME, "environment": "npm prod", "layout": "split"},
    "npm-range": {**ACME, "npm_version": "^11.5.1"},
    "npm-bundled": {**ACME, "npm_version": "bundled"},
    "node-exact": {**ACME, "node_version": "24.20"},
    "restricted": {**ACME, "access": "restricted"},
    "no-provenance": {**ACME, "provenance": False, "layout": "split"},
}

# The one finding that we accept: the verified baseline upgrades npm in the job that publishes.
# `npm_version: bundled` does without (https://docs.zizmor.sh/audits/#adhoc-packages).
UPGRADE = "npm install -g npm@"


def tool(name: str) -> str:
    """A judge that the test extra installs beside this interpreter."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert found, f"{name} is not installed: pip install '.[test]'"
    return found


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it says; a failure is for the test to judge."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        check=False,
        capture_output=True,
        text=True,
    )


def copier(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the real command line of Copier."""
    return run(sys.executable, "-m", "copier", *arguments, cwd=cwd)


def jobs(rendered: Rendered) -> dict[str, dict[str, Any]]:
    """The jobs of a rendered workflow."""
    parsed: dict[str, Any] = yaml.safe_load(rendered.workflow)
    found: dict[str, dict[str, Any]] = parsed["jobs"]
    return found


def scripts(job: Mapping[str, Any]) -> Iterator[str]:
    """What a job runs in a shell."""
    return (step["run"] for step in job["steps"] if "run" in step)


def pinned_to_major(workflow: str) -> str:
    """The workflow with `@v7` for a SHA: actionlint knows an action's inputs by its tag only."""
    return re.sub(r"@[0-9a-f]{40} # (v[0-9]+)\S*", r"@\1", workflow)


@pytest.fixture(scope="module")
def rendered() -> dict[str, Rendered]:
    return {name: render(answers) for name, answers in {**PRODUCT, **VARIANTS}.items()}


@pytest.fixture(scope="module")
def workflows(rendered: dict[str, Rendered], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every rendered workflow, each in a repository of its own."""
    root = tmp_path_factory.mktemp("workflows")
    for name, each in rendered.items():
        folder = root / name / ".github" / "workflows"
        folder.mkdir(parents=True)
        (folder / "publish.yml").write_text(each.workflow, encoding="utf-8")
        (folder / "by-tag.yml").write_text(pinned_to_major(each.workflow), encoding="utf-8")
    return root


class TestJudges:
    def test_zizmor_has_no_finding_but_the_documented_one(self, workflows: Path) -> None:
        done = run(
            *(tool("zizmor"), "--offline", "--no-progress", "--strict-collection"),
            *("--persona", "auditor", "--format", "json"),
            *sorted(workflows.glob("*/.github/workflows/publish.yml")),
        )
        findings = json.loads(done.stdout)
        unexpected = [
            (finding["ident"], place["symbolic"]["key"], feature)
            for finding in findings
            for place in finding["locations"]
            if place["symbolic"]["kind"] == "Primary"
            for feature in [place["concrete"]["feature"]]
            if finding["ident"] != "adhoc-packages" or UPGRADE not in feature
        ]
        assert unexpected == []
        assert findings, "zizmor is not at work: the npm upgrade is a finding"

    @pytest.mark.parametrize("name", ["publish.yml", "by-tag.yml"])
    def test_actionlint_and_shellcheck_have_none(self, workflows: Path, name: str) -> None:
        files = sorted(workflows.glob(f"*/.github/workflows/{name}"))
        # The scripts are the same in both, and reading them is what takes the time.
        shellcheck = tool("shellcheck") if name == "publish.yml" else ""
        done = run(tool("actionlint"), "-no-color", "-oneline", "-shellcheck", shellcheck, *files)
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)

    @pytest.mark.parametrize(
        ("right", "wrong", "finding"),
        [
            ("check-latest:", "check-newest:", 'input "check-newest" is not defined in action'),
            ('cat "$log"', "cat $log", "SC2086"),
        ],
    )
    def test_actionlint_is_at_work(
        self, rendered: dict[str, Rendered], tmp_path: Path, right: str, wrong: str, finding: str
    ) -> None:
        workflow = pinned_to_major(rendered["npm-single-tag"].workflow)
        assert right in workflow
        path = tmp_path / "publish.yml"
        path.write_text(workflow.replace(right, wrong))
        done = run(tool("actionlint"), "-oneline", "-shellcheck", tool("shellcheck"), path)
        assert finding in done.stdout

    def test_the_schema_accepts_all(self, workflows: Path) -> None:
        files = sorted(workflows.glob("*/.github/workflows/publish.yml"))
        done = run(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *files)
        assert done.returncode == 0, done.stdout


class TestWorkflow:
    def test_the_default_is_the_verified_baseline(self, rendered: dict[str, Rendered]) -> None:
        workflow = yaml.safe_load(rendered["npm-single-tag"].workflow)
        assert workflow[True]["push"] == {"tags": ["v*"]}  # YAML 1.1 reads `on` as a boolean
        assert "workflow_dispatch" in workflow[True]
        [job] = workflow["jobs"].values()
        assert job["permissions"] == {"contents": "read", "id-token": "write"}
        assert "environment" not in job
        node = next(step["with"] for step in job["steps"] if "setup-node" in step.get("uses", ""))
        assert node["node-version"] == 24
        assert node["check-latest"] is True
        assert node["registry-url"] == "https://registry.npmjs.org"
        commands = [script for script in scripts(job) if "\n" not in script]
        assert commands == [
            "npm install -g npm@latest",
            "npm ci",
            "npm run check",
            "npm publish --access public",
        ]

    @pytest.mark.parametrize("name", [*PRODUCT, *VARIANTS])
    def test_it_is_hardened(self, rendered: dict[str, Rendered], name: str) -> None:
        text = rendered[name].workflow
        assert "permissions: {} #" in text
        assert "secrets." not in text
        assert "NODE_AUTH_TOKEN" not in text
        for uses in re.findall(r"uses: (.*)", text):
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", uses)
        for job in jobs(rendered[name]).values():
            assert job["runs-on"] == "ubuntu-latest"
            assert job["timeout-minutes"] <= 15
            for step in job["steps"]:
                options = step.get("with", {})
                if "checkout@" in step.get("uses", ""):
                    assert options["persist-credentials"] is False
                if "setup-node@" in step.get("uses", ""):
                    assert options["package-manager-cache"] is False
            for script in scripts(job):
                assert "${{" not in script

    @pytest.mark.parametrize("name", [name for name in PRODUCT if "-split-" in name])
    def test_a_split_publish_job_has_the_identity_and_runs_npm_alone(
        self, rendered: dict[str, Rendered], name: str
    ) -> None:
        found = jobs(rendered[name])
        assert found["build"]["permissions"] == {"contents": "read"}
        assert found["publish"]["permissions"] == {"id-token": "write"}
        used = [step["uses"].split("@")[0] for step in found["publish"]["steps"] if "uses" in step]
        assert used == ["actions/setup-node", "actions/download-artifact"]
        assert UPGRADE not in rendered[name].workflow
        for script in scripts(found["publish"]):
            assert "npm publish" in script
            assert " ./*.tgz --ignore-scripts" in script

    @pytest.mark.parametrize("name", [*PRODUCT, *VARIANTS])
    def test_whatever_packs_npm_publishes_and_is_rehearsed_with_the_same_words(
        self, rendered: dict[str, Rendered], name: str
    ) -> None:
        job = jobs(rendered[name])["publish"]
        rehearsal, publish = [script for script in scripts(job) if "npm publish" in script]
        words = publish.removeprefix("npm publish ")
        assert f"npm publish --dry-run --loglevel verbose {words} >" in rehearsal

    def test_the_environment_stands_on_the_job_that_publishes(
        self, rendered: dict[str, Rendered]
    ) -> None:
        for name in ("environment", "split-environment"):
            found = {key: job.get("environment") for key, job in jobs(rendered[name]).items()}
            assert found.pop("publish") == "npm prod"
            assert not any(found.values())

    def test_the_answers_reach_the_workflow(self, rendered: dict[str, Rendered]) -> None:
        assert "npm install -g npm@^11.5.1 #" in rendered["npm-range"].workflow
        assert UPGRADE not in rendered["npm-bundled"].workflow
        assert 'node-version: "24.20"' in rendered["node-exact"].workflow
        assert "npm publish --access restricted --provenance=false" in (
            rendered["restricted"].workflow
        )
        assert "--access public --provenance=false" in rendered["no-provenance"].workflow
        assert "types: [published]" in rendered["npm-single-release"].workflow


class TestPackage:
    @pytest.mark.parametrize("name", [*PRODUCT, *VARIANTS])
    def test_it_is_what_npm_would_write(self, rendered: dict[str, Rendered], name: str) -> None:
        text = rendered[name].package
        package = json.loads(text)
        assert text == json.dumps(package, indent=2) + "\n"
        assert package["name"] == "@acme/logger"
        assert package["repository"] == {
            "type": "git",
            "url": "git+https://github.com/acme/logger.git",
        }
        assert package["scripts"]["check"]

    def test_provenance_stands_where_the_answer_says(self, rendered: dict[str, Rendered]) -> None:
        def config(name: str) -> object:
            return json.loads(rendered[name].package)["publishConfig"]

        assert config("npm-single-tag") == {"access": "public", "provenance": True}
        assert config("no-provenance") == {"access": "public"}
        assert config("restricted") == {"access": "restricted"}

    def test_a_manager_that_needs_a_pin_has_one(self, rendered: dict[str, Rendered]) -> None:
        pins = {
            manager: json.loads(rendered[f"{manager}-single-tag"].package).get("packageManager", "")
            for manager in MANAGERS
        }
        assert {manager for manager, pin in pins.items() if pin} == {"pnpm", "yarn"}
        assert all(not pin or pin.startswith(f"{manager}@") for manager, pin in pins.items())


class TestCopy:
    def test_it_writes_three_files_and_ends_with_what_is_left_to_do(self, tmp_path: Path) -> None:
        done = copier(
            *("copy", "--vcs-ref", "HEAD", "--defaults"),
            *("--data", "owner=acme", "--data", "repo=logger", template_root(), tmp_path / "new"),
        )
        assert done.returncode == 0, done.stderr
        written = {
            path.relative_to(tmp_path / "new").as_posix()
            for path in (tmp_path / "new").rglob("*")
            if path.is_file()
        }
        assert written == {".copier-answers.yml", ".github/workflows/publish.yml", "package.json"}
        assert "https://www.npmjs.com/package/logger/access" in done.stderr
        last = done.stderr.strip().splitlines()[-1]
        assert last.endswith("if you saw *skip* above, run `tp-init`")

    def test_what_exists_is_skipped(self, tmp_path: Path) -> None:
        mine = {"package.json": '{"name": "mine"}', ".github/workflows/release.yml": "on: push\n"}
        for name, content in mine.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        done = copier(
            *("copy", "--vcs-ref", "HEAD", "--defaults", "--data", "workflow=release.yml"),
            *("--data", "owner=acme", "--data", "repo=logger", template_root(), tmp_path),
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("skip") == 3  # two files, and the closing sentence
        for name, content in mine.items():
            assert (tmp_path / name).read_text() == content

    @pytest.mark.parametrize("answer", ["owner=@acme", "workflow=.github/workflows/publish.yml"])
    def test_the_last_line_of_a_refusal_is_for_a_person(self, tmp_path: Path, answer: str) -> None:
        name, value = answer.split("=")
        done = copier(
            *("copy", "--vcs-ref", "HEAD", "--defaults", "--data", "owner=acme"),
            *("--data", "repo=logger", "--data", answer, template_root(), tmp_path / "new"),
        )
        assert done.returncode != 0
        assert done.stderr.strip().splitlines()[-1].endswith(problem(name, value, {}))


class TestUpdate:
    UNASKED: Mapping[str, str] = {
        "workflow": "release.yml",
        "package_name": "@acme/other",
        "package_manager": "pnpm",
        "node_version": "26",
        "npm_version": "11",
        "access": "restricted",
        "provenance": "false",
        "layout": "single",
        "trigger": "release",
    }
    OLD, NEW = "820762786026740c76f36085b0efc47a31fe5020", "1" * 40

    def test_every_unasked_question_is_covered(self) -> None:
        assert set(self.UNASKED) == {each.name for each in questions() if not each.asked}

    @pytest.fixture
    def template(self, git_repository: Git) -> GitRepository:
        """The template in a repository of its own, at tag v0.1.0."""
        repository = git_repository(name="template")
        shutil.copy(template_root() / "copier.yml", repository.root)
        shutil.copytree(template_root() / "template", repository.root / "template")
        repository.commit({}, "Template")
        repository.git("tag", "v0.1.0")
        return repository

    @pytest.fixture
    def project(self, template: GitRepository, git_repository: Git) -> GitRepository:
        """A package made from it, with every unasked answer given, and changed by its owner."""
        project = git_repository(name="project")
        data = {"owner": "acme", "repo": "logger", "scope": "acme", **self.UNASKED}
        options = itertools.chain.from_iterable(("--data", f"{k}={v}") for k, v in data.items())
        done = copier(
            "copy", "--defaults", "--vcs-ref", "HEAD", *options, template.root, project.root
        )
        assert done.returncode == 0, done.stderr
        package = (project.root / "package.json").read_text()
        project.commit({"package.json": package.replace('"0.1.0"', '"3.2.1"')}, "Start")
        workflow = (project.root / ".github/workflows/release.yml").read_text()
        own = workflow.replace("run: pnpm run check", "run: pnpm run check --verbose")
        assert own != workflow
        project.commit({".github/workflows/release.yml": own}, "My own change")
        return project

    def move_the_pin(self, template: GitRepository) -> None:
        """A later version of the template, with another setup-node."""
        part = template.root / "template" / "_parts" / "node.jinja"
        text = part.read_text()
        assert self.OLD in text
        template.commit({"template/_parts/node.jinja": text.replace(self.OLD, self.NEW)}, "Pin")
        template.git("tag", "v0.2.0")

    def test_an_update_brings_the_new_pin_and_nothing_else(
        self, template: GitRepository, project: GitRepository
    ) -> None:
        before = yaml.safe_load((project.root / ".copier-answers.yml").read_text())
        self.move_the_pin(template)
        done = copier("update", "--defaults", cwd=project.root)
        assert done.returncode == 0, done.stderr
        after = yaml.safe_load((project.root / ".copier-answers.yml").read_text())
        assert (before.pop("_commit"), after.pop("_commit")) == ("v0.1.0", "v0.2.0")
        assert after == before
        assert {name: str(after[name]).lower() for name in self.UNASKED} == self.UNASKED
        changed = [
            line
            for line in project.git("diff", "--unified=0").splitlines()
            if re.match(r"[+-](?![+-])", line)
        ]
        assert [line.split(" # ")[0] for line in changed] == [
            "-_commit: v0.1.0",
            "+_commit: v0.2.0",
            f"-      - uses: actions/setup-node@{self.OLD}",
            f"+      - uses: actions/setup-node@{self.NEW}",
        ]

    def test_an_answer_can_be_changed_on_the_way(
        self, template: GitRepository, project: GitRepository
    ) -> None:
        self.move_the_pin(template)
        done = copier("update", "--defaults", "--data", "environment=npm", cwd=project.root)
        assert done.returncode == 0, done.stderr
        workflow = (project.root / ".github/workflows/release.yml").read_text()
        assert '    environment: "npm"\n' in workflow
        assert "run: pnpm run check --verbose" in workflow
