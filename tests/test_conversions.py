"""A command of a tool that cannot do OIDC becomes `npm publish`, and fails where it did."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tp_init import shell
from tp_init.document import Value, mapping, splice
from tp_init.tools import bun, yarn_classic
from tp_init.tools.model import Call, Conversion, Tool

PACK = 'packed=$(mktemp -d) && bun pm pack --destination "$packed" && npm publish "$packed"/*.tgz'


def convert(tool: Tool, text: str, manifest: Mapping[str, Value] | None = None) -> Conversion:
    """The conversion of the first command of the tool in a script."""
    script = shell.parse(text)
    command = next(
        one for one in script.commands if tool.matches([word.resolved for word in one.argv])
    )
    manifest = {"name": "logger", "version": "1.0.0"} if manifest is None else manifest
    scripts = {key: str(value) for key, value in mapping(manifest.get("scripts")).items()}
    assert tool.convert is not None
    return tool.convert(Call(command, script, manifest, scripts))


def rewritten(tool: Tool, text: str, manifest: Mapping[str, Value] | None = None) -> str:
    """The script after the conversion."""
    found = convert(tool, text, manifest)
    assert not found.reason
    return splice(text, sorted(found.edits, key=lambda edit: (edit.start, edit.end)))


YARN = {
    "yarn publish": "npm publish",
    "yarn publish --access public": "npm publish --access public",
    "yarn publish --non-interactive --tag next": "npm publish --tag next",
    "yarn --non-interactive publish": "npm publish",
    "yarn publish --no-git-tag-version --tag=${{ inputs.tag }}": (
        "npm publish --tag=${{ inputs.tag }}"
    ),
    "yarn publish \\\n  --non-interactive \\\n  --access public": (
        "npm publish \\\n  --access public"
    ),
    "yarn publish --registry https://registry.yarnpkg.com/": "npm publish",
    "yarn publish --registry https://registry.npmjs.org": (
        "npm publish --registry https://registry.npmjs.org"
    ),
    "yarn publish dist": "npm publish ./dist",
    "yarn publish packages/a": "npm publish ./packages/a",
    "yarn publish ./dist": "npm publish ./dist",
    "yarn publish out.tgz": "npm publish out.tgz",
    "yarn --cwd packages/a publish --access public": "npm publish ./packages/a --access public",
    "yarn publish --cwd ./packages/a": "npm publish ./packages/a",
    "yarn workspace @acme/a publish --tag next": "npm publish --workspace @acme/a --tag next",
    "corepack yarn publish": "corepack npm publish",
    "NODE_ENV=production yarn publish > log": "NODE_ENV=production npm publish > log",
    "if yarn publish; then echo done; fi": "if npm publish; then echo done; fi",
    'for d in a b; do (cd "$d" && yarn publish); done': (
        'for d in a b; do (cd "$d" && npm publish); done'
    ),
    "yarn publish --new-version 1.2.3 --no-git-tag-version": (
        "npm version 1.2.3 --no-git-tag-version --allow-same-version && npm publish"
    ),
    'yarn publish --no-git-tag-version --new-version="${GITHUB_REF#refs/tags/v}" --tag next': (
        'npm version "${GITHUB_REF#refs/tags/v}" --no-git-tag-version --allow-same-version'
        " && npm publish --tag next"
    ),
    "yarn build\nyarn publish --prerelease --preid beta --no-git-tag-version\necho done": (
        "yarn build\n(npm version prerelease --preid beta --no-git-tag-version"
        " --allow-same-version && npm publish)\necho done"
    ),
}


@pytest.mark.parametrize(("before", "after"), YARN.items())
def test_yarn_publish_becomes_npm_publish(before: str, after: str) -> None:
    assert rewritten(yarn_classic.TOOL, before) == after


YARN_BY_HAND = {
    "yarn publish --new-version 1.2.3": "it makes a commit and a tag as well",
    "yarn publish --major --minor --no-git-tag-version": "it runs more than the publish",
    "yarn publish --link-folder x": "npm has nothing like `--link-folder`",
    'yarn publish "$DIR"': 'what `"$DIR"` stands for cannot be seen',
    "yarn --cwd a publish b": "it names more than one folder",
    "bash -c 'yarn publish'": "it stands in a string that another shell runs",
    "npx yarn publish": "it is started through `npx`",
    "ls packages | xargs -I{} yarn publish {}": "it is started through `xargs`",
}


@pytest.mark.parametrize(("text", "reason"), YARN_BY_HAND.items())
def test_a_yarn_publish_that_does_more_is_for_a_person(text: str, reason: str) -> None:
    found = convert(yarn_classic.TOOL, text)
    assert found.reason.startswith(reason)
    assert not found.edits


def test_the_script_that_only_yarn_runs_is_run_before() -> None:
    manifest: dict[str, Value] = {"scripts": {"prepublish": "tsc"}}
    assert rewritten(yarn_classic.TOOL, "yarn publish", manifest) == (
        "yarn run prepublish && npm publish"
    )
    silent = "yarn publish --ignore-scripts"
    assert rewritten(yarn_classic.TOOL, silent, manifest) == "npm publish --ignore-scripts"
    assert "another folder" in convert(yarn_classic.TOOL, "yarn --cwd a publish", manifest).reason


@pytest.mark.parametrize(
    ("manifest", "command", "after"),
    [
        ({"version": "2.0.0-beta.1"}, "yarn publish", "npm publish --tag latest"),
        ({"version": "2.0.0-beta.1"}, "yarn publish --tag beta", "npm publish --tag beta"),
        (
            {"version": "2.0.0-beta.1", "publishConfig": {"tag": "beta"}},
            "yarn publish",
            "npm publish",
        ),
        ({"version": "2.0.0"}, "yarn publish", "npm publish"),
    ],
)
def test_a_prerelease_keeps_the_tag_that_yarn_gives_it(
    manifest: dict[str, Value], command: str, after: str
) -> None:
    assert rewritten(yarn_classic.TOOL, command, manifest) == after


BUN = {
    "bun publish": PACK,
    "bun publish --access public": f"{PACK} --access public",
    "bun publish --tag=next --auth-type legacy": f"{PACK} --tag=next",
    "bun publish --ignore-scripts": PACK.replace('$packed" &&', '$packed" --ignore-scripts &&')
    + " --ignore-scripts",
    "bun install\nbun publish\necho done": f"bun install\n({PACK})\necho done",
    "bun run build && bun publish": f"bun run build && ({PACK})",
    "(bun publish)": f"( ({PACK}))",
    'for d in a b; do (cd "$d"; bun publish --access public); done': (
        f'for d in a b; do (cd "$d"; ({PACK} --access public)); done'
    ),
    "NPM_CONFIG_TOKEN=$X bun publish": PACK.replace(
        "npm publish", "NPM_CONFIG_TOKEN=$X npm publish"
    ),
    "echo $packed\nbun publish": "echo $packed\n(" + PACK.replace("packed", "packed_") + ")",
    "bun publish ./out.tgz --access public": "npm publish ./out.tgz --access public",
    "bun publish dist/out.tgz": "npm publish ./dist/out.tgz",
}


@pytest.mark.parametrize(("before", "after"), BUN.items())
def test_bun_publish_becomes_a_pack_and_an_npm_publish(before: str, after: str) -> None:
    assert rewritten(bun.TOOL, before) == after


def test_the_scripts_that_bun_runs_around_its_publish_are_run() -> None:
    manifest: dict[str, Value] = {
        "scripts": {"prepublishOnly": "tsc", "prepack": "x", "postpublish": "y"}
    }
    assert rewritten(bun.TOOL, "bun publish", manifest) == (
        f"bun run prepublishOnly && {PACK} && bun run postpublish"
    )
    assert "prepublishOnly" not in rewritten(bun.TOOL, "bun publish --ignore-scripts", manifest)
    # A script named `publish` is usually the one that runs `bun publish`.
    own: dict[str, Value] = {"scripts": {"publish": "bun publish"}}
    assert rewritten(bun.TOOL, "bun publish", own) == PACK


def test_where_the_package_is_not_known_its_scripts_are_run_if_it_has_them() -> None:
    script = shell.parse("bun publish")
    call = Call(script.commands[0], script, {}, {"prepublishOnly": "tsc"})
    text = splice("bun publish", sorted(bun.to_npm(call).edits, key=lambda e: (e.start, e.end)))
    assert text.startswith("bun run --if-present prepublishOnly && packed=")


BUN_BY_HAND = {
    "bun publish --recursive": "npm has nothing like `--recursive`",
    "bun publish --filter '@acme/*'": "npm has nothing like `--filter`",
    "bun publish --tolerate-republish": "npm has nothing like `--tolerate-republish`",
    "bun publish $FLAGS": "what `$FLAGS` stands for cannot be seen",
    "env X=1 bun publish": "it is started through `env`",
}


@pytest.mark.parametrize(("text", "reason"), BUN_BY_HAND.items())
def test_a_bun_publish_that_npm_cannot_do_is_for_a_person(text: str, reason: str) -> None:
    assert convert(bun.TOOL, text).reason == reason


def test_a_script_that_may_read_a_variable_set_for_bun_is_for_a_person() -> None:
    manifest: dict[str, Value] = {"scripts": {"prepack": "build"}}
    found = convert(bun.TOOL, "MODE=x bun publish", manifest)
    assert found.reason == "the scripts that it runs may read `MODE`"
    assert convert(bun.TOOL, "NPM_CONFIG_TOKEN=x bun publish", manifest).edits


STUBS = {
    "bun": 'echo "bun $*" >> "$LOG"\n'
    'case "$*" in *"$FAILS"*) exit 3;; esac\n'
    'while [ $# -gt 0 ]; do [ "$1" = --destination ] && : > "$2/logger.tgz"; shift; done',
    "npm": 'echo "npm ${1} ${2##*/}" >> "$LOG"\ncase "npm $*" in *"$FAILS"*) exit 4;; esac',
    "yarn": 'echo "yarn $*" >> "$LOG"\ncase "yarn $*" in *"$FAILS"*) exit 5;; esac',
}


def run(folder: Path, program: str, text: str, fails: str) -> tuple[int, list[str]]:
    """Run a script as a step does, with programs that write down how they are called."""
    for name, body in STUBS.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
    log = folder / "log"
    log.write_text("", encoding="utf-8")
    found = subprocess.run(
        [program, "-e", "-c", text],
        env={"PATH": f"{folder}:/usr/bin:/bin", "LOG": str(log), "FAILS": fails},
        capture_output=True,
        check=False,
        timeout=20,
    )
    return found.returncode, log.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("program", [p for p in ("bash", "dash") if shutil.which(p)])
@pytest.mark.parametrize("text", ["bun publish\nyarn next", "true && bun publish\nyarn next"])
def test_a_step_stops_where_the_pack_or_the_publish_fails(
    program: str, text: str, tmp_path: Path
) -> None:
    after = rewritten(bun.TOOL, text)
    pack, publish = "bun pm pack --destination", "npm publish logger.tgz"
    status, calls = run(tmp_path, program, after, "nothing")
    assert (status, calls[-2:]) == (0, [publish, "yarn next"])
    status, calls = run(tmp_path, program, after, "pm pack")
    assert status
    assert [call.split(" /")[0] for call in calls] == [pack]
    status, calls = run(tmp_path, program, after, "npm publish")
    assert status
    assert calls[-1] == publish


@pytest.mark.parametrize("program", [p for p in ("bash", "dash") if shutil.which(p)])
def test_a_loop_publishes_one_tarball_for_each_package(program: str, tmp_path: Path) -> None:
    text = "for d in . .; do (cd $d; bun publish); done"
    status, calls = run(tmp_path, program, rewritten(bun.TOOL, text), "nothing")
    assert status == 0
    assert [call for call in calls if call.startswith("npm")] == ["npm publish logger.tgz"] * 2
