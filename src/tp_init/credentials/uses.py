"""What a step needs a token for besides the publish: a script that reads it, an install."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from tp_init.committed_logins import committed_logins
from tp_init.credentials.model import Cut, View
from tp_init.document import mapping
from tp_init.model import Location
from tp_init.publishing import Invocation, Placed, invocations
from tp_init.repo import Repo
from tp_init.token_names import is_npm_token
from tp_init.workflow import Job, Step

__all__ = ["env_names", "needs", "needs_to_install", "read_by_an_install", "residual_use"]

_REMARK = re.compile(r"\s*(?://|\*|#|console\.\w+\(|core\.\w+\(|logger?\.\w+\(|print\()")
_INSTALLS = frozenset({"ci", "install", "i", "add", "clean-install"})
_ENV_IN_EXPRESSION = re.compile(r"\benv\s*(?:\.\s*(\w+)|\[\s*'(\w+)'\s*\])")


def needs(view: View, placed: Placed, name: str, cuts: Sequence[Cut]) -> bool:
    """Whether a step that does not publish needs the variable: it reads it, or installs with it."""
    if residual_use(view, placed, name, cuts) is not None:
        return True
    step = placed.step
    if name in env_names(" ".join((*step.env.values(), *step.inputs.values(), step.condition))):
        return True
    read_by_npmrc = any(name in login.variables for login in committed_logins(view.repo))
    read = read_by_npmrc or name == "NODE_AUTH_TOKEN"
    return read and needs_to_install(view, placed)


def needs_to_install(view: View, placed: Placed) -> bool:
    """Whether a step installs something that may need a token to read."""
    return _private_dependencies(view.repo) and any(
        _installs(invocation) for invocation in invocations(view.repo, view.job, placed)
    )


def residual_use(view: View, placed: Placed, name: str, cuts: Sequence[Cut]) -> Location | None:
    """Where a step still reads a variable once the logins are gone; None where it does not."""
    for home, script in view.scripts(placed):
        cut = next((c for c in cuts if c.home == home), None)
        for use in script.uses:
            if use.name == name and not (cut and cut.covers(use.start, use.end)):
                return home.location(use.start)
        for span in script.expressions:
            gone = cut is not None and cut.covers(span.start, span.end)
            if not gone and name in env_names(script.text[span.start : span.end]):
                return home.location(span.start)
    for invocation in invocations(view.repo, view.job, placed):
        for found in re.finditer(rf"\b{re.escape(name)}\b", invocation.code):
            # A remark about the variable depends on nothing.
            line = invocation.code.rfind("\n", 0, found.start()) + 1
            if not _REMARK.match(invocation.code, line):
                return invocation.home.location(found.start())
    return None


def env_names(expression: str) -> set[str]:
    """The variables that an expression reads through `env`."""
    return {a or b for a, b in _ENV_IN_EXPRESSION.findall(expression)}


def _installs(invocation: Invocation) -> bool:
    argv = invocation.argv
    if argv[:1] not in {("npm",), ("pnpm",), ("yarn",), ("bun",)}:
        return False
    words = [word for word in argv[1:] if word and not word.startswith("-")]
    return (not words and argv[0] == "yarn") or bool(words and words[0] in _INSTALLS)


def _private_dependencies(repo: Repo) -> bool:
    """Whether something may be installed that only a token can read.

    Nobody can see from the files which package is private; one of the own scope, which is no
    workspace package, is what people keep private. But where some job installs without any
    token, nothing is.
    """
    own = {package.name for package in repo.packages}
    scopes = {package.scope for package in repo.packages if package.scope}
    suspects = any(
        name not in own and name.startswith("@") and name[1:].split("/")[0] in scopes
        for package in repo.packages
        for name in package.dependencies
    )
    return suspects and not _scope_is_public(repo, scopes, own) and not _installs_openly(repo)


def _scope_is_public(repo: Repo, scopes: AbstractSet[str], own: AbstractSet[str]) -> bool:
    """Whether a package that everybody may install depends on others of its scope."""
    return any(
        name.startswith("@") and name[1:].split("/")[0] in scopes and name not in own
        for package in repo.public_packages
        if package.publish_config.get("access") != "restricted"
        for name in mapping(package.data.get("dependencies"))
    )


def _installs_openly(repo: Repo) -> bool:
    return any(
        not any(is_npm_token(name, value) for name, value in _variables(job, step))
        and any(_installs(one) for one in invocations(repo, job, Placed(step, step)))
        for workflow in repo.workflows
        for job in workflow.jobs
        for step in job.steps
        if step.run is not None
    )


def _variables(job: Job, step: Step) -> Iterator[tuple[str, str]]:
    for env in (step.env, job.env, job.workflow.env):
        yield from env.items()


def read_by_an_install(view: View, names: Sequence[str]) -> bool:
    """Whether some step that only installs is given one of the variables."""
    for workflow in view.repo.workflows:
        for job in workflow.jobs:
            for step in job.steps:
                if not set(names).intersection(step.env):
                    continue
                placed = Placed(step, step)
                commands = list(invocations(view.repo, job, placed))
                if any(_installs(one) for one in commands) and not view.publishes(placed):
                    return True
    return False
