"""What the conversions of another tool's command to `npm publish` have in common."""

from __future__ import annotations

from collections.abc import Collection

from tp_init.document import Edit
from tp_init.shell import Option, Options
from tp_init.tools.model import Call

__all__ = ["around", "dropped", "local", "misplaced", "spelled", "unknown"]


def misplaced(call: Call, wrappers: Collection[str]) -> str:
    """Why a command cannot be rewritten where it stands; empty where it can.

    Args:
        call: the command.
        wrappers: the programs it may be started through.
    """
    if call.script.error is not None:
        return "the script around it is not understood"
    if "script" in call.command.within:
        return "it stands in a string that another shell runs"
    strange = [name for name in call.command.wrappers if name not in wrappers]
    return f"it is started through `{strange[0]}`" if strange else ""


def unknown(given: Options, known: Collection[str]) -> str:
    """Why its options cannot be handed to npm: the first that is not known; empty for none.

    A login (`--//registry.npmjs.org/:_authToken=…`) means the same to npm, and goes elsewhere.
    """
    option = next((o for o in given.flags if o.name not in known and "_auth" not in o.name), None)
    return f"npm has nothing like `{option.name}`" if option else ""


def spelled(option: Option) -> str:
    """The value of an option as it is written, quotes and variables included."""
    return option.words[1].text if option.words[1:] else option.words[0].text.partition("=")[2]


def dropped(call: Call, option: Option) -> Edit:
    """The change that takes an option away, with the blank before it."""
    text, start = call.script.text, option.words[0].start
    kept = text[:start].rstrip(" \t")
    while kept.endswith("\\\n"):
        kept = kept[:-2].rstrip(" \t")
    return Edit(len(kept), option.words[-1].end, "")


def around(call: Call, before: str, after: str = "") -> tuple[Edit, ...]:
    """The changes that run other commands before and after this one, joined by `&&`.

    Unless it is all of the script, they become one command in a subshell: in the middle of a
    script `set -e` overlooks a failure on the left of `&&`, but not that of a subshell
    (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, "set").
    """
    text, start, end = call.script.text, call.command.start, call.command.end
    opened, closed = "", ""
    if text[:start].strip() or text[end:].strip():
        # `((` would open an arithmetic expression.
        opened, closed = " (" if text[:start].endswith("(") else "(", ")"
    edits = (
        Edit(start, start, opened + (f"{before} && " if before else "")),
        Edit(end, end, (f" && {after}" if after else "") + closed),
    )
    return tuple(edit for edit in edits if edit.text)


def local(path: str) -> str:
    """A path as npm takes it: without `./` it reads `dist` as a package, `a/b` as a repository.

    See https://docs.npmjs.com/cli/v11/using-npm/package-spec.
    """
    plain = not path.startswith((".", "/", "~"))
    return (
        f"./{path}" if plain and ("/" in path or not path.endswith((".tgz", ".tar.gz"))) else path
    )
