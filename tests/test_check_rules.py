"""The rules that only a check knows: where each fires, and where it is quiet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from conftest import FileTree

from tp_init.check import Request, check
from tp_init.checked import Checked
from tp_init.rules import CHECKS, RULES

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
SETUP = "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0"
RELEASE = ".github/workflows/release.yml"
WORKFLOW = f"""\
name: Release

on:
  push:
    tags: ["v*"]

jobs:
  publish:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {SETUP}
        with:
          node-version: 24
          package-manager-cache: false
      - run: npm publish ./logger.tgz
"""
MANIFEST: Mapping[str, Any] = {
    "name": "@acme/logger",
    "version": "1.2.3",
    "repository": "acme/logger",
    "publishConfig": {"access": "public"},
}


class Case(NamedTuple):
    """A change of a repository that is right, and where the rule then fires; nowhere for quiet."""

    name: str
    places: tuple[str, ...] = ()
    old: str = ""
    new: str = ""
    manifest: Mapping[str, Any] = {}
    files: Mapping[str, str] = {}


CASES: Mapping[str, tuple[Case, ...]] = {
    "workflow-elsewhere": (
        Case("right"),
        Case(
            "in .github itself",
            (".github/release.yml:1",),
            files={RELEASE: "", ".github/release.yml": WORKFLOW},
        ),
        Case(
            "below the folder",
            (".github/workflows/npm/release.yaml:1",),
            files={RELEASE: "", ".github/workflows/npm/release.yaml": WORKFLOW},
        ),
        Case(
            "beside a package",
            ("packages/a/.github/workflows/release.yml:1",),
            manifest={"workspaces": ["packages/*"]},
            files={
                RELEASE: "",
                "packages/a/package.json": '{"name": "a", "version": "1.0.0"}',
                "packages/a/.github/workflows/release.yml": WORKFLOW,
            },
        ),
        Case("a sample beside one that works", files={".github/release.yml": WORKFLOW}),
        Case(
            "an action with that word",
            files={RELEASE: "", ".github/action.yml": "name: npm publish\nruns: {}\n"},
        ),
        Case("not YAML", files={RELEASE: "", "workflows/a.yml": "on: [npm publish\njobs:\n"}),
    ),
    "prerelease-without-tag": (
        Case("a release"),
        Case("a prerelease", (f"{RELEASE}:21",), manifest={"version": "2.0.0-beta.1"}),
        Case(
            "with a tag",
            old="npm publish ./logger.tgz",
            new="npm publish --tag beta",
            manifest={"version": "2.0.0-beta.1"},
        ),
        Case(
            "a word that may be a tag",
            old="npm publish ./logger.tgz",
            new="npm publish $HOW",
            manifest={"version": "2.0.0-beta.1"},
        ),
        Case(
            "a tag in package.json",
            manifest={
                "version": "2.0.0-beta.1",
                "publishConfig": {"access": "public", "tag": "beta"},
            },
        ),
        Case(
            "a tag in an environment",
            old="tgz\n",
            new="tgz\n        env:\n          npm_config_tag: beta\n",
            manifest={"version": "2.0.0-beta.1"},
        ),
        Case(
            "a tag in .npmrc", manifest={"version": "2.0.0-beta.1"}, files={".npmrc": "tag=next\n"}
        ),
        Case(
            "the job sets the version",
            old="npm publish ./logger.tgz",
            new="npm version $TAG && npm publish",
            manifest={"version": "0.0.0-dev"},
        ),
        Case("build metadata has a dash", manifest={"version": "2.0.0+build-1"}),
    ),
    "tag-is-a-version": (
        Case("no tag"),
        Case("v1", (f"{RELEASE}:21",), "./logger.tgz", "--tag v1"),
        Case("1.x", (f"{RELEASE}:21",), "./logger.tgz", "--tag=1.x"),
        Case("^2", (f"{RELEASE}:21",), "./logger.tgz", "--tag '^2'"),
        Case(
            "in package.json",
            ("package.json:7",),
            manifest={"publishConfig": {"access": "public", "tag": "3.1"}},
        ),
        *(
            Case(tag, old="./logger.tgz", new=f"--tag {tag}")
            for tag in ("v1-lts", "lts-1", "release-1.x", "next", "$TAG")
        ),
    ),
    "path-read-as-repository": (
        Case("with ./"),
        Case("one slash", (f"{RELEASE}:21",), "./logger.tgz", "dist/logger.tgz"),
        Case("behind an option", (f"{RELEASE}:21",), "./logger.tgz", "--tag next dist/*.tgz"),
        *(
            Case(path, old="./logger.tgz", new=path)
            for path in (
                "logger.tgz",
                "dist/",
                "a/b/c.tgz",
                "../dist/x.tgz",
                "/dist/x.tgz",
                "~/x.tgz",
                "@acme/logger",
                "$DIR/x.tgz",
                "--tag next/one",
            )
        ),
        Case("pnpm reads paths", old="npm publish ./logger.tgz", new="pnpm publish dist/x.tgz"),
    ),
    "provenance-on-restricted-package": (
        Case("public"),
        Case("restricted, and not asked for", manifest={"publishConfig": {"access": "restricted"}}),
        Case(
            "in package.json",
            ("package.json:7",),
            manifest={"publishConfig": {"access": "restricted", "provenance": True}},
        ),
        Case(
            "on the command line",
            (f"{RELEASE}:21",),
            "./logger.tgz",
            "--provenance",
            manifest={"publishConfig": {"access": "restricted"}},
        ),
        Case(
            "in the environment of the workflow",
            (f"{RELEASE}:8",),
            "jobs:\n",
            'env:\n  NPM_CONFIG_PROVENANCE: "true"\n\njobs:\n',
            manifest={"publishConfig": {"access": "restricted"}},
        ),
        Case("public and asked for", old="./logger.tgz", new="--provenance"),
    ),
    "provenance-not-switched-off": (
        Case("not mentioned"),
        Case(
            "false",
            ("package.json:7",),
            manifest={"publishConfig": {"access": "public", "provenance": False}},
        ),
        Case("true", manifest={"publishConfig": {"access": "public", "provenance": True}}),
    ),
    "called-workflow-name": (
        Case("started by a tag"),
        Case(
            "called from here",
            (f"{RELEASE}:4",),
            '  push:\n    tags: ["v*"]\n',
            "  workflow_call:\n",
            files={
                ".github/workflows/main.yml": (
                    "on: push\njobs:\n  all:\n    uses: ./.github/workflows/release.yml\n"
                    "    permissions:\n      contents: read\n      id-token: write\n"
                )
            },
        ),
        Case(
            "called from elsewhere",
            (f"{RELEASE}:4",),
            '  push:\n    tags: ["v*"]\n',
            "  workflow_call:\n",
        ),
    ),
    "third-party-code-beside-identity": (
        Case("only a tarball"),
        Case("npm ci", (f"{RELEASE}:21",), "npm publish ./logger.tgz", "npm ci && npm publish"),
        Case("yarn", (f"{RELEASE}:21",), "npm publish ./logger.tgz", "yarn && npm publish"),
        Case("npm itself", old="npm publish", new="npm install -g npm@11 && npm publish"),
        Case(
            "in a job before",
            old="jobs:\n",
            new="jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm ci\n",
        ),
    ),
    "cache-beside-identity": (
        Case("none"),
        Case("of setup-node", (f"{RELEASE}:20",), "package-manager-cache: false", "cache: npm"),
        Case("an action", (f"{RELEASE}:14",), CHECKOUT, "actions/cache@v5"),
        Case("switched off", old="package-manager-cache: false", new='cache: ""'),
    ),
    "persisted-credentials": (
        Case("not persisted"),
        Case(
            "persisted",
            (f"{RELEASE}:14",),
            "        with:\n          persist-credentials: false\n",
            "",
        ),
        Case(
            "said so", (f"{RELEASE}:14",), "persist-credentials: false", "persist-credentials: true"
        ),
        Case(
            "needed for a push",
            old="persist-credentials: false",
            new='fetch-depth: 0\n      - run: git push origin "HEAD:main"',
        ),
    ),
    "unpinned-action": (
        Case("pinned"),
        Case("a tag", (f"{RELEASE}:14",), CHECKOUT, "actions/checkout@v6"),
        Case("a branch", (f"{RELEASE}:14",), CHECKOUT, "actions/checkout@main"),
        Case("of this repository", old=CHECKOUT, new="./.github/actions/prepare"),
        Case("an image by digest", old=CHECKOUT, new=f"docker://alpine@sha256:{'0' * 64}"),
        Case("an image by tag", (f"{RELEASE}:14",), CHECKOUT, "docker://alpine:3"),
    ),
}


def files_of(case: Case) -> dict[str, str]:
    """The repository of a case."""
    assert case.old in WORKFLOW
    manifest = {**MANIFEST, **case.manifest}
    files = {
        RELEASE: WORKFLOW.replace(case.old, case.new, 1),
        "package.json": json.dumps(manifest, indent=2),
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/config": '[remote "origin"]\n\turl = https://github.com/acme/logger.git\n',
        **case.files,
    }
    return {name: content for name, content in files.items() if content}


def places(checked: Checked, rule: str) -> list[str]:
    """Where a rule fires, as `path:line`."""
    return [
        f"{one.location.path}:{one.location.line}"
        for one in checked.outcome.findings
        if one.rule == rule
    ]


@pytest.mark.parametrize(
    ("rule", "case"),
    [
        pytest.param(rule, case, id=f"{rule}-{case.name}")
        for rule, all_ in CASES.items()
        for case in all_
    ],
)
def test_a_rule_fires_where_its_fault_stands_and_nowhere_else(
    rule: str, case: Case, file_tree: FileTree
) -> None:
    checked = check(str(file_tree(files_of(case))), Request())
    assert places(checked, rule) == list(case.places)


def test_every_rule_of_a_check_has_a_case_where_it_fires_and_one_where_it_is_quiet() -> None:
    ours = (
        {rule.id for rule in CHECKS} - {rule.id for rule in RULES} - {"version-already-published"}
    )
    assert CASES.keys() == ours
    for rule, cases in CASES.items():
        assert {bool(case.places) for case in cases} == {True, False}, rule


def test_a_repository_that_is_right_has_no_finding_at_all(file_tree: FileTree) -> None:
    checked = check(str(file_tree(files_of(Case("right")))), Request())
    assert checked.outcome.findings == ()
    assert checked.outcome.status == "unchanged"
    assert [one.verdict for one in checked.checklist if one.verdict == "fail"] == []


def test_a_rule_that_only_a_check_knows_edits_nothing(file_tree: FileTree) -> None:
    for rule in CHECKS[len(RULES) :]:
        for case in CASES.get(rule.id, ()):
            root = file_tree(files_of(case), f"{rule.id}-{case.name}".replace("/", "_"))
            for finding in check(str(root), Request((rule.id,))).outcome.findings:
                assert (finding.fix, finding.edits) == ("manual", ())
                assert finding.todo


@pytest.mark.parametrize("rule", CHECKS, ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_what_to_do(rule: Any) -> None:
    assert rule.title
    assert rule.why.endswith(".")
    assert rule.source.startswith("https://")
    assert rule.remedy.endswith(".")
