"""What each log under `tests/logs` is about, and the repository that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOGS = Path(__file__).parent / "logs"

WORKFLOW = """\
name: Publish
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
  id-token: write
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
"""
CALLER = """\
name: Release
on:
  push:
    branches: [main]
permissions:
  contents: read
  id-token: write
jobs:
  release:
    uses: ./.github/workflows/publish.yml
"""
MANIFEST = """\
{
  "name": "@acme/logger",
  "version": "1.4.0",
  "repository": {
    "type": "git",
    "url": "git+https://github.com/acme/logger.git"
  },
  "publishConfig": {
    "access": "public"
  }
}
"""
REMOTE = """\
[core]
\trepositoryformatversion = 0
[remote "origin"]
\turl = https://github.com/acme/logger.git
"""
_TRIGGER = 'on:\n  push:\n    tags: ["v*"]\n'


def repository(
    manifest: Mapping[str, str] | None = None,
    workflow: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """A repository that publishes right, but for what is replaced in its files."""
    package, publish = MANIFEST, WORKFLOW
    for old, new in (manifest or {}).items():
        assert old in package
        package = package.replace(old, new)
    for old, new in (workflow or {}).items():
        assert old in publish
        publish = publish.replace(old, new)
    return {
        "package.json": package,
        ".github/workflows/publish.yml": publish,
        ".git/config": REMOTE,
        ".git/HEAD": "ref: refs/heads/main\n",
        **(more or {}),
    }


RIGHT = repository()
WRONG_REPOSITORY = repository(manifest={"acme/logger.git": "acme/Logger.git"})
CALLED = repository(
    workflow={_TRIGGER: "on: workflow_call\n"}, more={".github/workflows/release.yml": CALLER}
)
SELF_HOSTED = repository(workflow={"ubuntu-latest": "[self-hosted, linux]"})
COMMENT = repository(workflow={_TRIGGER: "on: issue_comment\n"})
NO_ID_TOKEN = repository(workflow={"  id-token: write\n": ""})
NODE_22 = repository(workflow={"node-version: 24": "node-version: 22"})
NODE_24_3 = repository(workflow={"node-version: 24": "node-version: 24.3.0"})
ENVIRONMENT = repository(
    workflow={"    steps:": "    environment: ${{ inputs.where || 'npm' }}\n    steps:"}
)
TOKEN = repository(
    workflow={
        "- run: npm publish": "- run: npm publish\n        env:\n"
        "          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
    }
)
PRERELEASE = repository(manifest={"1.4.0": "2.0.0-beta.1"})


def publishing_with(command: str, **manifest: str) -> dict[str, str]:
    """A repository that publishes with another tool, which package.json names."""
    more = "".join(f'  "{key}": {value},\n' for key, value in manifest.items())
    return repository({'  "repository"': f'{more}  "repository"'}, {"npm publish": command})


PNPM = publishing_with("pnpm publish", packageManager='"pnpm@11.28.10"')
YARN_4_18 = publishing_with("yarn npm publish", packageManager='"yarn@4.18.1"')
YARN_4_9 = publishing_with("yarn npm publish", packageManager='"yarn@4.9.4"')
LERNA_8 = publishing_with(
    "npx lerna publish from-package --yes", devDependencies='{"lerna": "^8.2.4"}'
)
CHANGESETS = publishing_with("npx changeset publish", devDependencies='{"@changesets/cli": "^2"}')
SEMANTIC_24 = publishing_with(
    "npx semantic-release", devDependencies='{"semantic-release": "^24.2.9"}'
)
RELEASE_IT = publishing_with("npx release-it --ci", devDependencies='{"release-it": "^19.0.6"}')


@dataclass(frozen=True)
class Known:
    """What a log is about.

    Attributes:
        row: the failure.
        cause: what was injected.
        files: the repository beside it.
        alone: whether the log decides without the repository too.
    """

    row: str
    cause: str
    files: Mapping[str, str] = field(default_factory=lambda: RIGHT)
    alone: bool = True


def _refused(cause: str, files: Mapping[str, str]) -> dict[str, Known]:
    """A run that no publisher matches, in the three forms that such a log has."""
    whole = cause == "publisher-differs"
    return {
        "bare": Known("publish-needs-login", cause, files, alone=whole),
        "setup-node": Known("publish-not-found", cause, files, alone=whole),
        "verbose": Known("exchange-refused", cause, files, alone=whole),
    }


_MISMATCHES = {
    "wrong-repository": _refused("repository-differs", WRONG_REPOSITORY),
    "wrong-workflow": _refused("workflow-differs", CALLED),
    "wrong-environment": _refused("environment-differs", ENVIRONMENT),
    "self-hosted": _refused("unsupported-runner", SELF_HOSTED),
    "no-publisher": _refused("publisher-differs", RIGHT),
    "package-absent": {
        # Without a look at the registry nothing tells it from a publisher that differs.
        "bare": Known("publish-needs-login", "publisher-differs"),
        "setup-node": Known("publish-not-found", "publisher-differs"),
        "verbose": Known("exchange-refused", "package-absent"),
    },
    "issue-comment": _refused("refused-trigger", COMMENT),
}

# The failure matrix: real npm against the stand-in (bench/make_logs.py).
NPM: Mapping[str, Known] = {
    **{f"{name}-{form}": one for name, forms in _MISMATCHES.items() for form, one in forms.items()},
    "wrong-workflow-empty-secret": Known("publish-needs-login", "publisher-differs"),
    "wrong-workflow-unset": Known("publish-not-found", "publisher-differs"),
    "wrong-workflow-npm-11.5.1": Known("publish-not-found", "publisher-differs"),
    "wrong-workflow-npm-12": Known("publish-not-found", "publisher-differs"),
    "wrong-workflow-stale-token": Known("publish-not-found", "stale-token", TOKEN),
    "wrong-workflow-dry-run": Known("exchange-refused", "publisher-differs"),
    "wrong-workflow-dry-run-quiet": Known("publish-needs-login", "publisher-differs"),
    "wrong-workflow-unauthorized": Known("publish-unauthorized", "stale-token", TOKEN),
    "no-id-token-bare": Known("publish-needs-login", "missing-id-token", NO_ID_TOKEN, alone=False),
    "no-id-token-setup-node": Known(
        "publish-not-found", "missing-id-token", NO_ID_TOKEN, alone=False
    ),
    "no-id-token-npm-12": Known("publish-not-found", "missing-id-token", NO_ID_TOKEN, alone=False),
    "no-id-token-verbose": Known("publish-needs-login", "missing-id-token", NO_ID_TOKEN),
    "no-id-token-silly": Known("no-id-token", "missing-id-token", NO_ID_TOKEN),
    "npm-10-bare": Known("publish-needs-login", "npm-too-old", NODE_22, alone=False),
    "npm-10-setup-node": Known("publish-not-found", "npm-too-old", NODE_22),
    "npm-10-verbose": Known("publish-not-found", "npm-too-old", NODE_22),
    "npm-10-stale-token": Known("publish-not-found", "npm-too-old", NODE_22),
    "npm-11.4-bare": Known("publish-needs-login", "npm-too-old", NODE_24_3, alone=False),
    "npm-11.4-setup-node": Known("publish-not-found", "npm-too-old", NODE_24_3),
    "stage-only": Known("action-not-allowed", "action-not-allowed"),
    "stage-only-npm-12": Known("action-not-allowed", "action-not-allowed"),
    "publish-only-stage": Known("action-not-allowed", "action-not-allowed"),
    "repository-missing": Known("repository-mismatch", "wrong-repository"),
    "repository-other": Known("repository-mismatch", "wrong-repository", WRONG_REPOSITORY),
    "version-exists": Known("already-published", "version-published"),
    "version-exists-npm-10": Known("already-published", "version-published"),
    "version-conflict": Known("already-published", "version-published"),
    "already-staged": Known("already-staged", "version-staged"),
    "stage-wrong-environment": Known("stage-refused", "environment-differs", ENVIRONMENT),
    "exchange-unauthorized": Known("exchange-unauthorized", "wrong-audience"),
    "runner-environment": Known(
        "unsupported-runner-environment", "unsupported-runner", SELF_HOSTED
    ),
    "certificate-without-ref": Known("certificate-without-ref", "run-without-ref"),
    "packument-conflict": Known("packument-conflict", "parallel-publish"),
    "name-too-similar": Known("name-too-similar", "name-refused"),
    "payment-required": Known("payment-required", "missing-publish-config"),
    "no-permission": Known("no-permission", "name-of-others", TOKEN),
    "tokens-disallowed": Known("tokens-disallowed", "stale-token", TOKEN),
    "one-time-password": Known("one-time-password", "stale-token", TOKEN),
    "prerelease-without-tag": Known("prerelease-without-tag", "prerelease-without-tag", PRERELEASE),
    "tag-is-a-range": Known("tag-is-a-range", "tag-is-a-range"),
    "latest-would-go-back": Known("latest-would-go-back", "backport-without-tag"),
    "marked-private": Known("marked-private", "package-private"),
    "provenance-without-identity": Known(
        "provenance-without-identity", "missing-id-token", NO_ID_TOKEN
    ),
    "provenance-for-private": Known("provenance-for-private", "provenance-without-access"),
    "provenance-outside-ci": Known("provenance-outside-ci", "provenance-by-hand"),
    "whoami-bare": Known("whoami-refused", "whoami-guard"),
    "whoami-setup-node": Known("whoami-refused", "whoami-guard"),
    "dist-tag": Known("dist-tag-refused", "command-without-oidc"),
    "trust-package-absent": Known("trust-not-found", "package-absent"),
    "trust-without-flag": Known("trust-without-permission", "trust-without-permission"),
    "tarball-without-dot": Known("tarball-taken-for-git", "path-without-dot"),
    "git-dependency": Known("npm-12-defaults", "npm-12-installs"),
    "pnpm-wrong-workflow": Known("exchange-refused", "publisher-differs", PNPM),
    "pnpm-no-id-token": Known("no-id-token", "missing-id-token", PNPM),
    "yarn-wrong-workflow": Known(
        "yarn-no-authentication", "publisher-differs", YARN_4_18, alone=False
    ),
    "yarn-4.9": Known("yarn-no-authentication", "yarn-too-old", YARN_4_9),
    "lerna-8": Known("publish-not-found", "tool-too-old", LERNA_8, alone=False),
    "changesets-wrong-workflow": Known("publish-not-found", "publisher-differs", CHANGESETS),
    "changesets-npm-10": Known("publish-not-found", "npm-too-old", CHANGESETS),
    "semantic-release-24": Known("no-npm-token", "tool-too-old", SEMANTIC_24),
    "release-it": Known("tool-expects-login", "tool-expects-login", RELEASE_IT),
    "url-dependency": Known("npm-12-defaults", "npm-12-installs"),
}

# The cases of the matrix in which nothing fails.
PUBLISHED = frozenset(
    {
        "published-bare",
        "published-setup-node",
        "published-stale-token",
        "published-npm-11.5.1",
        "published-npm-12",
        "published-environment",
        "published-by-token-npm-10",
        "published-second-publisher",
        "staged",
    }
)

# What the stand-in cannot bring about, in the words of the source that each log names.
TYPED: Mapping[str, Known] = {
    "bypass-notice": Known("bypass-tokens-restricted", "still-a-token", TOKEN),
    "changesets-published-by-token": Known("published-by-token", "token-beside-identity", TOKEN),
    "changesets-token-undefined": Known("publish-not-found", "changesets-action-too-old"),
    "circleci-ssh": Known("exchange-refused", "circleci-ssh-rerun"),
    "classic-conflict": Known("already-published", "version-published"),
    "engine-too-old": Known("engine-too-old", "npm-upgrade-refused"),
    "gh-run-view": Known("publish-needs-login", "unsupported-runner"),
    "no-request-url": Known("no-request-url", "missing-id-token"),
    "not-visible-yet": Known("not-visible-yet", "scan-in-progress"),
    "promise-retry": Known("promise-retry-missing", "npm-upgrades-itself"),
    "semantic-release-invalid-token": Known("invalid-npm-token", "token-hides-exchange"),
    "semantic-release-no-token": Known("no-npm-token", "tool-too-old", SEMANTIC_24),
    "sigstore-missing": Known("sigstore-missing", "npm-half-replaced"),
    "stage-unauthorized": Known("stage-refused", "environment-differs", ENVIRONMENT),
    "transparency-log": Known("transparency-log-conflict", "signature-sent-twice"),
    "semantic-release-refused": Known("exchange-refused", "publisher-differs"),
    "semantic-release-no-id-token": Known("no-id-token", "missing-id-token"),
}
