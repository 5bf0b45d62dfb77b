"""The checklist: the points that decide whether a release by trusted publishing goes through.

A point is data: which rules speak about it, and what is said where none of them complains. It
fails exactly where one of its rules found an error, or where a job is stopped by something else
and so still publishes with a token.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from tp_init.checked import Standing, Verdict
from tp_init.credentials import wirings
from tp_init.identity import jobs_without_id_token
from tp_init.model import Finding
from tp_init.next_steps import access_page
from tp_init.node import NODE_WITH_NEW_NPM
from tp_init.publishing import Publication, entry_workflows
from tp_init.repo import Package
from tp_init.runner import labels
from tp_init.runtime import Runtime, runtime
from tp_init.setup import Setup

__all__ = ["POINTS", "Point", "standings"]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the checklist.

    Attributes:
        id: kebab-case.
        title: what is right, in a few words.
        rules: the rules that speak about it.
        otherwise: the verdict, and what was seen, where none of the rules complains.
    """

    id: str
    title: str
    rules: tuple[str, ...]
    otherwise: Callable[[Setup], tuple[Verdict, str]]


def standings(
    setup: Setup,
    findings: Sequence[Finding],
    silenced: Sequence[Finding],
    ran: Collection[str],
) -> tuple[Standing, ...]:
    """How a repository stands, point by point.

    A point with a rule that was left out of the run is left out too: nothing could be said of it.

    Args:
        setup: the publishing set-up; without a publishing job only the points that
            a rule complains of are shown.
        findings: what the rules found.
        silenced: what they found and a comment in the file silences.
        ran: the ids of the rules that were run.
    """
    found = {finding.rule for finding in findings}
    return tuple(
        Standing(point.id, point.title, *_judged(point, setup, findings, silenced))
        for point in POINTS
        if set(point.rules) <= set(ran) and (setup.jobs or found.intersection(point.rules))
    )


def _judged(
    point: Point, setup: Setup, findings: Sequence[Finding], silenced: Sequence[Finding]
) -> tuple[Verdict, str]:
    about = [f for f in findings if f.rule in point.rules and f.level == "error"]
    if about:
        failed = any(finding.state == "fail" for finding in about)
        return "fail" if failed else "unknown", f"see {_listed(_places(about))}"
    quiet = [finding for finding in silenced if finding.rule in point.rules]
    if quiet:
        return "unknown", f"silenced at {_listed(_places(quiet))}"
    return point.otherwise(setup)


def _places(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(str(finding.location) for finding in findings))


def _publisher(setup: Setup) -> tuple[Verdict, str]:
    names = [package.name for package in setup.packages if package.name]
    if not names:
        return "unknown", "npm's site shows it on the package's page, under Settings"
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return "unknown", f"look at {access_page(names[0])}{more}, or run `npm trust list {names[0]}`"


def _file_name(setup: Setup) -> tuple[Verdict, str]:
    names: dict[str, None] = {}
    for publishing in setup.jobs:
        entries = entry_workflows(setup.repo, publishing.job.workflow)
        if not entries:
            called = publishing.job.workflow.file_name
            return "unknown", f"nothing here starts {called}; npm checks the name of its caller"
        names |= dict.fromkeys(entry.file_name for entry in entries)
    return "pass", f"register {_listed(list(names))}, without a folder"


def _folder(setup: Setup) -> tuple[Verdict, str]:
    return "pass", _listed(list(dict.fromkeys(one.job.workflow.path for one in setup.jobs)))


def _id_token(setup: Setup) -> tuple[Verdict, str]:
    for publishing in setup.jobs:
        for job in jobs_without_id_token(setup.repo, publishing.job):
            return "fail", f"the job `{job.id}` of {job.workflow.path} has none"
    return "pass", f"for {_jobs(setup)}"


def _runner(setup: Setup) -> tuple[Verdict, str]:
    seen = dict.fromkeys(label for one in setup.jobs for label in labels(one.job) or ())
    return "pass", _listed(list(seen))


def _node(setup: Setup) -> tuple[Verdict, str]:
    for seen in _runtimes(setup):
        if seen.node is None or seen.node.versions is None:
            return "unknown", seen.npm.seen
        if seen.node.versions.highest < NODE_WITH_NEW_NPM:
            if not seen.npm.new_enough:
                return "fail", seen.npm.seen
            return "pass", f"Node {seen.node.text} is enough: {seen.npm.seen}"
    chosen = dict.fromkeys(f"Node {s.node.text}" for s in _runtimes(setup) if s.node)
    return ("pass", _listed(list(chosen))) if chosen else ("pass", "the tool brings its own npm")


