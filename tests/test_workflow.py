"""Workflows and actions as objects: what each part says, and where it stands."""

from __future__ import annotations

import pytest

from tp_init.formats.yaml import YamlDocument
from tp_init.workflow import (
    Action,
    ActionReference,
    Job,
    Step,
    Workflow,
    expressions,
    secrets_in,
)


def workflow(text: str) -> Workflow:
    return Workflow(YamlDocument.read(".github/workflows/w.yml", text))


def job(text: str) -> Job:
    body = "".join(f"    {line}\n" for line in text.splitlines())
    (found,) = workflow(f"on: push\njobs:\n  one:\n{body}").jobs
    return found


def step(text: str) -> Step:
    (found,) = job("steps:\n" + "".join(f"  {line}\n" for line in text.splitlines())).steps
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${{ secrets.NPM_TOKEN }}", ("NPM_TOKEN",)),
        ("${{secrets.npm_token}}", ("NPM_TOKEN",)),
        ("${{ secrets['Npm_Token'] }}", ("NPM_TOKEN",)),
        ("${{ secrets.A || secrets.B }}", ("A", "B")),
        ("${{ secrets.A }}-${{ secrets.a }}", ("A",)),
        ("${{ needs.secrets.outputs.x }}", ()),
        ("secrets.NPM_TOKEN != ''", ("NPM_TOKEN",)),
        ("my-secrets.txt", ()),
        ("${{ github.token }}", ()),
        ("plain", ()),
        ("", ()),
        ("${{ secrets[format('{0}', 'X')] || secrets.Y }}", ("Y",)),
        ("${{\n  secrets.NPM_TOKEN\n}}", ("NPM_TOKEN",)),
    ],
)
def test_the_secrets_of_a_value(text: str, names: tuple[str, ...]) -> None:
    assert secrets_in(text) == names


def test_the_expressions_of_a_text() -> None:
    assert expressions("a ${{ x }} b ${{y}}${{ '}' }}") == ("x", "y", "'}'")


@pytest.mark.parametrize(
    ("text", "name", "ref", "local"),
    [
        ("actions/checkout@v6", "actions/checkout", "v6", False),
        ("Actions/Checkout@V6", "actions/checkout", "V6", False),
        ("github/codeql-action/analyze@v3", "github/codeql-action/analyze", "v3", False),
        ("./.github/actions/x", ".github/actions/x", "", True),
        ("./", ".", "", True),
        ("./a/../b/", "b", "", True),
        ("$/tools/x", "tools/x", "", True),
        ("docker://node:24", "docker://node:24", "", False),
        ("odd", "odd", "", False),
    ],
)
def test_what_uses_names(text: str, name: str, ref: str, *, local: bool) -> None:
    found = ActionReference.parse(text)
    assert (found.name, found.ref, found.local) == (name, ref, local)


@pytest.mark.parametrize(
    ("on", "events"),
    [
        ("push", ["push"]),
        ("[push, release]", ["push", "release"]),
        ("{push: {tags: [v*]}, workflow_call: }", ["push", "workflow_call"]),
        ("", []),
    ],
)
def test_the_events_of_a_workflow(on: str, events: list[str]) -> None:
    assert list(workflow(f"on: {on}\n").triggers) == events


def test_on_may_be_quoted_and_is_never_true() -> None:
    assert list(workflow('"on": push\n').triggers) == ["push"]


def test_a_workflow_is_named_by_itself_or_by_its_file() -> None:
    assert workflow("name: Release\n").name == "Release"
    assert workflow("on: push\n").name == "w.yml"


@pytest.mark.parametrize("text", ["", "[]", "jobs: x", "jobs: []", "jobs: {a: x}", "jobs: {a: }"])
def test_a_file_that_is_no_workflow_has_nothing_to_run(text: str) -> None:
    for one in workflow(text).jobs:
        assert (one.steps, one.env, one.uses, one.permissions) == ((), {}, None, None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("- name: Publish\n  run: x", "Publish"),
        ("- uses: actions/checkout@v6", "actions/checkout@v6"),
        ("- run: |\n    \n    npm ci\n    npm test", "npm ci"),
        ("- id: x", "step 1"),
    ],
)
def test_a_step_has_a_title(text: str, title: str) -> None:
    assert step(text).title == title


