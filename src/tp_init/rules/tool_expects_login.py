"""A publishing tool or action that looks for a login unless it is told that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from tp_init.document import Insert, Set, Splice
from tp_init.model import FileEdit, Finding, Location
from tp_init.publishing import Invocation, Publication
from tp_init.repo import Repo
from tp_init.rules.model import Rule
from tp_init.settings import configuration
from tp_init.setup import Setup
from tp_init.tools import Setting

__all__ = ["RULE"]


def find(setup: Setup) -> Iterator[Finding]:
    """Each such publish, where it is not told."""
    seen: set[Location] = set()
    for publishing in setup.movable:
        for publication in publishing.publications:
            for finding in (
                *_input(publication),
                *_variable(publication),
                *_setting(setup.repo, publication),
            ):
                if finding.location not in seen:
                    seen.add(finding.location)
                    yield finding


def _input(publication: Publication) -> Iterator[Finding]:
    """An action's input."""
    step, use = publication.placed.step, publication.action
    if use is None or use.switch is None or step.uses is None:
        return
    name, value = use.switch
    if step.inputs.get(name) == value:
        return
    path = step.document.path
    if name in step.inputs:
        edit = FileEdit(path, Set(step.input_address(name), value))
    else:
        edit = FileEdit(path, Insert((*step.address, "with", name), value))
    yield _finding(
        step.location("uses"),
        f"`{step.uses.text}` publishes with a token unless `{name}` is `{value}` "
        f"({publication.tool.source}).",
        (edit,),
        f"{name}: {value}",
    )


def _variable(publication: Publication) -> Iterator[Finding]:
    """An environment variable of the step."""
    if publication.tool.switch is None:
        return
    name, value = publication.tool.switch
    step, job = publication.placed.step, publication.job
    for env in (step.env, publication.placed.outer.env, job.env, job.workflow.env):
        if env.get(name) not in {None, "", "false"}:
            return
    address = (*step.address, "env", name)
    operation = Set(address, value) if name in step.env else Insert(address, value)
    yield _finding(
        publication.location,
        f"`{publication.tool.title}` stops without a token unless `{name}` is set "
        f"({publication.tool.source}).",
        (FileEdit(step.document.path, operation),),
        f'{name}: "{value}"',
    )


def _setting(repo: Repo, publication: Publication) -> Iterator[Finding]:
    """A setting of the tool's own configuration."""
    tool, invocation = publication.tool, publication.invocation
    setting = tool.setting
    if setting is None or invocation is None or _given(setting, invocation):
        return
    found = configuration(repo, setting, invocation.directory)
    if found is not None and found.done:
        return
    edits = (found.edits if found else ()) or _with_flag(setting, invocation)
    name = ".".join(setting.address)
    yield _finding(
        publication.location,
        f"`{tool.title}` looks for a login before it publishes unless `{name}` is true "
        f"({tool.source}).",
        edits,
        f"Set `{name}` to true in {found.path if found else f'the configuration of {tool.title}'}.",
    )


def _given(setting: Setting, invocation: Invocation) -> bool:
    """Whether the command line makes the setting, here or where the script is called."""
    run = invocation.placed.step.run or ""
    return bool(setting.flag) and setting.flag in " ".join((*invocation.argv, run))


def _with_flag(setting: Setting, invocation: Invocation) -> tuple[FileEdit, ...]:
    command = invocation.command
    if not setting.flag or command is None or "script" in command.within:
        return ()
    end = command.words[-1].end
    # With a value: a word that a caller appends would else be taken for it.
    splice = Splice(invocation.home.address, end, end, f" {setting.flag}=true")
    return (FileEdit(invocation.home.document.path, splice),)


def _finding(location: Location, message: str, edits: tuple[FileEdit, ...], todo: str) -> Finding:
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        state="fail",
        location=location,
        message=message,
        edits=edits,
        todo="" if edits else todo,
        fix="available" if edits else "manual",
    )


RULE = Rule(
    id="tool-expects-login",
    title="The publishing tool looks for a login",
    why=(
        "Trusted publishing is no login: `npm whoami` fails, and no token is set, until the "
        "publish itself trades the id-token. A tool that looks before stops the release."
    ),
    source="https://docs.npmjs.com/trusted-publishers",
    level="error",
    find=find,
    remedy="Tell the tool not to look; `tp-init` makes that setting where it can.",
)
