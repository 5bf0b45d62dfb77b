"""Node and npm: which npm a job gets, and whether it knows trusted publishing."""

from __future__ import annotations

import json
from collections.abc import Callable
from textwrap import dedent, indent
from typing import TypeAlias

import pytest
from conftest import FileTree

from tp_init.node import npm_of, parse_node, parse_upgrade
from tp_init.publishing import publications
from tp_init.repo import discover
from tp_init.runtime import Runtime, runtime
from tp_init.tree import Tree
from tp_init.versions import Version

Running: TypeAlias = Callable[..., Runtime]

HIDDEN = None


@pytest.mark.parametrize(
    ("written", "lowest"),
    [
        ("24", (24, 0, 0)),
        ("'24'", (24, 0, 0)),
        ('"20.x"', (20, 0, 0)),
        ("v22.11.0", (22, 11, 0)),
        ("lts/jod", (22, 0, 0)),
        ("lts/Krypton", (24, 0, 0)),
        ("lts/*", (26, 0, 0)),
        ("LTS", (26, 0, 0)),
        ("--lts", (26, 0, 0)),
        ("latest", (26, 10, 0)),
        ("node", (26, 10, 0)),
        ("current", (26, 10, 0)),
        (">=18", (18, 0, 0)),
    ],
)
def test_a_node_version_is_read_as_setup_node_reads_it(written: str, lowest: Version) -> None:
    versions = parse_node(written).versions
    assert versions is not None
    assert versions.lowest == lowest


@pytest.mark.parametrize("written", ["", "${{ matrix.node }}", "lts/unobtainium", "canary"])
def test_a_node_version_that_cannot_be_seen_is_not_guessed(written: str) -> None:
    choice = parse_node(written)
    assert (choice.text, choice.versions) == (written, None)


@pytest.mark.parametrize(
    ("written", "enough"),
    [
        ("24", True),
        ("24.x", True),
        ("24.5.0", True),
        ("24.4.1", False),
        ("26", True),
        ("lts/*", True),
        (">=18", True),
        ("22", False),
        ("22.22.2", False),
        ("23", False),
        ("18.x", False),
        ("lts/iron", False),
        ("", HIDDEN),
        ("${{ inputs.node }}", HIDDEN),
    ],
)
def test_the_npm_that_a_node_bundles(written: str, *, enough: bool | None) -> None:
    assert npm_of(parse_node(written), None).new_enough is enough


def test_the_npm_of_the_runner_image_cannot_be_seen() -> None:
    assert npm_of(None, None).new_enough is None


@pytest.mark.parametrize(
    ("package", "lowest"),
    [
        ("npm", (12, 0, 0)),
        ("npm@latest", (12, 0, 0)),
        ("npm@11", (11, 0, 0)),
        ("npm@^11.5.1", (11, 5, 1)),
        ("npm@>=11.5.1", (11, 5, 1)),
        ("npm@'11.6'", (11, 6, 0)),
        ("npm@next-11", (11, 0, 0)),
    ],
)
def test_an_upgrade_line_names_npm(package: str, lowest: Version) -> None:
    upgrade = parse_upgrade(package)
    assert upgrade is not None
    assert upgrade.versions is not None
    assert upgrade.versions.lowest == lowest


@pytest.mark.parametrize("package", ["pnpm", "npm-run-all", "@acme/npm@11", "corepack", ""])
def test_another_package_is_no_upgrade_of_npm(package: str) -> None:
    assert parse_upgrade(package) is None


@pytest.mark.parametrize(
    ("package", "newest"),
    [
        ("npm", True),
        ("npm@latest", True),
        ("npm@>=11.5.1", True),
        ("npm@next-12", True),
        ("npm@11", False),
        ("npm@~11.10", False),
    ],
)
def test_an_upgrade_line_may_bring_a_new_major_unasked(package: str, *, newest: bool) -> None:
    upgrade = parse_upgrade(package)
    assert upgrade is not None
    assert upgrade.newest is newest


