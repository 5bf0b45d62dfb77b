"""Names and values from a repository cannot steer or deceive a terminal."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp_init.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07.yml", "\\x1b]0;owned\\x07.yml"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("\x9b31m", "\\x9b31m"),
        ("safe\u202egpj.exe", "safe\\u202egpj.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028separator", "line\\u2028separator"),
        (os.fsdecode(b"caf\xe9.yml"), "caf\\xe9.yml"),
        ("\ud800", "\\ud800"),
        ("\x00\x7f", "\\x00\\x7f"),
    ],
)
def test_what_steers_or_deceives_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text", ["", "plain name.yml", "a\tb", "größe-日本語", "👩\u200d💻 done", "x\u00a0y"]
)
def test_what_people_write_stays(text: str) -> None:
    assert printable(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_the_result_is_one_encodable_line_and_stable(text: str) -> None:
    shown = printable(text)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    assert printable(shown) == shown
