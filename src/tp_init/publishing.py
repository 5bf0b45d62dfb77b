"""Where a repository publishes: every command and action that does, and the job that runs it.

A command is followed through what leads to it: `npm run release` into package.json, a shell file
into its text, a local composite action into its steps. What cannot be followed is kept as an
`Invocation` with no script, so that a rule can say so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from typing import TypeAlias

from tp_init import shell
from tp_init.destination import (
    Registries,
    after_script,
    after_setup_node,
    destination,
    first_registries,
)
from tp_init.document import Address, Document, mapping
from tp_init.formats.json import JsonDocument
from tp_init.formats.yaml import YamlDocument
from tp_init.model import Location
from tp_init.permissions import effective, grants_id_token
from tp_init.registry import Target, target
from tp_init.repo import Package, Repo
from tp_init.runner import labels
from tp_init.settings import publishes
from tp_init.token_names import is_npm_token
from tp_init.tools import (
    NOT_NPM,
    UNKNOWN,
    ActionUse,
    Tool,
    tool_of_action,
    tool_of_code,
    tool_of_command,
    tool_of_dependency,
)
from tp_init.tools.model import positionals
from tp_init.workflow import Action, Job, Step, Workflow, locate

__all__ = [
    "Home",
    "Invocation",
    "Placed",
    "Publication",
    "callers",
    "entry_workflows",
    "invocations",
    "placed_steps",
    "publications",
    "script_texts",
]

UNSEEN = "*"
"""The folder that `cd "$folder"` goes to: one that no package has."""

_Run: TypeAlias = tuple[str, Address, str]  # a script and the folder it runs in

# What nobody exceeds in earnest: a script that calls a script that calls a script …; the scripts
# that one step leads to; the steps of a job, those of its local actions included.
_DEPTH = 8
_MOST_SCRIPTS = 256
_MOST_STEPS = 4096
_RUNNERS = {"npm", "pnpm", "yarn", "bun"}
_RUN_WORDS = {"run", "run-script"}
_SEQUENCES = {"run-s", "run-p", "npm-run-all", "npm-run-all2"}  # of npm-run-all: scripts by name
_IMPLICIT = {"test", "start", "stop", "restart"}  # what `npm NAME` runs without `run`
_SHELLS = {"bash", "sh", "zsh", "dash", "source", "."}
_INTERPRETERS = {"node", "tsx", "ts-node", "zx", "python", "python3", "deno", "make", "bun"}
_REGISTRY_OPTION = re.compile(r"^--(?:@(?P<scope>[\w.~-]+):)?registry$")
_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
_SCRIPT_FILE = re.compile(r"\.(?:[cm]?[jt]s|py|rb|sh|bash)$")
_PUBLISH_IN_CODE = re.compile(
    r"""\b(?:npm|pnpm|yarn|bun)\b['"`,\s\[\]]{1,8}(?:[\w:.@/=$ {}-]{0,60}['"`,\s]{1,4})?publish\b"""
)
_VALUE_OPTIONS = frozenset(
    {"--workspace", "-w", "--filter", "-F", "--prefix", "-C", "--cwd", "--dir", "--loglevel"}
)


