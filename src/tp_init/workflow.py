"""What a GitHub Actions workflow or composite action says, as objects that know their addresses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from tp_init.document import Address, Value, mapping
from tp_init.formats.yaml import YamlDocument
from tp_init.model import Location
from tp_init.shell import Script, parse

__all__ = [
    "Action",
    "ActionReference",
    "Job",
    "Permissions",
    "Step",
    "Workflow",
    "expressions",
    "secrets_in",
]

Permissions: TypeAlias = "str | Mapping[str, str] | None"
"""A block as written: `read-all` or `write-all`, scopes with their access, or None where absent."""

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_SECRET = re.compile(r"\bsecrets\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']+)'\s*\])", re.IGNORECASE)
_LOCAL_PREFIXES = ("./", "$/")  # `$/` is GitHub's self-repository syntax of July 2026


def expressions(text: str) -> tuple[str, ...]:
    """The insides of every `${{ … }}` in a text, stripped."""
    return tuple(found.strip() for found in _EXPRESSION.findall(text))


def secrets_in(text: str) -> tuple[str, ...]:
    """The names of the secrets that a value refers to, in order, upper-cased.

    GitHub compares secret names without regard to case, so `npm_token` and `NPM_TOKEN` are one.
    """
    bodies = expressions(text) or ((text,) if "secrets" in text else ())
    names = (match[0] or match[1] for body in bodies for match in _SECRET.findall(body))
    return tuple(dict.fromkeys(name.upper() for name in names))


@dataclass(frozen=True, slots=True)
class ActionReference:
    """What `uses:` names.

    Attributes:
        text: as written.
        name: `owner/repo` or `owner/repo/path`, lower-cased, or the local path without `./`.
        ref: the part after `@`; empty for a local one.
        local: whether it lies in this repository.
    """

    text: str
    name: str
    ref: str
    local: bool

    @classmethod
    def parse(cls, text: str) -> ActionReference:
        """Read a `uses:` value; never fails, an odd one has an odd name."""
        if text.startswith(_LOCAL_PREFIXES):
            return cls(text, posixpath.normpath(text[2:]), "", local=True)
        name, _, ref = text.partition("@")
        return cls(text, name.lower(), ref, local=False)


@dataclass(frozen=True)
class Step:
    """A step of a job or of a composite action.

    Attributes:
        document: the file it stands in.
        address: where.
        number: its index among its siblings.
    """

    document: YamlDocument
    address: Address
    number: int

    @cached_property
    def data(self) -> Mapping[str, Value]:
        """The step as written."""
        return mapping(self.document.resolved(self.address))

    @property
    def id(self) -> str:
        """The id that `steps.…` expressions use, or empty."""
        return _text(self.data.get("id"))

    @property
    def title(self) -> str:
        """How a person would name the step."""
        name = _text(self.data.get("name"))
        if name:
            return name
        if self.uses:
            return self.uses.text
        first = next((line.strip() for line in (self.run or "").splitlines() if line.strip()), "")
        return first or f"step {self.number + 1}"

    @cached_property
    def uses(self) -> ActionReference | None:
        """The action it runs, if any."""
        text = _text(self.data.get("uses"))
        return ActionReference.parse(text) if text else None

    @property
    def run(self) -> str | None:
        """The script, if any."""
        run = self.data.get("run")
        return run if isinstance(run, str) else None

    @property
    def shell(self) -> str | None:
        """The shell that the step itself names."""
        return _text(self.data.get("shell")) or None

    @property
    def condition(self) -> str:
        """The `if:`, or empty."""
        return _text(self.data.get("if"))

    @property
    def working_directory(self) -> str:
        """The folder that the step itself names, or empty."""
        return _text(self.data.get("working-directory"))

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """`with:`, keys lower-cased as GitHub reads them."""
        return {key.lower(): _text(value) for key, value in mapping(self.data.get("with")).items()}

    @cached_property
    def env(self) -> Mapping[str, str]:
        """`env:` of the step."""
        return _environment(self.data.get("env"))

    @cached_property
    def script(self) -> Script | None:
        """The script, parsed; None where there is none."""
        return parse(self.run) if self.run is not None else None

    def location(self, *below: str | int, offset: int | None = None) -> Location:
        """Where the step, something below it, or an offset in a decoded string below it, stands."""
        return locate(self.document, (*self.address, *below), offset)

    def input_address(self, name: str) -> Address:
        """Where an input stands, whatever the case of its key.

        Raises:
            KeyError: there is no such input.
        """
        for key in mapping(self.data.get("with")):
            if key.lower() == name.lower():
                return (*self.address, "with", key)
        raise KeyError(name)


@dataclass(frozen=True)
class Job:
    """A job of a workflow: its own steps, or a call of a reusable workflow."""

    workflow: Workflow
    id: str

    @property
    def document(self) -> YamlDocument:
        """The file it stands in."""
        return self.workflow.document

    @property
    def address(self) -> Address:
        """Where it stands."""
        return ("jobs", self.id)

    @cached_property
    def data(self) -> Mapping[str, Value]:
        """The job as written."""
        return mapping(self.document.resolved(self.address))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Its steps, in order."""
        return _steps(self.document, (*self.address, "steps"), self.data.get("steps"))

    @cached_property
    def uses(self) -> ActionReference | None:
        """The reusable workflow that it calls, if any."""
        text = _text(self.data.get("uses"))
        return ActionReference.parse(text) if text else None

    @property
    def permissions(self) -> Permissions:
        """The job's own block."""
        return _permissions(self.data, "permissions")

    @property
    def environment(self) -> str:
        """The name of the deployment environment, or empty."""
        environment = self.data.get("environment")
        if isinstance(environment, dict):
            return _text(environment.get("name"))
        return _text(environment)

    @property
    def condition(self) -> str:
        """The `if:`, or empty."""
        return _text(self.data.get("if"))

    @cached_property
    def env(self) -> Mapping[str, str]:
        """`env:` of the job."""
        return _environment(self.data.get("env"))

    @cached_property
    def secrets(self) -> Mapping[str, str] | str:
        """What is handed to a called workflow: names with values, or "inherit"."""
        secrets = self.data.get("secrets")
        return secrets if isinstance(secrets, str) else _environment(secrets)

    @property
    def needs(self) -> tuple[str, ...]:
        """The ids of the jobs it waits for."""
        needs = self.data.get("needs")
        return tuple(
            _text(item) for item in (needs if isinstance(needs, list) else [needs]) if item
        )

    @property
    def runs_on(self) -> Value:
        """The runner as written: a label, several, a group, or an expression."""
        return self.data.get("runs-on")

    @property
    def container(self) -> str:
        """The image the steps run in, or empty."""
        container = self.data.get("container")
        return _text(container.get("image")) if isinstance(container, dict) else _text(container)

    @cached_property
    def matrix(self) -> Mapping[str, Value] | str:
        """The matrix's dimensions (with `include` and `exclude`), or the expression it comes from."""
        matrix = mapping(self.data.get("strategy")).get("matrix")
        return matrix if isinstance(matrix, str) else mapping(matrix)

    def run_default(self, key: str) -> str:
        """`defaults.run.<key>` of the job, else of the workflow, else empty."""
        for holder in (self.data, self.workflow.data):
            text = _text(mapping(mapping(holder.get("defaults")).get("run")).get(key))
            if text:
                return text
        return ""

    def location(self, *below: str | int) -> Location:
        """Where the job, or something below it, stands."""
        return locate(self.document, (*self.address, *below))


