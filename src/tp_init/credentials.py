"""Where a token for npm's public registry reaches a publish, and how it is taken away there.

A *wiring* is one such place. What reaches a publish by OIDC is nothing, so every wiring goes; but
a token that another step needs stays with that step, and a wiring that something else depends on
in a way not understood here is left whole, with the reason.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tp_init import shell
from tp_init.committed_logins import committed_logins
from tp_init.document import (
    Address,
    Insert,
    Operation,
    Remove,
    Set,
    Splice,
    Value,
    mapping,
)
from tp_init.login_check import asks_who, needs_login
from tp_init.model import FileEdit, Location
from tp_init.publishing import (
    Home,
    Invocation,
    Placed,
    Publication,
    callers,
    invocations,
    placed_steps,
)
from tp_init.registry import host_of, is_public
from tp_init.repo import Repo
from tp_init.token_names import AUTH_NAMES, ELSEWHERE, GITHUB_TOKEN, is_npm_token
from tp_init.workflow import Job, Step, Workflow, locate, secrets_in

__all__ = ["Kind", "Wiring", "wirings"]

Kind: TypeAlias = Literal["step", "job", "workflow", "input", "script", "npmrc", "passed"]

_AUTH_LINE = re.compile(r"^\s*(?P<key>[^=]*_(?:auth(?:Token)?|password))\s*=", re.IGNORECASE)
_COMPANION_LINE = re.compile(
    r"^\s*(?:(?://[^=]*:)?(?:always-auth|email|username)\s*=.*|registry\s*=\s*(?P<url>\S+)\s*|)$",
    re.IGNORECASE,
)
_RC_NAME = re.compile(r"(?:npmrc|yarnrc)(?:\.ya?ml)?$")
_REMARK = re.compile(r"\s*(?://|\*|#|console\.\w+\(|core\.\w+\(|logger?\.\w+\(|print\()")
_YARNRC_LINE = re.compile(r"^\s*['\"]?(?:npmAuthToken|npmAuthIdent)['\"]?\s*:", re.IGNORECASE)
_CONFIG_PROGRAMS = frozenset({"npm", "pnpm", "yarn"})
_INSTALLS = frozenset({"ci", "install", "i", "add", "clean-install"})
_STEP_OUTPUT = re.compile(r"\bsteps\.([\w-]+)\.(?:outputs|outcome|conclusion)\b")
_JOB_OUTPUT = re.compile(r"\bneeds\.([\w-]+)\.outputs\b")
_ENV_IN_EXPRESSION = re.compile(r"\benv\s*(?:\.\s*(\w+)|\[\s*'(\w+)'\s*\])")


@dataclass(frozen=True, slots=True)
class Wiring:
    """One place where a token reaches a publish.

    Attributes:
        kind: what holds it.
        location: where.
        what: the place in a few words: "`NODE_AUTH_TOKEN` in the env of the step …".
        secrets: the repository's secrets it draws on, upper-cased.
        edits: what takes it away; empty where a person must.
        reason: why a person must; empty where `edits` does it.
        todo: what that person does.
    """

    kind: Kind
    location: Location
    what: str
    secrets: tuple[str, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    reason: str = ""
    todo: str = ""


@dataclass(frozen=True)
class _Cut:
    """What is taken out of one script."""

    home: Home
    script: shell.Script
    targets: tuple[shell.Target, ...]
    spans: tuple[shell.Span, ...] | None
    placed: Placed
    condition: str = ""

    def covers(self, start: int, end: int) -> bool:
        """Whether a stretch of the script goes."""
        return any(span.start <= start and end <= span.end for span in self.spans or ())


@dataclass(frozen=True)
class _Entry:
    """A variable in an `env:`, or an input, that carries the token."""

    kind: Kind
    holder: Step | Job | Workflow
    document_path: str
    address: Address
    name: str
    value: str


@dataclass
class _Job:
    """The analysis of one job while it is made."""

    repo: Repo
    job: Job
    publications: tuple[Publication, ...]
    elsewhere: tuple[Publication, ...]
    placed: tuple[Placed, ...]
    names: set[str] = field(default_factory=set)


def wirings(
    repo: Repo, job: Job, publications: Sequence[Publication], everything: Sequence[Publication]
) -> tuple[Wiring, ...]:
    """Every place in one publishing job, and in what reaches it, where a token is wired.

    Args:
        repo: the repository.
        job: the job.
        publications: what it publishes to the public registry.
        everything: what all jobs publish, anywhere.
    """
    mine = [
        p for p in everything if p.job.workflow.path == job.workflow.path and p.job.id == job.id
    ]
    elsewhere = tuple(p for p in mine if p.target != "public")
    view = _Job(repo, job, tuple(publications), elsewhere, placed_steps(repo, job))
    cuts = list(_cuts(view))
    entries = list(_entries(view, cuts))
    return (
        *_of_entries(view, entries, cuts),
        *_of_cuts(cuts),
        *_of_code(view),
        *_of_files(view),
    )


# ---------------------------------------------------------------------------- scripts


def _cuts(view: _Job) -> Iterator[_Cut]:
    """What each script of the job writes, sets or exports only to log in."""
    seen: set[tuple[str, Address]] = set()
    for placed in view.placed:
        for home, script in _scripts(view, placed):
            key = (home.document.path, home.address)
            if key in seen:
                continue
            seen.add(key)
            targets = tuple(_login_targets(view, script))
            if not targets:
                continue
            names = {name for target in targets for name in _variables(script, target)}
            view.names |= names
            targets += tuple(
                guard for guard in shell.guards(script) if names.intersection(guard.variables)
            )
            targets += tuple(c for c in script.commands if asks_who(c))
            spans = shell.removal(script, *targets)
            condition = _foreign_condition(script, spans or (), names)
            yield _Cut(home, script, targets, None if condition else spans, placed, condition)


def _foreign_condition(script: shell.Script, spans: Sequence[shell.Span], names: set[str]) -> str:
    """What a login that goes depends on, other than the token itself; empty for nothing.

    Somebody who logs in only sometimes (for the first publish of a package, say) means it.
    """
    for statement in script.statements():
        gone = any(s.start <= statement.start and statement.end <= s.end for s in spans)
        if statement.kind not in {"if", "case"} or not gone or not statement.conditions:
            continue
        for use in script.uses:
            inside = any(c.start <= use.start and use.end <= c.end for c in statement.conditions)
            if inside and use.name not in names:
                return use.name
    return ""


def _scripts(view: _Job, placed: Placed) -> Iterator[tuple[Home, shell.Script]]:
    seen: set[tuple[str, Address]] = set()
    for invocation in invocations(view.repo, view.job, placed):
        key = (invocation.home.document.path, invocation.home.address)
        if invocation.script is not None and key not in seen:
            seen.add(key)
            yield invocation.home, invocation.script


def _login_targets(view: _Job, script: shell.Script) -> Iterator[shell.Target]:
    yield from _npmrc_targets(script.file_writes)
    for setting in script.environment_writes:
        value = setting.value + " ".join(setting.expressions)
        if is_npm_token(setting.name, value) and not ELSEWHERE.search(value):
            yield setting
    for command in script.commands:
        if _sets_login(command):
            yield command
        elif not _publishes_elsewhere(view, command):
            yield from _token_words(command)
    for assignment in script.assignments:
        if assignment.value is not None and is_npm_token(assignment.name, assignment.value.text):
            yield assignment


def _npmrc_targets(writes: Sequence[shell.FileWrite]) -> Iterator[shell.Target]:
    """The lines of written npmrc files that log in to the public registry.

    A write goes whole where nothing in it is about anything else; so does one that only goes with
    a login in the same script (`registry=…`, `always-auth=true`).
    """
    logins = [write for write in writes if _is_rc(write) and any(map(_is_login, write.lines or ()))]
    for write in writes:
        lines = write.lines or ()
        if not logins or not _is_rc(write) or not lines:
            continue
        if all(_is_login(line) or _is_companion(line.text) for line in lines):
            if any(login.target.resolved == write.target.resolved for login in logins):
                yield write
        else:
            yield from (line for line in lines if _is_login(line))


def _is_rc(write: shell.FileWrite) -> bool:
    """Whether a file is an npmrc or a yarnrc."""
    name = posixpath.basename(write.target.resolved.rstrip("\"'"))
    return bool(_RC_NAME.search(name)) or "NPM_CONFIG_USERCONFIG" in write.target.variables


def _is_login(line: shell.Line) -> bool:
    text = line.text
    if GITHUB_TOKEN.search(text) or ELSEWHERE.search(text):
        return False
    match = _AUTH_LINE.match(text)
    if not match:
        return bool(_YARNRC_LINE.match(text))
    key = match["key"].strip()
    return is_public(key) if key.startswith("//") else True


def _is_companion(line: str) -> bool:
    match = _COMPANION_LINE.match(line)
    return match is not None and (not match["url"] or is_public(match["url"]))


def _sets_login(command: shell.Command) -> bool:
    """`npm config set //registry.npmjs.org/:_authToken …` and its kin in pnpm and yarn."""
    words = [word.resolved for word in command.argv]
    if command.name not in _CONFIG_PROGRAMS or "set" not in words[1:3]:
        return False
    text = " ".join(words[words.index("set") + 1 :])
    if GITHUB_TOKEN.search(text) or ELSEWHERE.search(text):
        return False
    host = re.search(r"//([^/\s:'\"]+)", text)
    if host and not is_public(f"//{host[1]}/"):
        return False
    return bool(re.search(r"_auth|npmAuthToken|npmAuthIdent|_password", text))


def _token_words(command: shell.Command) -> Iterator[shell.Target]:
    """`NPM_TOKEN=… npm publish`, and a token given as an option."""
    for assignment in command.assignments:
        if assignment.value is not None and is_npm_token(assignment.name, assignment.value.text):
            yield assignment
    for word in command.argv:
        text = word.resolved
        if re.match(r"--(?://[^=]*:)?_auth(?:Token)?=", text):
            host = host_of(text.removeprefix("--"))
            if not host or is_public(f"//{host}/"):
                yield word


def _publishes_elsewhere(view: _Job, command: shell.Command) -> bool:
    return any(
        one.invocation is not None and one.invocation.command == command for one in view.elsewhere
    )


def _variables(script: shell.Script, target: shell.Target) -> Iterator[str]:
    """The variables that a login reads; they carry the token."""
    start, end = target.start, target.end
    heredocs = [h for operator, h in script.heredocs.items() if start <= operator < end]
    for use in script.uses:
        inside = start <= use.start < end or any(h.start <= use.start < h.end for h in heredocs)
        if inside and use.name not in {"HOME", "NPM_CONFIG_USERCONFIG", "GITHUB_ENV"}:
            yield use.name
    lines = getattr(target, "lines", None) or ()
    for line in lines:
        yield from line.variables
    if isinstance(target, shell.Assignment | shell.EnvironmentWrite):
        yield target.name


# ---------------------------------------------------------------------------- env and inputs


def _entries(view: _Job, cuts: Sequence[_Cut]) -> Iterator[_Entry]:
    """The variables and inputs that carry the token to a publishing or a login step."""
    steps: dict[tuple[str, Address], Step] = {}
    for publication in view.publications:
        for step in (publication.placed.step, publication.placed.outer):
            steps[step.document.path, step.address] = step
    for cut in cuts:
        steps[cut.placed.step.document.path, cut.placed.step.address] = cut.placed.step
    for placed in view.placed:
        # setup-node, up to its release 6, hands the variable on to every later step.
        if placed.step.uses is not None and placed.step.uses.name == "actions/setup-node":
            steps[placed.step.document.path, placed.step.address] = placed.step
    view.names |= {name for login in committed_logins(view.repo) for name in login.variables}
    for step in steps.values():
        for name, value in step.env.items():
            if _carries(view, name, value):
                address = (*step.address, "env", name)
                yield _Entry("step", step, step.document.path, address, name, value)
        yield from _input_entries(view, step)
    for name, value in view.job.env.items():
        if _carries(view, name, value):
            address = (*view.job.address, "env", name)
            yield _Entry("job", view.job, view.job.workflow.path, address, name, value)
    for name, value in view.job.workflow.env.items():
        if _carries(view, name, value):
            workflow = view.job.workflow
            yield _Entry("workflow", workflow, workflow.path, ("env", name), name, value)


def _input_entries(view: _Job, step: Step) -> Iterator[_Entry]:
    for publication in view.publications:
        if publication.action is None or publication.placed.step is not step:
            continue
        for name in publication.action.token_inputs:
            if step.inputs.get(name):
                address = step.input_address(name)
                yield _Entry("input", step, step.document.path, address, name, step.inputs[name])


def _carries(view: _Job, name: str, value: str) -> bool:
    if not value.strip() or GITHUB_TOKEN.search(value):
        return False
    if name in view.names and not any(ELSEWHERE.search(one) for one in secrets_in(value)):
        return True
    return is_npm_token(name, value) and ("${{" in value or bool(AUTH_NAMES.match(name)))


def _of_entries(view: _Job, entries: Sequence[_Entry], cuts: Sequence[_Cut]) -> Iterator[Wiring]:
    for entry in entries:
        location = locate(entry.holder.document, entry.address)
        what = _what(entry)
        obstacle = _obstacle(view, entry, cuts)
        if obstacle is not None:
            where, reason, todo = obstacle
            yield Wiring(entry.kind, where, what, secrets_in(entry.value), reason=reason, todo=todo)
            continue
        edits = (
            FileEdit(entry.document_path, Remove(entry.address)),
            *_moved(view, entry, cuts),
        )
        yield Wiring(entry.kind, location, what, secrets_in(entry.value), edits)


def _what(entry: _Entry) -> str:
    if entry.kind == "input":
        return f"input `{entry.name}`"
    where = {"step": "the step", "job": "the job", "workflow": "the workflow"}[entry.kind]
    return f"`{entry.name}` in the env of {where}"


def _obstacle(view: _Job, entry: _Entry, cuts: Sequence[_Cut]) -> tuple[Location, str, str] | None:
    """What in a step that publishes depends on the token: where, why, and what to do there."""
    if entry.kind == "input":
        return None
    for placed in view.placed:
        if not _sees(entry, placed) or not _publishes(view, placed):
            continue
        use = _residual_use(view, placed, entry.name, cuts)
        if use is not None:
            return (
                use,
                f"the publish reads `{entry.name}` here",
                f"Make this work without `{entry.name}`, then remove {_what(entry)}.",
            )
        for invocation in invocations(view.repo, view.job, placed):
            verb = needs_login(invocation.command) if invocation.command is not None else ""
            if verb:
                return (
                    invocation.location,
                    f"`npm {verb}` in the same step needs it",
                    f"Take `npm {verb}` out of this step, then remove {_what(entry)}.",
                )
        gate = _gate(view, placed, entry.name)
        if gate is not None:
            return (
                gate,
                "the publish runs only where the token is there",
                f"Take the token out of this condition, then remove {_what(entry)}.",
            )
    return None


def _gate(view: _Job, placed: Placed, name: str) -> Location | None:
    """The condition that lets the publish run only where the token is there, if there is one."""
    step, job = placed.outer, view.job
    for condition, location in (
        (step.condition, step.location("if")),
        (job.condition, job.location("if")),
    ):
        if name in _env_names(condition) or any(map(is_npm_token, secrets_in(condition))):
            return location
        asked = [s for s in job.steps if s.id and s.id in _STEP_OUTPUT.findall(condition)]
        for other in view.job.workflow.jobs:
            if other.id in _JOB_OUTPUT.findall(condition):
                asked += other.steps
        if any(is_npm_token(key, value) for one in asked for key, value in one.env.items()):
            return location
    return None


def _sees(entry: _Entry, placed: Placed) -> bool:
    if entry.kind != "step":
        return True
    return entry.holder in (placed.step, placed.outer)


def _publishes(view: _Job, placed: Placed) -> bool:
    return any(one.placed.step == placed.step for one in view.publications)


def _residual_use(view: _Job, placed: Placed, name: str, cuts: Sequence[_Cut]) -> Location | None:
    """Where a step still reads a variable once the logins are gone; None where it does not."""
    for home, script in _scripts(view, placed):
        cut = next((c for c in cuts if c.home == home), None)
        for use in script.uses:
            if use.name == name and not (cut and cut.covers(use.start, use.end)):
                return home.location(use.start)
        for span in script.expressions:
            if name in _env_names(script.text[span.start : span.end]):
                if not (cut and cut.covers(span.start, span.end)):
                    return home.location(span.start)
    for invocation in invocations(view.repo, view.job, placed):
        for found in re.finditer(rf"\b{re.escape(name)}\b", invocation.code):
            # A remark about the variable depends on nothing.
            line = invocation.code.rfind("\n", 0, found.start()) + 1
            if not _REMARK.match(invocation.code, line):
                return invocation.home.location(found.start())
    return None


def _env_names(expression: str) -> set[str]:
    return {a or b for a, b in _ENV_IN_EXPRESSION.findall(expression)}


def _moved(view: _Job, entry: _Entry, cuts: Sequence[_Cut]) -> Iterator[FileEdit]:
    """A token of the job or the workflow goes on to the steps that need it for something else."""
    if entry.kind not in {"job", "workflow"}:
        return
    jobs = [view.job] if entry.kind == "job" else list(view.job.workflow.jobs)
    for job in jobs:
        same = job.id == view.job.id
        if not same and entry.kind == "workflow" and entry.name in job.env:
            continue
        other = view if same else _Job(view.repo, job, (), (), placed_steps(view.repo, job))
        for placed in other.placed:
            step = placed.outer
            if step.document.path != entry.document_path or entry.name in step.env:
                continue
            if placed.step is not step or (same and _publishes(view, placed)):
                continue
            if _needs(other, placed, entry.name, cuts):
                address = (*step.address, "env", entry.name)
                yield FileEdit(entry.document_path, Insert(address, entry.value))


def _needs(view: _Job, placed: Placed, name: str, cuts: Sequence[_Cut]) -> bool:
    """Whether a step that does not publish needs the variable: it reads it, or installs with it."""
    if _residual_use(view, placed, name, cuts) is not None:
        return True
    step = placed.step
    if name in _env_names(" ".join((*step.env.values(), *step.inputs.values(), step.condition))):
        return True
    read_by_npmrc = any(name in login.variables for login in committed_logins(view.repo))
    if not (read_by_npmrc or name == "NODE_AUTH_TOKEN") or not _private_dependencies(view.repo):
        return False
    return any(_installs(invocation) for invocation in invocations(view.repo, view.job, placed))


def _installs(invocation: Invocation) -> bool:
    argv = invocation.argv
    if argv[:1] not in {("npm",), ("pnpm",), ("yarn",), ("bun",)}:
        return False
    words = [word for word in argv[1:] if word and not word.startswith("-")]
    return (not words and argv[0] == "yarn") or bool(words and words[0] in _INSTALLS)


def _private_dependencies(repo: Repo) -> bool:
    """Whether something may be installed that only a token can read.

    Nobody can see from the files which package is private; one of the own scope, which is no
    workspace package, is what people keep private.
    """
    own = {package.name for package in repo.packages}
    scopes = {package.scope for package in repo.packages if package.scope}
    return any(
        name not in own and name.startswith("@") and name[1:].split("/")[0] in scopes
        for package in repo.packages
        for name in package.dependencies
    )


# ---------------------------------------------------------------------------- the cuts as wirings


def _of_cuts(cuts: Sequence[_Cut]) -> Iterator[Wiring]:
    for cut in cuts:
        first = min(cut.targets, key=lambda target: target.start)
        location = cut.home.location(first.start)
        secrets = tuple(
            name
            for target in cut.targets
            for name in secrets_in(cut.script.text[target.start : target.end])
        )
        what = f"`{_line(cut.script.text, first.start)}`"
        if cut.spans is None:
            yield Wiring(
                "script", location, what, secrets,
                reason=(
                    f"it is there only where `{cut.condition}` says so, as if kept on purpose"
                    if cut.condition
                    else "the script would not mean the same without it"
                ),
                todo="Take the login out of this script.",
            )  # fmt: skip
            continue
        step = cut.placed.step
        own = cut.home.document.path == step.document.path
        if own and not shell.remaining(cut.script, cut.spans):
            if step.id and re.search(rf"\bsteps\.{re.escape(step.id)}\b", step.document.text):
                yield Wiring(
                    "script", location, what, secrets,
                    reason=f"other steps refer to `steps.{step.id}`",
                    todo="Remove this step and what refers to it.",
                )  # fmt: skip
                continue
            yield Wiring(
                "script", location, what, secrets,
                (FileEdit(step.document.path, Remove(step.address)),),
            )  # fmt: skip
            continue
        edits = tuple(
            FileEdit(cut.home.document.path, Splice(cut.home.address, span.start, span.end, ""))
            for span in cut.spans
        )
        yield Wiring("script", location, what, secrets, edits)


def _of_code(view: _Job) -> Iterator[Wiring]:
    """A secret that stands in a script which is no shell that is read here."""
    for placed in view.placed:
        for invocation in invocations(view.repo, view.job, placed):
            secrets = [name for name in secrets_in(invocation.code) if is_npm_token(name)]
            if secrets:
                yield Wiring(
                    "script",
                    invocation.location,
                    f"`secrets.{secrets[0]}` in the script",
                    tuple(secrets),
                    reason="the script is in a language that tp-init does not edit",
                    todo="Take the login out of this script.",
                )


def _line(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)].strip()


# ---------------------------------------------------------------------------- committed files


def _of_files(view: _Job) -> Iterator[Wiring]:
    for login in committed_logins(view.repo):
        if not _read_by_an_install(view, login.variables):
            yield Wiring("npmrc", login.location, f"`{login.key}`", edits=(login.edit,))


def _read_by_an_install(view: _Job, names: Sequence[str]) -> bool:
    """Whether some step that only installs is given one of the variables."""
    for workflow in view.repo.workflows:
        for job in workflow.jobs:
            for step in job.steps:
                if not set(names).intersection(step.env):
                    continue
                placed = Placed(step, step)
                commands = list(invocations(view.repo, job, placed))
                if any(_installs(one) for one in commands) and not _publishes(view, placed):
                    return True
    return False
