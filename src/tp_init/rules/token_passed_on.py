"""A token that is handed on, to a called workflow or an action that has no use for it any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.document import Remove, mapping
from tp_init.model import FileEdit, Finding
from tp_init.publishing import callers, placed_steps
from tp_init.repo import Repo
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.token_names import is_npm_token
from tp_init.workflow import Action, Workflow, locate

__all__ = ["RULE"]

_LOOKS_LIKE_A_TOKEN = re.compile(r"token", re.IGNORECASE)


def find(setup: Setup) -> Iterator[Finding]:
    """Each declaration of such a secret or input that nothing reads."""
    if not setup.moves:
        return
    for workflow in setup.repo.workflows:
        yield from _of_workflow(setup.repo, workflow)
    seen: set[str] = set()
    for workflow in setup.repo.workflows:
        for job in workflow.jobs:
            for placed in placed_steps(setup.repo, job):
                for action in placed.actions[-1:]:
                    if action.document.path not in seen:
                        seen.add(action.document.path)
                        yield from _of_action(setup.repo, action)


def _of_workflow(repo: Repo, workflow: Workflow) -> Iterator[Finding]:
    called = mapping(mapping(workflow.data.get("on")).get("workflow_call"))
    for secret in mapping(called.get("secrets")):
        if _read(workflow.document.text, "secrets", secret):
            continue
        if not is_npm_token(secret) and not _passed_a_token(repo, workflow, secret):
            continue
        passed = [
            FileEdit(caller.workflow.path, Remove((*caller.address, "secrets", name)))
            for caller in callers(repo, workflow)
            for name in (caller.secrets if not isinstance(caller.secrets, str) else ())
            if name.upper() == secret.upper()
        ]
        address = ("on", "workflow_call", "secrets", secret)
        alone = len(mapping(called.get("secrets"))) == 1
        declared = Remove(address[:-1], prune=False) if alone else Remove(address)
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail",
            location=workflow.location(*address),
            message=f"Nothing in `{workflow.path}` reads the secret `{secret}` that it is handed.",
            edits=(FileEdit(workflow.path, declared), *passed),
            fix="available",
        )


def _passed_a_token(repo: Repo, workflow: Workflow, secret: str) -> bool:
    """Whether some caller passes an npm token under that name."""
    return any(
        is_npm_token(name, value)
        for caller in callers(repo, workflow)
        for name, value in (caller.secrets.items() if not isinstance(caller.secrets, str) else ())
        if name.upper() == secret.upper()
    )


def _of_action(repo: Repo, action: Action) -> Iterator[Finding]:
    for name in mapping(action.data.get("inputs")):
        if not is_npm_token(name) and not _LOOKS_LIKE_A_TOKEN.search(name):
            continue
        if _read(action.document.text, "inputs", name) or not _given_a_token(repo, action, name):
            continue
        given = [
            FileEdit(step.document.path, Remove(step.input_address(name)))
            for workflow in repo.workflows
            for job in workflow.jobs
            for step in job.steps
            if step.uses is not None and step.uses.local and step.uses.name == action.directory
            if name.lower() in step.inputs
        ]
        path = action.document.path
        yield Finding(
            rule=RULE.id,
            level=RULE.level,
            state="fail",
            location=locate(action.document, ("inputs", name)),
            message=f"Nothing in `{path}` reads the input `{name}` that it is handed.",
            edits=(FileEdit(path, Remove(("inputs", name))), *given),
            fix="available",
        )


def _given_a_token(repo: Repo, action: Action, name: str) -> bool:
    """Whether some step hands an npm token in."""
    return any(
        is_npm_token(name, step.inputs.get(name.lower(), ""))
        for workflow in repo.workflows
        for job in workflow.jobs
        for step in job.steps
        if step.uses is not None and step.uses.local and step.uses.name == action.directory
    )


def _read(text: str, context: str, name: str) -> bool:
    pattern = rf"\b{context}\s*(?:\.\s*{re.escape(name)}\b|\[\s*'{re.escape(name)}')"
    return bool(re.search(pattern, text, re.IGNORECASE))


RULE = Rule(
    id="token-passed-on",
    title="A token is handed to something that does not read it",
    why=(
        "A secret that is passed on without use is one more place that can leak it, and one that "
        "is declared as required stops the workflow on the day it is deleted."
    ),
    source="https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows",
    level="error",
    find=find,
    remedy="Take the declaration, and what is handed to it, away; `tp-init` does.",
)