@pytest.mark.parametrize(
    ("node", "package", "enough"),
    [
        # npm 12 installs on ^22.22.2, ^24.15.0 and >=26.0.0 only
        ("22", "npm@latest", True),
        ("22.22.2", "npm@latest", True),
        ("22.22.1", "npm@latest", False),
        ("20", "npm@latest", False),
        ("18", "npm@latest", False),
        ("23", "npm@latest", False),
        ("24", "npm@latest", True),
        ("24.14.0", "npm@latest", False),
        ("25", "npm@latest", False),
        ("26", "npm@latest", True),
        # npm 11 installs on ^20.17.0 and >=22.9.0
        ("20", "npm@11", True),
        ("20.16.0", "npm@11", False),
        ("20.17.0", "npm@11", True),
        ("18", "npm@11", False),
        ("22.8.0", "npm@11", False),
        ("22.9.0", "npm@^11.5.1", True),
        # an npm that is too old stays so on any Node
        ("24", "npm@10", False),
        ("22", "npm@11.5.0", False),
        ("22", "npm@11.4", False),
        ("22", "npm@11.5.1", True),
        # what cannot be seen
        ("24", "npm@${VERSION}", HIDDEN),
        ("${{ matrix.node }}", "npm@11", True),
    ],
)
def test_an_upgrade_line_on_a_node(node: str, package: str, *, enough: bool | None) -> None:
    assert npm_of(parse_node(node), parse_upgrade(package)).new_enough is enough


def test_an_upgrade_line_counts_without_a_node() -> None:
    assert npm_of(None, parse_upgrade("npm@11")).new_enough is True


def test_the_message_says_what_was_seen_and_what_stops() -> None:
    seen = npm_of(parse_node("20"), parse_upgrade("npm@latest")).seen
    assert seen == "Node 20, on which `npm install -g npm@latest` stops with EBADENGINE"


# --- Which Node a job sets up -------------------------------------------------------------------


@pytest.fixture
def running(file_tree: FileTree) -> Running:
    """`running(steps)` is what the first publish in or behind these steps runs with."""

    def read(
        steps: str, files: dict[str, str] | None = None, head: str = "on: push\n", job: str = ""
    ) -> Runtime:
        text = head + "jobs:\n  one:\n    runs-on: ubuntu-latest\n" + indent(job, "    ")
        text += "    steps:\n" + indent(dedent(steps) + "- run: npm publish\n", "      ")
        tree = {".github/workflows/w.yml": text, "package.json": "{}", **(files or {})}
        repo = discover(Tree.open(file_tree(tree)))
        return runtime(repo, publications(repo)[0])

    return read


SETUP = "- uses: actions/setup-node@v6\n  with: {{ {} }}\n"


def setup_node(**inputs: str) -> str:
    return SETUP.format(", ".join(f"{k.replace('_', '-')}: '{v}'" for k, v in inputs.items()))


def test_without_a_setup_node_it_is_the_image_s(running: Running) -> None:
    found = running("- run: npm ci\n")
    assert (found.setup, found.node, found.npm.new_enough) == (None, None, None)


@pytest.mark.parametrize(
    ("file", "text", "node"),
    [
        (".nvmrc", "22\n", "22"),
        (".nvmrc", "v22.11.0", "22.11.0"),
        (".nvmrc", "# what we support\n\nlts/jod\n", "lts/jod"),
        (".node-version", "24.1.0\n", "24.1.0"),
        (".tool-versions", "python 3.12.1\nnodejs 22.1.0\n", "22.1.0"),
        ("package.json", json.dumps({"engines": {"node": ">=20"}}), ">=20"),
        ("package.json", json.dumps({"volta": {"node": "18.1.0"}, "engines": {"node": "20"}}),
         "18.1.0"),
        (
            "package.json",
            json.dumps({"devEngines": {"runtime": {"name": "node", "version": "^24.4"}}}),
            "^24.4",
        ),
        ("mise.toml", '[tools]\nnode = "22"\n', "22"),
        ("mise.toml", '[tools]\nnode = { version = "24" }\n', "24"),
        (".prototools", 'node = "20.1.0"\n', "20.1.0"),
        ("mise.toml", "not toml", "(none)"),
        ("package.json", "{}", "(none)"),
        (".nvmrc", "", "(none)"),
    ],
)  # fmt: skip
def test_a_pin_file_is_read_as_setup_node_reads_it(
    running: Running, file: str, text: str, node: str
) -> None:
    for path in (file, f"./{file}"):
        found = running(setup_node(node_version_file=path), {file: text}).node
        assert found is not None
        assert found.text == f"{node} (from {path})"


def test_a_pin_file_that_is_missing_is_not_guessed(running: Running) -> None:
    found = running(setup_node(node_version_file=".nvmrc"))
    assert (found.node and found.node.versions, found.npm.new_enough) == (None, None)


