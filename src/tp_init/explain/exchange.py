"""Failures of the exchange: npm got no publish token for the job's identity."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.explain import clues, signals
from tp_init.explain.model import (
    AGAINST,
    EXCLUDED,
    HINT,
    PROOF,
    STRONG,
    WEAK,
    Case,
    Cause,
    Clue,
    Evidence,
    Row,
)
from tp_init.explain.signals import signal
from tp_init.rules import (
    action_too_old,
    environment_differs,
    missing_id_token,
    npm_too_old,
    refused_trigger,
    token_in_action_input,
    token_in_job_env,
    token_in_npmrc,
    token_in_publish_step,
    token_in_script,
    token_in_workflow_env,
    tool_too_old,
    tool_without_oidc,
    unsupported_runner,
    yarn_too_old,
)

__all__ = [
    "DOCS",
    "MISSING_ID_TOKEN",
    "NPM_TOO_OLD",
    "PACKAGE_ABSENT",
    "PUBLISHER_DIFFERS",
    "REFUSED_CAUSES",
    "ROWS",
    "TOOL_TOO_OLD",
]

DOCS = "https://docs.npmjs.com/trusted-publishers"
_ACCESS = "https://www.npmjs.com/package/{package}/access"
_SAVED_VALUES = "npm trust list {package} --json"

EXCHANGE_REFUSED = signal(
    "exchange-refused",
    "OIDC token exchange error - package not found",
)
EXCHANGE_404 = signal(
    "exchange-404",
    "/oidc/token/exchange/package/",
    r"fetch POST 404 \S+/oidc/token/exchange/package/",
)
PNPM_REFUSED = signal(
    "pnpm-exchange-refused",
    "ERR_PNPM_AUTH_TOKEN_EXCHANGE",
    r"ERR_PNPM_AUTH_TOKEN_EXCHANGE.{0,400}(?:404|not found)",
)

_REFUSED: tuple[Clue, ...] = (
    clues.said(
        EXCHANGE_REFUSED,
        PROOF,
        'npm\'s answer to the exchange is "package not found": no publisher matches this run.',
    ),
    clues.said(EXCHANGE_404, PROOF, "npm answered 404 to the exchange: no publisher matches."),
    clues.said(PNPM_REFUSED, PROOF, "npm refused the exchange that pnpm asked for."),
)


def _accepted(case: Case) -> Iterator[Evidence]:
    """An exchange that succeeded, where none was refused: a job can publish several packages."""
    if any(case.log.of(one, case.job) for one in (EXCHANGE_REFUSED, EXCHANGE_404, PNPM_REFUSED)):
        return
    for signal_ in (signals.OIDC_OK, signals.OIDC_HTTP_OK):
        for seen in case.log.of(signal_, case.job)[:1]:
            text = "npm took the identity: the exchange succeeded."
            yield Evidence(EXCLUDED, "log", f"line {seen.line}", text)


_ACCEPTED: tuple[Clue, ...] = (_accepted,)

NPM_TOO_OLD = Cause(
    id="npm-too-old",
    title="The npm that published is older than 11.5.1",
    why=(
        "Only npm 11.5.1 and newer trade the job's id-token for a publish token. An older one sends"
        " what else it finds: nothing, an old token, or setup-node's placeholder. Every Node 22"
        " bundles npm 10."
    ),
    look="The `node-version` of the publishing job, and what `npm -v` prints there.",
    fix="Use Node 24 in the publishing job: it bundles an npm that is new enough.",
    command="tp-init --diff",
    source=DOCS,
    clues=(
        clues.old_npm,
        clues.new_enough,
        clues.rule(npm_too_old.RULE),
        clues.said(signals.OIDC_TRIED, EXCLUDED, "npm asked for the exchange, so it knows it."),
        clues.said(signals.OIDC_NO_PERMISSION, EXCLUDED, "npm looked for the id-token."),
    ),
    prior=6,
)

MISSING_ID_TOKEN = Cause(
    id="missing-id-token",
    title="The publishing job may not ask for an id-token",
    why=(
        "Without `id-token: write` GitHub gives the job no identity, and npm has nothing to trade."
        " A `permissions:` block on the job replaces the workflow's, and a workflow that is called"
        " gets no more than its caller has."
    ),
    look="The `permissions:` of the publishing job, and of the job that calls its workflow.",
    fix="Add `id-token: write` to the permissions of that job, and keep those that it has.",
    command="tp-init --diff",
    source=DOCS,
    clues=(
        clues.said(
            signals.OIDC_NO_PERMISSION, PROOF, "npm says itself that the job has no id-token."
        ),
        clues.said(
            signals.PNPM_NO_PERMISSION, PROOF, "pnpm says itself that the job has no id-token."
        ),
        clues.said(
            signals.SEMANTIC_NO_PERMISSION,
            PROOF,
            "semantic-release says itself that the job has no id-token.",
        ),
        clues.nothing_asked,
        clues.rule(missing_id_token.RULE),
        clues.quiet(missing_id_token.RULE, "The workflow grants `id-token: write`."),
        clues.asked_before(),
        clues.said(signals.SIGNED, EXCLUDED, "The job had an id-token: its provenance was signed."),
        clues.said(signals.GRANTED, EXCLUDED, "GitHub lists the permission for this job."),
    ),
    prior=7,
)

PUBLISHER_DIFFERS = Cause(
    id="publisher-differs",
    title="No trusted publisher on npm matches this run",
    why=(
        "npm compares the owner, the repository, the file name of the workflow that was started and"
        " the environment with what is saved for the package: letter by letter, upper and lower"
        " case too. It checked none of them when they were saved. A package that is not on npm yet"
        " has no publisher either."
    ),
    look="The four values that npm has saved, next to those of the run.",
    fix=(
        "Compare the values on npm's page with those of the run. Owner and repository are bare"
        " names, without `@`, URL or slash; the workflow is the bare file name; the environment is"
        " empty where the job names none. A publisher cannot be edited: delete the wrong one and"
        f" add it again, at {_ACCESS}."
    ),
    command=_SAVED_VALUES,
    source=DOCS,
    clues=(*_REFUSED, *_ACCEPTED),
    prior=8,
)

WORKFLOW_DIFFERS = Cause(
    id="workflow-differs",
    title="npm has another workflow file than the one that was started",
    why=(
        "npm compares the file that GitHub started, which for a reusable workflow is the one that"
        " calls it. A renamed file, `.yaml` for `.yml`, or a path in the form is another name."
    ),
    look="The workflow filename that npm has saved.",
    fix="Save `{workflow}` on npm, without a folder; one publisher for each file that starts it.",
    command="npm trust github {package} --file {workflow} --repo {owner}/{repo} --allow-publish",
    source=DOCS,
    clues=(clues.renamed_workflow, *_ACCEPTED),
    part_of="publisher-differs",
)

ENVIRONMENT_DIFFERS = Cause(
    id="environment-differs",
    title="The job's environment is not the one that npm has saved",
    why=(
        "Where the publisher names an environment the job must run in it, and where the job names"
        " one the publisher should name the same."
    ),
    look="The environment that npm has saved, and `environment:` of the publishing job.",
    fix="Make both the same: `environment:` of the job, and the field on npm. Empty counts too.",
    command=_SAVED_VALUES,
    source=DOCS,
    clues=(clues.rule(environment_differs.RULE), clues.declared_environment, *_ACCEPTED),
    part_of="publisher-differs",
)

REPOSITORY_DIFFERS = Cause(
    id="repository-differs",
    title="The repository was renamed or transferred, or is spelled in another case",
    why=(
        "npm compares the owner and the repository of the run with the saved ones, upper and lower"
        " case too. GitHub's redirects from an old name do not count."
    ),
    look="The owner and the repository that npm has saved, and `repository` in package.json.",
    fix=(
        "Delete the publisher on npm and add it with the name as it is now, and set `repository` in"
        " package.json to the same; with the old one the next failure is E422."
    ),
    command="npm trust github {package} --file {workflow} --repo {owner}/{repo} --allow-publish",
    source="https://docs.npmjs.com/generating-provenance-statements",
    clues=(clues.moved_repository, *_ACCEPTED),
    part_of="publisher-differs",
)

PACKAGE_ABSENT = Cause(
    id="package-absent",
    title="The package is not on npm yet",
    why=(
        "A trusted publisher is saved for a package, so it cannot create one: the exchange for a"
        ' package that is not there ends in "package not found".'
    ),
    look="Whether npm knows the package at all.",
    fix=(
        "Publish the first version by hand, with two-factor authentication; then add the publisher."
        " Outside CI npm cannot make provenance, so it is off this once."
    ),
    command="npm publish --access public --provenance=false",
    source="https://github.com/npm/cli/issues/8544",
    clues=(
        clues.said(signals.PACKUMENT_MISSING, STRONG, "The registry has no package `{package}`."),
        clues.said(signals.PACKUMENT_THERE, EXCLUDED, "The registry has the package `{package}`."),
        clues.new_package,
        *_ACCEPTED,
    ),
    part_of="publisher-differs",
)

UNSUPPORTED_RUNNER = Cause(
    id="unsupported-runner",
    title="The job ran on a runner that GitHub does not host",
    why="npm accepts an identity only from GitHub-hosted runners.",
    look="`runs-on:` of the publishing job, and the runner that the log names.",
    fix=(
        "Publish on `runs-on: ubuntu-latest`. Build where you like, hand the tarball on as an"
        " artifact, and publish that."
    ),
    source=DOCS,
    clues=(
        clues.rule(unsupported_runner.RULE),
        clues.said(signals.SELF_HOSTED, STRONG, "The job asked for a self-hosted runner."),
        clues.runner_name,
        *_ACCEPTED,
    ),
    part_of="publisher-differs",
)

REFUSED_TRIGGER = Cause(
    id="refused-trigger",
    title="The run was started by an event that npm refuses",
    why='npm answers the id-token of a run that `issue_comment` started with "package not found".',
    look="What started the run: `on:` of the workflow.",
    fix="Publish from `push`, `release` or `workflow_dispatch`.",
    source="https://github.com/orgs/community/discussions/208514",
    clues=(clues.rule(refused_trigger.RULE), *_ACCEPTED),
    part_of="publisher-differs",
)

PUBLISHER_STALE = Cause(
    id="publisher-stale",
    title="The values match, and npm still finds no publisher",
    why=(
        "A publisher that published nothing for two days is reported to lapse, and one that was"
        " saved before the repository was created anew or renamed can belong to the old identity."
        " npm has confirmed neither."
    ),
    look="When the publisher was added, and whether the repository is newer than that.",
    fix="Delete the publisher, add it again with the same values, and release within 48 hours.",
    command="npm trust github {package} --file {workflow} --repo {owner}/{repo} --allow-publish",
    source="https://github.com/npm/cli/issues/9969",
    clues=_ACCEPTED,
    part_of="publisher-differs",
)

STALE_TOKEN = Cause(
    id="stale-token",
    title="An old token was sent, because the exchange gave none",
    why=(
        "npm uses a leftover token only where the exchange failed, and says nothing of that failure"
        " at its default log level. So the token is not what is wrong, and a new one would only"
        " hide it."
    ),
    look="`NODE_AUTH_TOKEN`, `NPM_TOKEN` and `_authToken` in the job; and why the exchange failed.",
    fix=(
        "Take the token out, and publish with `--loglevel=silly` once: the line that starts with"
        " `npm verbose oidc` or `npm silly oidc` is the failure."
    ),
    command="npm publish --loglevel=silly",
    source="https://github.com/npm/cli/issues/9088",
    clues=(
        clues.said(signals.EXPIRED_NOTICE, STRONG, "npm says that the token it got is not valid."),
        clues.said(signals.TOKEN_SET, HINT, "`{name}` is set in the job."),
        *(
            clues.rule(one.RULE, WEAK)
            for one in (
                token_in_publish_step,
                token_in_job_env,
                token_in_workflow_env,
                token_in_action_input,
                token_in_npmrc,
                token_in_script,
            )
        ),
        *(clues.said(one, AGAINST, "The exchange itself was refused.") for one in (
            EXCHANGE_REFUSED, EXCHANGE_404)),
        *_ACCEPTED,
    ),
)  # fmt: skip

TOOL_TOO_OLD = Cause(
    id="tool-too-old",
    title="The tool or the action that publishes does not know trusted publishing",
    why=(
        "changesets/action before 1.7, Lerna before 9, pnpm before 11 with an old npm, Yarn before"
        " 4.10 and @semantic-release/npm before 13.1 publish with a token or not at all."
    ),
    look="The version of the tool or the action in the workflow and in package.json.",
    fix="Raise it to a release that knows trusted publishing; `tp-init` names the version.",
    command="tp-init --diff",
    source="https://github.com/npm/cli/issues/8976",
    clues=(
        clues.rule(action_too_old.RULE),
        clues.rule(tool_too_old.RULE),
        clues.rule(tool_without_oidc.RULE),
        clues.rule(yarn_too_old.RULE),
        clues.asked_before(),
    ),
    prior=1,
)

CHANGESETS_ACTION = Cause(
    id="changesets-action-too-old",
    title="changesets/action before 1.7 wrote a token that is none",
    why=(
        "Without `NPM_TOKEN` those releases write `_authToken=undefined` to `.npmrc`, and npm sends"
        " that wherever the exchange gives it nothing."
    ),
    look="The version behind `changesets/action@` in the workflow.",
    fix="Use changesets/action v1.9.0 (v1.7.0 at least), Node 24, and no `NPM_TOKEN`.",
    source="https://github.com/npm/cli/issues/8976",
    clues=(
        clues.said(
            signal("undefined-token", "_authToken=undefined"),
            PROOF,
            "The `.npmrc` holds `_authToken=undefined`.",
        ),
        clues.said(
            signal(
                "old-changesets-action",
                "changesets/action@",
                r"changesets/action@(?P<ref>v1(?:\.[0-6](?:\.\d+)?)?)(?:'|\s|$)",
                "either",
            ),
            STRONG,
            "The job uses changesets/action {ref}.",
        ),
        clues.asked_before(),
    ),
)

CIRCLE_RERUN = Cause(
    id="circleci-ssh-rerun",
    title="The job was run again with SSH on CircleCI",
    why="The claims of such a run differ from those of an ordinary one, so no publisher matches.",
    look="How the job was started again.",
    fix="Run the workflow again without SSH.",
    source="https://github.com/npm/cli/issues/10005",
    clues=(
        clues.said(signals.CIRCLE_SSH, STRONG, "The log says that SSH was on."),
        clues.said(signals.CHECKOUT, EXCLUDED, "The run is on GitHub Actions."),
    ),
    part_of="publisher-differs",
)

REFUSED_CAUSES: tuple[Cause, ...] = (
    PUBLISHER_DIFFERS,
    WORKFLOW_DIFFERS,
    ENVIRONMENT_DIFFERS,
    REPOSITORY_DIFFERS,
    PACKAGE_ABSENT,
    UNSUPPORTED_RUNNER,
    REFUSED_TRIGGER,
    CIRCLE_RERUN,
    PUBLISHER_STALE,
)
"""Why npm refuses to trade an id-token that it was sent."""

_NO_TOKEN: tuple[Cause, ...] = (
    *REFUSED_CAUSES,
    MISSING_ID_TOKEN,
    NPM_TOO_OLD,
    STALE_TOKEN,
    TOOL_TOO_OLD,
    CHANGESETS_ACTION,
)

_REGISTRY = r"https://registry\.(?:npmjs\.org|yarnpkg\.com)"

_PUBLISHING = (
    signal("publishing-to", "notice Publishing to", rf"Publishing to {_REGISTRY}"),
    signals.PUBLISHING,
)
"""npm is about to publish: what comes behind is not an install's."""

