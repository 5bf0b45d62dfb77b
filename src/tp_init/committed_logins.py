"""Logins at npm's public registry in committed files: npmrc, `.yarnrc.yml`, bunfig.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tp_init.document import Address, Document, Remove, Value, look_up, mapping
from tp_init.documents import read_document
from tp_init.errors import Refused
from tp_init.formats.npmrc import variables_in
from tp_init.model import FileEdit, Location
from tp_init.registry import is_public
from tp_init.repo import Repo

__all__ = ["Login", "committed_logins"]

_YARN_LOGINS = ("npmAuthToken", "npmAuthIdent")
_BUN_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


@dataclass(frozen=True, slots=True)
class Login:
    """One such place.

    Attributes:
        location: where.
        key: the setting, for a message.
        variables: the environment variables that it reads.
        edit: what takes it away.
    """

    location: Location
    key: str
    variables: tuple[str, ...]
    edit: FileEdit


def committed_logins(repo: Repo) -> Iterator[Login]:
    """Every login at the public registry in a committed configuration file."""
    for npmrc in repo.npmrcs:
        for number, entry in enumerate(npmrc.entries):
            if entry.auth and (not entry.host or is_public(f"//{entry.host}/")):
                location = Location(npmrc.path, entry.line, entry.column)
                edit = FileEdit(npmrc.path, Remove((number,)))
                yield Login(location, entry.key, entry.variables, edit)
    if repo.yarnrc is not None:
        for address in _yarn(mapping(repo.yarnrc.data)):
            yield _login(repo.yarnrc, address, variables_in)
    text = repo.text("bunfig.toml")
    if text is not None:
        try:
            bunfig = read_document("bunfig.toml", text)
        except Refused:
            return  # Bun would not read it either
        for address in _bun(mapping(bunfig.data)):
            yield _login(bunfig, address, lambda value: tuple(_BUN_VARIABLE.findall(value)))


def _login(document: Document, address: Address, read: Callable[[str], Iterable[str]]) -> Login:
    position = document.position(address)
    value = str(look_up(document.data, address))
    return Login(
        Location(document.path, position.line, position.column),
        ".".join(str(part) for part in address),
        tuple(read(value)),
        FileEdit(document.path, Remove(address)),
    )


def _yarn(settings: Mapping[str, Value]) -> Iterator[Address]:
    """Where Yarn 2 and newer read a login: https://yarnpkg.com/configuration/yarnrc."""
    if _goes_to_npm(settings):
        yield from ((key,) for key in _YARN_LOGINS if key in settings)
    for url, values in mapping(settings.get("npmRegistries")).items():
        if is_public(url):
            yield from (
                ("npmRegistries", url, key) for key in _YARN_LOGINS if key in mapping(values)
            )
    for scope, values in mapping(settings.get("npmScopes")).items():
        if _goes_to_npm(mapping(values)):
            yield from (("npmScopes", scope, key) for key in _YARN_LOGINS if key in mapping(values))


def _goes_to_npm(settings: Mapping[str, Value]) -> bool:
    urls = (settings.get("npmPublishRegistry"), settings.get("npmRegistryServer"))
    return all(not isinstance(url, str) or is_public(url) for url in urls)


def _bun(settings: Mapping[str, Value]) -> Iterator[Address]:
    """Where Bun reads a login: https://bun.com/docs/runtime/bunfig."""
    install = mapping(settings.get("install"))
    places: dict[Address, Value] = {("install", "registry"): install.get("registry")}
    for scope, value in mapping(install.get("scopes")).items():
        places["install", "scopes", scope] = value
    for address, value in places.items():
        table = mapping(value)
        url = table.get("url")
        if "token" in table and (not isinstance(url, str) or is_public(url)):
            yield (*address, "token")
