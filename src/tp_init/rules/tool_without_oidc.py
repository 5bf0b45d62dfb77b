"""A publish by a tool or an action that cannot publish by OIDC."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.conversions import Converted, conversion
from tp_init.model import Finding, Location
from tp_init.publishing import Publication
from tp_init.rules.model import Rule
from tp_init.setup import PublishingJob, Setup
from tp_init.token_names import is_npm_token

__all__ = ["RULE"]

_HANDS_OFF = frozenset({"", "tool"})


def find(setup: Setup) -> Iterator[Finding]:
    """Each such publish; rewritten where nothing else stops its job, else for a person."""
    seen: set[Location] = set()
    for publishing in setup.jobs:
        if publishing.blocked not in _HANDS_OFF:
            continue  # what stops the job altogether is reported first
        for publication in publishing.publications:
            converted = conversion(setup.repo, publication)
            if converted is None or publication.location in seen:
                continue
            seen.add(publication.location)
            if converted.edits and publishing.blocked:
                continue  # the job keeps its token until a person has moved the other publish
            yield _finding(publishing, publication, converted)
            if not converted.edits:
                yield from _tokens(publication)


def _finding(publishing: PublishingJob, publication: Publication, converted: Converted) -> Finding:
    tool, use = publication.tool, publication.action
    sentence = (use.instead if use else "") or tool.instead
    todo = converted.instead or f"{sentence[:1].upper()}{sentence[1:]}."
    name = publication.placed.step.uses.text if use and publication.placed.step.uses else tool.title
    reason = f" It cannot be rewritten here: {converted.reason}." if converted.reason else ""
    keeps = "" if converted.edits else " Until then the job keeps its token."
    unseen = bool(use and use.instead)
    cannot = "; whether it can by OIDC here cannot be seen" if unseen else (
        " and cannot do so by OIDC"
    )  # fmt: skip
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="unknown" if unseen else "fail",
        location=_location(publication),
        message=(
            f"`{name}` publishes in `{publishing.job.id}`{cannot} ({tool.source}).{reason}{keeps}"
        ),
        edits=converted.edits,
        todo="" if converted.edits else todo,
        fix="available" if converted.edits else "manual",
    )


def _tokens(publication: Publication) -> Iterator[Finding]:
    """The tokens that a step hands to a publish that stands in another file."""
    step, invocation = publication.placed.step, publication.invocation
    if invocation is None or invocation.home.document is step.document:
        return
    for name, value in step.env.items():
        if is_npm_token(name, value):
            yield Finding(
                rule=RULE.id,
                level=RULE.level,
                state="fail",
                location=step.location("env", name),
                message=(
                    f"`{name}` is what `{publication.tool.title}` publishes with in "
                    f"{invocation.location}."
                ),
                todo="Remove this line when that publishes by OIDC.",
            )


def _location(publication: Publication) -> Location:
    """Where the publish stands; for an action that is handed a token, where that stands."""
    if publication.action is None:
        return publication.location
    step = publication.placed.step
    for name in publication.action.token_inputs:
        if step.inputs.get(name):
            return step.location("with", step.input_address(name)[-1])
    for name in publication.tool.token_variables:
        if name in step.env:
            return step.location("env", name)
    return publication.location


RULE = Rule(
    id="tool-without-oidc",
    title="The publishing tool cannot publish by OIDC",
    why=(
        "It knows no exchange of the id-token for a publish token, so without a token it does not "
        "publish at all."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Publish with `npm publish`; `tp-init` rewrites the commands that it can.",
)
