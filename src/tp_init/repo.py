"""Discovery: from files to what is known of a repository. Nothing is decided here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tp_init.document import Value, mapping
from tp_init.errors import Refused
from tp_init.formats.json import JsonDocument
from tp_init.formats.npmrc import NpmrcDocument
from tp_init.formats.plain import PlainDocument
from tp_init.formats.yaml import YamlDocument
from tp_init.overlay import Files
from tp_init.tree import decode
from tp_init.workflow import Action, Workflow

__all__ = ["LOCK_COMMANDS", "LOCK_FILES", "Package", "Repo", "discover"]

LOCK_FILES: Mapping[str, str] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
"""Lock file → the package manager that writes it."""

LOCK_COMMANDS: Mapping[str, str] = {
    "npm": "npm install --package-lock-only",
    "pnpm": "pnpm install --lockfile-only",
    "yarn": "yarn install",
    "bun": "bun install --lockfile-only",
}
"""Package manager → the command that writes its lock file and, where it can, nothing else."""


@dataclass(frozen=True)
class Package:
    """A `package.json`.

    Attributes:
        document: the file.
    """

    document: JsonDocument

    @property
    def directory(self) -> str:
        """Its folder, relative to the repository's root; "" for the root."""
        return posixpath.dirname(self.document.path)

    @cached_property
    def data(self) -> Mapping[str, Value]:
        """The file as written."""
        return mapping(self.document.data)

    @property
    def name(self) -> str:
        """The package's name, or empty."""
        return _text(self.data.get("name"))

    @property
    def scope(self) -> str:
        """The scope without `@`, or empty."""
        return self.name[1:].split("/")[0] if self.name.startswith("@") else ""

    @property
    def version(self) -> str:
        """The version, or empty."""
        return _text(self.data.get("version"))

    @property
    def private(self) -> bool:
        """Whether npm refuses to publish it."""
        return self.data.get("private") in {True, "true"}

    @cached_property
    def scripts(self) -> Mapping[str, str]:
        """`scripts`, those that are strings."""
        return {k: v for k, v in mapping(self.data.get("scripts")).items() if isinstance(v, str)}

    @property
    def repository(self) -> str:
        """`repository` as a URL or a shorthand, or empty."""
        repository = self.data.get("repository")
        if isinstance(repository, dict):
            return _text(repository.get("url"))
        return _text(repository)

    @property
    def publish_config(self) -> Mapping[str, Value]:
        """`publishConfig`."""
        return mapping(self.data.get("publishConfig"))

    @property
    def publish_registry(self) -> str | None:
        """The registry that `publishConfig` pins the package to, if any."""
        config = self.publish_config
        scoped = config.get(f"@{self.scope}:registry") if self.scope else None
        registry = scoped or config.get("registry")
        return registry if isinstance(registry, str) else None

    def dependency(self, kind: str, name: str) -> str:
        """The range in `devDependencies` or another kind; empty where it does not stand there."""
        return _text(mapping(self.data.get(kind)).get(name))

    @cached_property
    def dependencies(self) -> Mapping[str, str]:
        """Every dependency of every kind with its range."""
        found: dict[str, str] = {}
        for kind in ("optionalDependencies", "peerDependencies", "devDependencies", "dependencies"):
            found.update({k: _text(v) for k, v in mapping(self.data.get(kind)).items()})
        return found


