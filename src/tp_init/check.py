"""The check of one repository: discover, run every rule, say how it stands; write nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tp_init.answers import discovered
from tp_init.checked import Checked
from tp_init.checklist import standings
from tp_init.creation import obstacle
from tp_init.errors import Refused, TpInitError
from tp_init.git import choose_remote, parse_repository
from tp_init.model import Answer, Finding, Location, Outcome, Status
from tp_init.next_steps import INDENT
from tp_init.overlay import Files
from tp_init.publishers import publishers_of
from tp_init.repo import discover
from tp_init.repositories import label_of
from tp_init.rules import CHECKS, Rule
from tp_init.setup import Setup
from tp_init.silence import silence_for
from tp_init.tree import Tree, decode
from tp_init.versioning import publishes_the_written_version

__all__ = ["ONLINE", "Request", "check", "lost"]

ONLINE = frozenset({"version-already-published"})
"""The rules that say nothing without the network."""

_NOT_YET = "no workflow publishes to npm's public registry yet; `tp-init` adds one"
_RIGHT = "the repository is set up right"
_HELD = "the rules that were asked for hold"


@dataclass(frozen=True, slots=True)
class Request:
    """What a check is asked to do.

    Attributes:
        rules: the ids of the rules to run, in report order.
        environment: the deployment environment of the trusted publisher; None where it was not
            said, and then the environment of the job is taken for right.
        online: whether the registry may be asked.
    """

    rules: tuple[str, ...] = tuple(rule.id for rule in CHECKS)
    environment: str | None = None
    online: bool = False


def check(label: str, request: Request) -> Checked:
    """Check one repository. Whatever is wrong with it is said in the result, never raised.

    Args:
        label: the repository as the user named it.
        request: what to do.
    """
    try:
        return _checked(Tree.open(label), label, request)
    except TpInitError as error:
        return _refused(label, Location(label), str(error), "name another folder")
    except Exception as error:  # noqa: BLE001 - one repository must not stop the others
        why = f"the check of it stopped with {type(error).__name__}: {error}"
        todo = "report this as a defect of tp-init, with the repository"
        return _refused(label, Location(label), why, todo)


def lost(label: str) -> Checked:
    """What is said of a repository over which the process that checked it ended."""
    why = "the process that checked it ended without a word (killed, or out of memory)"
    return _refused(label, Location(label), why, "check it alone")


def _checked(tree: Tree, label: str, request: Request) -> Checked:
    shown = label_of(label, str(tree.root))
    try:
        setup = _setup(tree, request)
    except Refused as error:
        place = Location(error.path, error.line, error.column)
        return _refused(shown, place, error.why, error.todo, _Texts(tree).line(place))
    rules = [rule for rule in CHECKS if rule.id in request.rules]
    ran = [rule for rule in rules if request.online or rule.id not in ONLINE]
    everything = _unlike([finding for rule in ran for finding in rule.find(setup)])
    texts = _Texts(setup.repo.files)
    findings, silenced = _silenced(everything, texts)
    ids = [rule.id for rule in rules]
    return Checked(
        label=shown,
        outcome=_outcome(setup, findings, shown, _right(request)),
        passed=_passed(setup, ran, everything),
        checklist=standings(setup, findings, [finding for finding, _ in silenced], ids),
        silenced=silenced,
        lines={finding.location: texts.line(finding.location) for finding in findings},
    )


def _setup(tree: Tree, request: Request) -> Setup:
    repo = discover(tree)
    bare = Setup(repo, {})
    root = repo.root_package
    declared = parse_repository(root.repository) if root and root.repository else None
    answers = discovered(bare, choose_remote(tree, declared))
    if request.environment is not None:
        answers["environment"] = Answer(request.environment, "--environment")
    setup = replace(bare, answers=answers)
    return replace(setup, released=_released(setup)) if request.online else setup


def _released(setup: Setup) -> Mapping[str, bool | str]:
    from tp_init.npm_registry import released  # noqa: PLC0415 - only with --online

    packages = [
        package
        for one in setup.movable
        for publication in one.publications
        if publishes_the_written_version(setup, publication)
        for package in publication.packages
    ]
    return released((p.name, p.version) for p in packages if p.name and p.version)


def _unlike(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, errors first, in the rules' order."""
    once = {(f.rule, f.location, f.message): f for f in findings}
    return sorted(once.values(), key=lambda finding: finding.level == "advice")


