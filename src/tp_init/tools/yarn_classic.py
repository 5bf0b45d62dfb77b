"""Yarn 1: it never learned trusted publishing; `npm publish` does the same with the same files."""

from __future__ import annotations

from tp_init.shell import Options, options
from tp_init.tools.model import Call, Conversion, Tool
from tp_init.tools.to_npm import (
    around,
    dropped,
    local,
    misplaced,
    prerelease_tag,
    replaced,
    unknown,
)

__all__ = ["TOOL"]

_VALUES = frozenset(
    {"--access", "--cwd", "--message", "--new-version", "--otp", "--preid", "--registry", "--tag"}
)
_BUMPS = ("major", "minor", "patch", "premajor", "preminor", "prepatch", "prerelease")
_VERSION_OPTIONS = frozenset({"--new-version", "--preid", *(f"--{bump}" for bump in _BUMPS)})
_OWN = frozenset({"--non-interactive", "--no-git-tag-version", "--no-commit-hooks", "--message"})
_SHARED = frozenset(
    {
        "--access",
        "--ignore-scripts",
        "--json",
        "--no-progress",
        "--otp",
        "--provenance",
        "--registry",
        "--silent",
        "-s",
        "--tag",
        "--verbose",
    }
)
_WRAPPERS = frozenset(
    {
        "command",
        "corepack",
        "env",
        "exec",
        "nice",
        "nohup",
        "retry",
        "stdbuf",
        "sudo",
        "time",
        "timeout",
        "yarn workspace",
    }
)


def to_npm(call: Call) -> Conversion:
    """`yarn publish …` as `npm publish …`.

    Yarn runs `prepublish`, which npm does not (https://docs.npmjs.com/cli/v11/using-npm/scripts,
    "Prepare and Prepublish"), and can make a version, for which npm has `npm version`.
    """
    argv = call.command.argv
    given = options(argv, _VALUES)
    versions = [o for o in given.flags if o.name in _VERSION_OPTIONS]
    reason = (
        misplaced(call, _WRAPPERS)
        or unknown(given, _SHARED | _OWN | _VERSION_OPTIONS | {"--cwd"})
        or _ambiguous(call, given)
    )
    if reason:
        return Conversion(reason=reason)
    verb = given.positionals[1]
    where = given.last("--cwd")
    first = " && ".join(_before(call, given))
    word = "publish"
    if "yarn workspace" in call.command.wrappers:
        word += f" --workspace {_workspace(call)}"
    if where is not None:
        word += f" {local(where.value or '')}"
    gone = [o for o in given.flags if o.name in _OWN | {"--cwd"} or o in versions]
    gone += [o for o in given.flags if o.name == "--registry" and "yarnpkg.com" in (o.value or "")]
    edits = [
        replaced(argv[0], "npm"),
        replaced(verb, word + prerelease_tag(call, given)),
        *(dropped(call, option) for option in gone),
        *(replaced(folder, local(folder.text)) for folder in given.positionals[2:]),
        *(around(call, first) if first else ()),
    ]
    if "yarn workspace" in call.command.wrappers:
        edits = _without_workspace(call, edits)
    return Conversion(tuple(edits))


TOOL = Tool(
    id="yarn-classic",
    title="yarn publish (Yarn 1)",
    source="https://classic.yarnpkg.com/lang/en/docs/cli/publish/",
    exchange="none",
    commands=(("yarn", "publish"),),
    value_options=_VALUES,
    never=frozenset({"--help", "-h"}),
    instead="Publish with `npm publish`, which packs the same files",
    convert=to_npm,
    one_package=True,
)