@dataclass(frozen=True)
class Repo:
    """What was found in a repository. Rules read this and nothing else.

    Attributes:
        files: where the files come from.
        workflows: the workflows, by file name.
        packages: the root's `package.json` first, then those of the workspaces.
        npmrcs: the root's `.npmrc` first, then those beside the packages.
    """

    files: Files
    workflows: tuple[Workflow, ...]
    packages: tuple[Package, ...]
    npmrcs: tuple[NpmrcDocument, ...]
    _texts: dict[str, PlainDocument | None] = field(default_factory=dict, compare=False, repr=False)
    _actions: dict[str, Action | None] = field(default_factory=dict, compare=False, repr=False)
    _found: dict[str, Package | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def root_package(self) -> Package | None:
        """The `package.json` at the root, if there is one."""
        return next((package for package in self.packages if not package.directory), None)

    @cached_property
    def public_packages(self) -> tuple[Package, ...]:
        """The packages that npm would publish: named and not private."""
        return tuple(p for p in self.packages if p.name and not p.private)

    @cached_property
    def workspace_packages(self) -> tuple[Package, ...]:
        """What a tool publishes that goes through the workspaces: never the root beside them."""
        if len(self.packages) == 1:
            return self.public_packages
        return tuple(package for package in self.public_packages if package.directory)

    @cached_property
    def lock_file(self) -> str:
        """The first lock file at the root, or empty."""
        return next((name for name in LOCK_FILES if self.files.exists(name)), "")

    @cached_property
    def package_manager(self) -> str:
        """npm, pnpm, yarn or bun: from `packageManager`, then the lock file, or empty."""
        root = self.root_package
        declared = _text(root.data.get("packageManager")).split("@")[0] if root else ""
        return declared or LOCK_FILES.get(self.lock_file, "")

    def package_in(self, directory: str) -> Package | None:
        """The package of a folder, read when it is no workspace's; None where there is none."""
        known = next((p for p in self.packages if p.directory == directory), None)
        if known is not None:
            return known
        path = posixpath.join(directory, "package.json")
        if path not in self._found:
            try:
                source = self.files.read(path)
                text = None if source.content is None else decode(source)
                self._found[path] = None if text is None else Package(JsonDocument.read(path, text))
            except Refused:
                self._found[path] = None  # not a package that anything here publishes
        return self._found[path]

    def package_named(self, wanted: str, directory: str = "") -> Package | None:
        """The workspace package of a name, or of a folder as `--workspace` takes it."""
        for package in self.packages:
            if package.name == wanted:
                return package
        folder = posixpath.normpath(posixpath.join("/", directory, wanted)).lstrip("/")
        return self.package_in(folder)

    @cached_property
    def yarnrc(self) -> YamlDocument | None:
        """The root's `.yarnrc.yml`, Yarn 2's and newer's settings, if there is one.

        Raises:
            Refused: it cannot be read safely.
        """
        source = self.files.read(".yarnrc.yml")
        return None if source.content is None else YamlDocument.read(source.path, decode(source))

    @cached_property
    def yarn(self) -> str:
        """The version of Yarn: of the vendored file, else of `packageManager`; empty if unknown."""
        settings = mapping(self.yarnrc.data) if self.yarnrc else {}
        vendored = re.search(r"yarn-(\d[\w.-]*)\.cjs$", _text(settings.get("yarnPath")))
        if vendored:
            return vendored[1]
        declared = _text(self.root_package.data.get("packageManager")) if self.root_package else ""
        name, _, version = declared.partition("@")
        return version.split("+")[0] if name == "yarn" else ""

    @cached_property
    def yarn_major(self) -> int:
        """The major of Yarn: by its version, its settings or its lock file; 1 where none says."""
        major = re.match(r"\d+", self.yarn)
        if major:
            return int(major[0])
        lock = self.text("yarn.lock") or ""
        return 2 if self.yarnrc is not None or "\n__metadata:" in lock[:2000] else 1

    def plain(self, path: str) -> PlainDocument | None:
        """A text file such as a script; None where there is none or it cannot be read as text."""
        if path not in self._texts:
            try:
                source = self.files.read(path)
                self._texts[path] = (
                    None if source.content is None else PlainDocument.read(path, decode(source))
                )
            except Refused:
                self._texts[path] = None
        return self._texts[path]

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none or it cannot be read as text."""
        document = self.plain(path)
        return document.text if document else None

    def action(self, directory: str) -> Action | None:
        """The action in a folder, as a local `uses:` names it; None where there is none.

        Raises:
            Refused: its metadata file cannot be read safely.
        """
        if directory not in self._actions:
            self._actions[directory] = None
            for name in ("action.yml", "action.yaml"):
                path = posixpath.normpath(posixpath.join(directory, name))
                source = self.files.read(path)
                if source.content is not None:
                    self._actions[directory] = Action(YamlDocument.read(path, decode(source)))
                    break
        return self._actions[directory]


def discover(files: Files) -> Repo:
    """Read what the rules need to know of a repository.

    Raises:
        Refused: a workflow, a `package.json` or an `.npmrc` cannot be read safely.
    """
    workflows = tuple(
        Workflow(YamlDocument.read(path, decode(files.read(path)))) for path in files.workflows()
    )
    packages = _packages(files)
    folders = dict.fromkeys(["", *(package.directory for package in packages)])
    npmrcs = []
    for folder in folders:
        path = posixpath.join(folder, ".npmrc")
        source = files.read(path)
        if source.content is not None:
            npmrcs.append(NpmrcDocument.read(path, decode(source)))
    return Repo(files, workflows, packages, tuple(npmrcs))


def _packages(files: Files) -> tuple[Package, ...]:
    root_source = files.read("package.json")
    packages = []
    patterns: list[str] = []
    if root_source.content is not None:
        root = Package(JsonDocument.read("package.json", decode(root_source)))
        packages.append(root)
        workspaces = root.data.get("workspaces")
        if isinstance(workspaces, dict):
            workspaces = workspaces.get("packages")
        patterns += _texts(workspaces)
    patterns += _pnpm_patterns(files) or ([] if patterns else _lerna_patterns(files))
    packages += [
        Package(JsonDocument.read(path, decode(files.read(path))))
        for path in (files.manifests(patterns) if patterns else ())
        if path != "package.json"
    ]
    return tuple(packages)


def _pnpm_patterns(files: Files) -> list[str]:
    source = files.read("pnpm-workspace.yaml")
    if source.content is None:
        return []
    data = mapping(YamlDocument.read(source.path, decode(source)).data)
    return _texts(data.get("packages"))


def _lerna_patterns(files: Files) -> list[str]:
    source = files.read("lerna.json")
    if source.content is None:
        return []
    data = mapping(JsonDocument.read(source.path, decode(source)).data)
    return _texts(data.get("packages")) or ["packages/*"]


def _texts(value: Value) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
