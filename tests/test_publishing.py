"""Where a repository publishes: what is followed, what a command publishes, and where to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from textwrap import dedent
from typing import TypeAlias

import pytest
from conftest import FileTree

from tp_init.destination import Registries, destination
from tp_init.document import Value
from tp_init.formats.json import JsonDocument
from tp_init.publishing import (
    Publication,
    entry_workflows,
    invocations,
    placed_steps,
    publications,
)
from tp_init.repo import Package, Repo, discover
from tp_init.tree import Tree

Discover: TypeAlias = Callable[..., Repo]

PUBLIC = "https://registry.npmjs.org/"
PACKAGES = "https://npm.pkg.github.com"


@pytest.fixture
def repository(file_tree: FileTree) -> Discover:
    """`repository(steps)` discovers a repository with one job; `files` come on top."""

    def found(steps: str = "", files: dict[str, str] | None = None, **package: Value) -> Repo:
        manifest = {"name": "@acme/logger", "version": "1.0.0", **package}
        workflow = "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n"
        indented = "".join(f"      {line}\n" for line in dedent(steps).strip().splitlines())
        tree = {"package.json": json.dumps(manifest), **(files or {})}
        if steps:
            tree[".github/workflows/release.yml"] = workflow + indented
        return discover(Tree.open(file_tree(tree)))

    return found


def package(**data: Value) -> Package:
    text = json.dumps({"name": "@acme/logger", **data})
    return Package(JsonDocument.read("package.json", text))


def only(repo: Repo) -> Publication:
    (found,) = publications(repo)
    return found


# --- Where a publish goes -----------------------------------------------------------------------

NOTHING = Registries()
NPMRC = Registries("https://npmrc.example/")
SCOPE = Registries(scoped={"acme": "https://scope.example/"})
FLAG = Registries("https://flag.example/")
SCOPE_FLAG = Registries(scoped={"acme": "https://scope-flag.example/"})
ENVIRONMENT = {"NPM_CONFIG_REGISTRY": "https://environment.example/"}
PINNED = {"registry": "https://pinned.example/"}
SCOPE_PINNED = {"@acme:registry": "https://scope-pinned.example/", **PINNED}


# Each line was asked of npm 11.19.1, with `npm publish --dry-run`.
@pytest.mark.parametrize(
    ("given", "config", "environment", "registries", "expected"),
    [
        (NOTHING, {}, {}, NOTHING, None),
        (FLAG, {}, {}, NOTHING, "flag"),
        (NOTHING, {}, {}, SCOPE, "scope"),
        (FLAG, {}, {}, SCOPE, "scope"),
        (NOTHING, {}, {}, NPMRC, "npmrc"),
        (FLAG, {}, {}, NPMRC, "flag"),
        (NOTHING, PINNED, {}, NPMRC, "pinned"),
        (FLAG, PINNED, {}, NPMRC, "flag"),
        (NOTHING, PINNED, ENVIRONMENT, NOTHING, "pinned"),
        (NOTHING, PINNED, {}, SCOPE, "scope"),
        (FLAG, PINNED, {}, SCOPE, "scope"),
        (NOTHING, SCOPE_PINNED, {}, SCOPE, "scope-pinned"),
        (FLAG, SCOPE_PINNED, {}, SCOPE, "scope-pinned"),
        (SCOPE_FLAG, SCOPE_PINNED, {}, SCOPE, "scope-flag"),
        (NOTHING, {}, ENVIRONMENT, SCOPE, "scope"),
        (NOTHING, {}, ENVIRONMENT, NOTHING, "environment"),
        (FLAG, {}, ENVIRONMENT, NOTHING, "flag"),
        (NOTHING, {}, ENVIRONMENT, NPMRC, "environment"),
    ],
)
def test_the_registry_is_the_one_that_npm_takes(
    given: Registries,
    config: dict[str, Value],
    environment: dict[str, str],
    registries: Registries,
    expected: str | None,
) -> None:
    url = destination(given, [package(publishConfig=config)], [environment], registries)
    assert url == (expected and f"https://{expected}.example/")


def test_a_package_without_a_scope_has_no_part_in_a_scope_s_registry() -> None:
    plain = Package(JsonDocument.read("package.json", '{"name": "logger"}'))
    assert destination(NOTHING, [plain], [], SCOPE) is None


def test_a_package_that_cannot_be_seen_goes_to_the_scope_only_where_nothing_general_is_set() -> (
    None
):
    assert destination(NOTHING, [], [], SCOPE) == "https://scope.example/"
    assert destination(FLAG, [], [], SCOPE) == "https://flag.example/"


def test_one_of_several_packages_for_the_public_registry_makes_the_publish_public() -> None:
    elsewhere, public = package(publishConfig={"registry": PACKAGES}), package()
    found = destination(NOTHING, [elsewhere, public], [], Registries(PUBLIC))
    assert found == PUBLIC
    assert destination(NOTHING, [elsewhere], [], Registries(PUBLIC)) == PACKAGES


NODE = "- uses: actions/setup-node@v6\n  with: {{ registry-url: '{url}'{more} }}\n"


@pytest.mark.parametrize(
    ("steps", "targets"),
    [
        ("- run: npm publish", ["public"]),
        ("- run: npm publish --registry=https://registry.npmjs.org", ["public"]),
        ("- run: npm publish --registry http://localhost:4873", ["other"]),
        ("- run: npm publish --registry $REGISTRY", ["unknown"]),
        ("- run: npm publish --registry ${{ inputs.registry }}", ["unknown"]),
        ("- run: npm publish --@acme:registry=https://npm.pkg.github.com", ["other"]),
        (NODE.format(url=PUBLIC, more="") + "- run: npm publish", ["public"]),
        (NODE.format(url=PACKAGES, more="") + "- run: npm publish", ["other"]),
        (NODE.format(url=PACKAGES, more=", scope: '@acme'") + "- run: npm publish", ["other"]),
        (NODE.format(url=PACKAGES, more=", scope: '@other'") + "- run: npm publish", ["public"]),
        (
            NODE.format(url=PUBLIC, more="")
            + "- run: npm publish\n"
            + NODE.format(url=PACKAGES, more="")
            + "- run: npm publish",
            ["public", "other"],
        ),
        (
            "- run: npm publish\n- run: npm set registry https://x.example\n- run: npm publish",
            ["public", "other"],
        ),
        (
            "- run: |\n    npm publish\n    npm set @acme:registry https://x.dev\n    npm publish",
            ["public", "other"],
        ),
        ("- run: npm publish\n  env: { npm_config_registry: 'https://x.example' }", ["other"]),
        ("- run: yarn config set npmRegistryServer https://x.example\n- run: yarn npm publish",
         ["other"]),
        ("- run: echo '@acme:registry=https://x.example' >> .npmrc\n- run: npm publish", ["other"]),
    ],
)  # fmt: skip
def test_each_publish_goes_where_the_steps_before_it_say(
    repository: Discover, steps: str, targets: list[str]
) -> None:
    assert [one.target for one in publications(repository(steps))] == targets


def test_a_committed_npmrc_names_the_registry(repository: Discover) -> None:
    repo = repository("- run: npm publish", {".npmrc": "@acme:registry=https://x.example\n"})
    assert (only(repo).target, only(repo).registry) == ("other", "https://x.example")


# --- What is a publish --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "tool"),
    [
        ("npm publish", "npm"),
        ("npm pub --tag next", "npm"),
        ("npm --workspace x publish", "npm"),
        ("npm -w publish version patch", ""),
        ("npm publish --dry-run", ""),
        ("npm help publish", ""),
        ("npm run publish", ""),
        ("npm view logger", ""),
        ("echo npm publish", ""),
        ("# npm publish", ""),
        ("CI=1 npm publish", "npm"),
        ("env CI=1 npm publish", "npm"),
        ("sudo -E npm publish", "npm"),
        ("exec npm publish", "npm"),
        ("if true; then npm publish; fi", "npm"),
        ("(cd dist && npm publish)", "npm"),
        ("npm publish || npm publish --tag next", "npm npm"),
        ("npx npm@11 publish", "npm"),
        ("bash -c 'npm publish'", "npm"),
        ("pnpm publish -r", "pnpm"),
        ("pnpm -r publish", "pnpm"),
        ("pnpm --filter logger publish", "pnpm"),
        ("yarn publish", "yarn-classic"),
        ("yarn npm publish", "yarn-berry"),
        ("bun publish", "bun"),
        ("bunx changeset publish", "changesets"),
        ("npx semantic-release", "semantic-release"),
        ("npx semantic-release --dry-run", ""),
        ("npx --no-install lerna publish from-git", "lerna"),
    ],
)
def test_a_command_line_publishes_or_does_not(repository: Discover, run: str, tool: str) -> None:
    found = publications(repository(f"- run: {json.dumps(run)}"))
    assert " ".join(one.tool.id for one in found) == tool


def test_the_publish_s_own_line_is_named(repository: Discover) -> None:
    found = only(repository("- run: |\n    npm test\n    npm publish\n"))
    assert str(found.location) == ".github/workflows/release.yml:8:11"


# --- What is followed ---------------------------------------------------------------------------


def commands(repo: Repo) -> list[str]:
    (job,) = repo.workflows[0].jobs
    return [
        " ".join(one.argv) or one.code
        for placed in placed_steps(repo, job)
        for one in invocations(repo, job, placed)
    ]


def test_a_script_of_package_json_is_followed_with_its_hooks(repository: Discover) -> None:
    scripts: Value = {
        "prerelease": "a",
        "release": "b && npm run sub",
        "sub": "c",
        "postrelease": "d",
    }
    repo = repository("- run: npm run release", scripts=scripts)
    assert commands(repo) == ["npm run release", "a", "b", "npm run sub", "c", "d"]


@pytest.mark.parametrize(
    ("run", "reached"),
    [
        ("npm run release", True),
        ("npm run-script release", True),
        ("npm --silent run release", True),
        ("npm release", False),
        ("pnpm release", True),
        ("pnpm run release", True),
        ("yarn release", True),
        ("yarn run release", True),
        ("bun run release", True),
        ("npm run releases", False),
        ("npm test", False),
    ],
)
def test_a_script_is_reached_the_way_each_package_manager_reaches_it(
    repository: Discover, run: str, *, reached: bool
) -> None:
    repo = repository(f"- run: {run}", scripts={"release": "npm publish"})
    assert (len(publications(repo)) == 1) is reached


def test_scripts_that_call_each_other_end(repository: Discover) -> None:
    repo = repository(
        "- run: npm run a", scripts={"a": "npm run b", "b": "npm run a && npm publish"}
    )
    assert len(publications(repo)) == 1


def test_a_shell_file_that_runs_itself_ends(repository: Discover) -> None:
    files = {"release.sh": "./release.sh again\nnpm publish\n"}
    assert len(publications(repository("- run: ./release.sh", files))) == 1


@pytest.mark.parametrize(
    ("run", "file", "text"),
    [
        ("./release.sh", "release.sh", "npm publish\n"),
        ("bash scripts/release.sh --now", "scripts/release.sh", "npm publish\n"),
        ("sh -e ./release.sh", "release.sh", "npm publish\n"),
        ("source release.sh", "release.sh", "npm publish\n"),
        (". ./release.sh", "release.sh", "npm publish\n"),
        ("bin/release", "bin/release", "#!/bin/sh\nnpm publish\n"),
        ("node release.mjs", "release.mjs", 'execSync("npm publish")'),
        ("npx tsx scripts/release.ts", "scripts/release.ts", 'spawn("npm", ["publish"])'),
        ("python3 release.py", "release.py", 'run(["npm", "publish"])'),
    ],
)
def test_a_file_that_is_run_is_read(repository: Discover, run: str, file: str, text: str) -> None:
    found = only(repository(f"- run: {run}", {file: text}))
    assert found.tool.id == "npm"
    assert found.location.path == file


def test_a_file_outside_the_repository_is_not_read(repository: Discover) -> None:
    repo = repository("- run: ../../release.sh\n- run: /release.sh", {"other.sh": "npm publish"})
    assert publications(repo) == ()


def test_a_script_in_another_shell_is_code(repository: Discover) -> None:
    repo = repository("- shell: pwsh\n  run: npm publish")
    (found,) = publications(repo)
    assert found.invocation is not None
    assert (found.invocation.command, found.invocation.code) == (None, "npm publish")


def test_scripts_that_lead_to_ever_more_scripts_are_read_in_no_time(repository: Discover) -> None:
    scripts: dict[str, Value] = {"s6": "npm publish"}
    scripts |= {f"s{n}": " && ".join([f"npm run s{n + 1}"] * 50) for n in range(6)}
    files = {f"{n}.sh": f"./{n + 1}.sh\n" * 50 for n in range(6)} | {"6.sh": "npm publish\n"}
    started = time.perf_counter()
    found = publications(repository("- run: npm run s0\n- run: ./0.sh", files, scripts=scripts))
    assert [one.location.path for one in found] == ["package.json", "6.sh"]
    assert time.perf_counter() - started < 5


ACTION = "runs:\n  using: composite\n  steps:\n    - {}\n"


def test_the_steps_of_a_local_action_are_the_job_s(repository: Discover) -> None:
    files = {
        ".github/actions/outer/action.yml": ACTION.format("uses: ./inner"),
        "inner/action.yaml": ACTION.format("run: npm publish\n      shell: bash"),
    }
    found = only(repository("- run: npm test\n- uses: ./.github/actions/outer", files))
    assert found.placed.outer.number == 1
    assert [one.directory for one in found.placed.actions] == [".github/actions/outer", "inner"]
    assert found.location.path == "inner/action.yaml"


def test_an_action_that_uses_itself_ends(repository: Discover) -> None:
    files = {"a/action.yml": ACTION.format("uses: ./a")}
    repo = repository("- uses: ./a\n- run: npm publish", files)
    assert len(publications(repo)) == 1


def test_actions_that_lead_to_ever_more_actions_are_read_in_no_time(repository: Discover) -> None:
    head = "runs:\n  using: composite\n  steps:\n"
    files = {f"a{n}/action.yml": head + f"    - uses: ./a{n + 1}\n" * 50 for n in range(8)}
    repo = repository("- uses: ./a0\n- run: npm publish", files)
    (job,) = repo.workflows[0].jobs
    started = time.perf_counter()
    assert placed_steps(repo, job)
    assert time.perf_counter() - started < 5


def test_an_action_of_another_repository_is_not_looked_for(repository: Discover) -> None:
    files = {"acme/release/action.yml": ACTION.format("run: npm publish\n      shell: bash")}
    assert publications(repository("- uses: acme/release@v1", files)) == ()


# --- What a command publishes -------------------------------------------------------------------

WORKSPACE: dict[str, str] = {
    "packages/one/package.json": '{"name": "@acme/one"}',
    "packages/two/package.json": '{"name": "two"}',
    "packages/three/package.json": '{"name": "three", "private": true}',
    "elsewhere/package.json": '{"name": "elsewhere"}',
}


@pytest.mark.parametrize(
    ("run", "names"),
    [
        ("npm publish", ["@acme/logger"]),
        ("npm publish .", ["@acme/logger"]),
        ("npm publish --workspaces", ["@acme/one", "two"]),
        ("npm publish -w @acme/one", ["@acme/one"]),
        ("npm publish --workspace packages/two --workspace=@acme/one", ["two", "@acme/one"]),
        ("npm publish packages/one", ["@acme/one"]),
        ("npm publish ./packages/one --tag next", ["@acme/one"]),
        ("npm publish --tag next ./packages/two", ["two"]),
        ("npm publish elsewhere", ["elsewhere"]),
        ("cd packages/one && npm publish", ["@acme/one"]),
        ("cd packages; cd two; npm publish", ["two"]),
        ("npm publish packages/three", []),
        ("npm publish ./missing", []),
        ("pnpm publish -r", ["@acme/one", "two"]),
        ("npx lerna publish", ["@acme/one", "two"]),
    ],
)
def test_what_a_command_publishes(repository: Discover, run: str, names: list[str]) -> None:
    repo = repository(f"- run: {run}", WORKSPACE, workspaces=["packages/*"])
    assert [one.name for one in only(repo).packages] == names


@pytest.mark.parametrize(
    "step",
    [
        "- run: npm publish\n  working-directory: packages/one",
        "- run: npm publish\n  working-directory: ./packages/one/",
        "- run: cd ../one && npm publish\n  working-directory: packages/two",
    ],
)
def test_a_step_has_its_own_folder(repository: Discover, step: str) -> None:
    repo = repository(step, WORKSPACE, workspaces=["packages/*"])
    assert [one.name for one in only(repo).packages] == ["@acme/one"]


@pytest.mark.parametrize(
    ("matrix", "names"),
    [
        ("{ package: [one, two, three, four] }", ["@acme/one", "two"]),
        ("{ include: [{ package: two }, { other: one }] }", ["two"]),
        ("{ package: [one], include: [{ package: one, node: 24 }] }", ["@acme/one"]),
        ("${{ fromJSON(needs.plan.outputs.packages) }}", []),
    ],
)
def test_the_matrix_names_the_folders(repository: Discover, matrix: str, names: list[str]) -> None:
    text = (
        "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    strategy:\n"
        f"      matrix: {matrix}\n    steps:\n      - run: npm publish\n"
        "        working-directory: packages/${{ matrix.package }}\n"
    )
    files = {**WORKSPACE, ".github/workflows/release.yml": text}
    assert [one.name for one in only(repository("", files, private=True)).packages] == names


# --- Which file npm checks ----------------------------------------------------------------------

AGAIN = "  again:\n    uses: ./.github/workflows/b.yml\n"
CALLED = "on: {on}\njobs:\n  go:\n    runs-on: x\n    steps: [{{ run: npm publish }}]\n"
CALLER = "on: {on}\njobs:\n  call:\n    uses: ./.github/workflows/{name}\n"


def workflows(**texts: str) -> dict[str, str]:
    return {f".github/workflows/{name}.yml": text for name, text in texts.items()}


@pytest.mark.parametrize(
    ("files", "entries"),
    [
        (workflows(a=CALLED.format(on="push")), ["a.yml"]),
        (workflows(a=CALLED.format(on="workflow_call")), []),
        (
            workflows(
                a=CALLED.format(on="workflow_call"),
                b=CALLER.format(on="push", name="a.yml"),
            ),
            ["b.yml"],
        ),
        (
            workflows(
                a=CALLED.format(on="[workflow_call, workflow_dispatch]"),
                b=CALLER.format(on="push", name="a.yml"),
                c=CALLER.format(on="schedule", name="a.yml"),
            ),
            ["a.yml", "b.yml", "c.yml"],
        ),
        (
            workflows(
                a=CALLED.format(on="workflow_call"),
                b=CALLER.format(on="workflow_call", name="a.yml"),
                c=CALLER.format(on="push", name="b.yml"),
            ),
            ["c.yml"],
        ),
        (
            workflows(
                a=CALLED.format(on="workflow_call") + AGAIN,
                b=CALLER.format(on="workflow_call", name="a.yml"),
            ),
            [],
        ),
    ],
)  # fmt: skip
def test_npm_checks_the_workflow_that_starts_it_all(
    repository: Discover, files: dict[str, str], entries: list[str]
) -> None:
    repo = repository("", files)
    found = publications(repo)[0]
    assert [one.file_name for one in entry_workflows(repo, found.job.workflow)] == entries
