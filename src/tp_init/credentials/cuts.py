"""The logins that scripts make, and what is cut out of each script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from tp_init import shell
from tp_init.credentials.logins import login_targets, login_variables
from tp_init.credentials.model import Cut, View, Wiring
from tp_init.document import Address, Operation, Remove, Splice
from tp_init.login_check import asks_who
from tp_init.model import FileEdit
from tp_init.publishing import Home, Placed, invocations
from tp_init.token_names import is_npm_token
from tp_init.workflow import secrets_in

__all__ = ["cuts", "of_code", "of_cuts"]

_TAKE_IT_OUT = "Take the login out of this script."


def cuts(view: View) -> tuple[Cut, ...]:
    """What each script of the job writes, sets or exports only to log in."""
    found: dict[tuple[str, Address], Cut] = {}
    for placed in view.placed:
        for home, script in view.scripts(placed):
            key = (home.document.path, home.address)
            if key not in found and (cut := _cut(view, placed, home, script)):
                found[key] = cut
    return tuple(found.values())


def _cut(view: View, placed: Placed, home: Home, script: shell.Script) -> Cut | None:
    logins = tuple(login_targets(script, lambda command: _publishes_elsewhere(view, command)))
    if not logins:
        return None
    names = frozenset(name for target in logins for name in login_variables(script, target))
    guards = (g for g in shell.guards(script) if names.intersection(g.variables))
    checks = (command for command in script.commands if asks_who(command))
    targets = (*logins, *guards, *checks)
    cut = Cut(home, script, targets, placed, names)
    spans = shell.removal(script, *targets)
    if spans is None:
        return replace(
            cut, reason="the script would not mean the same without it", todo=_TAKE_IT_OUT
        )
    condition = _foreign_condition(script, spans, names)
    if condition:
        why = f"it is there only where `{condition}` says so, as if kept on purpose"
        return replace(cut, reason=why, todo=_TAKE_IT_OUT)
    return _with_edits(cut, spans)


def _with_edits(cut: Cut, spans: tuple[shell.Span, ...]) -> Cut:
    """The cut with what takes the logins out: of the script, or the whole step with it."""
    step, home = cut.placed.step, cut.home
    path = home.document.path
    splices = (Splice(home.address, span.start, span.end, "") for span in spans)
    operations: Sequence[Operation] = tuple(splices)
    if not shell.remaining(cut.script, spans):
        if path == step.document.path:
            if step.id and re.search(rf"\bsteps\.{re.escape(step.id)}\b", step.document.text):
                return replace(
                    cut,
                    reason=f"other steps refer to `steps.{step.id}`",
                    todo="Remove this step and what refers to it.",
                )
            operations = (Remove(step.address),)
        elif home.address[:1] == ("scripts",) and _is_hook(str(home.address[-1])):
            operations = (Remove(home.address),)
    edits = tuple(FileEdit(path, operation) for operation in operations)
    return replace(cut, spans=spans, edits=edits)


def _is_hook(script: str) -> bool:
    """Whether npm runs a script of package.json by itself, before or after another."""
    return script.startswith(("pre", "post"))


def _foreign_condition(
    script: shell.Script, spans: Sequence[shell.Span], names: AbstractSet[str]
) -> str:
    """What a login that goes depends on, other than the token itself; empty for nothing.

    Somebody who logs in only sometimes (for the first publish of a package, say) means it.
    """
    for statement in script.statements():
        gone = any(s.start <= statement.start and statement.end <= s.end for s in spans)
        if statement.kind not in {"if", "case"} or not gone or not statement.conditions:
            continue
        for use in script.uses:
            inside = any(c.start <= use.start and use.end <= c.end for c in statement.conditions)
            if inside and use.name not in names:
                return use.name
    return ""


def _publishes_elsewhere(view: View, command: shell.Command) -> bool:
    return any(
        one.invocation is not None and one.invocation.command == command for one in view.elsewhere
    )


def of_cuts(found: Sequence[Cut]) -> Iterator[Wiring]:
    """The logins of scripts as wirings."""
    for cut in found:
        text = cut.script.text
        secrets = (
            name for target in cut.targets for name in secrets_in(text[target.start : target.end])
        )
        what = f"`{_line(text, min(target.start for target in cut.targets))}`"
        yield Wiring("script", cut.location, what, tuple(secrets), cut.edits, cut.reason, cut.todo)


def of_code(view: View) -> Iterator[Wiring]:
    """A secret that stands in a script which is no shell that is read here."""
    for placed in view.placed:
        for invocation in invocations(view.repo, view.job, placed):
            secrets = [name for name in secrets_in(invocation.code) if is_npm_token(name)]
            if secrets:
                yield Wiring(
                    "script",
                    invocation.location,
                    f"`secrets.{secrets[0]}` in the script",
                    tuple(secrets),
                    reason="the script is in a language that tp-init does not edit",
                    todo=_TAKE_IT_OUT,
                )


def _line(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)].strip()
