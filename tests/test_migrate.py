"""The main job: when a workflow is created, what is refused, and what a run says it came to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from conftest import FileTree, GitRepository

from tp_init import report
from tp_init.document import Value
from tp_init.errors import Refused, UsageError
from tp_init.migrate import open_migration, written
from tp_init.model import Outcome

pytestmark = pytest.mark.usefixtures("template_rendered_once")

Opened: TypeAlias = Callable[..., Outcome]
Git: TypeAlias = Callable[..., GitRepository]

REMOTE = '[remote "origin"]\n\turl = https://github.com/acme/logger.git\n'
GIT = {".git/HEAD": "ref: refs/heads/main\n", ".git/config": REMOTE}
NEW = ".github/workflows/publish.yml"

PUBLISH = """\
on:
  push:
    tags: [v*]
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""
TEST = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{ run: npm test }]\n"


def manifest(**data: Value) -> str:
    return json.dumps({"name": "@acme/logger", "version": "1.0.0", **data}, indent=2) + "\n"


def workflow(name: str, text: str) -> dict[str, str]:
    return {f".github/workflows/{name}": text}


def step(text: str) -> str:
    return TEST.replace("run: npm test", text)


@pytest.fixture
def outcome(file_tree: FileTree) -> Opened:
    """`outcome(files, answers)` plans over a repository whose remote is acme/logger."""

    def run(files: dict[str, str], answers: dict[str, str] | None = None) -> Outcome:
        return open_migration(str(file_tree({**GIT, **files})), answers or {}).outcome()

    return run


def paths(outcome: Outcome) -> list[str]:
    return [change.path for change in outcome.changes]


# --- When a new publish.yml is created ----------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": manifest()},
        {"package.json": manifest(), **workflow("test.yml", TEST)},
        {"package.json": manifest(private=False)},
        {"package.json": manifest(publishConfig={"registry": "https://registry.npmjs.org/"})},
        {"package.json": manifest(), **workflow("site.yml", step("uses: actions/deploy-pages@v4"))},
        {"package.json": manifest(), **workflow("ci.yml", step("run: npm publish --dry-run"))},
        {"package.json": manifest(), "action/action.yml": "runs: {using: node24, main: x.js}\n"},
    ],
)
def test_a_package_that_nothing_publishes_gets_a_workflow(
    outcome: Opened, files: dict[str, str]
) -> None:
    made = outcome({"package-lock.json": "{}", **files})
    assert NEW in paths(made)
    assert made.status == "complete"
    assert [(one.package, one.workflow) for one in made.publishers] == [
        ("@acme/logger", "publish.yml")
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there is no package.json at its root"),
        ({"js/package.json": manifest()}, "there is no package.json at its root"),
        ({"package.json": manifest(private=True)}, "`private: true`"),
        ({"package.json": manifest(private="true")}, "`private: true`"),
        (
            {"package.json": manifest(publishConfig={"registry": "https://npm.pkg.github.com"})},
            "another registry, https://npm.pkg.github.com",
        ),
        (
            {"package.json": manifest(publishConfig={"@acme:registry": "https://x.example"})},
            "another registry, https://x.example",
        ),
        ({"package.json": manifest(engines={"vscode": "^1.90.0"})}, "VS Code extension"),
        (
            {"package.json": manifest(), "action.yml": "runs: {using: node24, main: x.js}\n"},
            "GitHub action",
        ),
        (
            {
                "package.json": manifest(),
                **workflow("a.yml", step("run: npm publish --registry https://x.example")),
            },
            "it publishes to https://x.example",
        ),
        *(
            ({"package.json": manifest(), **workflow("a.yml", step(text))}, "a.yml publishes")
            for text in (
                "run: npx vsce publish",
                "run: cargo publish",
                "run: docker push acme/logger",
                "uses: pypa/gh-action-pypi-publish@release/v1",
                "uses: softprops/action-gh-release@v2",
            )
        ),
    ],
)  # fmt: skip
def test_another_repository_is_left_alone_with_the_reason(
    outcome: Opened, files: dict[str, str], reason: str
) -> None:
    made = outcome(files)
    assert (made.status, made.changes, made.publishers, made.next_steps) == (
        "unchanged",
        (),
        (),
        (),
    )
    assert reason in made.reason


def test_a_workflow_that_is_asked_for_by_name_is_created_all_the_same(outcome: Opened) -> None:
    made = outcome({"package.json": manifest(private=True)}, {"workflow": "npm.yml"})
    assert ".github/workflows/npm.yml" in paths(made)


def test_a_name_that_is_in_use_for_something_else_is_never_taken(outcome: Opened) -> None:
    made = outcome({"package.json": manifest(), **workflow("publish.yml", TEST)})
    assert ".github/workflows/npm-publish.yml" in paths(made)
    assert NEW not in paths(made)