def _npm(setup: Setup) -> tuple[Verdict, str]:
    seen = list(_runtimes(setup))
    unsure = next((one for one in seen if one.npm.new_enough is None), None)
    if unsure is not None:
        return "unknown", unsure.npm.seen
    chosen = dict.fromkeys(one.npm.seen for one in seen)
    return ("pass", _listed(list(chosen))) if chosen else ("pass", "the tool brings its own npm")


def _runtimes(setup: Setup) -> Iterator[Runtime]:
    """What runs each publish that leaves the exchange to npm."""
    for publication in _publications(setup):
        if publication.tool.exchange == "npm":
            yield runtime(setup.repo, publication)


def _no_token(setup: Setup) -> tuple[Verdict, str]:
    for one in setup.jobs:
        if not one.blocked:
            continue
        for wiring in wirings(setup.repo, one.job, one.publications, setup.publications):
            return "fail", f"{wiring.location}: kept until the job can publish by OIDC"
    return "pass", ""


def _repository(setup: Setup) -> tuple[Verdict, str]:
    answer = setup.answers.get("owner")
    if answer is None or not answer.source.startswith(("git remote", "--")):
        return "unknown", "no git remote on github.com says what the repository is called there"
    return "pass", f"{setup.answer('owner')}/{setup.answer('repo')}"


def _access(setup: Setup) -> tuple[Verdict, str]:
    for package in setup.packages:
        access = package.publish_config.get("access")
        where = package.document.path
        if access == "restricted":
            return "unknown", f"{where} says `restricted`: right for a package of members only"
        if access != "public" and package.scope and not _given_public(setup, package):
            return "unknown", f"{where} does not say; a first publish of {package.name} needs it"
    if not setup.packages:
        return "unknown", "which package is published cannot be seen"
    said = all(package.publish_config.get("access") == "public" for package in setup.packages)
    return "pass", "" if said else "public without it: no scope, or given on the command line"


def _given_public(setup: Setup, package: Package) -> bool:
    """Whether the commands that publish a package say `--access public`."""
    commands = [
        publication.invocation
        for publication in _publications(setup)
        if package in publication.packages
    ]
    return bool(commands) and all(
        one is not None and ("--access=public" in one.argv or _follows(one.argv, "--access"))
        for one in commands
    )


def _follows(argv: Sequence[str], flag: str) -> bool:
    return flag in argv[:-1] and argv[argv.index(flag) + 1] == "public"


def _version(setup: Setup) -> tuple[Verdict, str]:
    if setup.released is None:
        return "unknown", "the registry is asked with --online only"
    named = [p for p in setup.packages if p.name and p.version]
    asked = [p for p in named if p.name in setup.released]
    if not asked:
        return "unknown", "the workflow sets the version while it runs"
    return "pass", _listed([f"{package.name} {package.version}" for package in asked])


def _publications(setup: Setup) -> Iterator[Publication]:
    for one in setup.jobs:
        yield from one.publications


def _jobs(setup: Setup) -> str:
    return _listed([f"`{one.job.id}` of {one.job.workflow.file_name}" for one in setup.jobs])


def _listed(words: Sequence[str]) -> str:
    shown = list(words[:3]) + ([f"{len(words) - 3} more"] if len(words) > 3 else [])
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


POINTS: tuple[Point, ...] = (
    Point("trusted-publisher", "The trusted publisher is saved on npm", (), _publisher),
    Point(
        "workflow-name", "The workflow's file name is a bare name, to be registered", (), _file_name
    ),
    Point(
        "workflow-folder",
        "The workflow lies in .github/workflows/",
        ("workflow-elsewhere",),
        _folder,
    ),
    Point(
        "id-token",
        "`id-token: write` reaches the publishing job",
        ("missing-id-token",),
        _id_token,
    ),
    Point("hosted-runner", "GitHub hosts the runner", ("unsupported-runner",), _runner),
    Point("node", "Node 24, or one that is new enough", ("node-too-old",), _node),
    Point("npm", "npm is 11.5.1 or newer", ("npm-too-old",), _npm),
    Point(
        "no-token",
        "No NODE_AUTH_TOKEN or other token reaches the publish",
        (
            "token-in-publish-step",
            "token-in-job-env",
            "token-in-workflow-env",
            "token-in-action-input",
            "token-in-script",
            "token-in-npmrc",
            "token-passed-on",
            "unfollowed-publish",
        ),
        _no_token,
    ),
    Point(
        "repository-url",
        "`repository.url` is this repository, also in case",
        ("wrong-repository",),
        _repository,
    ),
    Point(
        "public-access",
        "`publishConfig.access` is public",
        ("missing-publish-config",),
        _access,
    ),
    Point(
        "new-version",
        "The version is not published yet",
        ("version-already-published",),
        _version,
    ),
)
"""The points, in the order in which they are shown."""
