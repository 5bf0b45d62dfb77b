"""Node and npm: which npm a job gets, and whether it knows trusted publishing."""

from __future__ import annotations

import pytest

from tp_init.node import npm_of, parse_node, parse_upgrade
from tp_init.versions import Version

HIDDEN = None


@pytest.mark.parametrize(
    ("written", "lowest"),
    [
        ("24", (24, 0, 0)),
        ("'24'", (24, 0, 0)),
        ('"20.x"', (20, 0, 0)),
        ("v22.11.0", (22, 11, 0)),
        ("lts/jod", (22, 0, 0)),
        ("lts/Krypton", (24, 0, 0)),
        ("lts/*", (26, 0, 0)),
        ("LTS", (26, 0, 0)),
        ("--lts", (26, 0, 0)),
        ("latest", (26, 10, 0)),
        ("node", (26, 10, 0)),
        ("current", (26, 10, 0)),
        (">=18", (18, 0, 0)),
    ],
)
def test_a_node_version_is_read_as_setup_node_reads_it(written: str, lowest: Version) -> None:
    versions = parse_node(written).versions
    assert versions is not None
    assert versions.lowest == lowest


@pytest.mark.parametrize("written", ["", "${{ matrix.node }}", "lts/unobtainium", "canary"])
def test_a_node_version_that_cannot_be_seen_is_not_guessed(written: str) -> None:
    choice = parse_node(written)
    assert (choice.text, choice.versions) == (written, None)


@pytest.mark.parametrize(
    ("written", "enough"),
    [
        ("24", True),
        ("24.x", True),
        ("24.5.0", True),
        ("24.4.1", False),
        ("26", True),
        ("lts/*", True),
        (">=18", True),
        ("22", False),
        ("22.22.2", False),
        ("23", False),
        ("18.x", False),
        ("lts/iron", False),
        ("", HIDDEN),
        ("${{ inputs.node }}", HIDDEN),
    ],
)
def test_the_npm_that_a_node_bundles(written: str, *, enough: bool | None) -> None:
    assert npm_of(parse_node(written), None).new_enough is enough


def test_the_npm_of_the_runner_image_cannot_be_seen() -> None:
    assert npm_of(None, None).new_enough is None


@pytest.mark.parametrize(
    ("package", "lowest"),
    [
        ("npm", (12, 0, 0)),
        ("npm@latest", (12, 0, 0)),
        ("npm@11", (11, 0, 0)),
        ("npm@^11.5.1", (11, 5, 1)),
        ("npm@>=11.5.1", (11, 5, 1)),
        ("npm@'11.6'", (11, 6, 0)),
        ("npm@next-11", (11, 0, 0)),
    ],
)
def test_an_upgrade_line_names_npm(package: str, lowest: Version) -> None:
    upgrade = parse_upgrade(package)
    assert upgrade is not None
    assert upgrade.versions is not None
    assert upgrade.versions.lowest == lowest


@pytest.mark.parametrize("package", ["pnpm", "npm-run-all", "@acme/npm@11", "corepack", ""])
def test_another_package_is_no_upgrade_of_npm(package: str) -> None:
    assert parse_upgrade(package) is None


@pytest.mark.parametrize(
    ("package", "newest"),
    [
        ("npm", True),
        ("npm@latest", True),
        ("npm@>=11.5.1", True),
        ("npm@next-12", True),
        ("npm@11", False),
        ("npm@~11.10", False),
    ],
)
def test_an_upgrade_line_may_bring_a_new_major_unasked(package: str, *, newest: bool) -> None:
    upgrade = parse_upgrade(package)
    assert upgrade is not None
    assert upgrade.newest is newest


@pytest.mark.parametrize(
    ("node", "package", "enough"),
    [
        # npm 12 installs on ^22.22.2, ^24.15.0 and >=26.0.0 only
        ("22", "npm@latest", True),
        ("22.22.2", "npm@latest", True),
        ("22.22.1", "npm@latest", False),
        ("20", "npm@latest", False),
        ("18", "npm@latest", False),
        ("23", "npm@latest", False),
        ("24", "npm@latest", True),
        ("24.14.0", "npm@latest", False),
        ("25", "npm@latest", False),
        ("26", "npm@latest", True),
        # npm 11 installs on ^20.17.0 and >=22.9.0
        ("20", "npm@11", True),
        ("20.16.0", "npm@11", False),
        ("20.17.0", "npm@11", True),
        ("18", "npm@11", False),
        ("22.8.0", "npm@11", False),
        ("22.9.0", "npm@^11.5.1", True),
        # an npm that is too old stays so on any Node
        ("24", "npm@10", False),
        ("22", "npm@11.5.0", False),
        ("22", "npm@11.4", False),
        ("22", "npm@11.5.1", True),
        # what cannot be seen
        ("24", "npm@${VERSION}", HIDDEN),
        ("${{ matrix.node }}", "npm@11", True),
    ],
)
def test_an_upgrade_line_on_a_node(node: str, package: str, *, enough: bool | None) -> None:
    assert npm_of(parse_node(node), parse_upgrade(package)).new_enough is enough


def test_an_upgrade_line_counts_without_a_node() -> None:
    assert npm_of(None, parse_upgrade("npm@11")).new_enough is True


def test_the_message_says_what_was_seen_and_what_stops() -> None:
    seen = npm_of(parse_node("20"), parse_upgrade("npm@latest")).seen
    assert seen == "Node 20, on which `npm install -g npm@latest` stops with EBADENGINE"
