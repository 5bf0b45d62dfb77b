"""Commands other than a publish, which an identity does not cover."""

from __future__ import annotations

from tp_init.explain import clues
from tp_init.explain.exchange import DOCS, REFUSED_CAUSES
from tp_init.explain.model import PROOF, STRONG, Cause, Row
from tp_init.explain.signals import signal
from tp_init.rules import command_without_oidc, environment_differs, whoami_guard

__all__ = ["ROWS"]

_TRUST = "https://docs.npmjs.com/cli/v11/commands/npm-trust"
_WHOAMI = signal(
    "whoami-401", "/-/whoami", r"(?:401 Unauthorized|fetch GET 401)\S* .{0,12}https://\S+/-/whoami"
)
_WHOAMI_LOGIN = signal(
    "whoami-login",
    "requires you to be logged in.",
    r"need auth This command requires you to be logged in\.$",
)
_DIST_TAG = signal(
    "dist-tag-refused",
    "/dist-tags",
    r"(?:40[13] \w+ - |fetch )(?:PUT|DELETE|GET) (?:40[13] )?https://\S+/dist-tags",
)
_FLAG = signal("trust-flag", "At least one permission flag is required")

ROWS: tuple[Row, ...] = (
    Row(
        id="whoami-refused",
        title="npm whoami in a job without a token",
        meaning=(
            "`npm whoami` asks who is logged in. Trusted publishing is no login: an identity is"
            " traded for a token at the moment of the publish and for one package."
        ),
        signals=(_WHOAMI, _WHOAMI_LOGIN),
        causes=(
            Cause(
                id="whoami-guard",
                title="The job checks for a login before it publishes",
                why="The check was right for a token. Now it fails although the publish would not.",
                look="`npm whoami` in the job, in a script, or in the tool (release-it, np).",
                fix=(
                    "Take the check out; for release-it set `npm.skipChecks`. To try the identity"
                    " itself, publish with `--dry-run`."
                ),
                command="npm publish --dry-run --loglevel=silly",
                source=DOCS,
                clues=(
                    clues.said(_WHOAMI, PROOF, "The registry refused `npm whoami`."),
                    clues.rule(whoami_guard.RULE),
                    clues.said(
                        signal("whoami-echo", "npm whoami", r"\bnpm whoami\b", "echo"),
                        STRONG,
                        "The step runs `npm whoami`.",
                    ),
                ),
            ),
        ),
        codes=("E401", "ENEEDAUTH", "WHOAMI"),
    ),
    Row(
        id="dist-tag-refused",
        title="npm dist-tag after a publish by trusted publishing",
        meaning=(
            "The token of the exchange was for the publish. `npm dist-tag` gets one of its own only"
            " from npm 11.21 and 12.2 on, where the publisher allows it."
        ),
        signals=(_DIST_TAG,),
        causes=(
            Cause(
                id="command-without-oidc",
                title="`npm dist-tag` has no identity here",
                why="Trusted publishing covers the publish, not what manages a package.",
                look="The npm of the job, and the publisher's allowed actions.",
                fix=(
                    "Give the tag at the publish, which is one call less. Or use npm 11.21 or 12.2"
                    " and tick `npm dist-tag` for the publisher on npm's page."
                ),
                command="npm publish --tag next",
                source="https://github.com/npm/cli/issues/8547",
                clues=(
                    clues.said(_DIST_TAG, PROOF, "The registry refused the dist-tag."),
                    clues.rule(command_without_oidc.RULE),
                ),
            ),
        ),
        codes=("E401", "E403", "DIST-TAG"),
    ),
    Row(
        id="trust-not-found",
        title="npm trust: 404 Not Found",
        meaning="A trusted publisher is saved for a package, and npm has no such package.",
        signals=(
            signal(
                "trust-404",
                "/trust",
                r"(?:404 Not Found - (?:POST|GET)|fetch (?:POST|GET) 404) https://\S+/-/package/\S+/trust",
            ),
        ),
        causes=(
            Cause(
                id="package-absent",
                title="The package is not on npm yet, or is spelled otherwise",
                why="The first version has to be published by hand, the publisher comes after.",
                look="Whether npm knows the package.",
                fix="Publish the first version by hand, with two-factor authentication.",
                command="npm publish --access public --provenance=false",
                source="https://github.com/azu/setup-npm-trusted-publish/issues/14",
            ),
        ),
        codes=("E404",),
    ),
    Row(
        id="trust-without-permission",
        title="npm trust: at least one permission flag is required",
        meaning="Since npm 11.15 a publisher says what it may do.",
        signals=(_FLAG,),
        causes=(
            Cause(
                id="trust-without-permission",
                title="The command is from before npm 11.15",
                why="`--allow-publish` or `--allow-stage-publish` is mandatory since then.",
                look="The command, or the script that runs it.",
                fix="Add the flag.",
                command=(
                    "npm trust github {package} --file {workflow} --repo {owner}/{repo}"
                    " --allow-publish"
                ),
                source=_TRUST,
                clues=(clues.said(_FLAG, PROOF, "npm names the flag."),),
            ),
        ),
        decides=True,
    ),
    Row(
        id="stage-refused",
        title="npm stage publish: 401 or 404",
        meaning="The staged publish came without a valid credential, as a publish would have.",
        signals=(
            signal(
                "stage-refused",
                "/-/stage/package/",
                r"(?:40[14] (?:Unauthorized|Not Found) - POST|fetch POST 40[14]) https://\S+/-/stage/package/",
            ),
        ),
        causes=(
            Cause(
                id="environment-differs",
                title="The job is not in the environment that npm has saved",
                why="A publisher with an environment takes only jobs that run in it.",
                look="The environment that npm has saved, and `environment:` of the job.",
                fix="Add `environment:` to the job, with the name that npm has.",
                command="npm trust list {package} --json",
                source="https://docs.npmjs.com/staged-publishing",
                clues=(clues.rule(environment_differs.RULE), clues.declared_environment),
                prior=9,
            ),
            *(cause for cause in REFUSED_CAUSES if cause.id != "environment-differs"),
        ),
        codes=("E401", "E404"),
        behind=("exchange-refused", "no-id-token"),
    ),
)
