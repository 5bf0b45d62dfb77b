"""The questions that people ask about trusted publishing, with this repository's values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tp_init.explain import clues
from tp_init.explain.exchange import DOCS
from tp_init.explain.model import WEAK, Clue
from tp_init.rules import (
    missing_id_token,
    missing_publish_config,
    npm_too_old,
    refused_trigger,
    token_in_action_input,
    token_in_job_env,
    token_in_npmrc,
    token_in_publish_step,
    token_in_script,
    token_in_workflow_env,
    unsupported_runner,
    whoami_guard,
    wrong_repository,
)

__all__ = ["QUESTIONS", "Question", "question_of"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer.

    Attributes:
        id: what it is asked for by.
        title: the question.
        answer: paragraphs; `{package}` and the like stand for this repository's values. One that
            starts with four spaces is a command.
        source: the page that the answer rests on.
        words: lower-case texts of which one stands in the question, however it is put.
        clues: what to show of this repository.
    """

    id: str
    title: str
    answer: tuple[str, ...]
    source: str
    words: tuple[str, ...]
    clues: tuple[Clue, ...] = ()


_TOKENS = tuple(
    clues.rule(one.RULE, WEAK)
    for one in (
        token_in_publish_step,
        token_in_job_env,
        token_in_workflow_env,
        token_in_action_input,
        token_in_npmrc,
        token_in_script,
    )
)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "why-e404",
        "Why does the publish say E404 Not Found, when the package is there?",
        (
            (
                "Because npm answers 404 to a publish that it does not allow. A 401 or 403 would"
                " tell strangers that a private package of that name exists. So read E404 as: no"
                " valid credential came with this publish."
            ),
            (
                "With trusted publishing that has three usual reasons, and npm shows none of them"
                " at its default log level: the npm is older than 11.5.1 and does not know the"
                " exchange; the job has no `id-token: write`; or no publisher on npm matches the"
                " run. For `{package}` the run has to be of {owner}/{repo}, `{workflow}`,"
                " environment {environment}."
            ),
            "One line of a verbose log decides it:",
            "    npm publish --dry-run --loglevel=silly",
        ),
        DOCS,
        ("e404",),
        (
            clues.rule(npm_too_old.RULE),
            clues.rule(missing_id_token.RULE),
            clues.rule(wrong_repository.RULE),
        ),
    ),
    Question(
        "why-token-expired",
        'Why does it say "Access token expired or revoked", when there should be no token?',
        (
            (
                "Because there is one left: `NODE_AUTH_TOKEN` or `NPM_TOKEN` in the workflow, or"
                " a line in an `.npmrc`. npm tries the exchange first, says nothing where it"
                " fails, and sends that token instead. The message is about the token; the fault"
                " is the exchange."
            ),
            (
                "A new token would make the release pass and hide the fault. Take the old one"
                " out, and see why the exchange fails:"
            ),
            "    npm publish --loglevel=silly",
        ),
        "https://github.com/npm/cli/issues/9088",
        ("access token expired", "expired or revoked"),
        _TOKENS,
    ),
    Question(
        "why-whoami",
        "Why does `npm whoami` prove nothing?",
        (
            (
                "Trusted publishing is no login. npm trades the job's identity for a token at the"
                " moment of the publish, for that package only, and throws it away. `npm whoami`"
                " asks for a user, and there is none: it fails with E401 or ENEEDAUTH in a job"
                " whose publish would succeed."
            ),
            (
                "What does prove something is a dry run of the publish in the same workflow file,"
                " job and environment: it does the real exchange and publishes nothing. Its exit"
                " code is 0 either way, so look for `oidc Successfully retrieved and set token`."
            ),
            "    npm publish --dry-run --loglevel=verbose",
        ),
        DOCS,
        ("whoami",),
        (clues.rule(whoami_guard.RULE),),
    ),
    Question(
        "why-dispatch",
        "Why can `workflow_dispatch` or a nested workflow fail?",
        (
            (
                "npm compares the file that GitHub started, not the one that the publish is"
                " written in. Where `ci.yml` calls `publish.yml`, the name to save is `ci.yml`;"
                " where a person starts `publish.yml` by `workflow_dispatch`, it is"
                " `publish.yml`. Two ways to start need two publishers, and a package can have"
                " ten."
            ),
            (
                "A called workflow has no more permissions than its caller: `id-token: write` has"
                " to stand in both. And a tag or a release that a workflow makes with"
                " `GITHUB_TOKEN` starts no other workflow, so a publish that waits for it never"
                " runs."
            ),
            "Here the file to save is `{workflow}`.",
        ),
        DOCS,
        ("workflow_dispatch", "nested workflow", "reusable workflow"),
        (
            clues.renamed_workflow,
            clues.rule(missing_id_token.RULE),
            clues.rule(refused_trigger.RULE),
        ),
    ),
    Question(
        "why-after-transfer",
        "Why does publishing fail after the repository changed its owner or its name?",
        (
            (
                "npm compares the owner and the repository as they were saved with those of the"
                " run, upper and lower case too. GitHub redirects old addresses; npm does not"
                " follow. First comes E404, since no publisher matches. When that is put right"
                " comes E422, since `repository` in package.json names the old place."
            ),
            "So do both: delete the publisher and add it for {owner}/{repo}, and set `repository`.",
            (
                "    npm trust github {package} --file {workflow} --repo {owner}/{repo}"
                " --allow-publish"
            ),
            '    npm pkg set repository.url="git+https://github.com/{owner}/{repo}.git"',
        ),
        "https://docs.npmjs.com/generating-provenance-statements",
        ("transfer", "renam", "change of owner"),
        (clues.moved_repository, clues.rule(wrong_repository.RULE)),
    ),
    Question(
        "need-npm-token",
        "Is NPM_TOKEN still needed?",
        (
            (
                "Not to publish. It is where the job installs private packages: then give the"
                " install step, and only that, a read-only token. A token for another registry,"
                " such as GitHub Packages, stays too: trusted publishing is npm's public"
                " registry's."
            ),
            (
                "Take it from the publish, release once, see that npm names the trusted"
                " publisher, and only then revoke it and delete the secret. A token that is left"
                " over hides an exchange that fails."
            ),
            "    npm view {package} _npmUser --json",
        ),
        DOCS,
        ("npm_token",),
        _TOKENS,
    ),
    Question(
        "self-hosted",
        "Do self-hosted runners work?",
        (
            (
                "No. npm takes an identity only from a runner that GitHub hosts, and a provenance"
                " too: the first failure is E404 or ENEEDAUTH, with provenance it is E422 and"
                " says so. Runners of other companies count as self-hosted, whatever their label."
            ),
            (
                "Build where you like, hand the tarball on as an artifact, and publish it in a"
                " job with `runs-on: ubuntu-latest`."
            ),
        ),
        DOCS,
        ("self-hosted", "self hosted"),
        (clues.rule(unsupported_runner.RULE),),
    ),
    Question(
        "workflow-filename",
        "What should the workflow filename be?",
        (
            (
                "The bare name of the file in `.github/workflows` that starts the release, with"
                " its ending: `{workflow}`. Not a path, not the `name:` in the file, and not the"
                " reusable workflow that it calls. `.yml` and `.yaml` differ, and so do upper and"
                " lower case."
            ),
            "npm does not look whether the file is there: a slip shows at the first release.",
        ),
        DOCS,
        ("filename", "file name"),
        (clues.renamed_workflow,),
    ),
    Question(
        "why-access-public",
        "Why does a scoped package need `--access public`?",
        (
            (
                "A new package with a scope is private unless it says otherwise, and a private"
                " one is paid for: the first publish ends in E402. With provenance it ends in"
                " EUSAGE before that. Once the package is public it stays so."
            ),
            (
                'Say it in package.json, `"publishConfig": {"access": "public"}`, and no command'
                " line has to."
            ),
            "    npm pkg set publishConfig.access=public",
        ),
        "https://docs.npmjs.com/creating-and-publishing-scoped-public-packages",
        ("access public",),
        (clues.rule(missing_publish_config.RULE),),
    ),
    Question(
        "provenance",
        "Are trusted publishing and provenance one thing?",
        (
            (
                "No. Trusted publishing is how the publish gets its credential; provenance is a"
                " signed statement of where the package was built. Both use the job's identity,"
                " so both need `id-token: write` and a GitHub-hosted runner."
            ),
            (
                "Provenance works with a token too, and so does not show that a trusted publisher"
                " was used. A publish by trusted publishing from a public repository makes"
                " provenance by itself; from a private repository there is none, and a publish"
                " that asks for it fails. Who published is said elsewhere:"
            ),
            "    npm view {package} _npmUser --json",
        ),
        "https://docs.npmjs.com/generating-provenance-statements",
        ("provenance",),
        (clues.rule(wrong_repository.RULE),),
    ),
)
"""The ten questions."""

_ASKED = re.compile(
    r"^\s*(?:why|whether|is|are|do|does|what|how|can|should|when)\b|\?\s*$", re.IGNORECASE
)


def question_of(text: str) -> Question | None:
    """The question that a sentence asks; None where it could be several or none.

    A message is no question, though it may hold the same words.
    """
    if not _ASKED.search(text):
        return None
    lowered = text.lower()
    found = [one for one in QUESTIONS if any(word in lowered for word in one.words)]
    return found[0] if len(found) == 1 else None