@dataclass(frozen=True, slots=True)
class Home:
    """Where the text of a script stands: a string in a document, or a whole plain document."""

    document: Document
    address: Address

    def location(self, offset: int) -> Location:
        """The place in the file of an offset in the script."""
        if isinstance(self.document, YamlDocument):
            return locate(self.document, self.address, offset)
        if isinstance(self.document, JsonDocument):
            position = self.document.position(self.address)
            return Location(self.document.path, position.line, position.column)
        before = self.document.text[:offset]
        column = offset - (before.rfind("\n") + 1) + 1
        return Location(self.document.path, before.count("\n") + 1, column)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and the place it runs in.

    Attributes:
        step: the step itself, of the job or of a composite action.
        outer: the job's own step that leads to it; the same object where it is the job's own.
        actions: the local composite actions passed through, outermost first.
    """

    step: Step
    outer: Step
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Invocation:
    """A command that runs in a step.

    Attributes:
        placed: the step.
        home: where the script that holds the command stands.
        script: that script, parsed.
        command: the command; None where the whole script is code that is not shell.
        directory: the folder it runs in, relative to the root; "" for the root.
        depth: how many scripts were followed to come here.
        code: for a script that is not shell, its text.
        rehearses: whether the code is told to publish nothing (`--dry-run`).
    """

    placed: Placed
    home: Home
    script: shell.Script | None
    command: shell.Command | None
    directory: str
    depth: int = 0
    code: str = ""
    rehearses: bool = False

    @property
    def argv(self) -> tuple[str, ...]:
        """The words, wrappers taken off; "" for one that is not static."""
        if self.command is None:
            return ()
        return tuple(word.value if word.value is not None else "" for word in self.command.argv)

    @property
    def location(self) -> Location:
        """Where the command stands."""
        return self.home.location(self.command.start if self.command else 0)


@dataclass(frozen=True)
class Publication:
    """One place that publishes.

    Attributes:
        tool: what publishes.
        job: the job that runs it.
        placed: the step that runs it.
        invocation: the command; None for an action that publishes by itself.
        action: how the action publishes; None for a command.
        target: which registry it goes to.
        registry: that registry as written, for messages; empty for the default.
        packages: what it publishes; empty where that cannot be seen.
    """

    tool: Tool
    job: Job
    placed: Placed
    invocation: Invocation | None
    action: ActionUse | None
    target: Target
    registry: str = ""
    packages: tuple[Package, ...] = field(default=())

    @property
    def location(self) -> Location:
        """Where it stands."""
        if self.invocation is not None:
            return self.invocation.location
        return self.placed.step.location("uses")


def publications(repo: Repo) -> tuple[Publication, ...]:
    """Every place in the repository's workflows that publishes a package, in the files' order."""
    return tuple(
        publication
        for workflow in repo.workflows
        for job in workflow.jobs
        for publication in _of_job(repo, job)
    )


def placed_steps(repo: Repo, job: Job) -> tuple[Placed, ...]:
    """The steps of a job in the order they run, those of local composite actions included."""
    return tuple(islice(_placed(repo, job.steps, None, ()), _MOST_STEPS))


def _placed(
    repo: Repo, steps: Sequence[Step], outer: Step | None, actions: tuple[Action, ...]
) -> Iterator[Placed]:
    for step in steps:
        yield Placed(step, outer or step, actions)
        if step.uses is None or not step.uses.local or len(actions) >= _DEPTH:
            continue
        action = repo.action(step.uses.name)
        if action is not None and action not in actions:
            yield from _placed(repo, action.steps, outer or step, (*actions, action))


def entry_workflows(repo: Repo, workflow: Workflow) -> tuple[Workflow, ...]:
    """The workflows whose name npm checks when a job of this one publishes.

    npm matches the *calling* workflow's file (https://docs.npmjs.com/trusted-publishers), so a
    workflow that is only called counts through its callers. Empty where nothing in this
    repository starts it.
    """
    found: dict[str, Workflow] = {}
    seen: set[str] = set()
    waiting = [workflow]
    while waiting:
        current = waiting.pop(0)
        if current.path in seen:
            continue
        seen.add(current.path)
        if any(event != "workflow_call" for event in current.triggers):
            found[current.path] = current
        waiting += [job.workflow for job in callers(repo, current)]
    return tuple(found.values())


def callers(repo: Repo, workflow: Workflow) -> tuple[Job, ...]:
    """The jobs in this repository that call a workflow."""
    return tuple(
        job
        for other in repo.workflows
        for job in other.jobs
        if job.uses is not None and job.uses.local and job.uses.name == workflow.path
    )


def invocations(repo: Repo, job: Job, placed: Placed) -> Iterator[Invocation]:
    """Every command that a step runs, followed into scripts.

    That is its `run:`, or the command that it hands to an action which publishes with it. A script
    in a shell that is not read here (PowerShell, Python …) is one invocation of code.
    """
    step = placed.step
    found = _script_of(step)
    if found is None:
        return
    address, script = found
    directory = _join("", step.working_directory or job.run_default("working-directory"))
    home = Home(step.document, address)
    if not _reads(step, job):
        yield Invocation(placed, home, None, None, directory, code=script.text)
        return
    yield from _invocations(repo, Invocation(placed, home, script, None, directory), set())


def _reads(step: Step, job: Job) -> bool:
    """Whether a step's script runs in a shell that is read here.

    Without a word about it, a runner with Windows takes PowerShell
    (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax).
    """
    named = step.shell or job.run_default("shell")
    windows = all(label.startswith("windows") for label in labels(job) or ("",))
    return shell.supported(named) if named else not windows


def _script_of(step: Step) -> tuple[Address, shell.Script] | None:
    """The script of a step, and where it stands."""
    if step.script is not None:
        return (*step.address, "run"), step.script
    known = tool_of_action(step.uses.name) if step.uses is not None else None
    name = known[1].command_input if known is not None else ""
    if not name or not step.inputs.get(name):
        return None
    return step.input_address(name), shell.parse(step.inputs[name])


def _invocations(repo: Repo, start: Invocation, seen: set[_Run]) -> Iterator[Invocation]:
    """The commands of the script in which `start` stands, in its folder at first.

    Each script is read once in each folder, and there is an end to it: scripts that call each
    other, many times over, cost no more than they are long.
    """
    script, directory = start.script, start.directory
    run = (start.home.document.path, start.home.address, directory)
    if run in seen or len(seen) == _MOST_SCRIPTS:
        return
    seen.add(run)
    around: list[tuple[int, str]] = []  # where each subshell ends, and the folder outside it
    for command in script.commands if script else ():
        while around and command.start >= around[-1][0]:
            directory = around.pop()[1]
        here = replace(start, command=command, directory=directory)
        yield here
        argv = here.argv
        if script and argv[:1] == ("cd",) and len(argv) == 2:
            end = script.subshell_end(command)
            if end is not None and all(end != known for known, _ in around):
                around.append((end, directory))
            directory = _join(directory, argv[1] or UNSEEN)
        elif here.depth < _DEPTH:
            yield from _followed(repo, here, seen)


def _followed(repo: Repo, invocation: Invocation, seen: set[_Run]) -> Iterator[Invocation]:
    """What a command leads to: a package.json script, a shell file, code."""
    argv = invocation.argv
    if not argv:
        return
    name = argv[0].rsplit("/", 1)[-1]
    words = positionals(argv, _VALUE_OPTIONS)
    if name in _RUNNERS and len(words) > 1:
        target_script = words[2] if words[1] in _RUN_WORDS and len(words) > 2 else words[1]
        direct = name != "npm" or words[1] in _RUN_WORDS or words[1] in _IMPLICIT
        package = _package_of_command(repo, argv, invocation.directory)
        if direct and package is not None and target_script in package.scripts:
            yield from _package_script(repo, invocation, package, target_script, seen)
            return
    if name in _SEQUENCES:
        here = repo.package_in(invocation.directory)
        if here is not None:
            for script_name in _matching(here, words[1:]):
                yield from _package_script(repo, invocation, here, script_name, seen)
    file = _file_run(name, argv)
    if file is None:
        return
    path = _join(invocation.directory, file)
    document = repo.plain(path)
    if document is None:
        return
    home = Home(document, ())
    if name in _SHELLS or path.endswith((".sh", ".bash")) or document.text.startswith("#!/bin/sh"):
        script = shell.parse(document.text)
        yield from _invocations(repo, _inside(invocation, home, script), seen)
    else:
        rehearses = "--dry-run" in argv
        yield replace(_inside(invocation, home, None), code=document.text, rehearses=rehearses)


def _inside(invocation: Invocation, home: Home, script: shell.Script | None) -> Invocation:
    """The start of what a command leads to, in the command's own folder."""
    depth = invocation.depth + 1
    return replace(invocation, home=home, script=script, command=None, depth=depth)