@dataclass(frozen=True)
class Workflow:
    """A file in `.github/workflows`."""

    document: YamlDocument

    @property
    def path(self) -> str:
        """The file."""
        return self.document.path

    @property
    def file_name(self) -> str:
        """The bare name, which is what npm's form wants."""
        return posixpath.basename(self.path)

    @cached_property
    def data(self) -> Mapping[str, Value]:
        """The workflow as written."""
        return mapping(self.document.resolved(()))

    @property
    def name(self) -> str:
        """`name:`, or the file's name."""
        return _text(self.data.get("name")) or self.file_name

    @cached_property
    def triggers(self) -> Mapping[str, Value]:
        """The events in `on:`, each with its settings."""
        on = self.data.get("on")
        if isinstance(on, str):
            return {on: None}
        if isinstance(on, list):
            return {_text(event): None for event in on}
        return mapping(on)

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Its jobs, in the file's order."""
        return tuple(Job(self, job_id) for job_id in mapping(self.data.get("jobs")))

    @property
    def permissions(self) -> Permissions:
        """The workflow's own block."""
        return _permissions(self.data, "permissions")

    @cached_property
    def env(self) -> Mapping[str, str]:
        """`env:` of the workflow."""
        return _environment(self.data.get("env"))

    def location(self, *address: str | int) -> Location:
        """Where something in the file stands."""
        return locate(self.document, address)


@dataclass(frozen=True)
class Action:
    """A composite action in the repository: an `action.yml` whose steps run in the caller's job."""

    document: YamlDocument

    @property
    def directory(self) -> str:
        """What a local `uses:` names, without `./`; "." for an action at the root."""
        return posixpath.dirname(self.document.path) or "."

    @cached_property
    def data(self) -> Mapping[str, Value]:
        """The action as written."""
        return mapping(self.document.resolved(()))

    @cached_property
    def runs(self) -> Mapping[str, Value]:
        """`runs:`; its `using` says what kind of action it is."""
        return mapping(self.data.get("runs"))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of a composite action; none for another kind."""
        return _steps(self.document, ("runs", "steps"), self.runs.get("steps"))


def locate(document: YamlDocument, address: Address, offset: int | None = None) -> Location:
    """The place of an address, or of the nearest parent that is there."""
    while address:
        try:
            position = (
                document.position(address)
                if offset is None
                else document.source_position(address, offset)
            )
        except KeyError:
            address, offset = address[:-1], None
        else:
            return Location(document.path, position.line, position.column)
    return Location(document.path)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, list | dict) else str(value)


def _environment(value: Value) -> Mapping[str, str]:
    return {key: _text(item) for key, item in mapping(value).items()}


def _permissions(data: Mapping[str, Value], key: str) -> Permissions:
    if key not in data:
        return None
    value = data[key]
    return value if isinstance(value, str) else _environment(value)


def _steps(document: YamlDocument, address: Address, value: Value) -> tuple[Step, ...]:
    def each() -> Iterator[Step]:
        for number, item in enumerate(value if isinstance(value, list) else []):
            if isinstance(item, dict):
                yield Step(document, (*address, number), number)

    return tuple(each())
