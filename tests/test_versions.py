"""Versions and ranges: what people write in engines, devDependencies and workflows."""

from __future__ import annotations

import pytest

from tp_init.versions import Range, Version, parse_range, parse_version

TOP = 1 << 30
ANY = Range((0, 0, 0), (TOP, TOP, TOP))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3", (1, 2, 3)),
        ("v1.2", (1, 2, 0)),
        ("=4", (4, 0, 0)),
        (" 7.0.1 ", (7, 0, 1)),
        ("20.x", (20, 0, 0)),
        ("20.10.X", (20, 10, 0)),
        ("1.2.3-beta.1", (1, 2, 3)),
        ("1.2.3+build.5", (1, 2, 3)),
        ("", None),
        ("latest", None),
        ("lts/*", None),
        ("^1.2.3", None),
        ("1.2.3.4", None),
        ("${{ matrix.node }}", None),
    ],
)
def test_a_version_is_three_numbers(text: str, version: Version | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("1.2.3", (1, 2, 3), (1, 2, 3)),
        ("=1.2.3", (1, 2, 3), (1, 2, 3)),
        ("20", (20, 0, 0), (20, TOP, TOP)),
        ("20.x", (20, 0, 0), (20, TOP, TOP)),
        ("20.10.x", (20, 10, 0), (20, 10, TOP)),
        ("^9.1.0", (9, 1, 0), (9, TOP, TOP)),
        ("^0.4.2", (0, 4, 2), (0, 4, TOP)),
        ("^0.0.3", (0, 0, 3), (0, 0, 3)),
        ("^0", (0, 0, 0), (0, TOP, TOP)),
        ("~1.2.3", (1, 2, 3), (1, 2, TOP)),
        ("~1.2", (1, 2, 0), (1, 2, TOP)),
        ("~1", (1, 0, 0), (1, TOP, TOP)),
        (">=20", (20, 0, 0), (TOP, TOP, TOP)),
        (">= 20.9", (20, 9, 0), (TOP, TOP, TOP)),
        (">20", (20, TOP, TOP + 1), (TOP, TOP, TOP)),
        (">1.2.3", (1, 2, 4), (TOP, TOP, TOP)),
        ("<=22", (0, 0, 0), (22, TOP, TOP)),
        ("<22", (0, 0, 0), (21, TOP, TOP)),
        ("<22.5", (0, 0, 0), (22, 4, TOP)),
        ("<22.5.1", (0, 0, 0), (22, 5, 0)),
        (">=20 <23", (20, 0, 0), (22, TOP, TOP)),
        (">=18.0.0 <=20.1", (18, 0, 0), (20, 1, TOP)),
        ("18 - 20", (18, 0, 0), (20, TOP, TOP)),
        ("1.2.3 - 2", (1, 2, 3), (2, TOP, TOP)),
        ("^20.19 || ^22.12 || >=24", (20, 19, 0), (TOP, TOP, TOP)),
        ("^18 || ^20", (18, 0, 0), (20, TOP, TOP)),
        ("*", (0, 0, 0), (TOP, TOP, TOP)),
        ("", (0, 0, 0), (TOP, TOP, TOP)),
        ("x", (0, 0, 0), (TOP, TOP, TOP)),
        ("latest", (0, 0, 0), (TOP, TOP, TOP)),
        ("25.0.0-beta.1", (25, 0, 0), (25, 0, 0)),
    ],
)
def test_a_range_is_what_it_admits_from_lowest_to_highest(
    text: str, lowest: Version, highest: Version
) -> None:
    assert parse_range(text) == Range(lowest, highest)


@pytest.mark.parametrize(
    "text",
    ["workspace:*", "catalog:", "file:../x", "next", "github:acme/logger", "1 || next", "v"],
)
def test_what_is_no_range_of_versions_is_none(text: str) -> None:
    assert parse_range(text) is None


@pytest.mark.parametrize(
    ("text", "ceiling", "takes"),
    [
        ("20", (26, 10, 0), (20, TOP, TOP)),
        (">=18", (26, 10, 0), (26, 10, 0)),
        ("22.5.1", (26, 10, 0), (22, 5, 1)),
        ("^20 || ^24", (26, 10, 0), (24, TOP, TOP)),
    ],
)
def test_a_resolver_takes_the_newest_there_is(text: str, ceiling: Version, takes: Version) -> None:
    found = parse_range(text)
    assert found is not None
    assert found.newest_within(ceiling) == takes
