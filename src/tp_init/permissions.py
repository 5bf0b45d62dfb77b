"""Which `GITHUB_TOKEN` permissions a job has, and which it visibly needs.

A job-level block replaces the workflow's, and a block that names one scope sets all others to
none (https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/assign-permissions-to-jobs).
So a first block must name all that the job needs. What a job needs is read from what it runs:
the tables below hold what each action's and command's own documentation asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tp_init.workflow import Job, Permissions, Step

__all__ = ["SCOPES", "Need", "effective", "grants_id_token", "needs"]

SCOPES = (
    "actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token",
    "issues", "models", "packages", "pages", "pull-requests", "security-events", "statuses",
)  # fmt: skip

_ACTIONS: Mapping[str, Mapping[str, str]] = {
    "actions/attest": {"attestations": "write"},
    "actions/attest-build-provenance": {"attestations": "write"},
    "actions/cache": {},
    "actions/checkout": {"contents": "read"},
    "actions/create-release": {"contents": "write"},
    "actions/deploy-pages": {"pages": "write"},
    "actions/download-artifact": {},
    "actions/setup-node": {},
    "actions/setup-python": {},
    "actions/upload-artifact": {},
    "actions/upload-release-asset": {"contents": "write"},
    "ad-m/github-push-action": {"contents": "write"},
    "anothrnick/github-tag-action": {"contents": "write"},
    "changesets/action": {"contents": "write", "pull-requests": "write"},
    "codecov/codecov-action": {},
    "codfish/semantic-release-action": {
        "contents": "write", "issues": "write", "pull-requests": "write",
    },
    "cycjimmy/semantic-release-action": {
        "contents": "write", "issues": "write", "pull-requests": "write",
    },
    "endbug/add-and-commit": {"contents": "write"},
    "github/codeql-action/analyze": {"security-events": "write"},
    "github/codeql-action/upload-sarif": {"security-events": "write"},
    "google-github-actions/release-please-action": {
        "contents": "write", "issues": "write", "pull-requests": "write",
    },
    "googleapis/release-please-action": {
        "contents": "write", "issues": "write", "pull-requests": "write",
    },
    "jamesives/github-pages-deploy-action": {"contents": "write"},
    "js-devtools/npm-publish": {},
    "marvinpinto/action-automatic-releases": {"contents": "write"},
    "mathieudutour/github-tag-action": {"contents": "write"},
    "mikepenz/release-changelog-builder-action": {"contents": "read", "pull-requests": "read"},
    "ncipollo/release-action": {"contents": "write"},
    "oven-sh/setup-bun": {},
    "peaceiris/actions-gh-pages": {"contents": "write"},
    "peter-evans/create-or-update-comment": {"issues": "write", "pull-requests": "write"},
    "peter-evans/create-pull-request": {"contents": "write", "pull-requests": "write"},
    "phips28/gh-action-bump-version": {"contents": "write"},
    "pnpm/action-setup": {},
    "pnpm/setup": {},
    "release-drafter/release-drafter": {"contents": "write", "pull-requests": "read"},
    "rtcamp/action-slack-notify": {},
    "slackapi/slack-github-action": {},
    "softprops/action-gh-release": {"contents": "write"},
    "stefanzweifel/git-auto-commit-action": {"contents": "write"},
    "step-security/harden-runner": {},
    "svenstaro/upload-release-action": {"contents": "write"},
    "triPSs/conventional-changelog-action": {"contents": "write"},
    "yyx990803/release-tag": {"contents": "write"},
}  # fmt: skip
_KNOWN_ACTIONS = {name.lower(): scopes for name, scopes in _ACTIONS.items()}

_COMMANDS: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...] = (
    (re.compile(r"\bgit\s+(?:-\S+\s+)*push\b"), {"contents": "write"}),
    (re.compile(r"\bgh\s+release\s+(?:create|upload|edit|delete)"), {"contents": "write"}),
    (re.compile(r"\bgh\s+pr\s+(?:create|edit|merge|close|comment|review|ready)"),
     {"contents": "write", "pull-requests": "write"}),
    (re.compile(r"\bgh\s+issue\s+(?:create|edit|close|comment)"), {"issues": "write"}),
    (re.compile(r"\bgh\s+workflow\s+(?:run|enable|disable)|\bgh\s+run\s+(?:cancel|rerun)"),
     {"actions": "write"}),
    (re.compile(r"\b(?:semantic-release|auto\s+shipit)\b"),
     {"contents": "write", "issues": "write", "pull-requests": "write"}),
    (re.compile(r"\b(?:release-it|lerna\s+(?:publish|version)|nx\s+release)\b"),
     {"contents": "write"}),
)  # fmt: skip

_TOKEN = re.compile(r"secrets\.GITHUB_TOKEN|github\.token", re.IGNORECASE)
_STRENGTH = {"none": 0, "read": 1, "write": 2}


@dataclass(frozen=True, slots=True)
class Need:
    """What a job visibly needs of `GITHUB_TOKEN`.

    Attributes:
        scopes: scope → `read` or `write`, `contents` first.
        unclear: the titles of steps that are handed the token for a purpose not known here.
    """

    scopes: Mapping[str, str]
    unclear: tuple[str, ...]

    def widened(self, scopes: Mapping[str, str]) -> Need:
        """The same, with at least these scopes too."""
        wider = dict(self.scopes)
        for scope, access in scopes.items():
            if _STRENGTH.get(access, 0) > _STRENGTH[wider.get(scope, "none")]:
                wider[scope] = access
        return Need(wider, self.unclear)


def effective(job: Job) -> Permissions:
    """The block that decides for a job: its own, else the workflow's, else None."""
    return job.workflow.permissions if job.permissions is None else job.permissions