def test_what_a_step_says() -> None:
    found = step(
        "- id: publish\n  if: ${{ true }}\n  run: npm publish\n  shell: bash\n"
        "  working-directory: x\n  env: {A: 1, B: true, C: , D: x}"
    )
    assert (found.id, found.condition, found.shell) == ("publish", "${{ true }}", "bash")
    assert (found.working_directory, found.run) == ("x", "npm publish")
    assert found.env == {"A": "1", "B": "true", "C": "", "D": "x"}
    assert found.script is not None
    assert [command.name for command in found.script.commands] == ["npm"]


def test_inputs_are_read_without_regard_to_case_and_found_as_written() -> None:
    found = step("- uses: a/b@v1\n  with: {Node-Version: 20, x: }")
    assert found.inputs == {"node-version": "20", "x": ""}
    assert found.input_address("NODE-VERSION")[-2:] == ("with", "Node-Version")
    with pytest.raises(KeyError):
        found.input_address("cache")


def test_a_place_that_is_not_there_is_shown_by_what_is_nearest() -> None:
    found = step("- uses: a/b@v1")
    assert str(found.location("uses")) == ".github/workflows/w.yml:5:9"
    assert str(found.location("with", "token")) == ".github/workflows/w.yml:5:9"
    assert str(workflow("on: push\n").location("jobs", "x")) == ".github/workflows/w.yml"


def test_an_offset_in_a_script_is_a_place_in_the_file() -> None:
    found = step("- run: |\n    npm ci\n    npm publish")
    assert found.run is not None
    offset = found.run.index("npm publish")
    assert str(found.location("run", offset=offset)) == ".github/workflows/w.yml:7:11"


@pytest.mark.parametrize(
    ("text", "name"),
    [("environment: npm", "npm"), ("environment: {name: npm, url: x}", "npm"), ("env: {}", "")],
)
def test_the_environment_of_a_job(text: str, name: str) -> None:
    assert job(text).environment == name


@pytest.mark.parametrize(
    ("text", "needs"),
    [("needs: a", ("a",)), ("needs: [a, b]", ("a", "b")), ("if: true", ())],
)
def test_the_jobs_it_waits_for(text: str, needs: tuple[str, ...]) -> None:
    assert job(text).needs == needs


@pytest.mark.parametrize(
    ("text", "image"),
    [("container: node:24", "node:24"), ("container: {image: node:24}", "node:24"), ("if: x", "")],
)
def test_the_container_of_a_job(text: str, image: str) -> None:
    assert job(text).container == image


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("uses: ./a.yml\nsecrets: inherit", "inherit"),
        ("uses: ./a.yml\nsecrets: {A: '${{ secrets.B }}'}", {"A": "${{ secrets.B }}"}),
        ("uses: ./a.yml", {}),
    ],
)
def test_what_is_handed_to_a_called_workflow(text: str, secrets: object) -> None:
    assert job(text).secrets == secrets


@pytest.mark.parametrize(
    ("text", "matrix"),
    [
        ("strategy: {matrix: {node: [20, 22]}}", {"node": [20, 22]}),
        ("strategy: {matrix: '${{ fromJSON(x) }}'}", "${{ fromJSON(x) }}"),
        ("strategy: {fail-fast: false}", {}),
    ],
)
def test_the_matrix_of_a_job(text: str, matrix: object) -> None:
    assert job(text).matrix == matrix


def test_defaults_of_the_job_come_before_those_of_the_workflow() -> None:
    found = workflow(
        "on: push\ndefaults: {run: {shell: sh, working-directory: a}}\n"
        "jobs:\n  one:\n    defaults: {run: {working-directory: b}}\n"
    ).jobs[0]
    assert (found.run_default("shell"), found.run_default("working-directory")) == ("sh", "b")
    assert found.run_default("other") == ""


def test_an_alias_reads_as_what_it_stands_for() -> None:
    found = workflow(
        "on: push\njobs:\n  a:\n    env: &e {X: 1}\n    steps: &s\n      - run: x\n"
        "  b:\n    env: *e\n    steps: *s\n"
    ).jobs[1]
    assert (found.env, [one.run for one in found.steps]) == ({"X": "1"}, ["x"])


def test_an_action_of_another_kind_has_no_steps() -> None:
    composite = "runs: {using: composite, steps: [{run: x, shell: bash}]}"
    found = Action(YamlDocument.read("a/action.yml", composite))
    assert (found.directory, [one.run for one in found.steps]) == ("a", ["x"])
    node = Action(YamlDocument.read("action.yml", "runs: {using: node24, main: x.js}"))
    assert (node.directory, node.steps, node.runs["using"]) == (".", (), "node24")
