"""Which names carry an npm token, what in a script logs in, and which committed files do."""

from __future__ import annotations

import pytest
from conftest import FileTree

from tp_init import shell
from tp_init.committed_logins import committed_logins
from tp_init.credentials.logins import login_targets, login_variables
from tp_init.repo import discover
from tp_init.token_names import is_npm_token
from tp_init.tree import Tree


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NODE_AUTH_TOKEN", "${{ secrets.ANYTHING }}"),
        ("NPM_TOKEN", "${{ secrets.NPM_TOKEN }}"),
        ("npm_token", ""),
        ("NPM_AUTH_TOKEN", ""),
        ("NPM_PUBLISH_TOKEN", ""),
        ("NPM_CONFIG_TOKEN", ""),
        ("npm_config__authToken", ""),
        ("NPM_CONFIG_//registry.npmjs.org/:_authToken", ""),
        ("YARN_NPM_AUTH_TOKEN", ""),
        ("ACME_NPM_TOKEN", ""),
        ("CANARY_NPM_TOKEN", ""),
        ("NPM_TOKEN_CANARY", ""),
        ("NPM_ACME_LOGGER_TOKEN", ""),
        ("NPMJS_PUBLISH_TOKEN", ""),
        ("NPM_ACCESS_KEY", ""),
        ("TOKEN", "${{ secrets.NPM_TOKEN }}"),
        ("TOKEN", "${{ secrets['acme_npm_token'] }}"),
        ("TOKEN", "${{ inputs.x || secrets.NPM_TOKEN }}"),
    ],
)
def test_a_name_or_a_secret_tells_an_npm_token(name: str, value: str) -> None:
    assert is_npm_token(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NODE_AUTH_TOKEN", "${{ secrets.GITHUB_TOKEN }}"),
        ("NPM_TOKEN", "${{ github.token }}"),
        ("NODE_AUTH_TOKEN", "${{ secrets.GPR_TOKEN }}"),
        ("NPM_TOKEN_ARTIFACTORY", ""),
        ("ARTIFACTORY_NPM_TOKEN", ""),
        ("CNPM_TOKEN", ""),
        ("CNPMCORE_NPM_TOKEN", ""),
        ("NPM_TOKEN", "${{ secrets.NEXUS_NPM_TOKEN }}"),
        ("GITHUB_NPM_TOKEN", ""),
        ("NPM_PROXY_TOKEN", ""),
        ("CLOUDSMITH_NPM_TOKEN", ""),
        ("NPM_TAG", ""),
        ("NPM_CONFIG_PROVENANCE", "true"),
        ("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org"),
        ("PACKAGES_NPMRC", "${{ secrets.PACKAGES_NPMRC }}"),
        ("NPMIFY_TOKEN", ""),
        ("GH_TOKEN", "${{ secrets.BOT_TOKEN }}"),
        ("VSCE_PAT", "${{ secrets.VSCE_PAT }}"),
        ("TOKEN", "npm_token"),
        ("", ""),
    ],
)
def test_what_only_looks_like_one_is_none(name: str, value: str) -> None:
    assert not is_npm_token(name, value)


def logins(text: str) -> list[str]:
    script = shell.parse(text)
    return [text[one.start : one.end] for one in login_targets(script, lambda _: False)]


