"""Discovery: packages, workspaces, package managers, and what is refused."""

from __future__ import annotations

import json

import pytest
from conftest import FileTree

from tp_init.document import Value
from tp_init.errors import Refused
from tp_init.formats.json import JsonDocument
from tp_init.repo import Package, discover
from tp_init.tree import Tree


def package(**data: Value) -> Package:
    return Package(JsonDocument.read("a/b/package.json", json.dumps(data)))


def manifest(**data: Value) -> str:
    return json.dumps(data)


@pytest.mark.parametrize(
    ("name", "scope"), [("@acme/logger", "acme"), ("logger", ""), ("", ""), ("@acme", "acme")]
)
def test_a_package_has_a_scope_or_none(name: str, scope: str) -> None:
    assert package(name=name).scope == scope


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("acme/logger", "acme/logger"),
        ({"type": "git", "url": "https://x"}, "https://x"),
        ({"type": "git"}, ""),
        ("", ""),
        (None, ""),
        (["x"], ""),
    ],
)
def test_repository_in_all_its_forms(written: Value, url: str) -> None:
    assert package(repository=written).repository == url


@pytest.mark.parametrize(
    ("written", "private"), [(True, True), ("true", True), (False, False), ("false", False)]
)
def test_private_may_be_a_word(written: Value, *, private: bool) -> None:
    assert package(private=written).private is private


@pytest.mark.parametrize(
    ("config", "registry"),
    [
        ({}, None),
        ({"registry": "https://a"}, "https://a"),
        ({"registry": "https://a", "@acme:registry": "https://b"}, "https://b"),
        ({"@other:registry": "https://b"}, None),
        ({"registry": None}, None),
    ],
)
def test_the_registry_that_a_package_is_pinned_to(
    config: dict[str, Value], registry: str | None
) -> None:
    assert package(name="@acme/x", publishConfig=config).publish_registry == registry


def test_odd_values_are_as_good_as_none() -> None:
    odd = package(name=1, version=["x"], scripts="x", publishConfig="x", dependencies=[1])
    assert (odd.name, odd.version, odd.scripts, odd.publish_config) == ("", "", {}, {})
    assert odd.dependencies == {}
    assert odd.directory == "a/b"


@pytest.mark.parametrize("text", ["[]", "1", '"x"', "null"])
def test_a_manifest_that_is_no_object_is_an_empty_package(text: str) -> None:
    assert Package(JsonDocument.read("package.json", text)).data == {}


def test_dependencies_of_every_kind_count_and_the_plain_ones_win() -> None:
    found = package(
        dependencies={"a": "1"}, devDependencies={"a": "2", "b": "2"}, peerDependencies={"c": "3"}
    ).dependencies
    assert found == {"a": "1", "b": "2", "c": "3"}


WORKSPACE = {
    "packages/one/package.json": manifest(name="one"),
    "packages/two/package.json": manifest(name="two", private=True),
    "packages/deep/three/package.json": manifest(name="three"),
    "packages/node_modules/x/package.json": manifest(name="x"),
    "tools/package.json": manifest(name="tools"),
}


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"package.json": manifest(name="root")}, ["root"]),
        (
            {"package.json": manifest(name="root", workspaces=["packages/*", "tools"])},
            ["root", "one", "two", "tools"],
        ),
        (
            {"package.json": manifest(name="root", workspaces={"packages": ["packages/*"]})},
            ["root", "one", "two"],
        ),
        (
            {
                "package.json": manifest(name="root"),
                "pnpm-workspace.yaml": "packages:\n  - packages/**\n  - '!packages/two'\n",
            },
            ["root", "three", "one"],
        ),
        ({"package.json": manifest(name="root"), "lerna.json": "{}"}, ["root", "one", "two"]),
        (
            {"package.json": manifest(name="root"), "lerna.json": '{"packages": ["tools"]}'},
            ["root", "tools"],
        ),
        (
            {
                "package.json": manifest(name="root", workspaces=["tools"]),
                "lerna.json": '{"packages": ["packages/*"]}',
            },
            ["root", "tools"],
        ),
        ({"lerna.json": "{}"}, ["one", "two"]),
        ({}, []),
    ],
)
def test_the_packages_of_a_workspace(
    file_tree: FileTree, files: dict[str, str], names: list[str]
) -> None:
    repo = discover(Tree.open(file_tree({**WORKSPACE, **files})))
    assert [one.name for one in repo.packages] == names
    assert [one.name for one in repo.public_packages] == [n for n in names if n != "two"]


def test_a_package_is_found_by_name_and_by_folder(file_tree: FileTree) -> None:
    files = {**WORKSPACE, "package.json": manifest(name="root", workspaces=["packages/*"])}
    repo = discover(Tree.open(file_tree(files)))

    def named(wanted: str, directory: str = "") -> str | None:
        found = repo.package_named(wanted, directory)
        return found.name if found else None

    assert named("one") == "one"
    assert named("packages/two") == "two"
    assert named("./packages/two") == "two"
    assert named("two", "packages") == "two"
    assert named("tools") == "tools", "a folder that is no workspace's"
    assert named("nowhere") is None
    assert named("../../etc") is None


