"""What speaks for a cause and against it, in a log and in the repository beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tp_init.explain import signals
from tp_init.explain.model import (
    AGAINST,
    EXCLUDED,
    PROOF,
    STRONG,
    SUSPICION,
    WEAK,
    Case,
    Clue,
    Evidence,
    Sighting,
    Signal,
)
from tp_init.git import parse_repository
from tp_init.model import Location
from tp_init.node import NPM_FLOOR
from tp_init.publishing import entry_workflows
from tp_init.rules import Rule
from tp_init.runtime import runtime
from tp_init.setup import Setup
from tp_init.versions import parse_version

__all__ = [
    "asked_before",
    "declared_environment",
    "moved_repository",
    "new_enough",
    "new_package",
    "new_yarn",
    "nothing_asked",
    "npm_version",
    "old_npm",
    "old_yarn",
    "quiet",
    "renamed_workflow",
    "rule",
    "runner_name",
    "said",
    "shown_version",
]


@dataclass(frozen=True, slots=True)
class said:  # noqa: N801 - reads as the verb that it is: `said(SIGNAL, PROOF, "…")`
    """A line in the log of the job that failed; `{name}` in the text is a group of the signal."""

    signal: Signal
    weight: int
    text: str

    def __call__(self, case: Case) -> Iterator[Evidence]:
        """The first such line."""
        for sighting in case.log.of(self.signal, case.job)[:1]:
            yield _in_log(sighting, self.weight, _filled(self.text, sighting))


def _filled(text: str, sighting: Sighting) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: sighting.values.get(match[1], match[0]), text)


def rule(one: Rule, weight: int = STRONG) -> Clue:
    """A rule that finds the cause in the repository's files."""

    def clue(case: Case) -> Iterator[Evidence]:
        for finding in one.find(case.setup) if case.setup is not None else ():
            sure = finding.state == "fail" and finding.level == "error"
            yield _in_file(finding.location, weight if sure else WEAK, finding.message)

    return clue


def quiet(one: Rule, text: str, weight: int = AGAINST) -> Clue:
    """A rule that looked at a repository which publishes, and found nothing."""

    def clue(case: Case) -> Iterator[Evidence]:
        setup = case.setup
        if setup is not None and setup.movable and not any(one.find(setup)):
            yield Evidence(weight, "repository", "", text)

    return clue


def _in_log(sighting: Sighting, weight: int, text: str) -> Evidence:
    return Evidence(weight, "log", f"line {sighting.line}", text)


def _in_file(location: Location, weight: int, text: str) -> Evidence:
    return Evidence(weight, "repository", str(location), text)


# The npm that ran.


def shown_version(case: Case, *kinds: Signal) -> Sighting | None:
    """The last version that the log names before the failure, else the first after it."""
    found = sorted(
        (one for kind in kinds for one in case.log.of(kind, case.job)), key=lambda one: one.line
    )
    before = [one for one in found if one.line <= case.line]
    return before[-1] if before else next(iter(found), None)


def npm_version(case: Case) -> Sighting | None:
    """The line that names the npm which published."""
    asked = case.log.of(signals.NPM_ASKED, case.job)
    bare = [
        one
        for one in case.log.of(signals.NPM_BARE, case.job)
        if any(0 < one.line - question.line <= 20 for question in asked)
    ]
    found = shown_version(case, signals.NPM_SAYS, signals.NPM_NOTICE, signals.NPM_DETAILS)
    answered = [one for one in bare if one.line <= case.line]
    if answered and (found is None or found.line < answered[-1].line):
        return answered[-1]
    return found


