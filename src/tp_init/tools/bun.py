"""Bun: `bun publish` cannot do OIDC; `bun pm pack` and `npm publish` of the tarball can."""

from __future__ import annotations

import re

from tp_init.document import Edit
from tp_init.shell import Options, options
from tp_init.tools.model import Call, Conversion, Tool
from tp_init.tools.to_npm import around, dropped, local, misplaced, unknown

__all__ = ["TOOL"]

_VALUES = frozenset(
    {"--access", "--auth-type", "--cwd", "--filter", "-F", "--otp", "--registry", "--tag"}
)
_OWN = frozenset({"--auth-type", "--no-progress", "--no-summary", "--production", "-p"})
_SHARED = frozenset(
    {
        "--access",
        "--ignore-scripts",
        "--otp",
        "--provenance",
        "--registry",
        "--silent",
        "--tag",
        "--verbose",
    }
)
_WRAPPERS = frozenset({"command", "retry", "time", "timeout"})
_LIFECYCLE = ("prepublishOnly", "prepack", "prepare", "postpack", "publish", "postpublish")
_LOGIN = re.compile(r"TOKEN|AUTH", re.IGNORECASE)


def to_npm(call: Call) -> Conversion:
    """`bun publish …` as `bun pm pack` and `npm publish` of the tarball.

    Bun packs, since it resolves `workspace:` and `catalog:` and npm does not. The tarball goes to
    a new folder, so that it is the only one there. `bun pm pack` runs `prepack`, `prepare` and
    `postpack`, npm runs nothing for a tarball, and `bun publish` runs these and `prepublishOnly`,
    `publish` and `postpublish` (https://bun.com/docs/pm/cli/publish).
    """
    given = options(call.command.argv, _VALUES)
    reason = misplaced(call, _WRAPPERS) or unknown(given, _SHARED | _OWN) or _unclear(call, given)
    if reason:
        return Conversion(reason=reason)
    program, verb, *tarballs = given.positionals
    folder = _free_name(call)
    packed = "" if tarballs else f' "${folder}"/*.tgz'
    return Conversion(
        (
            Edit(program.start, program.end, "npm"),
            Edit(verb.start, verb.end, f"publish{packed}"),
            *(Edit(one.start, one.end, local(one.text)) for one in tarballs),
            *(dropped(call, option) for option in given.flags if option.name in _OWN),
            *(() if tarballs else around(call, *_beside(call, given, folder))),
        )
    )


def _unclear(call: Call, given: Options) -> str:
    tarballs = given.positionals[2:]
    if any(not (word.value or "").endswith((".tgz", ".tar.gz")) for word in tarballs):
        return f"what `{tarballs[0].text}` stands for cannot be seen"
    if len(tarballs) > 1:
        return "it names more than one tarball"
    set_for_it = [one for one in call.command.assignments if not _LOGIN.search(one.name)]
    if set_for_it and any(name in call.scripts for name in _LIFECYCLE):
        return f"the scripts that it runs may read `{set_for_it[0].name}`"
    hook = call.scripts.get("publish", "publish")
    return "" if "publish" in hook else "it runs the script `publish` as well"


def _beside(call: Call, given: Options, folder: str) -> tuple[str, str]:
    """What runs before `npm publish`, and what after it."""
    silent = "--ignore-scripts" in given
    before = [f"{folder}=$(mktemp -d)", f'bun pm pack --destination "${folder}"']
    if silent:
        before[-1] += " --ignore-scripts"
    run = "bun run" if call.manifest else "bun run --if-present"
    if "prepublishOnly" in call.scripts and not silent:
        before.insert(0, f"{run} prepublishOnly")
    after = f"{run} postpublish" if "postpublish" in call.scripts and not silent else ""
    return " && ".join(before), after


def _free_name(call: Call) -> str:
    """A variable that the script does not read."""
    name, taken = "packed", {use.name for use in call.script.uses}
    while name in taken:
        name += "_"
    return name


TOOL = Tool(
    id="bun",
    title="bun publish",
    source="https://github.com/oven-sh/bun/discussions/34306",
    exchange="none",
    commands=(("bun", "publish"),),
    value_options=_VALUES,
    token_variables=frozenset({"NPM_CONFIG_TOKEN"}),
    instead="Pack with `bun pm pack --destination DIR` and publish with `npm publish DIR/*.tgz`",
    convert=to_npm,
    one_package=True,
    takes_folder=True,
)
