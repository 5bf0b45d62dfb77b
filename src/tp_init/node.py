"""Which Node and npm a publishing job runs, and whether that npm knows trusted publishing.

Facts: npm exchanges the id-token from 11.5.1 on (https://docs.npmjs.com/trusted-publishers); every
Node 22 bundles npm 10; Node 24.5.0 was the first to bundle 11.5.1. `npm install -g npm@latest`
installs npm 12, which refuses to install on Node outside `^22.22.2 || ^24.15.0 || >=26.0.0`
(the `engines` of npm 12.2.0), and npm 11 one outside `^20.17.0 || >=22.9.0`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tp_init.versions import Range, Version, parse_range, parse_version

__all__ = ["NodeChoice", "Npm", "Upgrade", "npm_of", "parse_node", "parse_upgrade"]

NPM_FLOOR: Version = (11, 5, 1)
NODE_WITH_NEW_NPM: Version = (24, 5, 0)
NEWEST_NODE: Version = (26, 10, 0)  # newest on 2026-11-22
NEWEST_LTS = 26  # LTS since 2026-10-28 (nodejs/Release schedule.json)
_CODENAMES = {"argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14,
              "gallium": 16, "hydrogen": 18, "iron": 20, "jod": 22, "krypton": 24}  # fmt: skip
_LAST_MINOR = 1 << 20


@dataclass(frozen=True, slots=True)
class NodeChoice:
    """A Node version as somebody wrote it.

    Attributes:
        text: as written, for messages.
        versions: what it admits; None where it cannot be known from the files.
    """

    text: str
    versions: Range | None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A line that installs another npm.

    Attributes:
        text: the version or tag as written: `latest`, `11`, `^11.5.1`, or empty for none.
        versions: what it admits; None where it cannot be known.
    """

    text: str
    versions: Range | None

    @property
    def newest(self) -> bool:
        """Whether it asks for whatever is newest, so that a new major arrives unasked."""
        return self.text in {"latest", "", "next-12"} or self.text.startswith(">=")


@dataclass(frozen=True, slots=True)
class Npm:
    """The verdict on a job's npm.

    Attributes:
        new_enough: None where it cannot be decided from the files.
        seen: which npm the job gets and from where, for a message.
    """

    new_enough: bool | None
    seen: str


def parse_node(text: str) -> NodeChoice:
    """Read a Node version as setup-node does: a range, an alias or a code name."""
    written = text.strip().strip("'\"")
    lowered = written.lower()
    if lowered in {"latest", "node", "current"}:
        return NodeChoice(written, Range(NEWEST_NODE, NEWEST_NODE))
    if lowered in {"lts/*", "lts", "--lts", "lts/-0"}:
        return NodeChoice(written, _major(NEWEST_LTS))
    codename = re.match(r"^lts/([a-z]+)$", lowered)
    if codename:
        major = _CODENAMES.get(codename[1])
        return NodeChoice(written, _major(major) if major else None)
    if "${{" in written or not written:
        return NodeChoice(written, None)
    return NodeChoice(written, parse_range(written))


def parse_upgrade(package: str) -> Upgrade | None:
    """Read the package of an `npm install -g …`: an Upgrade where it is npm itself."""
    match = re.match(r"^npm(?:@(.*))?$", package)
    if not match:
        return None
    text = (match[1] or "").strip("'\"")
    if text in {"latest", ""}:
        return Upgrade(text or "latest", Range((12, 0, 0), (12, _LAST_MINOR, 0)))
    if text.startswith("next-"):
        major = parse_version(text.removeprefix("next-"))
        return Upgrade(text, _major(major[0]) if major else None)
    return Upgrade(text, parse_range(text))


def npm_of(node: NodeChoice | None, upgrade: Upgrade | None) -> Npm:
    """Decide which npm a job gets from its Node and, if it has one, its upgrade line."""
    if upgrade is None:
        return _bundled(node)
    label = f"npm@{upgrade.text}"
    if upgrade.versions is None:
        return Npm(None, f"{label}, whose version cannot be read from the file")
    # A resolver takes the newest version that the range admits.
    if upgrade.versions.highest < NPM_FLOOR:
        return Npm(new_enough=False, seen=f"{label}, older than 11.5.1")
    if node is None or node.versions is None:
        return Npm(new_enough=True, seen=f"{label} from an upgrade step")
    if not _installs(node.versions, upgrade):
        return Npm(
            new_enough=False,
            seen=f"Node {node.text}, on which `npm install -g {label}` stops with EBADENGINE",
        )
    return Npm(new_enough=True, seen=f"{label} from an upgrade step on Node {node.text}")


def _bundled(node: NodeChoice | None) -> Npm:
    if node is None:
        return Npm(None, "the npm of the runner image, which changes over time")
    if node.versions is None:
        return Npm(None, f"Node {node.text or '(not given)'}, whose version cannot be read here")
    takes = node.versions.newest_within(NEWEST_NODE)
    if takes >= NODE_WITH_NEW_NPM:
        return Npm(new_enough=True, seen=f"Node {node.text}, which bundles npm 11.5.1 or newer")
    if takes[0] >= 24:
        return Npm(new_enough=False, seen=f"Node {node.text}, which bundles an npm before 11.5.1")
    return Npm(new_enough=False, seen=f"Node {node.text}, which bundles npm 10 or older")


def _installs(node: Range, upgrade: Upgrade) -> bool:
    """Whether the npm that the upgrade resolves to installs on the Node that is resolved to."""
    takes = node.newest_within(NEWEST_NODE)
    if upgrade.versions and upgrade.versions.highest[0] >= 12:
        return (
            (takes[0] == 22 and takes >= (22, 22, 2))
            or (takes[0] == 24 and takes >= (24, 15, 0))
            or takes[0] >= 26
        )
    return (takes[0] == 20 and takes >= (20, 17, 0)) or takes >= (22, 9, 0)


def _major(major: int) -> Range:
    return Range((major, 0, 0), (major, _LAST_MINOR, 0))
