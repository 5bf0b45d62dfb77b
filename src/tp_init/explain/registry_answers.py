"""Answers of the registry to a publish that came with a valid credential."""

from __future__ import annotations

from tp_init.explain import clues, signals
from tp_init.explain.exchange import DOCS
from tp_init.explain.model import EXCLUDED, HINT, PROOF, STRONG, Case, Cause, Evidence, Row
from tp_init.explain.signals import signal
from tp_init.model import Location
from tp_init.rules import missing_publish_config, unsupported_runner, wrong_repository

__all__ = ["ROWS"]

_PROVENANCE = "https://docs.npmjs.com/generating-provenance-statements"
_OVER = "You cannot publish over the previously published version"


def _version(case: Case) -> tuple[Evidence, ...]:
    """The version that stands in package.json."""
    if case.setup is None:
        return ()
    return tuple(
        Evidence(
            HINT,
            "repository",
            str(Location(package.document.path)),
            f"`{package.name}` has the version {package.version}.",
        )
        for package in case.setup.packages
        if package.version
    )


_REPOSITORY_MISMATCH = signal(
    "repository-mismatch",
    "repository.url",
    r'"repository\.url" is "(?P<written>[^"]{0,300})", expected to match "(?P<wanted>[^"]{1,300})"',
)
_RUNNER_REFUSED = signal(
    "runner-refused",
    "Unsupported GitHub Actions runner environment",
    r'runner environment: "?(?P<runner>[\w-]+)',
)
_PERMISSION_DENIED = signal("permission-denied", "OIDC permission denied for this action")