def old_npm(case: Case) -> Iterator[Evidence]:
    """The version that the log names, and how its npm words a failure."""
    for sighting in _worded(case, signals.OLD_WORDING):
        text = "Only an npm before 11.5.0 words it like that, and such an npm trades no id-token."
        yield _in_log(sighting, PROOF, text)
    for sighting in _worded(case, signals.NEW_WORDING):
        text = "Only an npm from 11.5.0 on words it like that, and such an npm trades the id-token."
        yield _in_log(sighting, EXCLUDED, text)
    seen = npm_version(case)
    if seen is None:
        yield from _old_node(case)
        return
    version = seen.values["version"]
    raised = _raised(case, seen)
    if (parse_version(version) or NPM_FLOOR) >= NPM_FLOOR:
        yield _in_log(seen, EXCLUDED, f"npm {version} ran, which is new enough.")
    elif raised is None:
        yield _in_log(seen, PROOF, f"npm {version} ran; trusted publishing needs 11.5.1 or newer.")
    else:
        text = f"npm was {version} here, and line {raised.line} installs another one."
        yield _in_log(seen, WEAK, text)


def _worded(case: Case, wording: Signal) -> tuple[Sighting, ...]:
    """How npm goes on behind the failure: an earlier command may have been of another npm."""
    found = case.log.of(wording, case.job)
    return tuple(one for one in found if 0 <= one.line - case.line <= 30)[:1]


def _old_node(case: Case) -> Iterator[Evidence]:
    node = shown_version(case, signals.NODE_SAYS)
    if node is None:
        return
    version = parse_version(node.values["version"])
    if version is not None and version < (24, 5, 0) and _raised(case, node) is None:
        text = f"Node {node.values['version']} ran, which bundles an npm before 11.5.1."
        yield _in_log(node, STRONG, text)


def _raised(case: Case, since: Sighting) -> Sighting | None:
    """The line that installs another npm, between a sighting and the failure."""
    for one in case.log.of(signals.NPM_UPGRADE, case.job):
        if since.line < one.line and (not case.line or one.line <= case.line):
            return one
    return None


def new_enough(case: Case) -> Iterator[Evidence]:
    """Every publish of the repository runs an npm that is new enough, as far as can be seen."""
    setup = case.setup
    if setup is None:
        return
    verdicts = [
        runtime(setup.repo, publication).npm
        for publishing in setup.movable
        for publication in publishing.publications
        if publication.tool.exchange == "npm"
    ]
    if verdicts and all(verdict.new_enough for verdict in verdicts):
        yield Evidence(AGAINST, "repository", "", f"The workflow has {verdicts[0].seen}.")


def old_yarn(case: Case) -> Iterator[Evidence]:
    """The Yarn that the log names, which trades an id-token from 4.10.0 on."""
    for sighting in case.log.of(signals.YARN_SAYS, case.job)[-1:]:
        version = sighting.values["version"]
        old = (parse_version(version) or (0, 0, 0)) < (4, 10, 0)
        text = f"Yarn {version} ran, which is {'too old' if old else 'new enough'}."
        yield _in_log(sighting, PROOF if old else EXCLUDED, text)


def new_yarn(case: Case) -> Iterator[Evidence]:
    """The Yarn that the repository names, where it is new enough."""
    version = case.setup.repo.yarn if case.setup is not None else ""
    if (parse_version(version) or (0, 0, 0)) >= (4, 10, 0):
        yield Evidence(AGAINST, "repository", "", f"The repository has Yarn {version}.")


# The identity.


def nothing_asked(case: Case) -> Iterator[Evidence]:
    """A verbose log of an npm that is new enough, without a word about the exchange.

    Without the permission npm says so at the level `silly` only (lib/utils/oidc.js); all else about
    the exchange it says at `verbose`.
    """
    log, job = case.log, case.job
    verbose = log.of(signals.VERBOSE, job)
    spoke = any(log.of(one, job) for one in (signals.OIDC_TRIED, signals.OIDC_NO_ID_TOKEN))
    seen = npm_version(case)
    if not verbose or spoke or seen is None:
        return
    if (parse_version(seen.values["version"]) or (0,)) >= NPM_FLOOR:
        text = (
            "npm logs at the level `verbose` and says nothing of an exchange: it had no id-token."
        )
        yield _in_log(seen, PROOF, text)


def asked_before(weight: int = EXCLUDED) -> Clue:
    """The exchange was asked for, so that the job had an identity."""
    return said(signals.OIDC_TRIED, weight, "The job had an id-token: npm asked to trade it.")


