"""A check of the login that trusted publishing can never pass."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init import shell
from tp_init.document import Remove, Splice
from tp_init.login_check import asks_who
from tp_init.model import FileEdit, Finding
from tp_init.publishing import Invocation, invocations
from tp_init.rules.model import Rule
from tp_init.setup import PublishingJob, Setup

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each `npm whoami` in a job that publishes."""
    for publishing in setup.movable:
        seen: set[tuple[str, object, int]] = set()
        for placed in publishing.placed:
            for invocation in invocations(setup.repo, publishing.job, placed):
                command = invocation.command
                if command is None or not asks_who(command):
                    continue
                home = invocation.home
                key = (home.document.path, home.address, command.start)
                if key not in seen:
                    seen.add(key)
                    yield _finding(publishing, invocation)


def _finding(publishing: PublishingJob, invocation: Invocation) -> Finding:
    edits = _removal(invocation)
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=invocation.location,
        message=(
            f"`{' '.join(invocation.argv)}` in `{publishing.job.id}` asks who is logged in: "
            "trusted publishing is no login, so it fails and stops the release."
        ),
        edits=edits,
        todo="" if edits else "Remove this check of the login.",
        fix="available" if edits else "manual",
    )


def _removal(invocation: Invocation) -> tuple[FileEdit, ...]:
    script, command = invocation.script, invocation.command
    if script is None or command is None:
        return ()
    everything = [one for one in script.commands if asks_who(one)]
    spans = shell.removal(script, *everything) or shell.removal(script, command)
    if spans is None:
        return ()
    home, step = invocation.home, invocation.placed.step
    own = home.document.path == step.document.path
    if own and not shell.remaining(script, spans) and not step.id:
        return (FileEdit(step.document.path, Remove(step.address)),)
    return tuple(
        FileEdit(home.document.path, Splice(home.address, span.start, span.end, ""))
        for span in spans
    )


RULE = Rule(
    id="whoami-guard",
    title="A check of the login stops the release",
    why=(
        "`npm whoami` answers E401 in a job that publishes by OIDC: the identity is traded for a "
        "publish token only within the publish itself."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Take the check away; `tp-init` does.",
)
