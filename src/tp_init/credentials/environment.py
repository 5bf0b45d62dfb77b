"""Variables and inputs that carry a token to a publish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from tp_init.credentials.model import Cut, Entry, View, Wiring
from tp_init.credentials.uses import env_names, needs, needs_to_install, residual_use
from tp_init.document import Address, Insert, Remove
from tp_init.login_check import needs_login
from tp_init.model import FileEdit, Location
from tp_init.publishing import Placed, invocations, placed_steps
from tp_init.token_names import AUTH_NAMES, ELSEWHERE, GITHUB_TOKEN, is_npm_token
from tp_init.workflow import Step, locate, secrets_in

__all__ = ["entries", "of_entries"]

_STEP_OUTPUT = re.compile(r"\bsteps\.([\w-]+)\.(?:outputs|outcome|conclusion)\b")
_JOB_OUTPUT = re.compile(r"\bneeds\.([\w-]+)\.outputs\b")


def entries(view: View, cuts: Sequence[Cut], names: AbstractSet[str]) -> Iterator[Entry]:
    """The variables and inputs that carry the token to a publishing or a login step.

    Args:
        view: the job.
        cuts: the logins of its scripts.
        names: the variables that any login reads, in a script or in a committed file.
    """
    for step in _steps(view, cuts):
        for name, value in _carrying(step.env, names):
            address = (*step.address, "env", name)
            yield Entry("step", step, step.document.path, address, name, value)
        yield from _input_entries(view, step)
    job, workflow = view.job, view.job.workflow
    for name, value in _carrying(job.env, names):
        yield Entry("job", job, workflow.path, (*job.address, "env", name), name, value)
    for name, value in _carrying(workflow.env, names):
        yield Entry("workflow", workflow, workflow.path, ("env", name), name, value)


def _steps(view: View, cuts: Sequence[Cut]) -> Iterable[Step]:
    """The steps whose own variables reach the publish."""
    found: dict[tuple[str, Address], Step] = {}
    steps = [
        *(step for one in view.publications for step in (one.placed.step, one.placed.outer)),
        *(cut.placed.step for cut in cuts),
        # setup-node, up to its release 6, hands the variable on to every later step.
        *(
            placed.step
            for placed in view.placed
            if placed.step.uses is not None and placed.step.uses.name == "actions/setup-node"
        ),
    ]
    for step in steps:
        found.setdefault((step.document.path, step.address), step)
    return found.values()


def _input_entries(view: View, step: Step) -> Iterator[Entry]:
    for publication in view.publications:
        if publication.action is None or publication.placed.step is not step:
            continue
        for name in publication.action.token_inputs:
            if step.inputs.get(name):
                address = step.input_address(name)
                yield Entry("input", step, step.document.path, address, name, step.inputs[name])


def _carrying(env: Mapping[str, str], names: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    for name, value in env.items():
        if not value.strip() or GITHUB_TOKEN.search(value):
            continue
        read = name in names and not any(ELSEWHERE.search(one) for one in secrets_in(value))
        if read or (is_npm_token(name, value) and ("${{" in value or AUTH_NAMES.match(name))):
            yield name, value


def of_entries(view: View, found: Sequence[Entry], cuts: Sequence[Cut]) -> Iterator[Wiring]:
    """The variables and inputs as wirings: what takes each away, or what depends on it."""
    for entry in found:
        location = locate(entry.holder.document, entry.address)
        what = _what(entry)
        obstacle = next(_obstacles(view, entry, cuts), None)
        if obstacle is not None:
            where, reason, todo = obstacle
            yield Wiring(entry.kind, where, what, secrets_in(entry.value), reason=reason, todo=todo)
            continue
        # A login that reads the variable goes with it, or neither goes.
        edits = (
            FileEdit(entry.document_path, Remove(entry.address)),
            *_moved(view, entry, cuts),
            *(edit for cut in cuts if entry.name in cut.names for edit in cut.edits),
        )
        yield Wiring(entry.kind, location, what, secrets_in(entry.value), edits)


def _what(entry: Entry) -> str:
    if entry.kind == "input":
        return f"input `{entry.name}`"
    where = {"step": "the step", "job": "the job", "workflow": "the workflow"}[entry.kind]
    return f"`{entry.name}` in the env of {where}"


def _obstacles(
    view: View, entry: Entry, cuts: Sequence[Cut]
) -> Iterator[tuple[Location, str, str]]:
    """What depends on the token and cannot be changed here: where, why, and what to do there."""
    if entry.kind == "input":
        return
    for cut in cuts:
        if entry.name in cut.names and not cut.edits and _sees(entry, cut.placed):
            yield cut.location, f"a login reads it, and {cut.reason}", cut.todo
    for placed in view.placed:
        if _sees(entry, placed) and view.publishes(placed):
            yield from _in_the_publish(view, entry, placed, cuts)


def _in_the_publish(
    view: View, entry: Entry, placed: Placed, cuts: Sequence[Cut]
) -> Iterator[tuple[Location, str, str]]:
    what = _what(entry)
    use = residual_use(view, placed, entry.name, cuts)
    if use is not None:
        todo = f"Make this work without `{entry.name}`, then remove {what}."
        yield use, f"the publish reads `{entry.name}` here", todo
    for invocation in invocations(view.repo, view.job, placed):
        verb = needs_login(invocation.command) if invocation.command is not None else ""
        if verb:
            todo = f"Take `npm {verb}` out of this step, then remove {what}."
            yield invocation.location, f"`npm {verb}` in the same step needs it", todo
    if entry.kind == "step" and needs_to_install(view, placed):
        todo = "Give the install a step of its own that keeps the token."
        why = "the same step installs packages that may be private"
        yield placed.step.location("run"), why, todo
    gate = _gate(view, placed, entry.name)
    if gate is not None:
        todo = f"Take the token out of this condition, then remove {what}."
        yield gate, "the publish runs only where the token is there", todo


def _gate(view: View, placed: Placed, name: str) -> Location | None:
    """The condition that lets the publish run only where the token is there, if there is one."""
    step, job = placed.outer, view.job
    for condition, location in (
        (step.condition, step.location("if")),
        (job.condition, job.location("if")),
    ):
        if name in env_names(condition) or any(map(is_npm_token, secrets_in(condition))):
            return location
        asked = [s for s in job.steps if s.id and s.id in _STEP_OUTPUT.findall(condition)]
        for other in view.job.workflow.jobs:
            if other.id in _JOB_OUTPUT.findall(condition):
                asked += other.steps
        if any(is_npm_token(key, value) for one in asked for key, value in one.env.items()):
            return location
    return None


def _sees(entry: Entry, placed: Placed) -> bool:
    if entry.kind != "step":
        return True
    return entry.holder in (placed.step, placed.outer)


def _moved(view: View, entry: Entry, cuts: Sequence[Cut]) -> Iterator[FileEdit]:
    """A token of the job or the workflow goes on to the steps that need it for something else."""
    if entry.kind not in {"job", "workflow"}:
        return
    jobs = [view.job] if entry.kind == "job" else list(view.job.workflow.jobs)
    for job in jobs:
        same = job.id == view.job.id
        if not same and entry.kind == "workflow" and entry.name in job.env:
            continue
        other = view if same else View(view.repo, job, (), (), placed_steps(view.repo, job))
        for placed in other.placed:
            step = placed.outer
            if step.document.path != entry.document_path or entry.name in step.env:
                continue
            if placed.step is not step or (same and view.publishes(placed)):
                continue
            if needs(other, placed, entry.name, cuts):
                address = (*step.address, "env", entry.name)
                yield FileEdit(entry.document_path, Insert(address, entry.value))