EXCHANGE_NOT_FOUND = Row(
    id="exchange-refused",
    title="The token exchange: package not found",
    meaning=(
        "npm's registry looked for a trusted publisher of the package that matches this run, and"
        " found none. The package may well be there."
    ),
    signals=(EXCHANGE_REFUSED, EXCHANGE_404, PNPM_REFUSED),
    causes=REFUSED_CAUSES,
    codes=("ERR_PNPM_AUTH_TOKEN_EXCHANGE", "OIDC"),
)

EXCHANGE_UNAUTHORIZED = Row(
    id="exchange-unauthorized",
    title="The token exchange: unauthorized",
    meaning="npm's registry did not take the id-token itself, whoever it is from.",
    signals=(
        signal("exchange-401", "OIDC token exchange error - unauthorized"),
        signal(
            "exchange-http-401",
            "/oidc/token/exchange/package/",
            r"fetch POST 401 \S+/oidc/token/exchange/package/",
        ),
    ),
    causes=(
        Cause(
            id="wrong-audience",
            title="The id-token was made for somebody else, or asked for by another client",
            why=(
                "The id-token has to name `npm:registry.npmjs.org` as its audience. npm asks for"
                " that itself; a token handed over in `NPM_ID_TOKEN`, or a client that speaks to"
                " the registry on its own, may not."
            ),
            look="Whether `NPM_ID_TOKEN` is set, and which program asks for the exchange.",
            fix="Publish with the npm CLI, and leave `NPM_ID_TOKEN` unset on GitHub.",
            source="https://github.com/gjsify/gjsify/issues/512",
            clues=(
                clues.said(
                    signal("id-token-given", "NPM_ID_TOKEN", r"^\s*NPM_ID_TOKEN: ", "echo"),
                    STRONG,
                    "`NPM_ID_TOKEN` is set in the job.",
                ),
            ),
        ),
    ),
)