# What the trusted publisher names.


def renamed_workflow(case: Case) -> Iterator[Evidence]:
    """A publish that another workflow calls, or that several workflows start."""
    reused = case.log.of(signals.REUSED, case.job)[:1]
    for sighting in reused:
        text = (
            "A reusable workflow ran; npm compares the file that called it, not the one it is in."
        )
        yield _in_log(sighting, SUSPICION, text)
    setup = case.setup
    if setup is None:
        return
    for publishing in setup.movable:
        workflow = publishing.job.workflow
        entries = [one.file_name for one in entry_workflows(setup.repo, workflow)]
        if entries and workflow.file_name not in entries:
            text = (
                f"`{workflow.file_name}` is only called; the name that npm compares is"
                f" {_either(entries)}."
            )
            yield _in_file(publishing.job.location(), SUSPICION, text)
        elif len(entries) > 1:
            text = f"The publish can start from {_either(entries)}; npm has to know each of them."
            yield _in_file(publishing.job.location(), SUSPICION, text)
        elif workflow.file_name.endswith(".yaml"):
            text = (
                f"The file is `{workflow.file_name}`, with `.yaml`: `.yml` is another name to npm."
            )
            yield _in_file(Location(workflow.path), WEAK, text)


def declared_environment(case: Case) -> Iterator[Evidence]:
    """The environment of the publishing job, where it has one."""
    for publishing in case.setup.movable if case.setup is not None else ():
        job = publishing.job
        if "${{" in job.environment:
            text = f"The environment is `{job.environment}`, so it depends on the run."
            yield _in_file(job.location("environment"), SUSPICION, text)
        elif job.environment:
            text = f"The job runs in the environment `{job.environment}`: npm has to name it too."
            yield _in_file(job.location("environment"), WEAK, text)


def moved_repository(case: Case) -> Iterator[Evidence]:
    """`repository` in package.json names another repository than the one that ran or is here."""
    setup = case.setup
    if setup is None:
        return
    ran = case.log.of(signals.CHECKOUT, case.job)[:1]
    here = (setup.answer("owner"), setup.answer("repo"))
    if ran:
        here = (ran[0].values["owner"], ran[0].values["repo"])
    for package in setup.packages if all(here) else ():
        written = parse_repository(package.repository) if package.repository else None
        if written is None or (written.owner, written.name) == here:
            continue
        case_only = (written.owner.lower(), written.name.lower()) == tuple(map(str.lower, here))
        text = (
            f"`repository` says {written.owner}/{written.name}, and the run is of"
            f" {here[0]}/{here[1]}"
            + ("; npm compares upper and lower case too." if case_only else ".")
        )
        yield _in_file(_repository_place(setup, package.document.path), STRONG, text)


def _repository_place(setup: Setup, path: str) -> Location:
    for package in setup.packages:
        if package.document.path == path:
            position = package.document.position(("repository",))
            return Location(path, position.line, position.column)
    return Location(path)


def new_package(case: Case) -> Iterator[Evidence]:
    """A version that is often the first of a package."""
    for package in case.setup.packages if case.setup is not None else ():
        if package.version in {"0.0.0", "0.0.1", "0.1.0", "1.0.0"}:
            text = f"The version is {package.version}, which is often the first."
            yield _in_file(Location(package.document.path), WEAK, text)


# The runner and the token.


def runner_name(case: Case) -> Iterator[Evidence]:
    """The runner that the log names. GitHub's own are called `GitHub Actions 12`."""
    for sighting in case.log.of(signals.RUNNER_NAME, case.job)[:1]:
        name = sighting.values["runner"]
        if name.startswith(("GitHub Actions ", "Hosted Agent")):
            yield _in_log(sighting, EXCLUDED, f"The runner is `{name}`, which GitHub hosts.")
        else:
            yield _in_log(sighting, STRONG, f"The runner is `{name}`, which GitHub does not host.")


def _either(names: list[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)