def grants_id_token(permissions: Permissions) -> bool:
    """Whether a block lets the job ask for an id-token.

    None (no block anywhere) does not: id-token is never part of the default permissions.
    """
    if permissions is None or isinstance(permissions, str):
        return permissions == "write-all"
    return permissions.get("id-token") == "write"


def needs(steps: Iterable[Step], script_texts: Mapping[str, str]) -> Need:
    """Read what the steps need.

    Args:
        steps: every step that runs in the job, those of local composite actions included.
        script_texts: what a step's script leads to (a package.json script, a shell file), by the
            step's own `run:` text; a text not in here stands for itself.
    """
    need = Need({"contents": "read"}, ())
    unclear: list[str] = []
    for step in steps:
        found, known = _of_step(step, script_texts)
        need = need.widened(found)
        if not known:
            unclear.append(step.title)
    # What most steps do that are handed the token, and the least that keeps them working.
    return Need(need.widened({"contents": "write"} if unclear else {}).scopes, tuple(unclear))


def _of_step(step: Step, script_texts: Mapping[str, str]) -> tuple[Mapping[str, str], bool]:
    handed = any(_TOKEN.search(value) for value in (*step.env.values(), *step.inputs.values()))
    if step.uses is not None:
        own_token = step.inputs.get("token") or step.inputs.get("github-token")
        if own_token and not _TOKEN.search(own_token):
            return {}, True  # it works with a token of its own
        scopes = _KNOWN_ACTIONS.get(step.uses.name)
        if scopes is None:
            return {}, step.uses.local or not handed
        return scopes, True
    if step.run is None:
        return {}, True
    text = step.run + "\n" + script_texts.get(step.run, "")
    found: dict[str, str] = {}
    for pattern, scopes in _COMMANDS:
        if pattern.search(text):
            found.update(scopes)
    packages = "npm.pkg.github.com" in text
    if handed and packages:
        found["packages"] = "write"
    registry_token = handed and any(
        _TOKEN.search(value) for name, value in step.env.items() if "NODE_AUTH" in name.upper()
    )
    if registry_token:
        found["packages"] = "write"
    return found, bool(found) or not handed
