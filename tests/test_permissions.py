"""Permissions: what decides for a job, and what its steps visibly need."""

from __future__ import annotations

import json
from textwrap import indent

import pytest

from tp_init.formats.yaml import YamlDocument
from tp_init.permissions import Need, effective, grants_id_token, needs
from tp_init.workflow import Job, Permissions, Workflow


def job(steps: str, head: str = "", below: str = "") -> Job:
    text = f"on: push\n{head}jobs:\n  one:\n    runs-on: x\n{below}    steps:\n{steps}"
    (found,) = Workflow(YamlDocument.read("w.yml", text)).jobs
    return found


def need(*steps: str, scripts: dict[str, str] | None = None) -> Need:
    return needs(job("".join(indent(step, "      ") + "\n" for step in steps)).steps, scripts or {})


WORKFLOW = "permissions: {contents: read}\n"
NONE = "      - run: x\n"


@pytest.mark.parametrize(
    ("head", "below", "decides"),
    [
        ("", "", None),
        (WORKFLOW, "", {"contents": "read"}),
        ("permissions: read-all\n", "", "read-all"),
        (WORKFLOW, "    permissions: {packages: write}\n", {"packages": "write"}),
        (WORKFLOW, "    permissions: {}\n", {}),
        ("permissions: {}\n", "", {}),
        (WORKFLOW, "    permissions: write-all\n", "write-all"),
    ],
)
def test_the_job_s_block_replaces_the_workflow_s(
    head: str, below: str, decides: Permissions
) -> None:
    assert effective(job(NONE, head, below)) == decides


@pytest.mark.parametrize(
    ("permissions", "granted"),
    [
        (None, False),
        ({}, False),
        ("read-all", False),
        ("write-all", True),
        ({"id-token": "write"}, True),
        ({"id-token": "read"}, False),
        ({"id-token": "none"}, False),
        ({"contents": "write"}, False),
    ],
)
def test_an_id_token_has_to_be_granted(permissions: Permissions, *, granted: bool) -> None:
    assert grants_id_token(permissions) is granted


def test_every_job_may_read_the_repository() -> None:
    assert need() == Need({"contents": "read"}, ())


HANDED = "\n  env:\n    GH_TOKEN: ${{ github.token }}"


@pytest.mark.parametrize(
    ("step", "scopes"),
    [
        ("- uses: actions/checkout@v6", {"contents": "read"}),
        ("- uses: Actions/Setup-Node@v6", {"contents": "read"}),
        ("- uses: softprops/action-gh-release@v2", {"contents": "write"}),
        ("- uses: triPSs/conventional-changelog-action@v6", {"contents": "write"}),
        ("- uses: changesets/action@v1", {"contents": "write", "pull-requests": "write"}),
        (
            "- uses: googleapis/release-please-action@v4",
            {"contents": "write", "issues": "write", "pull-requests": "write"},
        ),
        ("- uses: actions/attest-build-provenance@v3",
         {"contents": "read", "attestations": "write"}),
        ("- run: git push --follow-tags", {"contents": "write"}),
        ("- run: git -c core.x=y push", {"contents": "read"}),
        ("- run: gh release create v1", {"contents": "write"}),
        ("- run: gh pr create --fill", {"contents": "write", "pull-requests": "write"}),
        ("- run: gh issue close 1", {"contents": "read", "issues": "write"}),
        ("- run: gh workflow run x.yml", {"contents": "read", "actions": "write"}),
        (
            "- run: npx semantic-release",
            {"contents": "write", "issues": "write", "pull-requests": "write"},
        ),
        ("- run: npx release-it --ci", {"contents": "write"}),
        ("- run: npm publish", {"contents": "read"}),
        ("- run: gh release view v1" + HANDED, {"contents": "write"}),
        (
            "- run: npm publish --registry https://npm.pkg.github.com" + HANDED,
            {"contents": "read", "packages": "write"},
        ),
        (
            "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
            {"contents": "read", "packages": "write"},
        ),
    ],
)  # fmt: skip
def test_what_a_step_needs(step: str, scopes: dict[str, str]) -> None:
    assert need(step).scopes == scopes


def test_needs_add_up_and_the_stronger_one_counts() -> None:
    steps = ("- run: git push", "- uses: actions/checkout@v6", "- run: gh issue close 1")
    assert need(*steps).scopes == {"contents": "write", "issues": "write"}
    assert need(*reversed(steps)).scopes == {"contents": "write", "issues": "write"}


def test_an_action_with_a_token_of_its_own_needs_nothing() -> None:
    step = "- uses: softprops/action-gh-release@v2\n  with:\n    token: ${{ secrets.BOT }}"
    assert need(step).scopes == {"contents": "read"}


def test_an_action_that_is_handed_the_token_with_that_name_needs_what_it_needs() -> None:
    step = "- uses: softprops/action-gh-release@v2\n  with:\n    token: ${{ github.token }}"
    assert need(step).scopes == {"contents": "write"}


@pytest.mark.parametrize(
    ("step", "unclear"),
    [
        ("- uses: acme/announce@v1\n  with:\n    github-token: ${{ secrets.GITHUB_TOKEN }}",
         ("acme/announce@v1",)),
        ("- name: Say it\n  run: node say.js" + HANDED, ("Say it",)),
        ("- uses: acme/announce@v1", ()),
        ("- uses: ./announce\n  with:\n    token: ${{ github.token }}", ()),
        ("- run: node say.js\n  env:\n    TOKEN: ${{ secrets.OTHER }}", ()),
    ],
)  # fmt: skip
def test_a_step_that_is_handed_the_token_for_who_knows_what_keeps_its_writes(
    step: str, unclear: tuple[str, ...]
) -> None:
    found = need(step)
    assert found.unclear == unclear
    assert found.scopes == {"contents": "write" if unclear else "read"}


def test_what_a_script_leads_to_counts() -> None:
    found = need("- run: npm run release", scripts={"npm run release": "npm test\ngit push"})
    assert found.scopes == {"contents": "write"}


def test_a_need_is_widened_never_narrowed() -> None:
    wider = Need({"contents": "write"}, ("x",)).widened({"contents": "read", "issues": "read"})
    assert wider == Need({"contents": "write", "issues": "read"}, ("x",))
    assert json.dumps(wider.scopes).startswith('{"contents"')
