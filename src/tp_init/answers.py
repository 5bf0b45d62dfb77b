"""The answers: what the repository says, what the user gave, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from tp_init.git import GitHubRepository, RemoteChoice, parse_repository
from tp_init.model import Answer
from tp_init.questions import resolve_defaults
from tp_init.repo import LOCK_FILES, Repo
from tp_init.setup import Setup

__all__ = ["OF_A_JOB", "discovered", "given", "with_defaults"]

DEFAULT_WORKFLOW = "publish.yml"
OF_A_JOB = "job "
"""How the source of an answer starts that was read from a job of a workflow."""


def discovered(setup: Setup, remote: RemoteChoice) -> dict[str, Answer]:
    """What can be read from the repository, by question."""
    repo = setup.repo
    found: dict[str, Answer] = {}
    where = _repository(repo, remote)
    if where is not None:
        repository, source = where
        found["owner"] = Answer(repository.owner, source)
        found["repo"] = Answer(repository.name, source)
    package = _main_package(setup)
    if package is not None:
        name, path = package
        found["scope"] = Answer(name[1:].split("/")[0] if name.startswith("@") else "", path)
        found["package_name"] = Answer(name, path)
    found |= _of_the_publishing_job(setup)
    manager = _package_manager(repo)
    if manager is not None:
        found["package_manager"] = manager
    return found


def given(values: Mapping[str, str | None], source: str = "--") -> dict[str, Answer]:
    """What the command line gave, by question; an option that was not given is None."""
    return {
        name: Answer(value, f"{source}{name.replace('_', '-')}")
        for name, value in values.items()
        if value is not None
    }


def with_defaults(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers with a default for every question that has one, in the questions' order."""
    complete = resolve_defaults({name: answer.value for name, answer in answers.items()})
    return {
        name: answers[name] if name in answers else Answer(value, "default")
        for name, value in complete.items()
    }


def _repository(repo: Repo, remote: RemoteChoice) -> tuple[GitHubRepository, str] | None:
    if remote.chosen is not None and remote.chosen.github is not None:
        return remote.chosen.github, f"git remote {remote.chosen.name}"
    for package in repo.packages:
        parsed = parse_repository(package.repository) if package.repository else None
        if parsed is not None:
            return parsed, f"repository in {package.document.path}"
    return None


def _main_package(setup: Setup) -> tuple[str, str] | None:
    for package in (*setup.packages, *setup.repo.public_packages, *setup.repo.packages):
        if package.name:
            return package.name, package.document.path
    return None


def _of_the_publishing_job(setup: Setup) -> dict[str, Answer]:
    if not setup.jobs:
        taken = {workflow.file_name for workflow in setup.repo.workflows}
        free = next(name for name in _names() if name not in taken)
        return {} if free == DEFAULT_WORKFLOW else {"workflow": Answer(free, "a name not in use")}
    job = setup.jobs[0].job
    path = job.workflow.path
    return {
        "workflow": Answer(job.workflow.file_name, path),
        "environment": Answer(job.environment, f"{OF_A_JOB}{job.id} in {path}"),
    }


def _names() -> Iterator[str]:
    yield from (DEFAULT_WORKFLOW, "npm-publish.yml", "publish-npm.yml")
    yield from (f"npm-publish-{number}.yml" for number in count(2))


def _package_manager(repo: Repo) -> Answer | None:
    manager = repo.package_manager
    if manager not in set(LOCK_FILES.values()):
        return None
    root = repo.root_package
    if root is not None and "packageManager" in root.data:
        return Answer(manager, "packageManager in package.json")
    return Answer(manager, repo.lock_file)