NO_ID_TOKEN = Row(
    id="no-id-token",
    title="The job has no id-token",
    meaning="npm, or an action, asked GitHub for an identity and the job may not have one.",
    signals=(
        signals.OIDC_NO_PERMISSION,
        signals.PNPM_NO_PERMISSION,
        signals.SEMANTIC_NO_PERMISSION,
    ),
    causes=(MISSING_ID_TOKEN,),
)

NO_REQUEST_URL = Row(
    id="no-request-url",
    title="Unable to get ACTIONS_ID_TOKEN_REQUEST_URL",
    meaning="An action asked GitHub for an id-token, and the job has no address to ask.",
    signals=(
        signal(
            "no-request-url",
            "ACTIONS_ID_TOKEN_REQUEST_",
            r"Unable to get ACTIONS_ID_TOKEN_REQUEST_(?:URL|TOKEN) env variable",
        ),
    ),
    causes=(
        Cause(
            id="missing-id-token",
            title=MISSING_ID_TOKEN.title,
            why=(
                "GitHub sets that variable only in a job with `id-token: write`, and never for a"
                " pull request from a fork."
            ),
            look="The `permissions:` of the job, and whether a fork started it.",
            fix="Add `id-token: write` to the permissions of the job; do not publish from forks.",
            command="tp-init --diff",
            source="https://github.com/actions/toolkit/issues/952",
            clues=(
                clues.said(
                    signal("request-url-gone", "Unable to get ACTIONS_ID_TOKEN_REQUEST_"),
                    PROOF,
                    "GitHub gave the job nothing to ask for an identity with.",
                ),
                clues.rule(missing_id_token.RULE),
            ),
        ),
    ),
    behind=("no-id-token",),
    decides=True,
)

