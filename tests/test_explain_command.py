"""`tp-init explain`: what can be asked, what is answered, in which form, with which exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import jsonschema
import pytest
from conftest import FileTree
from explain_logs import CALLED, LOGS, NO_ID_TOKEN, NPM, RIGHT, TOKEN, TYPED, WRONG_REPOSITORY

from tp_init.cli import Streams, main
from tp_init.explain.catalogue import ROWS, codes
from tp_init.explain.questions import QUESTIONS
from tp_init.rules import CHECKS

SCHEMA = json.loads((files("tp_init") / "schemas" / "explain.json").read_text("utf-8"))
E404 = "npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2flogger - Not found"
NAMES = [
    *(one.id for one in QUESTIONS),
    *(one.id for one in ROWS),
    *(one.id for one in CHECKS),
    *codes(),
]


class Typed(io.StringIO):
    """A standard input with bytes below it, as the process's own has."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = io.BytesIO(content)

    @property
    def buffer(self) -> BinaryIO:
        return self._content


def explain(*arguments: str, stdin: str | bytes = "") -> tuple[int, str, str]:
    """The exit code, what went to standard output, and what to standard error."""
    given = io.StringIO(stdin) if isinstance(stdin, str) else Typed(stdin)
    streams = Streams(given, io.StringIO(), io.StringIO())
    code = main(["explain", *arguments], streams)
    assert isinstance(streams.out, io.StringIO)
    assert isinstance(streams.err, io.StringIO)
    return code, streams.out.getvalue(), streams.err.getvalue()


def document(*arguments: str, stdin: str = "") -> dict[str, Any]:
    """The JSON document, valid against its schema."""
    _, out, _ = explain(*arguments, "--format", "json", stdin=stdin)
    data: dict[str, Any] = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    return data


class TestWhatCanBeAsked:
    @pytest.mark.parametrize("name", NAMES)
    def test_every_name_is_explained(self, name: str, tmp_path: Path) -> None:
        data = document(name, str(tmp_path))
        assert data["status"] == "explained"
        assert data["failures"] or data["answer"]

    def test_a_code_is_asked_for_in_any_case(self, tmp_path: Path) -> None:
        assert document("e404", str(tmp_path)) == {
            **document("E404", str(tmp_path)),
            "subject": "e404",
        }

    @pytest.mark.parametrize("stdin", [E404, E404.encode()])
    def test_a_log_comes_on_standard_input(self, stdin: str | bytes, tmp_path: Path) -> None:
        code, out, err = explain("-", str(tmp_path), stdin=stdin)
        assert (code, err) == (0, "")
        assert "404 Not Found on the publish" in out

    def test_a_log_comes_from_a_file(self, file_tree: FileTree, tmp_path: Path) -> None:
        log = file_tree({"run.log": E404}) / "run.log"
        assert document(str(log), str(tmp_path))["lines"] == 1

    def test_a_message_is_pasted(self, tmp_path: Path) -> None:
        assert document(E404, str(tmp_path))["failures"][0]["id"] == "publish-not-found"

    def test_everything_is_listed(self) -> None:
        code, out, _ = explain("--list")
        assert code == 0
        assert all(name in out for name in NAMES)

    def test_several_failures_of_one_log_are_all_named(self, tmp_path: Path) -> None:
        log = f"""\
npm error You cannot publish over the previously published versions: 1.0.0.
{E404}
npm error At least one permission flag is required (--allow-publish)
"""
        found = [one["id"] for one in document("-", str(tmp_path), stdin=log)["failures"]]
        assert found == ["already-published", "publish-not-found", "trust-without-permission"]

    def test_two_jobs_that_fail_for_two_reasons_are_told_apart(self, tmp_path: Path) -> None:
        stamp = "2026-11-22T10:00:00Z"
        log = "\n".join(
            [
                f"old\tPublish\t{stamp} {E404}",
                f"old\tPublish\t{stamp} npm error 404  '@acme/a@1.4.0' is not in this registry.",
                f"new\tPublish\t{stamp} npm info using npm@11.21.2",
                f"new\tPublish\t{stamp} {E404}",
            ]
        )
        found = document("-", str(tmp_path), stdin=log)["failures"]
        assert [(one["seen"][0]["job"], one["causes"][0]["id"]) for one in found] == [
            ("old", "npm-too-old"),
            ("new", "publisher-differs"),
        ]


