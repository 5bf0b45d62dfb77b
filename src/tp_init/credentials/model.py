"""What the analysis of a publishing job's credentials speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tp_init import shell
from tp_init.document import Address
from tp_init.model import FileEdit, Location
from tp_init.publishing import Home, Placed, Publication, invocations
from tp_init.repo import Repo
from tp_init.workflow import Job, Step, Workflow

__all__ = ["Cut", "Entry", "Kind", "View", "Wiring"]

Kind: TypeAlias = Literal["step", "job", "workflow", "input", "script", "npmrc", "passed"]


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
class Cut:
    """What is taken out of one script.

    Attributes:
        home: where the script stands.
        script: the script.
        targets: what in it is only there to log in.
        placed: the step that runs it.
        names: the variables that the logins read: they carry the token.
        spans: the characters that go; none where a person has to act.
        edits: what takes them out; none where a person has to act.
        reason: why a person has to act; empty where `edits` does it.
        todo: what that person does.
    """

    home: Home
    script: shell.Script
    targets: tuple[shell.Target, ...]
    placed: Placed
    names: frozenset[str]
    spans: tuple[shell.Span, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    reason: str = ""
    todo: str = ""

    @property
    def location(self) -> Location:
        """Where the first login stands."""
        return self.home.location(min(target.start for target in self.targets))

    def covers(self, start: int, end: int) -> bool:
        """Whether a stretch of the script goes."""
        return any(span.start <= start and end <= span.end for span in self.spans)


@dataclass(frozen=True)
class Entry:
    """A variable in an `env:`, or an input, that carries the token.

    Attributes:
        kind: what holds it.
        holder: the same, as an object.
        document_path: the file.
        address: where in it.
        name: its name.
        value: its value, as written.
    """

    kind: Kind
    holder: Step | Job | Workflow
    document_path: str
    address: Address
    name: str
    value: str


@dataclass(frozen=True)
class View:
    """One publishing job, as the analysis looks at it.

    Attributes:
        repo: the repository.
        job: the job.
        publications: what it publishes to the public registry.
        elsewhere: what it publishes to other registries.
        placed: its steps, those of local composite actions included.
    """

    repo: Repo
    job: Job
    publications: tuple[Publication, ...]
    elsewhere: tuple[Publication, ...]
    placed: tuple[Placed, ...]

    def publishes(self, placed: Placed) -> bool:
        """Whether a step publishes to the public registry."""
        return any(one.placed.step == placed.step for one in self.publications)

    def scripts(self, placed: Placed) -> Iterator[tuple[Home, shell.Script]]:
        """The scripts that a step leads to, each once."""
        seen: set[tuple[str, Address]] = set()
        for invocation in invocations(self.repo, self.job, placed):
            key = (invocation.home.document.path, invocation.home.address)
            if invocation.script is not None and key not in seen:
                seen.add(key)
                yield invocation.home, invocation.script
