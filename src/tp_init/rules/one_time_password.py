"""A one-time password that nobody asks for any more."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.model import Finding, Location
from tp_init.publishing import Publication
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

_VARIABLES = frozenset({"NPM_CONFIG_OTP"})


def find(setup: Setup) -> Iterator[Finding]:
    """Each place in a job that publishes by OIDC, or will, where such a password is handed on."""
    seen: set[Location] = set()
    for publishing in setup.movable:
        for publication in publishing.publications:
            for location, what in _places(publication):
                if location not in seen:
                    seen.add(location)
                    yield _finding(location, what)


def _places(publication: Publication) -> Iterator[tuple[Location, str]]:
    step, use, invocation = publication.placed.step, publication.action, publication.invocation
    for name in use.otp_inputs if use is not None else ():
        if name in step.inputs:
            yield step.location("with", step.input_address(name)[-1]), f"`{name}`"
    for name in step.env:
        if name.upper() in _VARIABLES:
            yield step.location("env", name), f"`{name}`"
    if invocation is not None and invocation.command is not None:
        for word in invocation.command.argv:
            if word.resolved.partition("=")[0] == "--otp":
                yield invocation.home.location(word.start), "`--otp`"


def _finding(location: Location, what: str) -> Finding:
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=(
            f"{what} hands on a one-time password: npm asks for none in a publish by OIDC, so what "
            "fetches it is waited for in vain."
        ),
        todo="Take it out, with what fetches it.",
    )


RULE = Rule(
    id="one-time-password",
    title="A one-time password is handed to a publish by OIDC",
    why=(
        "The token that npm gives for the identity needs no second factor, so the password, and "
        "the person or the service that gives it, serve nothing."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="advice",
    find=find,
    remedy="Take the one-time password away.",
)