def _silenced(
    findings: Iterable[Finding], texts: _Texts
) -> tuple[list[Finding], tuple[tuple[Finding, str], ...]]:
    """The findings that count, and those that a comment silences with its reason."""
    counting: list[Finding] = []
    silenced: list[tuple[Finding, str]] = []
    for finding in findings:
        lines = texts.lines(finding.location.path)
        comment = silence_for(finding.rule, finding.location.line, lines)
        if comment is None:
            counting.append(finding)
        elif comment.reason:
            silenced.append((finding, comment.reason))
        else:
            message = (
                f"{finding.message} The comment on line {comment.line} would silence this if it "
                "gave a reason behind the bracket."
            )
            counting.append(replace(finding, message=message))
    return counting, tuple(silenced)


def _right(request: Request) -> str:
    """What is said where no rule found an error: no more than what was looked at."""
    missing = {rule.id for rule in CHECKS if rule.level == "error"} - set(request.rules)
    return _HELD if missing else _RIGHT


def _outcome(setup: Setup, findings: Sequence[Finding], label: str, right: str) -> Outcome:
    errors = [finding for finding in findings if finding.level == "error"]
    manual = any(finding.fix == "manual" for finding in errors)
    status: Status = "manual" if manual else "complete" if errors else "unchanged"
    known = bool(setup.answer("owner") and setup.answer("repo"))
    return Outcome(
        root=label,
        status=status,
        reason="" if errors else right if setup.jobs else obstacle(setup) or _NOT_YET,
        answers=setup.answers,
        findings=tuple(findings),
        publishers=publishers_of(setup) if known else (),
        next_steps=tuple(_next_steps(errors, label)),
    )


def _next_steps(errors: Sequence[Finding], label: str) -> Iterator[str]:
    fixable = sum(finding.fix == "available" for finding in errors)
    if fixable:
        some = "one of them" if fixable == 1 else f"{fixable} of them"
        which = "it" if len(errors) == 1 else "all of them" if fixable == len(errors) else some
        command = shlex.join(filter(None, ["tp-init", label]))
        yield f"Let tp-init put {which} right; it shows the changes first.\n{INDENT}{command}"


def _passed(setup: Setup, ran: Sequence[Rule], findings: Iterable[Finding]) -> tuple[str, ...]:
    """The rules that hold; where nothing publishes, none was put to the test."""
    broken = {finding.rule for finding in findings}
    return tuple(rule.id for rule in ran if rule.id not in broken) if setup.jobs else ()


def _refused(label: str, place: Location, why: str, todo: str, line: str = "") -> Checked:
    """A repository that could not be checked."""
    finding = Finding(
        rule="refused",
        level="error",
        state="fail",
        location=place,
        message=f"{why[:1].upper()}{why[1:]}.",
        todo=f"{todo[:1].upper()}{todo[1:]}.",
    )
    reason = f"`{place.path}` cannot be read safely"
    outcome = Outcome(root=label, status="refused", reason=reason, findings=(finding,))
    return Checked(label, outcome, lines={place: line})


class _Texts:
    """The lines of files, each read once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lines: dict[str, tuple[str, ...]] = {}

    def lines(self, path: str) -> tuple[str, ...]:
        """The lines of a file, without their ends; none where it cannot be read."""
        if path not in self._lines:
            try:
                text = decode(self._files.read(path)).removeprefix("\ufeff")
            except Refused:
                text = ""
            # As editors and GitHub count: splitlines() also breaks at form feeds and the like.
            self._lines[path] = tuple(line.removesuffix("\r") for line in text.split("\n"))
        return self._lines[path]

    def line(self, location: Location) -> str:
        """The line of a location; empty for a file as a whole."""
        lines = self.lines(location.path)
        return lines[location.line - 1] if 1 <= location.line <= len(lines) else ""