def test_a_name_in_use_is_not_taken_when_it_is_asked_for_either(outcome: Opened) -> None:
    files = {"package.json": manifest(), **workflow("site.yml", TEST)}
    made = outcome(files, {"workflow": "site.yml"})
    assert (made.status, made.changes) == ("unchanged", ())
    assert made.reason == "site.yml publishes nothing to npm's public registry"


def test_the_workflow_that_publishes_is_edited_in_place(outcome: Opened) -> None:
    made = outcome({"package.json": manifest(), **workflow("release.yaml", PUBLISH)})
    assert paths(made) == [".github/workflows/release.yaml", "package.json"]
    assert [change.kind for change in made.changes] == ["edit", "edit"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("workflow", ".github/workflows/x.yml", "workflow: "),
        ("workflow", "x.txt", "workflow: "),
        ("owner", "@acme", "owner: "),
        ("repo", "acme/logger", "repo: "),
        ("scope", "Acme", "scope: "),
        ("provenance", "perhaps", "provenance: "),
    ],
)
def test_an_answer_that_cannot_be_right_ends_the_run(
    outcome: Opened, name: str, value: str, problem: str
) -> None:
    with pytest.raises(UsageError, match=f"^{problem}"):
        outcome({"package.json": manifest()}, {name: value})


def test_a_missing_answer_names_its_flag(file_tree: FileTree) -> None:
    root = file_tree({"package.json": manifest(), ".git/HEAD": "x", ".git/config": ""})
    with pytest.raises(UsageError, match="--owner"):
        open_migration(str(root), {}).outcome()


def test_every_answer_says_where_it_comes_from(outcome: Opened) -> None:
    files = {"package.json": manifest(), "pnpm-lock.yaml": "", **workflow("npm.yml", PUBLISH)}
    made = outcome(files, {"environment": "npm"})
    assert {name: answer.source for name, answer in made.answers.items() if answer.source} == {
        "owner": "git remote origin",
        "repo": "git remote origin",
        "scope": "package.json",
        "environment": "--environment",
        "workflow": ".github/workflows/npm.yml",
        "package_name": "package.json",
        "package_manager": "pnpm-lock.yaml",
        **dict.fromkeys(
            ("node_version", "npm_version", "access", "provenance", "layout", "trigger"), "default"
        ),
    }


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("package.json", '{"name": "a", "name": "b"}'),
        (".github/workflows/a.yml", "on: push\non: push\n"),
        (".npmrc", "\0"),
    ],
)
def test_a_file_that_cannot_be_read_safely_ends_the_run(
    outcome: Opened, path: str, content: str
) -> None:
    with pytest.raises(Refused) as refused:
        outcome({"package.json": manifest(), path: content})
    assert refused.value.path == path