E404 = Row(
    id="publish-not-found",
    title="404 Not Found on the publish",
    meaning=(
        "npm's registry answers 404 to a publish that it does not allow, so that nobody can find"
        " out which private packages there are. The package is not missing: no valid credential"
        " came with the publish."
    ),
    signals=(
        signal(
            "publish-404",
            "404",
            rf"(?:404 Not Found - PUT|fetch PUT 404|\(PUT) {_REGISTRY}/(?!-/)",
        ),
        signal("lerna-publish-404", "E404", r"lerna (?:ERR!|error) E404 (?:404 )?Not [Ff]ound"),
    ),
    causes=_NO_TOKEN,
    codes=("E404", "404"),
    behind=("exchange-refused", "exchange-unauthorized", "no-id-token"),
)  # fmt: skip

E401 = Row(
    id="publish-unauthorized",
    title="401 Unauthorized on the publish",
    meaning=(
        "npm sent a credential with the publish that the registry does not know. It was not one for"
        " the job's identity, which npm gives out itself."
    ),
    signals=(
        signal(
            "publish-401", "401", rf"(?:401 Unauthorized - PUT|fetch PUT 401) {_REGISTRY}/(?!-/)"
        ),
        signal("invalid-token", "your authentication token seems to be invalid"),
    ),
    causes=_NO_TOKEN,
    codes=("E401", "401"),
    behind=("exchange-refused", "exchange-unauthorized", "no-id-token"),
    after=_PUBLISHING,
)

