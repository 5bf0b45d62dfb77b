"""The publishing set-up of a repository: what the rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tp_init.action_releases import is_stuck
from tp_init.conversions import conversion
from tp_init.credentials import Wiring, wirings
from tp_init.identity import jobs_without_id_token
from tp_init.model import Answer
from tp_init.publishing import (
    Placed,
    Publication,
    entry_workflows,
    placed_steps,
    publications,
)
from tp_init.repo import Package, Repo
from tp_init.runner import hosted, labels
from tp_init.runtime import runtime
from tp_init.triggers import REFUSED
from tp_init.versions import parse_version
from tp_init.workflow import Job

__all__ = ["PublishingJob", "Setup"]


@dataclass(frozen=True)
class PublishingJob:
    """A job that publishes to npm's public registry.

    Attributes:
        job: the job.
        publications: its publications that go to the public registry, in order.
        placed: all its steps, those of local composite actions included.
        blocked: why it cannot publish by OIDC until a person acts; empty where it can. Such a job
            is left alone: it keeps its token, and publishes with it as long as npm lets it.
    """

    job: Job
    publications: tuple[Publication, ...]
    placed: tuple[Placed, ...]
    blocked: str


@dataclass(frozen=True)
class Setup:
    """What the rules look at: the repository, the answers, and what was found to publish.

    Attributes:
        repo: the repository.
        answers: the answers to the questions, by name; a check may have none.
        only: the package that a run is limited to, or empty.
        moving: whether the repository is being set up or moved, so that its packages get what the
            template gives a new one; None to find out. A repository that publishes by OIDC
            already is right as it is.
        released: for a check that may ask the registry: package name → whether it has the version
            of package.json already, or why that is not known. None where it was not asked.
    """

    repo: Repo
    answers: Mapping[str, Answer]
    only: str = ""
    moving: bool | None = None
    released: Mapping[str, bool | str] | None = None

    @cached_property
    def publications(self) -> tuple[Publication, ...]:
        """Everything that publishes anywhere, in the files' order."""
        return publications(self.repo)

    @cached_property
    def public(self) -> tuple[Publication, ...]:
        """What publishes to npm's public registry."""
        return tuple(one for one in self.publications if one.target == "public")

    @cached_property
    def jobs(self) -> tuple[PublishingJob, ...]:
        """The jobs that publish to npm's public registry, in the files' order."""
        grouped: dict[tuple[str, str], list[Publication]] = {}
        for one in self.public:
            grouped.setdefault((one.job.workflow.path, one.job.id), []).append(one)
        return tuple(
            PublishingJob(
                found[0].job,
                tuple(found),
                placed_steps(self.repo, found[0].job),
                _blocked(self.repo, found),
            )
            for found in grouped.values()
            if not self._logs_in_unseen(found)
        )

    def _logs_in_unseen(self, found: list[Publication]) -> bool:
        """Whether a job publishes with tools that need a token, and is handed none: not ours."""
        return all(one.tool.exchange == "none" for one in found) and not wirings(
            self.repo, found[0].job, found, self.publications
        )

    @cached_property
    def movable(self) -> tuple[PublishingJob, ...]:
        """The publishing jobs that nothing blocks."""
        return tuple(one for one in self.jobs if not one.blocked)

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """The packages that are published to the public registry by a job that can be moved."""
        found = {
            package.document.path: package
            for publishing in self.movable
            for publication in publishing.publications
            for package in publication.packages
        }
        return tuple(p for p in found.values() if not self.only or p.name == self.only)

    @cached_property
    def wirings(self) -> tuple[Wiring, ...]:
        """Every place where a token reaches a publish, each once."""
        found: dict[object, Wiring] = {}
        for one in self.movable:
            for wiring in wirings(self.repo, one.job, one.publications, self.publications):
                found.setdefault((wiring.location, wiring.what), wiring)
        return tuple(found.values())

    @cached_property
    def settled(self) -> bool:
        """Whether every publish that can be moved publishes by OIDC already."""
        return not self.wirings and not any(
            jobs_without_id_token(self.repo, one.job)
            or any(
                publication.tool.exchange == "npm"
                and runtime(self.repo, publication).npm.new_enough is False
                for publication in one.publications
            )
            for one in self.movable
        )

    @property
    def moves(self) -> bool:
        """Whether the repository is being set up or moved."""
        return not self.settled if self.moving is None else self.moving

    def stays_on_a_token(self, package: Package) -> bool:
        """Whether some job publishes the package without an identity, now and after the run.

        Such a publish would fail with EUSAGE if `publishConfig` asked for provenance.
        """
        movable = {(one.job.workflow.path, one.job.id) for one in self.movable}
        return any(
            package in publication.packages
            and (
                publication.target != "public"
                or (publication.job.workflow.path, publication.job.id) not in movable
            )
            for publication in self.publications
        )

    def answer(self, name: str) -> str:
        """An answer as text; empty where there is none."""
        answer = self.answers.get(name)
        return "" if answer is None else str(answer.value)


def _blocked(repo: Repo, found: list[Publication]) -> str:
    job = found[0].job
    if job.workflow.generated:
        return "generated"
    possible = labels(job)
    if possible is None or not all(hosted(label) for label in possible):
        return "runner"
    entries = entry_workflows(repo, job.workflow)
    if entries and all(REFUSED.intersection(entry.triggers) for entry in entries):
        return "trigger"
    if any(one.tool.id == "yarn-berry" for one in found) and not _yarn_is_new(repo):
        return "yarn"
    if any(is_stuck(one) for one in found):
        return "action"
    converted = (conversion(repo, one) for one in found)
    return "tool" if any(one is not None and not one.edits for one in converted) else ""


def _yarn_is_new(repo: Repo) -> bool:
    """Whether `yarn npm publish` trades the id-token: from 4.10 on (yarnpkg/berry#6952)."""
    version = parse_version(repo.yarn)
    return version is None or version >= (4, 10, 0)