def test_a_link_out_of_the_repository_ends_the_run(file_tree: FileTree, tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text(PUBLISH)
    root = file_tree({**GIT, "package.json": manifest(), ".github/workflows/keep": ""})
    (root / ".github/workflows/a.yml").symlink_to(tmp_path / "outside.yml")
    with pytest.raises(Refused):
        open_migration(str(root), {}).outcome()


def test_a_workflow_behind_a_link_is_manual_and_stays(file_tree: FileTree) -> None:
    files = {"shared/a.yml": PUBLISH, ".github/workflows/keep": ""}
    root = file_tree({**GIT, "package.json": manifest(), **files})
    (root / ".github/workflows/a.yml").symlink_to("../../shared/a.yml")
    made = open_migration(str(root), {}).outcome()
    assert made.status == "manual"
    assert ".github/workflows/a.yml" not in paths(made)
    assert any("is a link" in finding.message for finding in made.findings)


def test_uncommitted_changes_refuse_the_whole_run_and_all_are_named(git_repository: Git) -> None:
    files = {"package.json": manifest(), **workflow("release.yml", PUBLISH), "README.md": "x\n"}
    origin = {"origin": "https://github.com/acme/logger.git"}
    repository = git_repository(files, origin)
    changed = {name: f"{text}\n" for name, text in files.items()}
    repository.write(changed)
    migration = open_migration(str(repository.root), {})
    made = migration.outcome()
    with pytest.raises(Refused) as refused:
        migration.refuse_uncommitted(made, force=False)
    assert "package.json" in refused.value.why
    assert "release.yml" in refused.value.why
    assert "README.md" not in refused.value.why, "it would not be written"
    assert "--force" in refused.value.todo
    migration.refuse_uncommitted(made, force=True)


def test_a_committed_repository_is_written_and_says_how_to_undo_it(git_repository: Git) -> None:
    files = {"package.json": manifest(), **workflow("release.yml", PUBLISH)}
    repository = git_repository(files, {"origin": "git@github.com:acme/logger.git"})
    migration = open_migration(str(repository.root), {})
    made = migration.outcome()
    migration.refuse_uncommitted(made, force=False)
    done = written(migration, made)
    assert done.written
    assert {one.fix for one in done.findings} == {"applied"}
    for change in made.changes:
        assert (repository.root / change.path).read_bytes() == change.after
    root = repository.root
    assert done.undo == f"git -C {root} restore -- {' '.join(paths(made))}"
    repository.git("restore", "--", *paths(made))
    assert (repository.root / "package.json").read_text() == files["package.json"]


def test_a_file_that_changed_meanwhile_is_not_overwritten(git_repository: Git) -> None:
    files = {"package.json": manifest(), **workflow("release.yml", PUBLISH)}
    repository = git_repository(files, {"origin": "git@github.com:acme/logger.git"})
    migration = open_migration(str(repository.root), {})
    made = migration.outcome()
    repository.write({"package.json": manifest(version="2.0.0")})
    with pytest.raises(Refused):
        written(migration, made)
    assert (repository.root / ".github/workflows/release.yml").read_text() == PUBLISH
    assert (repository.root / "package.json").read_text() == manifest(version="2.0.0")


def test_force_writes_although_git_cannot_say_what_is_committed(file_tree: FileTree) -> None:
    root = file_tree({**GIT, "package.json": manifest(), **workflow("release.yml", PUBLISH)})
    migration = open_migration(str(root), {})
    made = migration.outcome()
    with pytest.raises(UsageError, match="--force"):
        migration.refuse_uncommitted(made, force=False)
    migration.refuse_uncommitted(made, force=True)
    done = written(migration, made)
    assert (root / "package.json").read_bytes() == made.changes[-1].after
    assert done.undo == f"git does not hold what was there before in {', '.join(paths(made))}"


# --- What a run comes to ------------------------------------------------------------------------


RIGHT: dict[str, Value] = {
    "repository": "acme/logger",
    "publishConfig": {"access": "public", "provenance": True},
}
BY_OIDC = PUBLISH.replace("contents: read", "contents: read\n  id-token: write").partition(
    "        env:"
)[0]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (PUBLISH, "complete"),
        (BY_OIDC, "unchanged"),
        (PUBLISH.replace("ubuntu-latest", "self-hosted"), "manual"),
        (step("run: npm publish --registry https://x.example"), "unchanged"),
    ],
)
def test_the_status_of_the_json_document(outcome: Opened, text: str, status: str) -> None:
    made = outcome({"package.json": manifest(**RIGHT), **workflow("release.yml", text)})
    document = report.document(made)
    assert document["status"] == made.status == status


def test_a_secret_that_something_else_still_reads_is_not_to_be_deleted(outcome: Opened) -> None:
    more = PUBLISH + (
        "      - run: npm audit\n        env:\n          OTHER: ${{ secrets.NPM_TOKEN }}\n"
    )
    for text, deleted in ((PUBLISH, True), (more, False)):
        made = outcome({"package.json": manifest(**RIGHT), **workflow("release.yml", text)})
        assert ("gh secret delete NPM_TOKEN" in "\n".join(made.next_steps)) is deleted


def test_a_literal_token_is_revoked_now_and_stays_out_of_the_patch(outcome: Opened) -> None:
    token = "npm_" + "aB3" * 12
    files = {
        "package.json": manifest(**RIGHT),
        ".npmrc": f"//registry.npmjs.org/:_authToken={token}\n",
        **workflow("release.yml", BY_OIDC),
    }
    made = outcome(files)
    assert (made.status, paths(made), made.withheld) == ("complete", [".npmrc"], (".npmrc",))
    everything = "\n".join((report.diff(made.changes), str(report.document(made))))
    assert token not in everything
    assert any(".npmrc:1" in one and "evoke" in one for one in made.next_steps)


def test_an_emptied_npmrc_is_left_and_its_deletion_suggested(outcome: Opened) -> None:
    files = {
        "package.json": manifest(**RIGHT),
        ".npmrc": "//registry.npmjs.org/:_authToken=${NODE_AUTH_TOKEN}\n",
        **workflow("release.yml", PUBLISH),
    }
    made = outcome(files)
    assert [c.after for c in made.changes if c.path == ".npmrc"] == [b""]
    assert "Delete `.npmrc`: nothing is left in it." in " ".join(made.next_steps)


def test_answers_that_are_given_later_count(file_tree: FileTree) -> None:
    root = file_tree({**GIT, "package.json": manifest(**RIGHT), **workflow("r.yml", PUBLISH)})
    migration = open_migration(str(root), {})
    later = {"environment": migration.answers["environment"].__class__("npm", "your answer")}
    made = migration.answered(later).outcome()
    (change,) = made.changes
    assert b"    environment: npm\n" in change.after
    assert [one.environment for one in made.publishers] == ["npm"]