ENEEDAUTH = Row(
    id="publish-needs-login",
    title="ENEEDAUTH: this command requires you to be logged in",
    meaning=(
        "npm had no credential at all to publish with: it got none for the job's identity, and no"
        " token is configured. Logging in is not the answer in CI."
    ),
    signals=(
        signal(
            "need-auth",
            "requires you to be logged in to",
            rf"(?:need auth|ENEEDAUTH) This command requires you to be logged in to {_REGISTRY}",
        ),
        signal(
            "need-auth-dry-run",
            "requires you to be logged in to",
            rf"This command requires you to be logged in to {_REGISTRY}/? \(dry-run\)",
        ),
    ),
    causes=_NO_TOKEN,
    codes=("ENEEDAUTH",),
    behind=("exchange-refused", "exchange-unauthorized", "no-id-token"),
)

TOKEN_EXPIRED = Row(
    id="token-expired",
    title="Access token expired or revoked",
    meaning=(
        "The publish came with a token that npm does not know any more. Trusted publishing needs"
        " none: npm sends a leftover one only where it got no token for the job's identity."
    ),
    signals=(signals.EXPIRED_NOTICE,),
    causes=(STALE_TOKEN, *_NO_TOKEN[: len(REFUSED_CAUSES) + 2], TOOL_TOO_OLD),
    codes=("EXPIRED",),
    behind=("exchange-refused", "no-id-token", "publish-not-found", "publish-unauthorized"),
    after=_PUBLISHING,
)

