"""Publishes by a tool that cannot do OIDC: how each becomes one that can, or why a person must."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tp_init.document import Edit, Splice
from tp_init.model import FileEdit
from tp_init.publishing import Publication
from tp_init.repo import Package, Repo
from tp_init.tools import Call

__all__ = ["Converted", "conversion"]


@dataclass(frozen=True, slots=True)
class Converted:
    """What becomes of a publish whose tool cannot do OIDC.

    Attributes:
        edits: what rewrites it; empty where a person must.
        reason: why a person must, where the tool says why.
        instead: the text that this person writes, where it can be told.
    """

    edits: tuple[FileEdit, ...] = ()
    reason: str = ""
    instead: str = ""


def conversion(repo: Repo, publication: Publication) -> Converted | None:
    """How a publish becomes one by OIDC; None for one that needs no other tool."""
    use, invocation, tool = publication.action, publication.invocation, publication.tool
    if use is not None:
        return None if use.oidc else Converted()
    if tool.exchange != "none":
        return None
    if tool.convert is None or invocation is None:
        return Converted()
    if invocation.command is None or invocation.script is None:
        return Converted(reason="it stands in a program")
    packages = publication.packages or repo.public_packages
    found = tool.convert(
        Call(
            invocation.command,
            invocation.script,
            packages[0].data if len(packages) == 1 else {},
            _scripts(packages),
        )
    )
    path, address = invocation.home.document.path, invocation.home.address
    edits = tuple(
        FileEdit(path, Splice(address, edit.start, edit.end, edit.text))
        for edit in _joined(found.edits)
    )
    return Converted(edits, found.reason, found.instead)


def _scripts(packages: Iterable[Package]) -> dict[str, str]:
    return {name: text for package in packages for name, text in package.scripts.items()}


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order of the text; those that touch become one."""
    joined: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if joined and joined[-1].end == edit.start:
            last = joined.pop()
            joined.append(Edit(last.start, edit.end, last.text + edit.text))
        else:
            joined.append(edit)
    return joined