def _matching(package: Package, patterns: Sequence[str]) -> Iterator[str]:
    """The scripts that the words of `run-s` name, in the order of the words."""
    for pattern in patterns:
        yield from (name for name in package.scripts if fnmatchcase(name, pattern))


def _package_script(
    repo: Repo, invocation: Invocation, package: Package, name: str, seen: set[_Run]
) -> Iterator[Invocation]:
    for phase in (f"pre{name}", name, f"post{name}"):
        if phase in package.scripts:
            home = Home(package.document, ("scripts", phase))
            start = _inside(invocation, home, shell.parse(package.scripts[phase]))
            yield from _invocations(repo, replace(start, directory=package.directory), seen)


def _file_run(name: str, argv: Sequence[str]) -> str | None:
    if name in _SHELLS or name in _INTERPRETERS:
        return next((w for w in argv[1:] if _SCRIPT_FILE.search(w)), None)
    if "/" in argv[0] and not argv[0].startswith(("/", "~")):
        return argv[0]
    return argv[0] if _SCRIPT_FILE.search(argv[0]) else None


def _package_of_command(repo: Repo, argv: Sequence[str], directory: str) -> Package | None:
    for flag in ("--prefix", "-C", "--cwd", "--dir"):
        if flag in argv[:-1]:
            directory = _join(directory, argv[argv.index(flag) + 1])
    for flag in ("--workspace", "-w", "--filter", "-F"):
        wanted = _option(argv, flag)
        if wanted:
            return repo.package_named(wanted, directory)
    return repo.package_in(directory)


