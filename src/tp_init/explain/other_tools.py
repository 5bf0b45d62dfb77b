"""Failures in the words of semantic-release, Yarn and other tools that publish by themselves."""

from __future__ import annotations

from tp_init.explain import clues, signals
from tp_init.explain.exchange import MISSING_ID_TOKEN, REFUSED_CAUSES
from tp_init.explain.model import EXCLUDED, STRONG, Cause, Row
from tp_init.explain.signals import signal
from tp_init.rules import tool_expects_login, tool_too_old, yarn_too_old

__all__ = ["ROWS"]

_SEMANTIC = "https://github.com/semantic-release/npm/blob/master/README.md"
_YARN_NO_AUTH = signal("yarn-no-auth", "No authentication configured for request")

ROWS: tuple[Row, ...] = (
    Row(
        id="no-npm-token",
        title="ENONPMTOKEN: no npm token specified",
        meaning=(
            "semantic-release found neither a token nor an identity that npm takes. It says the"
            " same for both, so the token may not be what is missing."
        ),
        signals=(
            signal("enonpmtoken", "ENONPMTOKEN"),
            signal("no-npm-token", "No npm token specified"),
        ),
        causes=(
            Cause(
                id="tool-too-old",
                title="@semantic-release/npm before 13.1 does not know trusted publishing",
                why="13.1.0 is the first that trades the identity. semantic-release 25.0.1 has it.",
                look="The version of `semantic-release` that the job installs.",
                fix="Raise semantic-release to 25.0.1 or newer, on Node 24, and drop `NPM_TOKEN`.",
                command="npm install --save-dev semantic-release@^25.0.1",
                source=_SEMANTIC,
                clues=(
                    clues.rule(tool_too_old.RULE),
                    clues.quiet(tool_too_old.RULE, "Nothing in package.json is too old for it."),
                    clues.said(signals.SEMANTIC_TRIED, EXCLUDED, "The plugin tried the exchange."),
                ),
                prior=9,
            ),
            MISSING_ID_TOKEN,
            *REFUSED_CAUSES,
        ),
        codes=("ENONPMTOKEN",),
        behind=("exchange-refused", "no-id-token"),
    ),
    Row(
        id="invalid-npm-token",
        title="EINVALIDNPMTOKEN: invalid npm token",
        meaning=(
            "semantic-release got nothing for the job's identity, fell back to a token, and npm"
            " does not know that one. Often nobody set it: setup-node's `registry-url` writes one."
        ),
        signals=(
            signal("einvalidnpmtoken", "EINVALIDNPM", r"EINVALIDNPM(?:TOKEN|AUTH)\b"),
            signal("invalid-npm-token", "Invalid npm token"),
        ),
        causes=(
            Cause(
                id="token-hides-exchange",
                title="The exchange failed, and a token that is none was tried next",
                why=(
                    "Without `registry-url` and `NPM_TOKEN` the message would be ENONPMTOKEN; the"
                    " cause is that npm did not take the identity."
                ),
                look="`registry-url` of setup-node, `NPM_TOKEN`, and the publisher on npm.",
                fix=(
                    "Take `registry-url` and `NPM_TOKEN` out, and compare the publisher's values"
                    " with those of the run."
                ),
                command="npm trust list {package} --json",
                source="https://github.com/semantic-release/npm/blob/master/README.md",
                clues=(
                    clues.said(signals.TOKEN_DUMMY, STRONG, "setup-node wrote a placeholder."),
                    clues.said(signals.TOKEN_SET, STRONG, "`{name}` is set in the job."),
                ),
                prior=9,
            ),
            MISSING_ID_TOKEN,
            *REFUSED_CAUSES,
        ),
        codes=("EINVALIDNPMTOKEN", "EINVALIDNPMAUTH"),
        behind=("exchange-refused", "no-id-token"),
    ),
    Row(
        id="yarn-no-authentication",
        title="YN0033: no authentication configured for request",
        meaning=(
            "Yarn had nothing to publish with. A refused exchange reads the same, since Yarn does"
            " not show the answer."
        ),
        signals=(_YARN_NO_AUTH, signal("yn0033", "YN0033")),
        causes=(
            Cause(
                id="yarn-too-old",
                title="Yarn before 4.10 does not know trusted publishing",
                why="`yarn npm publish` trades the identity from 4.10.0 on; 4.10.3 has a fix.",
                look="`packageManager` in package.json, `yarnPath`, and what `yarn -v` prints.",
                fix="Use Yarn 4.10.3 or newer; or pack with Yarn and publish with npm.",
                command="yarn set version stable",
                source="https://github.com/yarnpkg/berry/issues/6952",
                clues=(clues.rule(yarn_too_old.RULE), clues.old_yarn, clues.new_yarn),
                prior=9,
            ),
            MISSING_ID_TOKEN,
            *REFUSED_CAUSES,
        ),
        codes=("YN0033",),
        behind=("exchange-refused",),
    ),
    Row(
        id="tool-expects-login",
        title="The tool asks who is logged in, and nobody is",
        meaning="The tool wants a login before it publishes. Trusted publishing is none.",
        signals=(
            signal(
                "release-it-login", "Not authenticated with", r"Not authenticated with (?:npm|the)"
            ),
            signal("lerna-whoami", "EWHOAMI", r"EWHOAMI Authentication error"),
        ),
        causes=(
            Cause(
                id="tool-expects-login",
                title="The tool's check of the login is on",
                why="release-it and Lerna before 9 ask npm who is logged in, and stop without one.",
                look="The tool's configuration.",
                fix="For release-it set `npm.skipChecks` to true; raise Lerna to 9 or newer.",
                command="tp-init --diff",
                source="https://github.com/release-it/release-it/issues/1244",
                clues=(clues.rule(tool_expects_login.RULE), clues.rule(tool_too_old.RULE)),
            ),
        ),
        codes=("EWHOAMI",),
    ),
)
