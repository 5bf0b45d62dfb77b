"""Yarn 1: it never learned trusted publishing; `npm publish` does the same with the same files."""

from __future__ import annotations

from tp_init.document import Edit, mapping
from tp_init.shell import Option, Options, Word, options
from tp_init.tools.model import Call, Conversion, Tool
from tp_init.tools.to_npm import (
    around,
    dropped,
    local,
    misplaced,
    spelled,
    unknown,
)

__all__ = ["TOOL"]

_VALUES = frozenset(
    {"--access", "--cwd", "--message", "--new-version", "--otp", "--preid", "--registry", "--tag"}
)
_BUMPS = ("major", "minor", "patch", "premajor", "preminor", "prepatch", "prerelease")
_VERSION = frozenset({"--new-version", "--preid", *(f"--{bump}" for bump in _BUMPS)})
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
    given = options(call.command.argv, _VALUES)
    reason = (
        misplaced(call, _WRAPPERS)
        or unknown(given, _SHARED | _OWN | _VERSION | {"--cwd"})
        or _several_things(call, given)
    )
    if reason:
        return Conversion(reason=reason, instead=_by_hand(given))
    program, verb, *folders = given.positionals
    where = given.last("--cwd")
    target = f" {local(spelled(where))}" if where else ""
    gone = [o for o in given.flags if o.name in _OWN | _VERSION | {"--cwd"} or _default(o)]
    first = " && ".join([*_version(given), *_prepublish(call, given)])
    return Conversion(
        (
            Edit(program.start, _behind_workspace(call, program), "npm"),
            Edit(verb.start, verb.end, f"publish{_workspace(call)}{target}"),
            *(Edit(one.start, one.end, local(one.text)) for one in folders),
            *(dropped(call, option) for option in gone),
            *_tag(call, given),
            *(around(call, first) if first else ()),
        )
    )


def _several_things(call: Call, given: Options) -> str:
    """Why it does more than npm does in one place; empty where it does not."""
    bumps = [o for o in given.flags if o.name in _VERSION - {"--preid"}]
    folders = given.positionals[2:]
    elsewhere = "--cwd" in given or _workspace(call)
    if any(word.value is None for word in folders):
        return f"what `{folders[0].text}` stands for cannot be seen"
    if len(folders) + ("--cwd" in given) + bool(_workspace(call)) > 1:
        return "it names more than one folder"
    if bumps and "--no-git-tag-version" not in given:
        return "it makes a commit and a tag as well"
    if len(bumps) > 1 or (elsewhere and (bumps or "prepublish" in call.scripts)):
        return "it runs more than the publish in another folder"
    return ""


def _by_hand(given: Options) -> str:
    """The commands for a publish that makes a commit and a tag as well; empty for any other."""
    if "--no-git-tag-version" in given:
        return ""
    version = "".join(_version(given)).removesuffix(" --no-git-tag-version --allow-same-version")
    return f"{version} && npm publish" if version else ""


def _version(given: Options) -> list[str]:
    """The command that sets the version that `yarn publish` was given."""
    bump = next((o for o in given.flags if o.name in _VERSION - {"--preid"}), None)
    if bump is None:
        return []
    version = spelled(bump) if bump.name == "--new-version" else bump.name.removeprefix("--")
    preid = given.last("--preid")
    suffix = f" --preid {spelled(preid)}" if preid else ""
    return [f"npm version {version}{suffix} --no-git-tag-version --allow-same-version"]


def _prepublish(call: Call, given: Options) -> list[str]:
    if "prepublish" not in call.scripts or "--ignore-scripts" in given:
        return []
    return ["yarn run prepublish" if call.manifest else "npm run --if-present prepublish"]


def _default(option: Option) -> bool:
    """Whether it names yarn's own alias of the registry, which npm cannot publish to by OIDC."""
    return option.name == "--registry" and "registry.yarnpkg.com" in spelled(option)


def _workspace(call: Call) -> str:
    if "yarn workspace" not in call.command.wrappers:
        return ""
    return f" --workspace {_words_of_workspace(call)[2].text}"


def _behind_workspace(call: Call, program: Word) -> int:
    return _words_of_workspace(call)[2].end if _workspace(call) else program.end


def _words_of_workspace(call: Call) -> tuple[Word, ...]:
    """`yarn workspace NAME …`: the words from `yarn` on."""
    words = call.command.words
    return words[words.index(call.command.argv[0]) :]


def _tag(call: Call, given: Options) -> tuple[Edit, ...]:
    """` --tag latest` for a prerelease without a tag: Yarn takes that one, npm 11 refuses.

    See "isPreRelease" in https://github.com/npm/cli/blob/latest/lib/commands/publish.js.
    """
    prerelease = "-" in str(call.manifest.get("version", "")) and not _version(given)
    config = mapping(call.manifest.get("publishConfig"))
    if not prerelease or "--tag" in given or "tag" in config:
        return ()
    end = call.command.argv[-1].end
    return (Edit(end, end, " --tag latest"),)


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
    takes_folder=True,
    until_yarn=2,
)