def test_a_package_beside_the_workspaces_is_read_where_it_is_asked_for(file_tree: FileTree) -> None:
    repo = discover(Tree.open(file_tree({**WORKSPACE, "broken/package.json": "{"})))
    tools, broken, missing = map(repo.package_in, ("tools", "broken", "missing"))
    assert (tools and tools.name, broken, missing) == ("tools", None, None)
    assert repo.package_in("tools") is tools


@pytest.mark.parametrize(
    ("files", "manager"),
    [
        ({"package.json": manifest(packageManager="pnpm@10.18.0+sha512.abc")}, "pnpm"),
        ({"package.json": manifest(packageManager="yarn@4.10.3"), "package-lock.json": ""}, "yarn"),
        ({"package.json": "{}", "package-lock.json": ""}, "npm"),
        ({"package.json": "{}", "npm-shrinkwrap.json": ""}, "npm"),
        ({"package.json": "{}", "pnpm-lock.yaml": ""}, "pnpm"),
        ({"package.json": "{}", "yarn.lock": ""}, "yarn"),
        ({"package.json": "{}", "bun.lock": ""}, "bun"),
        ({"package.json": "{}", "bun.lockb": b"\xff\x00"}, "bun"),
        ({"package.json": "{}", "package-lock.json": "", "yarn.lock": ""}, "npm"),
        ({"package.json": "{}"}, ""),
        ({}, ""),
    ],
)
def test_the_package_manager(
    file_tree: FileTree, files: dict[str, str | bytes], manager: str
) -> None:
    assert discover(Tree.open(file_tree(files))).package_manager == manager


@pytest.mark.parametrize(
    ("files", "version", "major"),
    [
        ({"package.json": manifest(packageManager="yarn@4.9.1+sha224.x")}, "4.9.1", 4),
        ({".yarnrc.yml": "yarnPath: .yarn/releases/yarn-3.6.4.cjs\n"}, "3.6.4", 3),
        (
            {
                "package.json": manifest(packageManager="yarn@4.10.3"),
                ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.1.0.cjs\n",
            },
            "4.1.0",
            4,
        ),
        ({".yarnrc.yml": "nodeLinker: node-modules\n"}, "", 2),
        ({"yarn.lock": "# x\n\n__metadata:\n  version: 8\n"}, "", 2),
        ({"yarn.lock": "# yarn lockfile v1\n"}, "", 1),
        ({"package.json": manifest(packageManager="pnpm@9.0.0")}, "", 1),
        ({}, "", 1),
    ],
)
def test_the_version_of_yarn(
    file_tree: FileTree, files: dict[str, str], version: str, major: int
) -> None:
    repo = discover(Tree.open(file_tree(files)))
    assert (repo.yarn, repo.yarn_major) == (version, major)


def test_an_npmrc_beside_each_package_is_read(file_tree: FileTree) -> None:
    files = {
        **WORKSPACE,
        "package.json": manifest(workspaces=["packages/*"]),
        ".npmrc": "a=1\n",
        "packages/one/.npmrc": "b=1\n",
        "tools/.npmrc": "c=1\n",
    }
    repo = discover(Tree.open(file_tree(files)))
    assert [one.path for one in repo.npmrcs] == [".npmrc", "packages/one/.npmrc"]


def test_an_action_has_one_of_two_names(file_tree: FileTree) -> None:
    files = {"a/action.yml": "name: a\n", "b/action.yaml": "name: b\n", "c/other.yml": "x: 1\n"}
    repo = discover(Tree.open(file_tree(files)))
    found = [repo.action(directory) for directory in "abc"]
    assert [one and one.document.path for one in found] == ["a/action.yml", "b/action.yaml", None]


def test_a_text_that_is_none_is_not_read(file_tree: FileTree) -> None:
    files = {"a.sh": "npm ci\n", "b.sh": b"\xff\xfe", "c/d": ""}
    repo = discover(Tree.open(file_tree(files)))
    assert [repo.text(path) for path in ("a.sh", "b.sh", "c", "x")] == [
        "npm ci\n",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("package.json", "{"),
        ("package.json", '{"a": 1, "a": 2}'),
        ("package.json", b'{"a": "\xff"}'),
        (".github/workflows/a.yml", "on: push\non: push\n"),
        (".github/workflows/a.yml", b"on: \xff\n"),
        (".npmrc", b"\xff"),
        ("pnpm-workspace.yaml", "a: ["),
        ("lerna.json", "["),
    ],
)
def test_a_file_that_cannot_be_read_safely_is_refused_by_name(
    file_tree: FileTree, path: str, content: str | bytes
) -> None:
    with pytest.raises(Refused) as refused:
        discover(Tree.open(file_tree({path: content})))
    assert refused.value.path == path