@pytest.mark.parametrize(
    "line",
    [
        'echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > .npmrc',
        'echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" >> ~/.npmrc',
        "printf '//registry.npmjs.org/:_authToken=%s' \"$T\" > $HOME/.npmrc",
        'echo "_authToken=${NPM_TOKEN}" > .npmrc',
        "echo '//registry.npmjs.org/:_password=x' > \"$NPM_CONFIG_USERCONFIG\"",
        "echo //registry.yarnpkg.com/:_authToken=$T | tee .npmrc",
        "npm config set //registry.npmjs.org/:_authToken $NPM_TOKEN",
        "npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN",
        "npm set //registry.npmjs.org/:_authToken ${{ secrets.NPM_TOKEN }}",
        "npm config set _auth $AUTH",
        "pnpm config set //registry.npmjs.org/:_authToken $T",
        "yarn config set npmAuthToken $T",
        "yarn config set npmScopes.acme.npmAuthToken $T",
        'echo "npmAuthToken: $T" >> .yarnrc.yml',
        "export NODE_AUTH_TOKEN=$T",
        "NPM_TOKEN=${{ secrets.NPM_TOKEN }}",
        'echo "NODE_AUTH_TOKEN=$T" >> $GITHUB_ENV',
        'echo "NPM_TOKEN=${{ secrets.X }}" >> "$GITHUB_ENV"',
    ],
)
def test_a_command_that_only_logs_in_goes_whole(line: str) -> None:
    (found,) = logins(f"npm ci\n{line}\nnpm publish\n")
    assert found == line.removeprefix("export ")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("NPM_TOKEN=$T npm publish", "NPM_TOKEN=$T"),
        ("npm publish --//registry.npmjs.org/:_authToken=$T",
         "--//registry.npmjs.org/:_authToken=$T"),
        ("npm publish --_authToken=$T --tag next", "--_authToken=$T"),
    ],
)  # fmt: skip
def test_of_a_command_that_publishes_only_the_token_goes(line: str, part: str) -> None:
    assert logins(line) == [part]


@pytest.mark.parametrize(
    "line",
    [
        'echo "//npm.pkg.github.com/:_authToken=$T" > .npmrc',
        'echo "//registry.npmjs.org/:_authToken=${{ secrets.GITHUB_TOKEN }}" > .npmrc',
        'echo "//npm.acme.example/:_authToken=$T" >> ~/.npmrc',
        'echo "@acme:registry=https://npm.acme.example" > .npmrc',
        'echo "save-exact=true" > .npmrc',
        'echo "registry=https://registry.npmjs.org" > .npmrc',
        'echo "//registry.npmjs.org/:_authToken=$T"',
        'echo "//registry.npmjs.org/:_authToken=$T" > notes.txt',
        "# npm config set //registry.npmjs.org/:_authToken $T",
        "npm config set //npm.acme.example/:_authToken $T",
        "npm config set provenance true",
        "npm config get //registry.npmjs.org/:_authToken",
        "echo NPM_TOKEN=$T",
        'echo "TAG=latest" >> $GITHUB_ENV',
        "export ARTIFACTORY_NPM_TOKEN=$T",
        "npm publish --tag next",
    ],
)
def test_what_is_no_login_at_npm_stays(line: str) -> None:
    assert logins(line) == []


def test_only_the_login_of_a_file_with_more_in_it_goes() -> None:
    text = (
        "cat > .npmrc <<EOF\n"
        "@acme:registry=https://npm.acme.example\n"
        "//registry.npmjs.org/:_authToken=$T\n"
        "//npm.acme.example/:_authToken=$A\n"
        "EOF\n"
    )
    assert [line.strip() for line in logins(text)] == ["//registry.npmjs.org/:_authToken=$T"]


def test_what_only_goes_with_a_login_goes_too() -> None:
    text = (
        'echo "registry=https://registry.npmjs.org/" > .npmrc\n'
        'echo "always-auth=true" >> .npmrc\n'
        'echo "//registry.npmjs.org/:_authToken=$T" >> .npmrc\n'
        'echo "always-auth=true" >> other/.npmrc\n'
    )
    assert logins(text) == text.splitlines()[:3]


def test_a_deletion_of_nothing_but_the_login_goes_too() -> None:
    text = (
        'echo "//registry.npmjs.org/:_authToken=$T" > .npmrc\nnpm publish\nrm -f .npmrc\nrm -f x\n'
    )
    assert logins(text) == [text.splitlines()[0], "rm -f .npmrc"]