EOTP = Row(
    id="one-time-password",
    title="EOTP: this operation requires a one-time password",
    meaning=(
        "npm got a token, not an identity, and the account behind it asks for a second factor. A"
        " publish by trusted publishing is never asked for one."
    ),
    signals=(
        signal(
            "one-time-password",
            "one-time password",
            r"(?:npm (?:error|ERR!)|lerna ERR!|EOTP).{0,80}requires a one-time password",
        ),
        signal("eotp", "EOTP", r"\bcode EOTP\b|lerna ERR! EOTP|npm (?:error|ERR!) EOTP"),
    ),
    causes=(
        Cause(
            id="stale-token",
            title=STALE_TOKEN.title,
            why=(
                "npm uses a leftover token where the exchange failed. That token does not bypass"
                " the second factor, or may not create a package."
            ),
            look=STALE_TOKEN.look,
            fix=STALE_TOKEN.fix,
            command=STALE_TOKEN.command,
            source="https://docs.npmjs.com/about-access-tokens",
            clues=STALE_TOKEN.clues,
            prior=9,
        ),
        *(cause for cause in _NO_TOKEN if cause is not STALE_TOKEN),
    ),
    codes=("EOTP",),
    behind=("exchange-refused", "no-id-token"),
)

TOKENS_DISALLOWED = Row(
    id="tokens-disallowed",
    title="E403: the package does not take this token",
    meaning=(
        "The package, or the account, asks for a second factor and takes no such token. It takes a"
        " trusted publisher, so the publish did not come as one."
    ),
    signals=(
        signal(
            "tokens-disallowed",
            "wo-factor authentication",
            r"403.{0,160}[Tt]wo-factor authentication (?:is required|or granular access token)",
        ),
        signal("bad-credentials", "You may not perform that action with these credentials"),
    ),
    causes=(
        Cause(
            id="stale-token",
            title=STALE_TOKEN.title,
            why=STALE_TOKEN.why,
            look=STALE_TOKEN.look,
            fix=STALE_TOKEN.fix,
            command=STALE_TOKEN.command,
            source="https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification",
            clues=STALE_TOKEN.clues,
            prior=9,
        ),
        *(cause for cause in _NO_TOKEN if cause is not STALE_TOKEN),
    ),
    codes=("E403",),
    behind=("exchange-refused", "no-id-token"),
)

