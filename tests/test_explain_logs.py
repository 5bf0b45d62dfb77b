"""What the logs are explained as: of real npm, typed after a source, and unrelated ones."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FileTree
from explain_logs import LOGS, NPM, PUBLISHED, TYPED, Known

from tp_init.explain import explain_log, setup_of
from tp_init.explain.beside import PLACEHOLDERS
from tp_init.explain.catalogue import ROWS
from tp_init.explain.model import Explanation, Row
from tp_init.setup import Setup

BENCH = Path(__file__).parents[1] / "bench"
UNRELATED = sorted((LOGS / "unrelated").glob("*.log"))


def explained(path: Path, setup: Setup | None = None) -> Explanation:
    """The explanation of a log."""
    with path.open("rb") as stream:
        return explain_log(path.name, stream, setup)


class TestTheMatrix:
    @pytest.mark.parametrize("name", NPM)
    def test_the_failure_is_recognised_without_a_repository(self, name: str) -> None:
        answer = explained(LOGS / "npm" / f"{name}.log")
        assert [one.row.id for one in answer.explained] == [NPM[name].row]

    @pytest.mark.parametrize("name", [name for name, one in NPM.items() if one.alone])
    def test_the_log_alone_ranks_the_cause_first(self, name: str) -> None:
        answer = explained(LOGS / "npm" / f"{name}.log")
        assert answer.explained[0].causes[0].cause.id == NPM[name].cause

    def test_the_injected_cause_comes_first_in_nine_of_ten(self, file_tree: FileTree) -> None:
        right = [name for name, known in NPM.items() if self.first(name, known, file_tree)]
        assert len(right) >= 0.9 * len(NPM), sorted(NPM.keys() - set(right))

    @staticmethod
    def first(name: str, known: Known, file_tree: FileTree) -> bool:
        """Whether the cause of a log is ranked first, with the repository beside it."""
        setup = setup_of(str(file_tree(known.files, name)))
        answer = explained(LOGS / "npm" / f"{name}.log", setup)
        return answer.explained[0].causes[0].cause.id == known.cause

    @pytest.mark.parametrize("name", sorted(PUBLISHED))
    def test_a_release_that_succeeded_is_no_failure(self, name: str) -> None:
        assert not explained(LOGS / "npm" / f"{name}.log").known

    @pytest.mark.parametrize("name", [name for name, one in NPM.items() if one.alone])
    def test_npm_s_own_debug_log_says_the_same(self, name: str) -> None:
        text = (LOGS / "npm" / f"{name}.log").read_text(encoding="utf-8")
        lines = [re.sub(r"^\S+Z npm (?=[a-z]+ )", "12 ", line) for line in text.split("\n")]
        answer = explain_log("debug", io.BytesIO("\n".join(lines).encode()), None)
        assert answer.explained[0].causes[0].cause.id == NPM[name].cause

    def test_every_log_is_in_the_table_and_says_which_npm_made_it(self) -> None:
        made = {path.stem: path for path in (LOGS / "npm").glob("*.log")}
        assert made.keys() == NPM.keys() | PUBLISHED
        for path in made.values():
            head = path.read_text(encoding="utf-8").split("\n")[0]
            assert re.fullmatch(r"# made by bench/make_logs\.py with .*npm \S+ on Node \S+", head)


class TestTyped:
    @pytest.mark.parametrize("name", TYPED)
    def test_the_failure_and_its_cause_are_named(self, name: str, file_tree: FileTree) -> None:
        known = TYPED[name]
        answer = explained(LOGS / "typed" / f"{name}.log", setup_of(str(file_tree(known.files))))
        assert [one.row.id for one in answer.explained] == [known.row]
        assert answer.explained[0].causes[0].cause.id == known.cause

    def test_every_log_is_in_the_table_and_says_what_it_is_typed_after(self) -> None:
        typed = {path.stem: path for path in (LOGS / "typed").glob("*.log")}
        assert typed.keys() == TYPED.keys()
        for path in typed.values():
            assert path.read_text(encoding="utf-8").startswith("# typed after "), path.name


class TestUnrelated:
    def test_there_are_twenty(self) -> None:
        assert len(UNRELATED) >= 20

    @pytest.mark.parametrize("path", UNRELATED, ids=lambda path: path.stem)
    def test_a_failure_of_something_else_is_unknown(self, path: Path) -> None:
        answer = explained(path)
        assert not answer.known
        assert any("--loglevel=silly" in line for line in answer.next)


class TestTheCatalogue:
    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
    def test_every_row_has_a_log(self, row: Row) -> None:
        seen = {known.row for known in (*NPM.values(), *TYPED.values())}
        follows = {
            other.id
            for name in NPM
            for one in explained(LOGS / "npm" / f"{name}.log").explained
            for other in one.follows
        }
        assert row.id in seen | follows

    def test_every_row_and_question_has_its_place_in_the_docs(self) -> None:
        command = [sys.executable, str(BENCH / "failures.py"), "--check"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
    def test_every_row_and_cause_says_what_to_do_and_where_that_is_known_from(
        self, row: Row
    ) -> None:
        assert row.causes
        for cause in row.causes:
            assert cause.source.startswith("https://")
            for sentence in (row.meaning, cause.why, cause.look, cause.fix):
                assert sentence.endswith("."), sentence
            assert not set(re.findall(r"\{(\w+)\}", cause.command)) - PLACEHOLDERS.keys()

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
    def test_a_row_follows_only_from_rows_that_there_are(self, row: Row) -> None:
        assert set(row.behind) <= {other.id for other in ROWS} - {row.id}
        ids = {cause.id for cause in row.causes}
        assert {cause.part_of for cause in row.causes} - {""} <= ids
