"""`tp-init check` as a user and a program meet it: four forms, one repository or many."""

from __future__ import annotations

import http.server
import io
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import jsonschema
import pytest
import referencing
from conftest import FileTree
from test_check_rules import MANIFEST, RELEASE, WORKFLOW

import tp_init
from tp_init import check as check_module
from tp_init import npm_registry
from tp_init.cli import VERBS, Streams, main
from tp_init.parallel import in_order
from tp_init.repo import discover
from tp_init.repositories import repositories_in
from tp_init.rules import CHECKS
from tp_init.silence import silence_for

SCHEMAS = Path(tp_init.__file__).parent / "schemas"
SARIF = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
CONFIG = '[remote "origin"]\n\turl = https://github.com/acme/logger.git\n'
RIGHT: Mapping[str, str] = {
    RELEASE: WORKFLOW,
    "package.json": json.dumps(MANIFEST, indent=2),
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/config": CONFIG,
}
HANDED = "          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
TOKEN: Mapping[str, str] = {
    **RIGHT,
    RELEASE: f"{WORKFLOW}        env:\n{HANDED}\n",
    "package.json": json.dumps(
        {**MANIFEST, "publishConfig": {"access": "public", "provenance": True}}, indent=2
    ),
}
UNREADABLE: Mapping[str, str] = {**RIGHT, RELEASE: "on: [push\n"}
POINTS = [
    "trusted-publisher", "workflow-name", "workflow-folder", "id-token", "hosted-runner", "node",
    "npm", "no-token", "repository-url", "public-access", "new-version",
]  # fmt: skip


class Ran(NamedTuple):
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The document."""
        return json.loads(self.out)


Run: TypeAlias = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `tp-init check` here, without a terminal."""

    def called(*arguments: str | Path) -> Ran:
        code = main(["check", *map(str, arguments)])
        return Ran(code, *capsys.readouterr())

    return called


def with_line(comment: str, above: str = "") -> dict[str, str]:
    """The repository with a token, and a comment on its line or above it."""
    line = f"          {above}\n{HANDED}" if above else f"{HANDED}{comment}"
    return {**TOKEN, RELEASE: TOKEN[RELEASE].replace(HANDED, line)}


def verdicts(document: Any) -> dict[str, str]:
    """The checklist of a document, by point."""
    return {one["point"]: one["verdict"] for one in document["checklist"]}