PUBLISHED_BY_TOKEN = Row(
    id="published-by-token",
    title="changesets says OIDC, and a person is shown as the publisher",
    meaning=(
        "changesets/action looks at `NPM_TOKEN` only. Another token was there, and npm published"
        " with it: provenance alone does not show that the trusted publisher was used."
    ),
    signals=(
        signal(
            "changesets-oidc",
            "No NPM_TOKEN found, but OIDC is available",
        ),
    ),
    causes=(
        Cause(
            id="token-beside-identity",
            title="`NODE_AUTH_TOKEN` published in place of the identity",
            why=(
                "setup-node's `.npmrc` reads `NODE_AUTH_TOKEN`, and npm falls back to it where the"
                " exchange fails, without a word."
            ),
            look="Who is shown as the publisher of the newest version.",
            fix="Take `NODE_AUTH_TOKEN` out of the job, and release again.",
            command="npm view {package} _npmUser --json",
            source="https://github.com/OpenRouterTeam/typescript-agent/issues/82",
            clues=(
                clues.said(signals.TOKEN_SET, STRONG, "`{name}` is set in the job."),
                clues.rule(token_in_publish_step.RULE, HINT),
                clues.rule(token_in_job_env.RULE, HINT),
            ),
        ),
    ),
    after=(signals.TOKEN_SET,),
    notice=True,
)

BYPASS_NOTICE = Row(
    id="bypass-tokens-restricted",
    title="npm tokens that bypass 2FA are being restricted",
    meaning=(
        "The publish used a token that needs no second factor. From January 2027 such tokens no"
        " longer publish; a trusted publisher does."
    ),
    signals=(
        signal("bypass-notice", "tokens that bypass 2FA"),
        signal("bypass-gone", "Bypass-2FA tokens with direct-publish access"),
    ),
    causes=(
        Cause(
            id="still-a-token",
            title="The publish still uses a token",
            why="A granular token with 2FA bypass is what the job publishes with.",
            look="Which secret reaches the publish.",
            fix="Move the workflow to trusted publishing before January 2027.",
            command="tp-init",
            source="https://gh.io/bypass-2fa-tokens-no-longer-publish",
            clues=(
                clues.said(signals.TOKEN_SET, STRONG, "`{name}` is set in the job."),
                clues.rule(token_in_publish_step.RULE),
                clues.rule(token_in_job_env.RULE),
                clues.rule(token_in_workflow_env.RULE),
            ),
        ),
    ),
    notice=True,
)

ROWS: tuple[Row, ...] = (
    EXCHANGE_NOT_FOUND,
    EXCHANGE_UNAUTHORIZED,
    NO_ID_TOKEN,
    NO_REQUEST_URL,
    E404,
    E401,
    ENEEDAUTH,
    TOKEN_EXPIRED,
    EOTP,
    TOKENS_DISALLOWED,
    PUBLISHED_BY_TOKEN,
    BYPASS_NOTICE,
)
