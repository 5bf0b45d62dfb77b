"""Where a publish goes: the registry that wins among everything that can name one.

npm's own order, as npm 11.19.1 says it with `npm publish --dry-run`: a scope's registry, even one
of an npmrc, beats every general one, even `--registry`. Among the scope's, and among the general
ones, the command line beats `publishConfig`, which beats the environment and every npmrc. What a
step sets counts from then on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tp_init.document import Value, mapping
from tp_init.registry import target
from tp_init.repo import Package, Repo
from tp_init.shell import Script
from tp_init.workflow import Step

__all__ = ["Registries", "after_script", "after_setup_node", "destination", "first_registries"]

_VARIABLES = frozenset({"npm_config_registry", "yarn_npm_publish_registry"})
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


def after_script(registries: Registries, script: Script, before: int | None = None) -> Registries:
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
        if (
            write.start >= end
            or write.lines is None
            or not write.target.resolved.rstrip("\"'").endswith("npmrc")
        ):
            continue
        for line in write.lines:
            match = _NPMRC_LINE.match(line.text)
            if match:
                registries = registries.with_setting(match["scope"] or "", match["url"])
    return registries


def destination(
    given: Registries,
    packages: Sequence[Package],
    environments: Sequence[Mapping[str, str]],
    registries: Registries,
) -> str | None:
    """The registry a command publishes to; None for npm's own default.

    Of several packages that go to different ones, npm's public registry is told, if it is among
    them.

    Args:
        given: what the command line says.
        packages: what it publishes; empty where that cannot be seen.
        environments: the `env` of the step, the job and the workflow, the nearest first.
        registries: what has been set before.
    """
    from_environment = next(
        (
            value
            for env in environments
            for name, value in env.items()
            if name.lower() in _VARIABLES
        ),
        "",
    )
    general = given.general, from_environment, registries.general
    if not packages:
        scoped = () if any(general) else registries.scoped.values()
        return next((url for url in (*general, *scoped) if url), None)
    found = [_of_package(package, given, from_environment, registries) for package in packages]
    return next((url for url in found if target(url) == "public"), found[0])


def _of_package(
    package: Package, given: Registries, from_environment: str, registries: Registries
) -> str | None:
    config, scope = package.publish_config, package.scope.lower()
    pinned = Registries(
        _text(config.get("registry")), {scope: _text(config.get(f"@{package.scope}:registry"))}
    )
    order = (
        *(one.scoped.get(scope, "") for one in (given, pinned, registries) if scope),
        given.general,
        pinned.general,
        from_environment,
        registries.general,
    )
    return next((url for url in order if url), None)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