class TestExitCodes:
    def test_an_unknown_log_is_1_and_says_what_to_run(self, file_tree: FileTree) -> None:
        code, out, _ = explain("-", str(file_tree(RIGHT)), stdin="make: *** [all] Error 2\n")
        assert code == 1
        assert "npm publish --loglevel=silly" in out
        assert ".github/workflows/publish.yml:17" in out

    def test_an_unknown_log_never_names_a_cause(self, tmp_path: Path) -> None:
        data = document("-", str(tmp_path), stdin="npm error code E1\n")
        assert (data["status"], data["failures"]) == ("unknown", [])

    def test_exit_zero_makes_it_0(self, tmp_path: Path) -> None:
        assert explain("-", str(tmp_path), "--exit-zero", stdin="x")[0] == 0

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "WHAT is missing"),
            (("mising-id-token",), "did you mean missing-id-token?"),
            (("no/such.log",), "neither a file nor"),
            (("E404", "no/such/folder"), "no/such/folder"),
            (("E404", "--format", "sarif"), "sarif"),
        ],
    )
    def test_what_cannot_run_is_2(
        self, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, out, err = explain(*arguments)
        assert (code, out) == (2, "")
        assert said in err + capsys.readouterr().err

    def test_a_folder_is_no_log(self, tmp_path: Path) -> None:
        code, _, err = explain(str(tmp_path))
        assert code == 2
        assert "cannot be read as a log" in err


class TestEvidence:
    def first(
        self, what: str, files: Mapping[str, str], file_tree: FileTree, stdin: str = ""
    ) -> dict[str, Any]:
        """The first cause of the first failure."""
        found: dict[str, Any] = document(what, str(file_tree(files)), stdin=stdin)["failures"][0]
        first: dict[str, Any] = found["causes"][0]
        return first

    def test_a_code_is_explained_by_what_is_in_the_files(self, file_tree: FileTree) -> None:
        cause = self.first("E404", NO_ID_TOKEN, file_tree)
        assert (cause["id"], cause["confidence"]) == ("missing-id-token", "likely")
        assert cause["evidence"][0]["place"] == ".github/workflows/publish.yml:5:1"

    def test_a_right_repository_leaves_the_publisher(self, file_tree: FileTree) -> None:
        cause = self.first("E404", RIGHT, file_tree)
        assert (cause["id"], cause["confidence"]) == ("publisher-differs", "possible")

    def test_what_the_log_proves_stands_although_the_files_are_right_by_now(
        self, file_tree: FileTree
    ) -> None:
        log = f"{E404}\nnpm error 404  '@acme/logger@1.4.0' is not in this registry.\n"
        cause = self.first("-", RIGHT, file_tree, log)
        assert (cause["id"], cause["confidence"]) == ("npm-too-old", "certain")

    def test_an_upgrade_after_the_version_was_printed_counts(self, file_tree: FileTree) -> None:
        log = f"npm: 10.9.7\n##[group]Run npm install -g npm@latest\n##[endgroup]\n{E404}\n"
        cause = self.first("-", RIGHT, file_tree, log)
        assert cause["id"] == "publisher-differs"

    def test_a_signed_provenance_shows_that_there_was_an_identity(
        self, file_tree: FileTree
    ) -> None:
        signed = (
            "npm notice publish Signed provenance statement with source and build information"
            " from GitHub Actions"
        )
        root = str(file_tree(NO_ID_TOKEN))
        found = document("-", root, stdin=f"{signed}\n{E404}\n")["failures"][0]
        assert "missing-id-token" in [one["id"] for one in found["ruled_out"]]

    def test_one_package_that_is_taken_does_not_clear_another_that_is_refused(
        self, file_tree: FileTree
    ) -> None:
        log = (
            "npm verbose oidc Successfully retrieved and set token\n"
            "npm verbose oidc Failed token exchange request with body message: OIDC token exchange"
            " error - package not found\n"
        )
        cause = self.first("-", CALLED, file_tree, log)
        assert (cause["id"], cause["confidence"]) == ("workflow-differs", "likely")

    def test_what_can_never_work_comes_before_what_often_goes_wrong(
        self, file_tree: FileTree
    ) -> None:
        log = f"Runner name: 'build-box-3'\n{E404}\n"
        assert self.first("-", CALLED, file_tree, log)["id"] == "unsupported-runner"
        assert self.first("-", CALLED, file_tree, E404)["id"] == "workflow-differs"

    def test_a_bare_version_is_npm_s_only_where_npm_was_asked(self, file_tree: FileTree) -> None:
        asked = f"##[group]Run npm -v\n##[endgroup]\n10.8.2\n{E404}\n"
        assert self.first("-", RIGHT, file_tree, asked)["id"] == "npm-too-old"
        assert self.first("-", RIGHT, file_tree, f"10.8.2\n{E404}\n")["id"] != "npm-too-old"

    def test_a_refusal_without_a_repository_names_what_to_look_at(self, tmp_path: Path) -> None:
        _, out, _ = explain("-", str(tmp_path), stdin=E404)
        assert "Look at: " in out
        assert "Possible cause: " in out

    def test_the_values_to_compare_are_this_repository_s(self, file_tree: FileTree) -> None:
        log = (
            "npm verbose oidc Failed token exchange request with body message: OIDC token exchange"
            " error - package not found"
        )
        _, out, _ = explain("-", str(file_tree(RIGHT)), stdin=log)
        for row in ("acme", "logger", "publish.yml", "(empty)"):
            assert row in out
        assert "npm trust list @acme/logger --json" in out

    def test_a_repository_that_cannot_be_read_is_done_without(self, file_tree: FileTree) -> None:
        root = file_tree({**RIGHT, "package.json": "{"})
        assert explain("E404", str(root))[0] == 0


class TestQuestions:
    @pytest.mark.parametrize(
        ("name", "files", "said"),
        [
            ("why-e404", RIGHT, "`@acme/logger` the run has to be of acme/logger, `publish.yml`"),
            ("why-token-expired", TOKEN, ".github/workflows/publish.yml:19:11"),
            ("why-whoami", RIGHT, "npm publish --dry-run --loglevel=verbose"),
            ("why-dispatch", CALLED, "Here the file to save is `release.yml`"),
            ("why-after-transfer", WRONG_REPOSITORY, "package.json:4:3"),
            ("need-npm-token", TOKEN, "npm view @acme/logger _npmUser --json"),
            ("self-hosted", RIGHT, "runs-on: ubuntu-latest"),
            ("workflow-filename", CALLED, "ending: `release.yml`"),
            ("why-access-public", RIGHT, "publishConfig.access=public"),
            ("provenance", RIGHT, "id-token: write"),
        ],
    )
    def test_the_answer_has_this_repository_s_values(
        self, name: str, files: Mapping[str, str], said: str, file_tree: FileTree
    ) -> None:
        data = document(name, str(file_tree(files)))
        told = [*data["answer"], *(one["place"] for one in data["evidence"])]
        assert any(said in line for line in told), told

    @pytest.mark.parametrize(
        ("asked", "name"),
        [
            ("why publish says E404 Not Found", "why-e404"),
            ('why "Access token expired or revoked"', "why-token-expired"),
            ("why `npm whoami` proves nothing", "why-whoami"),
            ("why `workflow_dispatch` or a nested workflow can fail", "why-dispatch"),
            ("why publishing fails after a transfer of owner", "why-after-transfer"),
            ("whether NPM_TOKEN is still needed", "need-npm-token"),
            ("whether self-hosted runners work", "self-hosted"),
            ("what the workflow filename should be", "workflow-filename"),
            ("why a scoped package needs --access public", "why-access-public"),
            ("whether trusted publishing and provenance are one thing", "provenance"),
        ],
    )
    def test_they_can_be_put_in_words(self, asked: str, name: str, tmp_path: Path) -> None:
        assert document(asked, str(tmp_path))["subject"] == name

    @pytest.mark.parametrize(
        "text", ["npm error code E404", "why is the sky blue", "why E404 and not provenance?"]
    )
    def test_a_message_or_something_else_is_no_question(self, text: str, tmp_path: Path) -> None:
        assert document(text, str(tmp_path))["status"] == "unknown"

    def test_there_are_ten(self) -> None:
        assert len(QUESTIONS) == 10


class TestRules:
    def test_a_rule_says_why_what_to_do_and_where_it_stands(self, file_tree: FileTree) -> None:
        data = document("missing-id-token", str(file_tree(NO_ID_TOKEN)))
        rule = next(one for one in CHECKS if one.id == "missing-id-token")
        assert data["answer"][0] == rule.why
        assert data["source"] == rule.source
        assert [one["place"] for one in data["evidence"]] == [".github/workflows/publish.yml:5:1"]

    def test_a_repository_without_the_fault_is_told_so(self, file_tree: FileTree) -> None:
        _, out, _ = explain("missing-id-token", str(file_tree(RIGHT)))
        assert "This repository does not have it." in out


class TestForm:
    @pytest.mark.parametrize("name", [*(f"npm/{n}" for n in NPM), *(f"typed/{n}" for n in TYPED)])
    def test_every_log_makes_a_valid_document_and_80_columns(
        self, name: str, tmp_path: Path
    ) -> None:
        log = str(LOGS / f"{name}.log")
        assert document(log, str(tmp_path))["status"] == "explained"
        _, out, _ = explain(log, str(tmp_path), "--verbose")
        wide = [line for line in out.splitlines() if len(line) > 80]
        # Addresses and commands stay whole, so that they can be copied.
        assert all(line.startswith(("    http", "      npm ")) for line in wide)

    def test_quiet_leaves_the_failure_its_first_cause_and_the_fix(self, tmp_path: Path) -> None:
        _, out, _ = explain("-", str(tmp_path), "--quiet", stdin=E404)
        assert "Fix: " in out
        assert "Also" not in out

    def test_colour_comes_only_when_asked_for(self, tmp_path: Path) -> None:
        assert "\x1b[" not in explain("E404", str(tmp_path))[1]
        assert "\x1b[" in explain("E404", str(tmp_path), "--color", "always")[1]

    def test_secrets_and_control_characters_of_a_log_are_not_shown(self, tmp_path: Path) -> None:
        token = "npm_" + "a" * 36
        line = f"npm error 404 Not Found - PUT https://registry.npmjs.org/x \u202e {token}"
        for out in (
            explain("-", str(tmp_path), stdin=line)[1],
            explain("-", str(tmp_path), "--format", "json", stdin=line)[1],
        ):
            assert token not in out
            assert "\u202e" not in out

    def test_a_package_name_from_a_log_cannot_break_out_of_a_command(self, tmp_path: Path) -> None:
        log = "npm notice package: a;reboot@1.0.0\n" + E404
        assert "; reboot" not in explain("-", str(tmp_path), stdin=log)[1]
