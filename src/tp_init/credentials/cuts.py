"""The logins that scripts make, and what is cut out of each script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from tp_init import shell
from tp_init.credentials.logins import login_targets, login_variables
from tp_init.credentials.model import Cut, View, Wiring
from tp_init.document import Address, Remove, Splice
from tp_init.login_check import asks_who
from tp_init.model import FileEdit
from tp_init.publishing import Home, Placed, invocations
from tp_init.token_names import is_npm_token
from tp_init.workflow import secrets_in

__all__ = ["cuts", "of_code", "of_cuts"]


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
    spans = shell.removal(script, *targets)
    condition = _foreign_condition(script, spans or (), names)
    return Cut(home, script, targets, None if condition else spans, placed, names, condition)


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
        first = min(cut.targets, key=lambda target: target.start)
        location = cut.home.location(first.start)
        secrets = tuple(
            name
            for target in cut.targets
            for name in secrets_in(cut.script.text[target.start : target.end])
        )
        what = f"`{_line(cut.script.text, first.start)}`"
        if cut.spans is None:
            yield Wiring(
                "script", location, what, secrets,
                reason=(
                    f"it is there only where `{cut.condition}` says so, as if kept on purpose"
                    if cut.condition
                    else "the script would not mean the same without it"
                ),
                todo="Take the login out of this script.",
            )  # fmt: skip
            continue
        step = cut.placed.step
        own = cut.home.document.path == step.document.path
        if own and not shell.remaining(cut.script, cut.spans):
            if step.id and re.search(rf"\bsteps\.{re.escape(step.id)}\b", step.document.text):
                yield Wiring(
                    "script", location, what, secrets,
                    reason=f"other steps refer to `steps.{step.id}`",
                    todo="Remove this step and what refers to it.",
                )  # fmt: skip
                continue
            yield Wiring(
                "script", location, what, secrets,
                (FileEdit(step.document.path, Remove(step.address)),),
            )  # fmt: skip
            continue
        edits = tuple(
            FileEdit(cut.home.document.path, Splice(cut.home.address, span.start, span.end, ""))
            for span in cut.spans
        )
        yield Wiring("script", location, what, secrets, edits)


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
                    todo="Take the login out of this script.",
                )


def _line(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)].strip()