class TestText:
    def test_the_offending_line_is_shown_and_marked(self, file_tree: FileTree, run: Run) -> None:
        root = file_tree(TOKEN)
        lines = run(root).out.splitlines()
        at = next(number for number, line in enumerate(lines) if "[token-in-publish-step]" in line)
        assert lines[at].startswith(f"{root}/{RELEASE}:23:11: error[token-in-publish-step]: ")
        assert lines[at + 2] == f"23 | {HANDED}"
        assert lines[at + 3] == f"   | {' ' * 10}{'^' * len(HANDED.strip())}"

    def test_every_point_of_the_checklist_is_shown_with_its_verdict(
        self, file_tree: FileTree, run: Run
    ) -> None:
        out = run(file_tree(TOKEN)).out
        checklist = out.partition("Checklist\n")[2]
        heads = [line for line in checklist.splitlines() if line[:4].strip() in {"✓", "✗", "?"}]
        assert [line.rpartition(": ")[2] for line in heads[:11]] == [
            "cannot be seen from here", "pass", "pass", "pass", "pass", "pass", "pass", "fail",
            "pass", "pass", "cannot be seen from here",
        ]  # fmt: skip

    def test_a_repository_that_is_right_says_so_and_is_0(
        self, file_tree: FileTree, run: Run
    ) -> None:
        ran = run(file_tree(RIGHT))
        assert ran.code == 0
        assert "no errors: the repository is set up right" in ran.out

    def test_a_repository_that_publishes_nothing_has_no_checklist(
        self, file_tree: FileTree, run: Run
    ) -> None:
        ran = run(file_tree({"README.md": "# nothing\n", ".git/HEAD": ""}))
        assert ran.code == 0
        assert "there is no package.json" in ran.out
        assert "Checklist" not in ran.out

    def test_quiet_is_a_line_for_each_error_and_verbose_says_why(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(file_tree(TOKEN))
        quiet, verbose = run("--quiet").out, run("--verbose").out
        first, blank, summary = quiet.splitlines()
        assert first.startswith(f"{RELEASE}:23:11: error[token-in-publish-step]: ")
        assert (blank, summary) == ("", "✗ 1 error, 1 of which `tp-init` can put right.")
        assert "= Why: " in verbose
        assert "= See https://" in verbose

    def test_nothing_of_a_repository_steers_the_terminal_and_no_secret_is_shown(
        self, file_tree: FileTree, run: Run
    ) -> None:
        token = "npm_" + "a1B2" * 9
        npmrc = f"//registry.npmjs.org/:_authToken={token}\n"
        name = "\x1b[31mred"
        hostile = TOKEN[RELEASE].replace("jobs:\n  publish:", f'jobs:\n  "{name}":')
        for form in ("text", "json", "sarif", "github"):
            tree = file_tree({**TOKEN, ".npmrc": npmrc, RELEASE: hostile.replace("\x1b", "\\x1b")})
            out = run(tree, "--format", form, "--verbose").out
            assert "\x1b" not in out
            assert token not in out
            assert "authToken" in out

    def test_a_file_that_cannot_be_read_is_shown_where_it_fails(
        self, file_tree: FileTree, run: Run
    ) -> None:
        out = run(file_tree(UNREADABLE)).out
        assert f"{RELEASE}:2:1: error[refused]: It cannot be read safely" in out
        out = run(file_tree({**RIGHT, "package.json": '{"name": "a",\n "name": "b"}'})).out
        assert '\n2 |  "name": "b"}\n  |  ^' in out

    def test_a_long_line_is_cut_around_the_place(self, file_tree: FileTree, run: Run) -> None:
        manifest = json.dumps({"padding": "x" * 5000, **MANIFEST, "repository": "other/place"})
        out = run(file_tree({**RIGHT, "package.json": manifest})).out
        at = next(line for line in out.splitlines() if line.startswith("1 | "))
        assert len(at) <= 80
        assert "other/place" in at

    def test_the_command_that_puts_it_right_names_the_path(
        self, file_tree: FileTree, run: Run
    ) -> None:
        root = file_tree(TOKEN)
        assert f"    tp-init {root}\n" in run(root).out

    def test_a_place_is_said_as_it_is_reached_from_here(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree({**TOKEN, "docs/index.md": ""})
        monkeypatch.chdir(root)
        assert f"\n{RELEASE}:23:11: error" in f"\n{run('--quiet').out}"
        monkeypatch.chdir(root / "docs")
        assert f"\n../{RELEASE}:23:11: error" in f"\n{run('--quiet').out}"


class TestJson:
    def schema(self, name: str) -> jsonschema.Draft202012Validator:
        """A schema that ships with the package, with the others at hand."""
        found = [
            json.loads((SCHEMAS / f"{one}.json").read_text(encoding="utf-8"))
            for one in ("check", "repositories")
        ]
        registry: Any = referencing.Registry().with_resources(
            (one["$id"], referencing.Resource.from_contents(one)) for one in found
        )
        return jsonschema.Draft202012Validator(
            found[["check", "repositories"].index(name)], registry=registry
        )

    @pytest.mark.parametrize(
        ("files", "status", "code"),
        [(RIGHT, "unchanged", 0), (TOKEN, "complete", 1), (UNREADABLE, "refused", 2)],
        ids=["right", "a token", "unreadable"],
    )
    def test_one_repository_is_the_document_of_the_schema(
        self, files: Mapping[str, str], status: str, code: int, file_tree: FileTree, run: Run
    ) -> None:
        ran = run(file_tree(files), "--format", "json")
        self.schema("check").validate(ran.data)
        assert (ran.data["status"], ran.code) == (status, code)
        assert "path" not in ran.data

    def test_it_has_all_that_a_migration_says(self, file_tree: FileTree, run: Run) -> None:
        outcome = json.loads((SCHEMAS / "outcome.json").read_text(encoding="utf-8"))
        check = json.loads((SCHEMAS / "check.json").read_text(encoding="utf-8"))
        assert set(outcome["required"]) < set(check["required"])
        assert outcome["$defs"].items() <= check["$defs"].items()
        data = run(file_tree(TOKEN), "--format", "json").data
        assert data["publishers"][0]["command"].startswith("npm trust github @acme/logger ")

    def test_the_rules_that_hold_are_those_that_were_run_and_found_nothing(
        self, file_tree: FileTree, run: Run
    ) -> None:
        data = run(file_tree(TOKEN), "--format", "json").data
        found = {one["rule"] for one in data["findings"]}
        offline = {rule.id for rule in CHECKS} - check_module.ONLINE
        assert found == {"token-in-publish-step"}
        assert set(data["passed"]) == offline - found

    def test_the_checklist_has_the_eleven_points(self, file_tree: FileTree, run: Run) -> None:
        data = run(file_tree(TOKEN), "--format", "json").data
        assert list(verdicts(data)) == POINTS
        assert verdicts(data)["no-token"] == "fail"

    def test_several_repositories_are_a_list_with_their_paths(
        self, file_tree: FileTree, run: Run
    ) -> None:
        good, bad, broken = (
            file_tree(files, name)
            for name, files in (("good", RIGHT), ("bad", TOKEN), ("broken", UNREADABLE))
        )
        missing = good.parent / "missing"
        ran = run(good, bad, broken, missing, "--format", "json")
        self.schema("repositories").validate(ran.data)
        assert ran.code == 2
        assert [(one["path"], one["status"]) for one in ran.data["repositories"]] == [
            (str(good), "unchanged"),
            (str(bad), "complete"),
            (str(broken), "refused"),
            (str(missing), "refused"),
        ]


class TestSarif:
    def test_it_is_valid_and_says_what_json_says(self, file_tree: FileTree, run: Run) -> None:
        roots = [file_tree(files, name) for name, files in (("a b", TOKEN), ("c", UNREADABLE))]
        log = run(*roots, "--format", "sarif").data
        schema = json.loads(SARIF.read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(schema).validate(log)
        (one,) = log["runs"]
        assert one["columnKind"] == "unicodeCodePoints"
        place = one["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith(f"/a%20b/{RELEASE}")
        assert place["region"] == {"startLine": 23, "startColumn": 11}
        ids = {rule["id"] for rule in one["tool"]["driver"]["rules"]}
        assert {rule.id for rule in CHECKS} < ids
        assert {result["ruleId"] for result in one["results"]} <= ids

    def test_without_a_finding_it_is_valid_too(self, file_tree: FileTree, run: Run) -> None:
        log = run(file_tree(RIGHT), "--format", "sarif").data
        jsonschema.Draft4Validator(json.loads(SARIF.read_text(encoding="utf-8"))).validate(log)
        assert log["runs"][0]["results"] == []

    def test_what_a_comment_silences_is_suppressed(self, file_tree: FileTree, run: Run) -> None:
        tree = file_tree(with_line("  # tp-init: ignore[token-in-publish-step] a proxy"))
        (result,) = run(tree, "--format", "sarif").data["runs"][0]["results"]
        assert result["suppressions"] == [{"kind": "inSource", "justification": "a proxy"}]


class TestGithub:
    def test_a_finding_is_an_annotation_that_nothing_can_break_out_of(
        self, file_tree: FileTree, run: Run
    ) -> None:
        files = {**TOKEN, RELEASE: TOKEN[RELEASE].replace("publish:", '"100%, ::stop":')}
        out = run(file_tree(files, "a,b"), "--format", "github").out
        assert out.startswith("::error file=")
        assert f"a%2Cb/{RELEASE},line=23,col=11,title=token-in-publish-step%3A " in out
        for line in out.splitlines():
            assert line.startswith(("::error ", "::notice "))

    def test_the_summary_of_the_step_has_findings_and_checklist(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        summary = tmp_path / "summary.md"
        summary.write_text("before\n", encoding="utf-8")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
        run(file_tree(TOKEN), "--format", "github")
        text = summary.read_text(encoding="utf-8")
        assert text.startswith("before\n### tp-init check")
        assert "| error | token-in-publish-step |" in text
        assert text.count("\n| ") == 2 + 1 + 11

    def test_without_that_format_no_summary_is_written(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
        run(file_tree(TOKEN))
        assert not (tmp_path / "summary.md").exists()


class TestSelection:
    def test_only_the_selected_rules_are_run(self, file_tree: FileTree, run: Run) -> None:
        tree = file_tree(TOKEN)
        data = run(tree, "--format", "json", "--select", "npm-too-old, missing-id-token").data
        assert data["passed"] == ["missing-id-token", "npm-too-old"]
        assert "no-token" not in verdicts(data)
        assert verdicts(data)["npm"] == "pass"

    def test_an_ignored_rule_counts_for_nothing(self, file_tree: FileTree, run: Run) -> None:
        ran = run(file_tree(TOKEN), "--ignore", "token-in-publish-step")
        assert ran.code == 0
        assert "set up right" not in ran.out

    @pytest.mark.parametrize(
        ("option", "hint"),
        [
            ("token-in-publish-steps", "did you mean token-in-publish-step?"),
            ("xyzzy", "the rules are generated-workflow, "),
        ],
    )
    def test_a_rule_that_is_not_there_is_an_error_with_a_hint(
        self, option: str, hint: str, file_tree: FileTree, run: Run
    ) -> None:
        ran = run(file_tree(TOKEN), "--select", option)
        assert (ran.code, ran.out) == (2, "")
        assert hint in ran.err

    def test_no_rule_left_is_an_error(self, file_tree: FileTree, run: Run) -> None:
        ran = run(file_tree(TOKEN), "--select", "npm-too-old", "--ignore", "npm-too-old")
        assert ran.code == 2

    def test_advice_never_changes_the_exit_code(self, file_tree: FileTree, run: Run) -> None:
        files = {**RIGHT, RELEASE: WORKFLOW.replace("persist-credentials: false", "ref: main")}
        ran = run(file_tree(files), "--format", "json")
        assert [one["rule"] for one in ran.data["findings"]] == ["persisted-credentials"]
        assert ran.code == 0

    def test_exit_zero_turns_1_into_0_and_leaves_2(self, file_tree: FileTree, run: Run) -> None:
        assert run(file_tree(TOKEN), "--exit-zero").code == 0
        assert run(file_tree(UNREADABLE, "broken"), "--exit-zero").code == 2

    def test_the_environment_of_the_publisher_is_compared(
        self, file_tree: FileTree, run: Run
    ) -> None:
        tree = file_tree(RIGHT)
        assert run(tree).code == 0
        data = run(tree, "--environment", "npm", "--format", "json").data
        assert [one["rule"] for one in data["findings"]] == ["environment-differs"]


class TestSilence:
    @pytest.mark.parametrize(
        "files",
        [
            with_line("  # tp-init: ignore[token-in-publish-step] a proxy needs it"),
            with_line("  #tp-init:ignore[npm-too-old,token-in-publish-step] a proxy needs it"),
            with_line("", "# tp-init: ignore[token-in-publish-step] a proxy needs it"),
        ],
        ids=["on the line", "several rules", "above"],
    )
    def test_a_comment_with_a_reason_silences_a_rule(
        self, files: Mapping[str, str], file_tree: FileTree, run: Run
    ) -> None:
        ran = run(file_tree(files))
        assert ran.code == 0
        assert "Silenced" in ran.out
        assert "a proxy needs it" in ran.out
        assert "silenced at" in ran.out.partition("Checklist")[2]

    @pytest.mark.parametrize(
        "files",
        [
            with_line("  # tp-init: ignore[npm-too-old] another rule"),
            with_line("  # tp-init: ignore[] none"),
            with_line("  # tp-init: ignore token-in-publish-step as it is"),
        ],
    )
    def test_a_comment_for_something_else_silences_nothing(
        self, files: Mapping[str, str], file_tree: FileTree, run: Run
    ) -> None:
        assert run(file_tree(files)).code == 1

    def test_without_a_reason_the_finding_stays_and_says_so(
        self, file_tree: FileTree, run: Run
    ) -> None:
        ran = run(file_tree(with_line("  # tp-init: ignore[token-in-publish-step]")))
        assert ran.code == 1
        assert "gave a reason" in " ".join(ran.out.split())

    def test_a_comment_behind_something_speaks_for_its_own_line_only(self) -> None:
        lines = ["a: 1  # tp-init: ignore[x] here", "b: 2", "  # tp-init: ignore[x] below", "c: 3"]
        found = [silence_for("x", line, lines) for line in range(1, 5)]
        assert [one.line if one else 0 for one in found] == [1, 0, 3, 3]


class TestSeveral:
    def test_a_folder_of_repositories_means_each_of_them(
        self, file_tree: FileTree, run: Run
    ) -> None:
        kinds = {"b": TOKEN, "a": RIGHT, "c": RIGHT, "docs": {"notes.txt": ""}}
        work = file_tree(
            {
                f"{name}/{path}": text
                for name, files in kinds.items()
                for path, text in files.items()
            }
        )
        ran = run(work, "--format", "json")
        assert [one["path"][-1] for one in ran.data["repositories"]] == ["a", "b", "c"]
        assert ran.code == 1

    def test_parts_of_one_repository_are_not_several(self, file_tree: FileTree) -> None:
        root = file_tree(
            {**RIGHT, "packages/a/package.json": "{}", "packages/b/package.json": "{}"}
        )
        assert repositories_in(str(root)) is None
        assert repositories_in(str(root / "packages")) is None

    def test_one_repository_is_said_once_however_often_it_is_named(
        self, file_tree: FileTree, run: Run
    ) -> None:
        root = file_tree({**RIGHT, "packages/a/index.js": "", "packages/b/index.js": ""})
        ran = run(root / "packages/a", root, root / "packages/b", "--format", "json")
        assert len(ran.data["repositories"]) == 1

    def test_one_that_breaks_does_not_stop_the_rest(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def defect(*_: object) -> None:
            raise RecursionError("too deep")

        bad, good = file_tree(TOKEN, "bad"), file_tree(RIGHT, "good")
        monkeypatch.setattr(
            "tp_init.check.discover", lambda tree: defect() if tree.root == bad else discover(tree)
        )
        ran = run(bad, good)
        assert ran.code == 2
        assert "RecursionError: too deep" in ran.out
        assert "2 repositories checked, 0 with errors, 1 that could not be read" in ran.out

    def test_processes_say_the_same_as_one(self, file_tree: FileTree, run: Run) -> None:
        kinds = (RIGHT, TOKEN, UNREADABLE)
        roots = [file_tree(kinds[number % 3], f"r{number}") for number in range(9)]
        for form in ("text", "json", "sarif", "github"):
            alone = run(*roots, "--format", form, "--jobs", "1")
            assert run(*roots, "--format", form, "--jobs", "2") == alone

    def test_a_process_that_dies_takes_one_repository_with_it(self) -> None:
        found = dict(in_order(dies_at_three, range(12), 2, lambda number: f"lost {number}"))
        assert list(found) == list(range(12))
        assert [one for one in found.values() if one.startswith("lost")] == ["lost 3"]

    def test_a_terminal_sees_how_far_it_is(self, file_tree: FileTree) -> None:
        roots = [str(file_tree(RIGHT, name)) for name in ("a", "b")]
        out, err = io.StringIO(), Terminal()
        main(["check", *roots], Streams(io.StringIO(), out, err))
        assert "1/2" in err.getvalue()
        assert err.getvalue().endswith("\r\x1b[K")
        assert "\r" not in out.getvalue()


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def dies_at_three(number: int) -> str:
    """End the process without a word, as the system does to one that takes too much memory."""
    if number == 3:
        os._exit(9)
    return str(number)


class TestOnline:
    @pytest.fixture
    def registry(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        """A registry on this machine that has version 1.2.3 of @acme/logger; what it was asked."""
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                known = {"/@acme%2Flogger/1.2.3": 200, "/@acme%2Flogger/5.0.0": 500}
                self.send_response(known.get(self.path, 404))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(npm_registry, "REGISTRY", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield asked
        server.shutdown()
        server.server_close()

    @pytest.mark.parametrize(
        ("version", "expected"),
        [("1.2.3", ("fail", 1)), ("1.2.4", ("pass", 0)), ("5.0.0", ("unknown", 1))],
        ids=["published", "new", "the registry is down"],
    )
    def test_the_version_is_looked_up(
        self,
        version: str,
        expected: tuple[str, int],
        registry: list[str],
        file_tree: FileTree,
        run: Run,
    ) -> None:
        files = {**RIGHT, "package.json": json.dumps({**MANIFEST, "version": version})}
        ran = run(file_tree(files), "--online", "--format", "json")
        assert registry == [f"/@acme%2Flogger/{version}"]
        assert (verdicts(ran.data)["new-version"], ran.code) == expected

    def test_without_the_option_nothing_is_asked(
        self, registry: list[str], file_tree: FileTree, run: Run
    ) -> None:
        data = run(file_tree(RIGHT), "--format", "json").data
        assert registry == []
        assert verdicts(data)["new-version"] == "unknown"
        assert "version-already-published" not in data["passed"]

    def test_a_version_that_the_job_sets_is_not_looked_up(
        self, registry: list[str], file_tree: FileTree, run: Run
    ) -> None:
        files = {**RIGHT, RELEASE: WORKFLOW.replace("npm publish", "npm version 9 && npm publish")}
        data = run(file_tree(files), "--online", "--format", "json").data
        assert registry == []
        assert verdicts(data)["new-version"] == "unknown"

    def test_no_registry_at_all_is_not_known(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(npm_registry, "REGISTRY", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        ran = run(file_tree(RIGHT), "--online")
        assert ran.code == 1
        assert "could not be asked" in ran.out


class TestVerb:
    def test_help_names_the_verbs_and_the_verb_has_examples(
        self, run: Run, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--help"]) == 0
        out = capsys.readouterr().out
        assert all(f"\n  {verb} " in out for verb in VERBS)
        assert "examples:\n  tp-init check " in run("--help").out

    def test_a_folder_of_that_name_is_reached_with_a_dot(
        self, file_tree: FileTree, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree(TOKEN, "check")
        monkeypatch.chdir(root.parent)
        assert run("./check", "--format", "json").data["findings"]
        assert main(["./check", "--format", "json"]) == 1

    def test_it_writes_nothing(self, file_tree: FileTree, run: Run) -> None:
        root = file_tree(TOKEN)
        before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
        run(root)
        assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before

    def test_it_has_the_options_that_every_verb_has(self, run: Run) -> None:
        assert run("--version").out == f"tp-init {tp_init.__version__}\n"
        for option in ("--format", "--color", "--quiet", "--verbose", "--exit-zero"):
            assert option in run("--help").out

    def test_an_option_that_is_not_there_is_a_usage_error(self, run: Run) -> None:
        ran = run("--frobnicate")
        assert ran.code == 2
        assert "see `tp-init check --help`" in ran.err