def _of_job(repo: Repo, job: Job) -> Iterator[Publication]:
    registries = first_registries(repo)
    for placed in placed_steps(repo, job):
        step = placed.step
        if step.uses is not None:
            if step.uses.name == "actions/setup-node":
                registries = after_setup_node(registries, step)
            known = tool_of_action(step.uses.name)
            if known is not None:
                yield from _of_action(repo, job, placed, known, registries)
        scripts: list[shell.Script] = []
        for invocation in invocations(repo, job, placed):
            if invocation.script is not None and invocation.script not in scripts:
                scripts.append(invocation.script)
            tool = _tool_of(repo, job, invocation)
            # A tool's own action has been counted; what it starts may be another one.
            if tool is None or (step.uses and tool.actions):
                continue
            if _can_publish(repo, tool, invocation.directory):
                now = _so_far(registries, scripts, invocation)
                yield _of_command(repo, job, invocation, tool, now)
        for script in scripts:
            registries = after_script(registries, script)


def _can_publish(repo: Repo, tool: Tool, directory: str) -> bool:
    """Whether the command means that tool here, and nothing tells the tool not to publish."""
    if tool.until_yarn and repo.yarn_major >= tool.until_yarn:
        return False
    return tool.setting is None or publishes(repo, tool.setting, directory)


def _so_far(
    registries: Registries, scripts: Sequence[shell.Script], invocation: Invocation
) -> Registries:
    """What the scripts of a step have set when a command of theirs runs."""
    for script in scripts:
        within = invocation.command is not None and script is invocation.script
        before = invocation.command.start if within and invocation.command else None
        registries = after_script(registries, script, before)
    return registries


