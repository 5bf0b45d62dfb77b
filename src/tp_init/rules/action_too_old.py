"""A publishing action from before it could publish by OIDC."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.action_releases import bump_obstacle, newest_release
from tp_init.document import Commented, Operation, Set
from tp_init.model import FileEdit, Finding
from tp_init.publishing import Publication
from tp_init.rules.model import Rule
from tp_init.setup import Setup
from tp_init.tools import ActionUse
from tp_init.versions import parse_version
from tp_init.workflow import Step

__all__ = ["RULE"]

_SHA = re.compile(r"^[0-9a-f]{40}$")


def find(setup: Setup) -> Iterator[Finding]:
    """Each step that publishes with such an action."""
    for publishing in setup.jobs:
        if publishing.blocked not in {"", "action"}:
            continue
        for publication in publishing.publications:
            use = publication.action
            if use is not None and use.minimum:
                yield from _of_step(publication, use, moves=setup.moves)


def _of_step(publication: Publication, use: ActionUse, *, moves: bool) -> Iterator[Finding]:
    step = publication.placed.step
    reference = step.uses
    minimum = parse_version(use.minimum)
    if reference is None or minimum is None:
        return
    newest = newest_release(step, reference.ref)
    if newest is not None and newest >= minimum:
        return
    name = reference.text.partition("@")[0]
    obstacle = bump_obstacle(publication, use)
    edits: tuple[FileEdit, ...] = ()
    if newest is not None and use.bump and not obstacle:
        edits = tuple(FileEdit(step.document.path, o) for o in _bump(step, name, use, publication))
    sha = bool(_SHA.match(reference.ref)) and bool(use.bump_sha)
    todo = f"uses: {name}@{use.bump_sha} # {use.bump}" if sha else f"uses: {name}@{use.bump}"
    if not use.bump:
        todo = f"Move to {use.minimum} or newer."
    yield Finding(
        rule=RULE.id,
        # What cannot be seen, in a repository that publishes by OIDC, works.
        level=RULE.level if newest is not None or moves else "advice",
        state="fail" if newest is not None else "unknown",
        location=step.location("uses"),
        message=(
            f"`{reference.text}` cannot publish without a token; {use.minimum} is the first that "
            f"can.{obstacle}"
            if newest is not None
            else f"Which release `{reference.text}` is cannot be seen; {use.minimum} is the first "
            "that can publish without a token."
        ),
        edits=edits,
        todo="" if edits else todo,
        fix="available" if edits else "manual",
    )


def _bump(step: Step, name: str, use: ActionUse, publication: Publication) -> Iterator[Operation]:
    reference = step.uses
    if reference is None:
        return
    if _SHA.match(reference.ref):
        yield Set((*step.address, "uses"), Commented(f"{name}@{use.bump_sha}", use.bump))
    else:
        tag = use.bump
        if re.fullmatch(r"v?\d+", reference.ref):
            tag = use.bump.split(".")[0]
        tag = tag if reference.ref.startswith("v") else tag.removeprefix("v")
        yield Set((*step.address, "uses"), f"{name}@{tag}")
    yield from _conditions(publication)


def _conditions(publication: Publication) -> Iterator[Operation]:
    """JS-DevTools/npm-publish 2 and newer leave `type` empty where 1 said "none"."""
    step, use = publication.placed.step, publication.action
    if use is None or not use.none_output or not step.id:
        return
    pattern = re.compile(
        rf"\s*steps\.{re.escape(step.id)}\.outputs\.{use.none_output}\s*!=\s*(['\"])none\1\s*"
    )
    for other in publication.job.steps:
        bare = other.condition.strip().removeprefix("${{").removesuffix("}}")
        if pattern.fullmatch(bare):
            whole = f"steps.{step.id}.outputs.{use.none_output}"
            wrapped = f"${{{{ {whole} }}}}" if "${{" in other.condition else whole
            yield Set((*other.address, "if"), wrapped)


RULE = Rule(
    id="action-too-old",
    title="The publishing action does not know trusted publishing",
    why=(
        "An action that publishes asks for a token until the release that made it optional; some "
        "older ones even write an empty token into an npmrc, which npm then sends."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Raise the action to the first release that publishes without a token, or beyond.",
)
