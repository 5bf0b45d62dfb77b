"""The configuration of a publishing tool: where it stands, and what it says about publishing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tp_init.document import Address, Document, Insert, Operation, Set, Value, has, look_up, mapping
from tp_init.documents import read_document
from tp_init.errors import Refused
from tp_init.model import FileEdit
from tp_init.repo import Repo
from tp_init.tools.model import Setting
from tp_init.tree import decode

__all__ = ["Configuration", "configuration", "publishes"]

_DATA = (".json", ".yaml", ".yml")
_PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".toml")


@dataclass(frozen=True)
class Configuration:
    """What configures a tool in one folder.

    Attributes:
        setting: the setting that matters.
        path: the file.
        document: the file, where it can be edited; None for a program.
        prefix: where in the file the configuration starts.
        data: what it says; of a program only what stands in it as plain text.
    """

    setting: Setting
    path: str
    document: Document | None
    prefix: Address
    data: Mapping[str, Value]

    @property
    def done(self) -> bool:
        """Whether the setting is made."""
        return _value(self.data, self._address) is True

    @property
    def edits(self) -> tuple[FileEdit, ...]:
        """What makes the setting; none where the configuration is a program."""
        if self.document is None:
            return ()
        wanted: Value = True
        address = (*self.prefix, *self._address)
        holder = _value(self.data, self._address[:-1])
        operation: Operation = Insert(address, wanted)
        if has(dict(self.data), self._address):
            operation = Set(address, wanted)
        elif holder is not None and not isinstance(holder, dict):
            # `"@release-it-plugins/workspaces": true` has no settings yet.
            operation = Set(address[:-1], {self._address[-1]: wanted})
        return (FileEdit(self.path, operation),)

    @property
    def plugin(self) -> str | None:
        """The plugin that publishes in the tool's place, if there is one."""
        plugins = mapping(self.data.get("plugins"))
        return next((name for name in plugins if name in self.setting.plugins), None)

    @property
    def _address(self) -> tuple[str, ...]:
        plugin = self.plugin
        return ("plugins", plugin, self.setting.address[-1]) if plugin else self.setting.address


def configuration(repo: Repo, setting: Setting, directory: str) -> Configuration | None:
    """What configures a tool that runs in a folder; None where nothing does."""
    package = repo.package_in(directory)
    if package is not None and setting.key and isinstance(package.data.get(setting.key), dict):
        data = mapping(package.data[setting.key])
        document = package.document
        return Configuration(setting, document.path, document, (setting.key,), data)
    for extension in (*_DATA, *_PROGRAMS):
        path = posixpath.join(directory, setting.file + extension)
        text = repo.text(path)
        if text is not None:
            return _read(repo, setting, path, text)
    return None


def publishes(repo: Repo, setting: Setting, directory: str) -> bool:
    """Whether a tool that runs in a folder publishes: not where it is told not to.

    A package that is private is not published by the tool itself, but may hold those that one of
    its plugins publishes.
    """
    found = configuration(repo, setting, directory)
    if found is not None and found.plugin is not None:
        return True
    package = repo.package_in(directory)
    if package is not None and package.private:
        return False
    return found is None or all(_value(found.data, one) is not False for one in setting.off)


def _read(repo: Repo, setting: Setting, path: str, text: str) -> Configuration:
    if path.endswith(_DATA):
        try:
            document = read_document(path, decode(repo.files.read(path)))
        except Refused:
            return Configuration(setting, path, None, (), {})
        return Configuration(setting, path, document, (), mapping(document.data))
    return Configuration(setting, path, None, (), _plain_values(text, setting.address))


def _plain_values(text: str, address: tuple[str, ...]) -> dict[str, Value]:
    """The truth values that a program gives to a key, or to the keys of the mapping it names.

    Nothing is run: a value that is computed is not seen.
    """
    top = address[0]
    if found := re.search(rf"\b{top}['\"]?\s*[:=]\s*(true|false)\b", text):
        return {top: found[1] == "true"}
    block = re.search(rf"\b{top}['\"]?\s*:\s*\{{([^{{}}]*)\}}|\[{top}\]([^\[]*)", text)
    body = (block[1] or block[2] or "") if block else ""
    pairs = re.findall(r"\b(\w+)['\"]?\s*[:=]\s*(true|false)\b", body)
    return {top: {key: value == "true" for key, value in pairs}} if block else {}


def _value(data: Mapping[str, Value], address: tuple[str, ...]) -> Value:
    return look_up(dict(data), address) if has(dict(data), address) else None