def _of_command(
    repo: Repo, job: Job, invocation: Invocation, tool: Tool, registries: Registries
) -> Publication:
    packages = _packages(repo, job, tool, invocation)
    placed = invocation.placed
    environments = (placed.step.env, placed.outer.env, job.env, job.workflow.env)
    given = _given(invocation.argv)
    if tool.registry_variable:
        named = (env.get(tool.registry_variable) for env in environments)
        host = next((one for one in named if one is not None), "")
        given = Registries(host if "//" in host or not host else f"https://{host}/")
    url = destination(given, packages, environments, registries)
    return Publication(tool, job, placed, invocation, None, target(url), url or "", packages)


def _given(argv: Sequence[str]) -> Registries:
    """The registries that a command line names: `--registry URL`, `--@acme:registry=URL`."""
    found = Registries()
    for number, word in enumerate(argv):
        option, equals, value = word.partition("=")
        match = _REGISTRY_OPTION.match(option)
        if match:
            after = argv[number + 1] if number + 1 < len(argv) else ""
            # A value that the file does not show is an expression to whoever asks where it leads.
            found = found.with_setting(
                match["scope"] or "", (value if equals else after) or "${{ }}"
            )
    return found


def _tool_of(repo: Repo, job: Job, invocation: Invocation) -> Tool | None:
    if invocation.command is None:
        if invocation.rehearses:
            return None
        found = _PUBLISH_IN_CODE.search(invocation.code)
        spawned = tool_of_command(("npm", "publish")) if found else None
        return spawned or tool_of_code(invocation.code)
    known = tool_of_command(invocation.argv)
    if known is not None:
        return known
    if _is_told_to_publish(invocation.argv):
        return UNKNOWN if _is_handed_a_token(job, invocation) else None
    return _tool_behind(repo, job, invocation)


def _is_handed_a_token(job: Job, invocation: Invocation) -> bool:
    environments = (invocation.placed.step.env, job.env, job.workflow.env)
    return any(is_npm_token(name, value) for env in environments for name, value in env.items())


def _tool_behind(repo: Repo, job: Job, invocation: Invocation) -> Tool | None:
    """What a program starts whose steps stand nowhere here: a target of Nx, a file that is missing.

    It is the publishing tool that package.json installs for this, if the step is handed an npm
    token, or may get an identity instead.
    """
    words = positionals(invocation.argv, _VALUE_OPTIONS)
    runner, *rest = (words[1:] if words and words[0] in _RUNNERS else words) or [""]
    file = _file_run(words[0], invocation.argv) if words else None
    hidden = file is not None and repo.text(_join(invocation.directory, file)) is None
    if not (hidden or (runner in {"nx", "ng"} and rest)):
        return None
    if not (_is_handed_a_token(job, invocation) or grants_id_token(effective(job))):
        return None
    packages = (repo.package_in(invocation.directory), repo.root_package)
    installed = {name for package in packages if package for name in package.dependencies}
    return tool_of_dependency(installed)


def _is_told_to_publish(argv: Sequence[str]) -> bool:
    """`PROGRAM publish …`, where the program is nobody's that publishes to other registries."""
    words = positionals(argv, _VALUE_OPTIONS)
    return words[1:2] == ["publish"] and words[0] not in {*NOT_NPM, *_RUNNERS, *_SHELLS, "echo"}


def _of_action(
    repo: Repo, job: Job, placed: Placed, known: tuple[Tool, ActionUse], registries: Registries
) -> Iterator[Publication]:
    tool, use = known
    step = placed.step
    if not use.publishes(step.inputs):
        return
    folder = step.inputs.get(use.package_input, "") if use.package_input else ""
    named = repo.package_in(_join("", folder.removesuffix("package.json"))) if folder else None
    packages = (named,) if named is not None else repo.workspace_packages
    environments = (step.env, placed.outer.env, job.env, job.workflow.env)
    given = Registries(step.inputs.get("registry", ""))
    url = destination(given, packages, environments, registries)
    yield Publication(tool, job, placed, None, use, target(url), url or "", packages)


