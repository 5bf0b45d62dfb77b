"""Where a publish goes: the registry that wins among everything that can name one.

npm's own order: the command line beats `publishConfig`, which beats the environment and every
npmrc; a scope's registry beats the general one. What a step sets counts from then on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tp_init.document import mapping
from tp_init.repo import Package, Repo
from tp_init.shell import Script
from tp_init.workflow import Step

__all__ = ["Registries", "after_script", "after_setup_node", "destination", "first_registries"]

_ENVIRONMENT = frozenset({"npm_config_registry", "yarn_npm_publish_registry"})
_SETTING = re.compile(r"^(?:@(?P<scope>[\w.~-]+):)?registry$")
_YARN_SCOPE = re.compile(
    r"^npmScopes\.(?P<scope>[\w.~-]+)\.(?:npmPublishRegistry|npmRegistryServer)$"
)
_YARN = frozenset({"npmPublishRegistry", "npmRegistryServer"})
_NPMRC_LINE = re.compile(r"^\s*(?:@(?P<scope>[\w.~-]+):)?registry\s*=\s*(?P<url>\S+)")


@dataclass(frozen=True, slots=True)
class Registries:
    """The registries in force at a point of a job.

    Attributes:
        general: the registry for packages of no special scope; empty for npm's own default.
        scoped: scope, without its at sign → registry.
    """

    general: str = ""
    scoped: Mapping[str, str] = field(default_factory=dict)

    def with_setting(self, scope: str, url: str) -> Registries:
        """The same with one more setting; an empty scope means the general registry."""
        if not scope:
            return replace(self, general=url)
        return replace(self, scoped={**self.scoped, scope.lower(): url})


def first_registries(repo: Repo) -> Registries:
    """What the repository's own npmrc and `.yarnrc.yml` set."""
    found = Registries()
    for npmrc in repo.npmrcs:
        for entry in npmrc.entries:
            if entry.kind == "registry":
                found = found.with_setting(entry.scope, entry.value)
    settings = mapping(repo.yarnrc.data) if repo.yarnrc else {}
    for key in ("npmRegistryServer", "npmPublishRegistry"):
        if isinstance(settings.get(key), str):
            found = found.with_setting("", str(settings[key]))
    for scope, values in mapping(settings.get("npmScopes")).items():
        for key in ("npmRegistryServer", "npmPublishRegistry"):
            url = mapping(values).get(key)
            if isinstance(url, str):
                found = found.with_setting(scope, url)
    return found


def after_setup_node(registries: Registries, step: Step) -> Registries:
    """What `actions/setup-node` writes into its own npmrc, if it is given a registry."""
    url = step.inputs.get("registry-url")
    return (
        registries.with_setting(step.inputs.get("scope", "").lstrip("@"), url)
        if url
        else registries
    )


def after_script(
    registries: Registries, script: Script, before: int | None = None
) -> Registries:
    """What a script sets: `npm config set registry …`, `yarn config set …`, a written npmrc.

    Args:
        registries: what was in force when the script started.
        script: the script.
        before: only what stands before this offset counts; None for all of it.
    """
    end = len(script.text) if before is None else before
    for command in script.commands:
        if command.start >= end:
            break
        words = [word.resolved for word in command.argv]
        if command.name not in {"npm", "pnpm", "yarn"} or "set" not in words[1:3]:
            continue
        rest = [word for word in words[words.index("set") + 1 :] if not word.startswith("-")]
        key, _, value = rest[0].partition("=") if rest else ("", "", "")
        value = value or (rest[1] if len(rest) > 1 else "")
        match = _SETTING.match(key) or _YARN_SCOPE.match(key)
        if value and match:
            registries = registries.with_setting(match["scope"] or "", value)
        elif value and key in _YARN:
            registries = registries.with_setting("", value)
    for write in script.file_writes:
        if write.start >= end or write.lines is None or not write.target.resolved.rstrip("\"'").endswith("npmrc"):
            continue
        for line in write.lines:
            match = _NPMRC_LINE.match(line.text)
            if match:
                registries = registries.with_setting(match["scope"] or "", match["url"])
    return registries


def destination(
    given: str | None,
    packages: Iterable[Package],
    environments: Iterable[Mapping[str, str]],
    registries: Registries,
) -> str | None:
    """The registry a command publishes to; None for npm's own default.

    Args:
        given: the value of `--registry`; None where the option is not given.
        packages: what it publishes.
        environments: the `env` of the step, the job and the workflow, the nearest first.
        registries: what has been set before.
    """
    if given is not None:
        return given or "${{ }}"
    published = list(packages)
    pinned = {package.publish_registry for package in published}
    if len(pinned) == 1 and None not in pinned:
        return pinned.pop()
    for env in environments:
        for name, value in env.items():
            if name.lower() in _ENVIRONMENT:
                return value
    scopes = {package.scope.lower() for package in published if package.scope}
    for scope in sorted(scopes):
        if scope in registries.scoped:
            return registries.scoped[scope]
    if not published and registries.scoped and not registries.general:
        return next(iter(registries.scoped.values()))
    return registries.general or None