ROWS: tuple[Row, ...] = (
    Row(
        id="action-not-allowed",
        title="E403: OIDC permission denied for this action",
        meaning=(
            "The trusted publisher matched this run, and may not do what the run asked for: it may"
            " stage a release and not publish one, or the other way round."
        ),
        signals=(_PERMISSION_DENIED,),
        causes=(
            Cause(
                id="action-not-allowed",
                title="The trusted publisher may not do that",
                why=(
                    "Since May 2026 a publisher names its allowed actions, and a new one may only"
                    " stage until `npm publish` is ticked. The exchange answers the same either"
                    " way, so a dry run does not show it."
                ),
                look="The allowed actions of the publisher on npm.",
                fix=(
                    "Delete the publisher and add it with `npm publish` among its allowed actions,"
                    " or let the workflow run `npm stage publish` and approve by hand."
                ),
                command=(
                    "npm trust github {package} --file {workflow} --repo {owner}/{repo}"
                    " --allow-publish"
                ),
                source=DOCS,
                clues=(
                    clues.said(
                        _PERMISSION_DENIED,
                        PROOF,
                        "The registry says that the action is what is wrong.",
                    ),
                ),
            ),
        ),
        codes=("E403",),
        decides=True,
    ),
    Row(
        id="repository-mismatch",
        title="E422: repository.url does not match the provenance",
        meaning=(
            "The publish came with provenance, which names the repository that ran. The registry"
            " compares it with `repository.url` in package.json, upper and lower case too."
        ),
        signals=(_REPOSITORY_MISMATCH,),
        causes=(
            Cause(
                id="wrong-repository",
                title="`repository` in package.json is missing or names another repository",
                why="It must be the repository that ran the workflow, as GitHub spells it now.",
                look="`repository.url` in the package.json that is published.",
                fix=(
                    "Set it to `git+https://github.com/{owner}/{repo}.git`; in a monorepo add"
                    " `directory`."
                ),
                command='npm pkg set repository.url="git+https://github.com/{owner}/{repo}.git"',
                source=_PROVENANCE,
                clues=(
                    clues.said(
                        _REPOSITORY_MISMATCH,
                        PROOF,
                        'package.json says "{written}", and the run is of {wanted}.',
                    ),
                    clues.rule(wrong_repository.RULE),
                ),
            ),
        ),
        codes=("E422",),
        decides=True,
    ),
    Row(
        id="unsupported-runner-environment",
        title="E422: unsupported GitHub Actions runner environment",
        meaning="The publish came with provenance, which counts from GitHub's runners only.",
        signals=(_RUNNER_REFUSED,),
        causes=(
            Cause(
                id="unsupported-runner",
                title="The job ran on a runner that GitHub does not host",
                why="npm accepts an identity and a provenance only from GitHub-hosted runners.",
                look="`runs-on:` of the publishing job.",
                fix=(
                    "Publish on `runs-on: ubuntu-latest`. Build where you like, hand the tarball on"
                    " as an artifact, and publish that."
                ),
                source=_PROVENANCE,
                clues=(
                    clues.said(_RUNNER_REFUSED, PROOF, "The registry saw a `{runner}` runner."),
                    clues.rule(unsupported_runner.RULE),
                ),
            ),
        ),
        codes=("E422",),
        decides=True,
    ),
    Row(
        id="certificate-without-ref",
        title="E422: missing SourceRepositoryRef in signing certificate",
        meaning="The certificate that signed the provenance does not say which ref was built.",
        signals=(signal("no-source-ref", "Missing SourceRepositoryRef"),),
        causes=(
            Cause(
                id="run-without-ref",
                title="The run is not of a branch or a tag",
                why=(
                    "The certificate takes the ref from the run. A run without an ordinary ref, or"
                    " a hiccup of the signing service, leaves it out."
                ),
                look="Which ref the run was started for.",
                fix="Start the workflow again for a branch or a tag.",
                command="gh workflow run {workflow} --ref main",
                source="https://github.com/npm/cli/issues/8982",
            ),
        ),
        codes=("E422",),
    ),
    Row(
        id="already-published",
        title="You cannot publish over the previously published versions",
        meaning="The registry has this version, and a version can be published once only.",
        signals=(
            signal("publish-over", _OVER),
            signal("publish-conflict", "EPUBLISHCONFLICT", r"code EPUBLISHCONFLICT"),
        ),
        causes=(
            Cause(
                id="version-published",
                title="This version is on npm already",
                why=(
                    "The version was not raised, or an earlier attempt of this run did publish it."
                    " The credential is fine: this is checked after the exchange."
                ),
                look="The version in package.json, and the versions on npm.",
                fix=(
                    "Raise the version. Where the job is to be run again safely, let it skip a"
                    " version that is there."
                ),
                command="npm view {package} versions --json",
                source="https://github.com/npm/cli/blob/latest/lib/commands/publish.js",
                clues=(_version,),
            ),
        ),
        codes=("E403", "EPUBLISHCONFLICT"),
        decides=True,
    ),
    Row(
        id="already-staged",
        title="E409: cannot publish over previously staged version",
        meaning="The version waits on npm for somebody to approve or reject it.",
        signals=(signal("staged", "Cannot publish over previously staged version"),),
        causes=(
            Cause(
                id="version-staged",
                title="This version is staged already",
                why="A staged version is taken until it is approved or rejected.",
                look="The staged versions of the package.",
                fix="Approve or reject it, with two-factor authentication, or raise the version.",
                command="npm stage list {package}",
                source="https://github.com/npm/cli/issues/9889",
            ),
        ),
        codes=("E409",),
        decides=True,
    ),
    Row(
        id="packument-conflict",
        title="E409: failed to save packument",
        meaning="The registry was still busy with an earlier publish of the same package.",
        signals=(signal("packument", "Failed to save packument"),),
        causes=(
            Cause(
                id="parallel-publish",
                title="Two publishes of one package at once, or too close together",
                why="The registry saves a package as a whole, and refuses two writes at a time.",
                look="Whether several jobs, or a matrix, publish the same package.",
                fix="Publish one after the other, and run the failed job again.",
                command="gh run rerun RUN-ID --failed",
                source="https://docs.npmjs.com/cli/v11/commands/npm-publish",
            ),
        ),
        codes=("E409",),
    ),
    Row(
        id="transparency-log-conflict",
        title="TLOG_CREATE_ENTRY_ERROR: an equivalent entry already exists",
        meaning=(
            "The public log of signatures has this entry: the same provenance was sent twice,"
            " mostly by a retry after a timeout."
        ),
        signals=(
            signal("tlog", "TLOG_CREATE_ENTRY_ERROR"),
            signal("tlog-text", "an equivalent entry already exists"),
        ),
        causes=(
            Cause(
                id="signature-sent-twice",
                title="The signing was retried",
                why="The first request arrived, its answer did not, and the second is a duplicate.",
                look="Whether the version is on npm in spite of it.",
                fix="Run the failed job again; the new run signs a new statement.",
                command="gh run rerun RUN-ID --failed",
                source="https://docs.sigstore.dev/logging/overview/",
            ),
        ),
        codes=("TLOG_CREATE_ENTRY_ERROR",),
    ),
    Row(
        id="payment-required",
        title="E402: you must sign up for private packages",
        meaning=(
            "A package with a scope is private unless it says otherwise, and private packages are"
            " paid for."
        ),
        signals=(
            signal("private-packages", "You must sign up for private packages"),
            signal("payment", "402 Payment Required - PUT"),
        ),
        causes=(
            Cause(
                id="missing-publish-config",
                title="The first publish of a scoped package without `--access public`",
                why="npm's default for a scoped package that is new is `restricted`.",
                look="`publishConfig.access` in package.json, and the options of the publish.",
                fix="Set `publishConfig.access` to `public`, so that every publish says it.",
                command="npm pkg set publishConfig.access=public",
                source="https://docs.npmjs.com/creating-and-publishing-scoped-public-packages",
                clues=(clues.rule(missing_publish_config.RULE),),
            ),
        ),
        codes=("E402",),
        decides=True,
    ),
    Row(
        id="no-permission",
        title="E403: you do not have permission to publish",
        meaning=(
            "The registry knows who published, and that account may not publish this package. A"
            " trusted publisher is asked about other things, so this was a token."
        ),
        signals=(signal("not-permitted", "You do not have permission to publish"),),
        causes=(
            Cause(
                id="name-of-others",
                title="The name belongs to somebody else, or the token to another account",
                why="A token publishes what its account may publish, and a name has its owners.",
                look="Who owns the package, and whose token the job uses.",
                fix=(
                    "Where the package is yours, publish by trusted publishing and take the token"
                    " out. Where it is not, publish under a scope of your own."
                ),
                command="npm owner ls {package}",
                source="https://docs.npmjs.com/cli/v11/commands/npm-owner",
                clues=(clues.said(signals.TOKEN_SET, HINT, "`{name}` is set in the job."),),
            ),
        ),
        codes=("E403",),
    ),
    Row(
        id="name-too-similar",
        title="E403: package name too similar to existing packages",
        meaning="npm refuses new names that differ from a known one by punctuation only.",
        signals=(signal("too-similar", "oo similar to existing package"),),
        causes=(
            Cause(
                id="name-refused",
                title="The name cannot be had",
                why="The check is made at the first publish; `npm view` shows nothing before.",
                look="The name that the message compares it with.",
                fix="Publish under a scope, `@{owner}/NAME`, or choose another name.",
                source="https://docs.npmjs.com/package-name-guidelines",
            ),
        ),
        codes=("E403",),
        decides=True,
    ),
    Row(
        id="not-visible-yet",
        title="The version was published, and npm does not show it yet",
        meaning=(
            "npm scans a new version before it shows it; until then it answers 404, for about five"
            " minutes, at times for fifteen and more. The publish succeeded."
        ),
        signals=(
            signal(
                "not-there-yet",
                "code E404|404 No match found|404 Not Found - GET",
                r"npm (?:error|ERR!) (?:code E404|404 No match found for|404 Not Found - GET)",
            ),
            signal("etarget", "ETARGET", r"npm (?:error|ERR!) code ETARGET"),
            signal("view-failed", "not visible", r"(?i)version .{1,80} (?:is )?not visible"),
        ),
        causes=(
            Cause(
                id="scan-in-progress",
                title="The scan takes its time",
                why="The job looked for the version right after the publish.",
                look="Whether the version is there by now.",
                fix="Ask again for up to 20 minutes before calling it a failure.",
                command="npm view {package} version",
                source="https://github.blog/changelog/2026-07-28-npm-publish-time-malware-scanning-and-dual-use-metadata",
                clues=(
                    clues.said(
                        signals.PUBLISHED, STRONG, "{package}@{version} was published here."
                    ),
                    clues.said(
                        signal("put-404", "404 Not Found - PUT"), EXCLUDED, "The publish failed."
                    ),
                ),
            ),
        ),
        codes=("E404", "ETARGET"),
        after=(signals.PUBLISHED,),
    ),
)