def _packages(repo: Repo, job: Job, tool: Tool, invocation: Invocation) -> tuple[Package, ...]:
    """What a command publishes: the package of its folder, a workspace, or all that are public."""
    argv = invocation.argv
    wrappers = invocation.command.wrappers if invocation.command is not None else ()
    if not tool.one_package or "yarn workspaces" in wrappers:
        return repo.workspace_packages
    if any(word in {"--workspaces", "-ws", "--ws", "-r", "--recursive"} for word in argv):
        return repo.workspace_packages
    named = [
        package
        for flag in ("--workspace", "-w")
        for wanted in _options(argv, flag)
        for package in _workspaces(repo, wanted, invocation.directory)
    ]
    if invocation.command is not None and "yarn workspace" in invocation.command.wrappers:
        words = [word.resolved for word in invocation.command.words]
        wanted = words[words.index("workspace") + 1]
        named += _workspaces(repo, wanted, invocation.directory)
    if named:
        return tuple(named)
    words = tool.arguments(argv) if tool.takes_folder else []
    if words and not words[0].endswith((".tgz", ".tar.gz")):
        package = repo.package_in(_join(invocation.directory, words[0]))
    else:
        package = _package_of_command(repo, argv, invocation.directory)
    if package is not None and not package.private:
        return (package,)
    likely: tuple[Package, ...] = repo.public_packages if len(repo.public_packages) == 1 else ()
    # A folder that the run decides on, or a program that goes through folders.
    if UNSEEN in invocation.directory.split("/") or invocation.command is None:
        likely = repo.workspace_packages
    return _legs(repo, job, invocation.directory) or likely


def _legs(repo: Repo, job: Job, directory: str) -> tuple[Package, ...]:
    """The packages of a folder that the matrix names, one for each of its legs."""
    dimension = _MATRIX.search(directory)
    if dimension is None or isinstance(job.matrix, str):
        return ()
    listed, include = job.matrix.get(dimension[1]), job.matrix.get("include")
    values = list(listed) if isinstance(listed, list) else []
    for leg in include if isinstance(include, list) else []:
        values.append(mapping(leg).get(dimension[1]))
    folders = (
        _join("", _MATRIX.sub(str(value), directory)) for value in dict.fromkeys(map(str, values))
    )
    found = (repo.package_in(folder) for folder in folders)
    return tuple(package for package in found if package is not None and not package.private)


def _workspaces(repo: Repo, wanted: str, directory: str) -> Iterator[Package]:
    """The workspaces that `--workspace` means: by name, by folder, or all below a folder."""
    package = repo.package_named(wanted, directory)
    if package is not None:
        yield package
        return
    below = f"{_join(directory, wanted)}/"
    yield from (one for one in repo.public_packages if one.directory.startswith(below))


def _option(argv: Sequence[str], flag: str) -> str | None:
    """The value of `--flag value` or `--flag=value`; None where the flag is not given."""
    return next(iter(_options(argv, flag)), None)


def _options(argv: Sequence[str], flag: str) -> Iterator[str]:
    for number, word in enumerate(argv):
        if word == flag:
            yield argv[number + 1] if number + 1 < len(argv) else ""
        elif word.startswith(flag + "="):
            yield word.split("=", 1)[1]


def _join(directory: str, path: str) -> str:
    """A path relative to the root; "" for the root; stays inside."""
    joined = posixpath.normpath(posixpath.join("/", directory, path)).lstrip("/")
    return "" if joined == "." else joined


def script_texts(repo: Repo, job: Job) -> dict[str, str]:
    """What the `run:` of each step leads to, by the step's own text: for a look at the words."""
    found: dict[str, dict[str, None]] = {}
    for placed in placed_steps(repo, job):
        for invocation in invocations(repo, job, placed):
            if invocation.home.address[-1:] == ("run",) or placed.step.run is None:
                continue
            text = invocation.code or (invocation.script.text if invocation.script else "")
            found.setdefault(placed.step.run, {})[text] = None
    return {run: "\n".join(texts) for run, texts in found.items()}