def test_the_token_of_a_publish_to_another_registry_stays() -> None:
    text = "NPM_TOKEN=$A npm publish --registry https://npm.acme.example\nNPM_TOKEN=$B npm publish"
    script = shell.parse(text)
    first = script.commands[0]
    found = list(login_targets(script, lambda command: command is first))
    assert [text[one.start : one.end] for one in found] == ["NPM_TOKEN=$B"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('echo "//registry.npmjs.org/:_authToken=$SECRET" > $HOME/.npmrc', {"SECRET"}),
        ("npm config set //registry.npmjs.org/:_authToken ${SECRET:-x}", {"SECRET"}),
        ("cat > .npmrc <<EOF\n//registry.npmjs.org/:_authToken=$SECRET\nEOF\n", {"SECRET"}),
        (
            "cat > .npmrc <<'EOF'\n//registry.npmjs.org/:_authToken=${SECRET}\nEOF\n",
            {"SECRET"},
        ),
        ('echo "NPM_TOKEN=$SECRET" >> $GITHUB_ENV', {"NPM_TOKEN", "SECRET"}),
        ("NPM_TOKEN=$SECRET npm publish", {"NPM_TOKEN", "SECRET"}),
    ],
)
def test_the_variables_that_a_login_reads_carry_the_token(text: str, names: set[str]) -> None:
    script = shell.parse(text)
    found = {
        name
        for target in login_targets(script, lambda _: False)
        for name in login_variables(script, target)
    }
    assert found == names


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (".npmrc", "fund=false\n//registry.npmjs.org/:_authToken=${A}\n", [".npmrc:2:1 A"]),
        (".npmrc", "//registry.yarnpkg.com/:_authToken=${A}\n", [".npmrc:1:1 A"]),
        (".npmrc", "_authToken=${A}\n", [".npmrc:1:1 A"]),
        (".npmrc", "//registry.npmjs.org/:_password=x\n", [".npmrc:1:1 "]),
        (".npmrc", "//npm.acme.example/:_authToken=${A}\n", []),
        (".npmrc", "# //registry.npmjs.org/:_authToken=${A}\n", []),
        (".npmrc", "registry=https://registry.npmjs.org/\n", []),
        (".yarnrc.yml", "npmAuthToken: ${A}\n", [".yarnrc.yml:1:1 A"]),
        (".yarnrc.yml", "npmAuthToken: '${A-x}'\nnpmAuthIdent: u:p\n",
         [".yarnrc.yml:1:1 A", ".yarnrc.yml:2:1 "]),
        (".yarnrc.yml", "npmRegistryServer: https://npm.acme.example\nnpmAuthToken: ${A}\n", []),
        (
            ".yarnrc.yml",
            ("npmRegistries:\n  //registry.npmjs.org:\n    npmAuthToken: ${A}\n"
            "  //npm.acme.example:\n    npmAuthToken: ${B}\n"),
            [".yarnrc.yml:3:5 A"],
        ),
        (
            ".yarnrc.yml",
            ("npmScopes:\n  acme:\n    npmAuthToken: ${A}\n"
            "  other: {npmRegistryServer: 'https://x.example', npmAuthToken: '${B}'}\n"),
            [".yarnrc.yml:3:5 A"],
        ),
        ("bunfig.toml", '[install.registry]\ntoken = "$A"\n', ["bunfig.toml:2:1 A"]),
        ("bunfig.toml", '[install.registry]\nurl = "https://x.example"\ntoken = "$A"\n', []),
        ("bunfig.toml", '[install.scopes]\nacme = { token = "$A" }\n', ["bunfig.toml:2:10 A"]),
        ("bunfig.toml", "not toml", []),
    ],
)  # fmt: skip
def test_committed_files_that_log_in(
    file_tree: FileTree, path: str, text: str, found: list[str]
) -> None:
    repo = discover(Tree.open(file_tree({path: text})))
    assert [f"{one.location} {' '.join(one.variables)}" for one in committed_logins(repo)] == found