def test_the_version_beats_the_file(running: Running) -> None:
    found = running(setup_node(node_version_file=".nvmrc", node_version="24"), {".nvmrc": "18\n"})
    assert found.npm.new_enough is True


@pytest.mark.parametrize(
    ("steps", "enough"),
    [
        (setup_node(node_version="22"), False),
        (setup_node(node_version="22") + setup_node(node_version="24"), True),
        (setup_node(node_version="24") + setup_node(node_version="22"), False),
        (setup_node(node_version="24") + setup_node(cache="npm"), True),
        (setup_node(node_version="22") + "- run: npm i -g npm@11\n", True),
        ("- run: npm i -g npm@11\n" + setup_node(node_version="22"), False),
        (setup_node(node_version="22") + "- run: npm ci\n- run: npm install npm@11\n", False),
        (setup_node(node_version="22") + "- run: npm install --global pnpm@10 npm@11\n", True),
        (setup_node(node_version="22") + "- run: yarn global add npm@11\n", False),
        (setup_node(node_version="18") + "- run: npm i -g npm@latest\n", False),
        ("- uses: acme/node@v1\n  with: { node-version: '24' }\n", True),
        (setup_node(registry_url="https://registry.npmjs.org"), HIDDEN),
    ],
)
def test_the_last_that_sets_node_up_before_the_publish_counts(
    running: Running, steps: str, *, enough: bool | None
) -> None:
    assert running(steps).npm.new_enough is enough


def test_what_comes_after_the_publish_does_not_count(running: Running) -> None:
    after = "- run: npm publish\n" + setup_node(node_version="24") + "- run: npm i -g npm@11\n"
    assert running(setup_node(node_version="22") + after).npm.new_enough is False


@pytest.mark.parametrize(
    ("head", "job", "text", "enough"),
    [
        ("on: push\nenv: { N: 24 }\n", "", "${{ env.N }}", True),
        ("on: push\nenv: { N: 24 }\n", "env: { N: 22 }\n", "${{env.N}}", False),
        ("on: push\n", "", "${{ env.N }}", HIDDEN),
        ("on: push\n", "strategy: { matrix: { n: [24] } }\n", "${{ matrix.n }}", True),
        ("on: push\n", "strategy: { matrix: { n: [24, 20] } }\n", "${{ matrix.n }}", False),
        ("on: push\n", "strategy: { matrix: { n: [24, 26] } }\n", "${{ matrix.n }}", True),
        ("on: push\n", "strategy: { matrix: '${{ fromJSON(x) }}' }\n", "${{ matrix.n }}", HIDDEN),
        ("on: { workflow_dispatch: { inputs: { n: { default: '24' } } } }\n", "",
         "${{ inputs.n }}", True),
        ("on: { workflow_call: { inputs: { n: { default: 20 } } } }\n", "",
         "${{ inputs.n }}", False),
        ("on: { workflow_call: { inputs: { n: { type: string } } } }\n", "",
         "${{ inputs.n }}", HIDDEN),
        ("on: push\n", "strategy: { matrix: { n: [24] } }\n", "${{ inputs.n }}", HIDDEN),
        ("on: push\n", "", "${{ vars.NODE }}", HIDDEN),
    ],
)  # fmt: skip
def test_a_reference_is_followed_as_far_as_the_file_shows(
    running: Running, head: str, job: str, text: str, *, enough: bool | None
) -> None:
    assert running(setup_node(node_version=text), head=head, job=job).npm.new_enough is enough


ACTION = (
    "inputs: {{ node: {{ default: '{}' }} }}\nruns:\n  using: composite\n  steps:\n"
    "    - uses: actions/setup-node@v6\n      with: {{ node-version: '${{{{ inputs.node }}}}' }}\n"
)


@pytest.mark.parametrize(
    ("given", "enough"),
    [("", True), ("  with: { node: 22 }\n", False), ("  with: { x: 1 }\n", True)],
)
def test_an_input_of_a_local_action_is_what_it_is_given_or_its_default(
    running: Running, given: str, *, enough: bool
) -> None:
    found = running(f"- uses: ./setup\n{given}", {"setup/action.yml": ACTION.format(24)})
    assert found.npm.new_enough is enough
    assert found.setup is not None
    assert found.setup.step.document.path == "setup/action.yml"
