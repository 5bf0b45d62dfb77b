"""A token that goes where tp-init cannot follow it: another repository, an action, a program."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.login_check import asks_who, needs_login
from tp_init.model import Finding, Location
from tp_init.publishing import Placed, invocations, placed_steps
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.token_names import is_npm_token
from tp_init.workflow import Job, secrets_in

__all__ = ["RULE"]

_INSTALLS = frozenset({"ci", "install", "i", "add", "clean-install"})
_READS = re.compile(r"READ|INSTALL|FETCH|PULL", re.IGNORECASE)
_HARMLESS = frozenset(
    {
        "actions/checkout",
        "actions/setup-node",
        "pnpm/action-setup",
        "bahmutov/npm-install",
        "actions/cache",
        "oven-sh/setup-bun",
    }
)


def find(setup: Setup) -> Iterator[Finding]:
    """Each call, action or step that is handed an npm token for a purpose that cannot be seen."""
    publishing = {(one.job.workflow.path, one.job.id) for one in setup.publications}
    for workflow in setup.repo.workflows:
        for job in workflow.jobs:
            yield from _of_call(job)
            for placed in placed_steps(setup.repo, job):
                if placed.step is placed.outer:
                    known = (workflow.path, job.id) in publishing
                    yield from _of_step(setup, job, placed, known=known)


def _of_call(job: Job) -> Iterator[Finding]:
    """A reusable workflow of another repository."""
    if job.uses is None or job.uses.local or isinstance(job.secrets, str):
        return
    for name, value in job.secrets.items():
        if is_npm_token(name, value) and not _READS.search(name + value):
            yield _finding(
                job.location("secrets", name),
                f"`{name}` goes to `{job.uses.text}`, which lies in another repository: whether it "
                "can publish by OIDC cannot be seen from here. npm checks the name of the calling "
                f"workflow, `{job.workflow.file_name}`.",
                "Move the called workflow to trusted publishing first; then remove this secret and "
                "give this job `permissions: { contents: read, id-token: write }`.",
            )


def _of_step(setup: Setup, job: Job, placed: Placed, *, known: bool) -> Iterator[Finding]:
    step = placed.step
    if any(one.placed.outer == step for one in setup.publications if one.job.id == job.id):
        return  # the rules about tokens look at it
    tokens = [
        (where, name)
        for where, values in (("env", step.env), ("with", step.inputs))
        for name, value in values.items()
        if is_npm_token(name, value) and secrets_in(value) and not _READS.search(name)
    ]
    if not tokens:
        return
    where, name = tokens[0]
    address = step.input_address(name)[-2:] if where == "with" else ("env", name)
    if step.uses is not None:
        if step.uses.name in _HARMLESS:
            return
        yield _finding(
            step.location(*address),
            f"`{name}` goes to `{step.uses.text}`, and whether that publishes, and can do so by "
            "OIDC, cannot be seen from here.",
            f"Find out whether `{step.uses.name}` can publish without a token; if so remove this "
            "line and give the job `id-token: write`, else publish with `npm publish` instead.",
        )
    elif not known and _does_more_than_install(setup, job, placed):
        yield _finding(
            step.location(*address),
            f"`{name}` is handed to a step that publishes in no way that tp-init knows.",
            "Remove the token if the step publishes by OIDC or only looks at the login; else "
            "publish with `npm publish` instead.",
        )


def _does_more_than_install(setup: Setup, job: Job, placed: Placed) -> bool:
    commands = [
        one
        for one in invocations(setup.repo, job, placed)
        if not (one.command is not None and needs_login(one.command))
    ]
    if any(one.command is not None and asks_who(one.command) for one in commands):
        return True
    for one in commands:
        words = [word for word in one.argv if not word.startswith("-")]
        if words[:1] in (["npm"], ["pnpm"], ["yarn"], ["bun"]) and (
            len(words) == 1 or words[1] in _INSTALLS
        ):
            return False
    return bool(commands)


def _finding(location: Location, message: str, todo: str) -> Finding:
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="unknown",
        location=location,
        message=message,
        todo=todo,
    )


RULE = Rule(
    id="unfollowed-publish",
    title="A token goes where it cannot be followed",
    why=(
        "What runs in another repository or in an unknown action may publish with the token it is "
        "handed, and only its own makers can make it publish by OIDC."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Find out what it does with the token; publish in this repository, or without one.",
)
