"""What git knows of a repository, without starting what the repository configures."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import FileTree, GitRepository
from hypothesis import given
from hypothesis import strategies as st

from tp_init.errors import Refused, UsageError
from tp_init.git import (
    GitHubRepository,
    choose_remote,
    current_branch,
    dirty,
    parse_repository,
    remotes,
    status,
    undo_hint,
)
from tp_init.git.config import Setting, parse_git_config
from tp_init.git.github import masked, parse_remote
from tp_init.model import Change
from tp_init.tree import Tree

MakeRepository = Callable[..., GitRepository]
LOGGER = GitHubRepository("acme", "logger")


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "https://github.com/acme/logger",
            "https://github.com/acme/logger.git",
            "https://github.com/acme/logger/",
            "https://github.com/acme/logger.git/",
            "http://github.com/acme/logger",
            "https://GitHub.com/acme/logger",
            "HTTPS://www.github.com/acme/logger.git",
            "https://github.com:443/acme/logger",
            "https://user:p@ss@github.com/acme/logger.git",
            "https://x-access-token:secret@github.com/acme/logger",
            "git@github.com:acme/logger.git",
            "git@github.com:/acme/logger.git",
            "org-123456@github.com:acme/logger.git",
            "github.com:acme/logger",
            "ssh://git@github.com/acme/logger.git",
            "ssh://git@github.com:22/acme/logger.git",
            "ssh://git@ssh.github.com:443/acme/logger.git",
            "ssh://github.com/acme/logger",
            "git://github.com/acme/logger.git",
            "git+ssh://git@github.com/acme/logger.git",
            "  https://github.com/acme/logger\n",
        ],
    )
    def test_remotes_on_github(self, url: str) -> None:
        assert parse_remote(url) == LOGGER
        assert parse_repository(url) == LOGGER

    @pytest.mark.parametrize(
        "text",
        [
            "acme/logger",
            "github:acme/logger",
            "acme/logger#main",
            "git+https://github.com/acme/logger.git",
            "git+https://github.com/acme/logger.git#v1",
            "git+ssh://git@github.com:acme/logger.git",
            "https://github.com/acme/logger#readme",
            "https://github.com/acme/logger/tree/main/packages/a",
            "github.com/acme/logger",
            "www.github.com/acme/logger",
        ],
    )
    def test_what_package_json_may_say_besides(self, text: str) -> None:
        assert parse_repository(text) == LOGGER

    def test_case_is_kept(self) -> None:
        repository = parse_remote("git@github.com:AcMe/Lo.gg_er.git")
        assert repository == GitHubRepository("AcMe", "Lo.gg_er")
        assert repository is not None
        assert repository.same_as(GitHubRepository("acme", "LO.GG_ER"))
        assert not repository.same_as(LOGGER)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "logger",
            "https://gitlab.com/acme/logger",
            "https://github.example.com/acme/logger",
            "https://github.com.example.org/acme/logger",
            "https://notgithub.com/acme/logger",
            "https://github.com@example.org/acme/logger",
            "https://example.org/github.com/acme/logger",
            "https://example.org/?https://github.com/acme/logger",
            "git@gitlab.com:acme/logger.git",
            "git@work:acme/logger.git",
            "gitlab:acme/logger",
            "bitbucket:acme/logger",
            "gist:11081aaa281",
            "https://github.com/acme",
            "https://github.com/acme/",
            "https://github.com/acme/..",
            "https://github.com/acme/.git",
            "https://github.com/acme/logger/issues",
            "https://github.com/ac me/logger",
            "https://github.com/acme/lo\x1bgger",
            "https://github.com/-acme/logger",
            "file:///acme/logger",
            "../acme/logger",
            "./logger",
            "C:/acme/logger",
            "C:\\acme\\logger",
            "@acme/logger",
            "//github.com/acme/logger",
        ],
    )
    def test_everything_else_is_not_on_github(self, text: str) -> None:
        assert parse_repository(text) is None
        assert parse_remote(text) is None

    def test_a_shorthand_is_a_folder_for_git(self) -> None:
        assert parse_remote("acme/logger") is None

    @given(st.text(max_size=60))
    def test_any_text_is_answered(self, text: str) -> None:
        for found in (parse_repository(text), parse_remote(text)):
            assert found is None or (found.owner + found.name).isascii()

    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("https://ghp_secret@github.com/o/r", "https://***@github.com/o/r"),
            ("https://user:secret@github.com/o/r", "https://***@github.com/o/r"),
            ("https://user:sec/ret@github.com/o/r", "https://***@github.com/o/r"),
            ("https://user:sec@ret@github.com/o/r", "https://***@github.com/o/r"),
            ("https://github.com/o/r?token=secret", "https://github.com/o/r?***"),
            ("ssh://git:secret@github.com/o/r", "ssh://***@github.com/o/r"),
            ("https://git@secret@github.com/o/r", "https://***@github.com/o/r"),
            ("ssh://git@github.com/o/r", "ssh://git@github.com/o/r"),
            ("git@github.com:o/r", "git@github.com:o/r"),
            ("https://github.com/o/r", "https://github.com/o/r"),
        ],
    )
    def test_credentials_are_masked(self, url: str, shown: str) -> None:
        assert masked(url) == shown


class TestConfig:
    @pytest.mark.parametrize(
        ("text", "settings"),
        [
            ('[remote "o"]\n\turl = a b \n', [("remote", "o", "url", "a b")]),
            ('[Remote "O"]\nURL=x', [("remote", "O", "url", "x")]),
            ("[remote.O]\nurl=x", [("remote", "o", "url", "x")]),
            ('[a "b"] k = v\n', [("a", "b", "k", "v")]),
            ("[a]\nk\nl =\n", [("a", "", "k", "true"), ("a", "", "l", "")]),
            ("[a]\nk = x ; c\nl = y# c\n", [("a", "", "k", "x"), ("a", "", "l", "y")]),
            ('[a]\nk = "x ; # " ; c\n', [("a", "", "k", "x ; # ")]),
            ('[a]\nk = x" y "z\n', [("a", "", "k", "x y z")]),
            ("[a]\nk = x\\\n  y\\t\\\\\n", [("a", "", "k", "x  y\t\\")]),
            ('[a "q\\"\\\\"]\nk = 1\n', [("a", 'q"\\', "k", "1")]),
            ("\ufeff[a]\r\nk = v\r\n[b]\r\nl = w", [("a", "", "k", "v"), ("b", "", "l", "w")]),
            ("; c\n# d\n[a]\n  # e\n k = v", [("a", "", "k", "v")]),
            ("stray = 1\n[a]\n!!\nk = v\n[bad\nl = w", [("a", "", "k", "v"), ("a", "", "l", "w")]),
            ("[a]\n", []),
            ("", []),
        ],
    )
    def test_settings(self, text: str, settings: list[tuple[str, str, str, str]]) -> None:
        assert list(parse_git_config(text)) == [Setting(*setting) for setting in settings]

    @given(st.text(alphabet='[]"\\=\n\r\t #;ab.', max_size=60))
    def test_any_text_is_read(self, text: str) -> None:
        assert len(list(parse_git_config(text))) <= len(text)

    @given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r")))
    def test_what_git_writes_is_read_back(self, value: str) -> None:
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        assert list(parse_git_config(f'[a]\nk = "{quoted}"\n')) == [Setting("a", "", "k", value)]

    def test_a_hostile_file_is_read_at_once(self) -> None:
        started = time.monotonic()
        for text in ('[a "' * 250_000, "[a]\n" + "k" * 1_000_000, '[a]\nk="' + "\\" * 999_999):
            list(parse_git_config(text))
        assert time.monotonic() - started < 5


class TestRemotes:
    def test_all_are_listed_in_their_order(self, git_repository: MakeRepository) -> None:
        urls = {
            "up": "https://token@github.com/acme/logger.git",
            "lab": "git@GitLab.com:acme/logger.git",
            "disk": "../elsewhere",
        }
        repository = git_repository(remotes=urls)
        up, lab, disk = remotes(Tree(repository.root))
        assert (up.name, up.url, up.host) == (
            "up",
            "https://***@github.com/acme/logger.git",
            "github.com",
        )
        assert up.github == LOGGER
        assert (lab.host, lab.github) == ("gitlab.com", None)
        assert (disk.host, disk.github) == ("", None)

    def test_outside_git_there_are_none(self, file_tree: FileTree) -> None:
        tree = Tree(file_tree({"package.json": "{}"}))
        assert remotes(tree) == ()
        assert current_branch(tree) == ""
        choice = choose_remote(tree)
        assert (choice.chosen, choice.note) == (None, "there is no git remote")

    def test_a_work_tree_and_a_submodule_have_their_repositorys(
        self, git_repository: MakeRepository, tmp_path: Path
    ) -> None:
        repository = git_repository({"a": "1"}, {"origin": "git@github.com:acme/logger.git"})
        repository.git("worktree", "add", "-q", "-b", "other", "../other")
        tree = Tree(tmp_path / "other")
        assert [remote.github for remote in remotes(tree)] == [LOGGER]
        assert current_branch(tree) == "other"
        assert dirty(tree, ["a", "b"]) == ()
        (tree.root / "a").write_text("2")
        assert dirty(tree, ["a"]) == ("a",)

        outer = git_repository(name="outer")
        source = str(repository.root)
        outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source, "sub")
        inner = Tree(outer.root / "sub")
        assert [remote.url for remote in remotes(inner)] == [source]
        assert dirty(inner, ["a"]) == ()

    @pytest.mark.parametrize("where", ["repository", ".gitconfig", ".config/git/config"])
    def test_abbreviations_of_the_user_and_the_repository(
        self, git_repository: MakeRepository, tmp_path: Path, where: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.delenv("XDG_CONFIG_HOME")
        text = '[url "git@gitlab.com:"]\ninsteadOf = g\n[url "git@github.com:"]\ninsteadOf = gh:\n'
        repository = git_repository(remotes={"origin": "gh:acme/logger"})
        if where == "repository":
            repository.configure(text)
        else:
            path = tmp_path / "home" / where
            path.parent.mkdir(parents=True)
            path.write_text(text)
        (remote,) = remotes(Tree(repository.root))
        assert (remote.url, remote.host, remote.github) == ("gh:acme/logger", "github.com", LOGGER)

    def test_a_mirror_does_not_hide_github(self, git_repository: MakeRepository) -> None:
        repository = git_repository(remotes={"origin": "https://github.com/acme/logger"})
        repository.configure('[url "https://mirror.example/"]\ninsteadOf = https://github.com/\n')
        assert remotes(Tree(repository.root))[0].github == LOGGER

    def test_included_files_are_not_read(self, git_repository: MakeRepository) -> None:
        repository = git_repository()
        (repository.root / "more").write_text('[remote "origin"]\nurl = git@github.com:a/b\n')
        repository.configure("[include]\npath = ../more\n")
        assert remotes(Tree(repository.root)) == ()

    def test_a_hostile_git_file(self, file_tree: FileTree) -> None:
        for number, text in enumerate(["gitdir: /nowhere", "gitdir: \0", "gitdir:", "x", "\xff"]):
            assert remotes(Tree(file_tree({".git": text}, str(number)))) == ()

    def test_a_pipe_for_a_configuration_is_refused_at_once(self, file_tree: FileTree) -> None:
        root = file_tree({".git/HEAD": "ref: refs/heads/main\n"})
        os.mkfifo(root / ".git/config")
        started = time.monotonic()
        with pytest.raises(Refused, match="a pipe"):
            remotes(Tree(root))
        assert time.monotonic() - started < 1

    def test_the_branch(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": ""})
        assert current_branch(Tree(repository.root)) == "main"
        repository.git("checkout", "-q", "-b", "feat/x")
        assert current_branch(Tree(repository.root)) == "feat/x"
        repository.git("checkout", "-q", "--detach")
        assert current_branch(Tree(repository.root)) == ""


class TestChoice:
    A, B, C = ("git@github.com:" + name for name in ("me/logger", "acme/logger", "else/logger"))

    def chosen(
        self, repository: GitRepository, declared: GitHubRepository | None = None
    ) -> tuple[str, str]:
        choice = choose_remote(Tree(repository.root), declared)
        return (choice.chosen.name if choice.chosen else ""), choice.note

    def test_the_only_one(self, git_repository: MakeRepository) -> None:
        assert self.chosen(git_repository(remotes={"acme": self.B})) == ("acme", "")

    def test_origin_with_a_note_that_names_the_others(self, git_repository: MakeRepository) -> None:
        name, note = self.chosen(git_repository(remotes={"upstream": self.B, "origin": self.A}))
        assert name == "origin"
        assert note == (
            "git remote origin (me/logger) was taken; there is also upstream (acme/logger)"
        )

    def test_the_declared_one_before_origin(self, git_repository: MakeRepository) -> None:
        repository = git_repository(remotes={"origin": self.A, "upstream": self.B})
        assert self.chosen(repository, GitHubRepository("ACME", "logger"))[0] == "upstream"
        assert self.chosen(repository, GitHubRepository("who", "else"))[0] == "origin"

    def test_what_gh_was_told_before_all(self, git_repository: MakeRepository) -> None:
        repository = git_repository(remotes={"origin": self.A, "up": self.B, "other": self.C})
        repository.git("config", "remote.other.gh-resolved", "base")
        assert self.chosen(repository, LOGGER)[0] == "other"

    def test_without_origin_the_one_that_the_branch_follows(
        self, git_repository: MakeRepository
    ) -> None:
        repository = git_repository({"a": ""}, remotes={"one": self.A, "two": self.B})
        assert self.chosen(repository)[0] == "one"
        repository.git("config", "branch.main.remote", "two")
        assert self.chosen(repository)[0] == "two"

    def test_the_same_repository_twice_needs_no_note(self, git_repository: MakeRepository) -> None:
        urls = {"origin": self.B, "https": "https://github.com/Acme/Logger.git"}
        assert self.chosen(git_repository(remotes=urls)) == ("origin", "")

    def test_one_that_is_not_on_github_is_passed_over(self, git_repository: MakeRepository) -> None:
        urls = {"origin": "git@gitlab.com:acme/logger", "github": self.B}
        assert self.chosen(git_repository(remotes=urls)) == ("github", "")

    def test_none_on_github_says_where_they_are(self, git_repository: MakeRepository) -> None:
        urls = {"origin": "https://t:s@github.example.com/a/b", "disk": "/srv/b"}
        note = self.chosen(git_repository(remotes=urls))[1]
        assert note == (
            "no git remote is on github.com: origin (github.example.com), disk (a folder on disk)"
        )

    def test_hostile_names_are_shown_safely(self, git_repository: MakeRepository) -> None:
        repository = git_repository()
        repository.configure('[remote "\x1b]0;x\x07"]\nurl = git@gitlab.com:a/b\n')
        assert "\x1b" not in self.chosen(repository)[1]


class TestDirty:
    def test_a_clean_repository(self, git_repository: MakeRepository) -> None:
        files = {"package.json": "{}\n", ".github/workflows/a b.yml": "on: push\n", "c\n*": "x"}
        repository = git_repository(files)
        assert dirty(Tree(repository.root), [*files, "new", "no/such"]) == ()
        assert dirty(Tree(repository.root), []) == ()

    def test_every_kind_of_change(self, git_repository: MakeRepository) -> None:
        names = ["same", "edited", "staged", "staged-back", "deleted", "removed", "a*", "ab"]
        repository = git_repository(dict.fromkeys(names, "1"))
        repository.write(
            {"edited": "2", "staged": "2", "staged-back": "2", "untracked": "", "ab": "2"}
        )
        repository.git("add", "staged", "staged-back")
        repository.write({"staged-back": "1", "added": ""})
        repository.git("add", "added")
        (repository.root / "deleted").unlink()
        repository.git("rm", "-q", "removed")
        paths = [*names, "untracked", "added", "missing"]
        clean = {"same", "a*", "missing"}
        expected = tuple(path for path in paths if path not in clean)
        assert dirty(Tree(repository.root), paths) == expected

    def test_ignored_files_are_untracked(self, git_repository: MakeRepository) -> None:
        repository = git_repository({".gitignore": ".npmrc\n"})
        repository.write({".npmrc": "x"})
        assert dirty(Tree(repository.root), [".npmrc"]) == (".npmrc",)

    def test_what_git_was_told_to_overlook_counts(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": "1", "b": "1"})
        repository.git("update-index", "--assume-unchanged", "a")
        repository.git("update-index", "--skip-worktree", "b")
        repository.write({"a": "2", "b": "2"})
        assert dirty(Tree(repository.root), ["a", "b"]) == ("a", "b")

    def test_before_the_first_commit_every_file_is(self, git_repository: MakeRepository) -> None:
        repository = git_repository()
        repository.write({"a": "1", "b": "1"})
        repository.git("add", "a")
        assert dirty(Tree(repository.root), ["a", "b", "c"]) == ("a", "b")

    def test_a_merge_conflict_counts(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": "1\n"})
        repository.git("checkout", "-q", "-b", "other")
        repository.commit({"a": "2\n"})
        repository.git("checkout", "-q", "main")
        repository.commit({"a": "3\n"})
        with pytest.raises(subprocess.CalledProcessError):
            repository.git("merge", "-q", "other")
        repository.write({"a": "3\n"})
        assert dirty(Tree(repository.root), ["a"]) == ("a",)

    @pytest.mark.parametrize("how", ["true", "input", "attributes", "global"])
    def test_line_ends_that_git_converts_do_not_count(
        self,
        git_repository: MakeRepository,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        how: str,
    ) -> None:
        repository = git_repository({"a": "x\ny\n", "b": "x\ny\n"})
        repository.write({"a": "x\r\ny\r\n", "b": "x\r\nz\r\n"})
        assert dirty(Tree(repository.root), ["a", "b"]) == ("a", "b")
        if how == "attributes":
            repository.write({".gitattributes": "* text=auto\n"})
        elif how == "global":
            monkeypatch.setenv("HOME", str(tmp_path))
            (tmp_path / ".gitconfig").write_text("[core]\nautocrlf = yes\n")
        else:
            repository.configure(f"[core]\nautocrlf = {how}\n")
        assert dirty(Tree(repository.root), ["a", "b"]) == ("b",)

    def test_line_ends_of_a_binary_file_count(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": "x\n", ".gitattributes": "* -text\n"})
        repository.configure("[core]\nautocrlf = true\n")
        repository.write({"a": "x\r\n"})
        assert dirty(Tree(repository.root), ["a"]) == ("a",)

    def test_a_repository_with_sha256(self, tmp_path: Path) -> None:
        root = tmp_path / "sha256"
        root.mkdir()
        repository = GitRepository(root)
        repository.git("init", "-q", "--object-format=sha256")
        repository.commit({"a": "1", "b": "1"})
        repository.write({"b": "2"})
        assert dirty(Tree(root), ["a", "b"]) == ("b",)

    def test_names_that_are_no_utf8(self, git_repository: MakeRepository) -> None:
        names = [os.fsdecode(b"caf\xe9"), "größe", "\x1b[31m", '"quoted"', ":(top)x", "-x"]
        repository = git_repository(dict.fromkeys(names, "1"))
        assert dirty(Tree(repository.root), names) == ()
        repository.write(dict.fromkeys(names, "2"))
        assert dirty(Tree(repository.root), names) == tuple(names)

    def test_the_users_git_environment_does_not_matter(
        self, git_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository = git_repository({"a": "1"})
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
            monkeypatch.setenv(name, "/nowhere")
        assert dirty(Tree(repository.root), ["a"]) == ()

    def test_the_index_is_not_written(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": "1"})
        os.utime(repository.root / "a", (1, 1))
        before = {p: p.stat().st_mtime_ns for p in (repository.root / ".git").rglob("*")}
        dirty(Tree(repository.root), ["a"])
        assert {p: p.stat().st_mtime_ns for p in (repository.root / ".git").rglob("*")} == before

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_a_repository_of_another_owner_is_read(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": "1"})
        for path in (repository.root, *repository.root.rglob("*")):
            os.chown(path, 1234, 1234)
        with pytest.raises(subprocess.CalledProcessError):
            repository.git("status")  # git itself refuses
        assert dirty(Tree(repository.root), ["a"]) == ()
        repository.write({"a": "2"})
        assert dirty(Tree(repository.root), ["a"]) == ("a",)


class TestWithoutAnAnswer:
    def test_git_is_not_installed(
        self, git_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository = git_repository({"a": "1"})
        monkeypatch.setenv("PATH", str(repository.root.parent))
        with pytest.raises(UsageError, match=r"git is not installed, so .* --force"):
            dirty(Tree(repository.root), ["a"])

    def test_a_git_that_the_repository_brings_is_not_run(
        self, git_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        repository = git_repository({"a": "1"})
        program(repository.root / "node_modules/.bin/git", tmp_path / "started")
        program(repository.root / "git", tmp_path / "started")
        (tmp_path / "link").symlink_to(repository.root)
        monkeypatch.chdir(repository.root)
        folders = [repository.root / "node_modules/.bin", tmp_path / "link", "", ".", "bin"]
        path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
        monkeypatch.setenv("PATH", path)
        assert dirty(Tree(repository.root), ["a"]) == ()
        assert not (tmp_path / "started").exists()

    def test_a_broken_repository(self, git_repository: MakeRepository) -> None:
        repository = git_repository({"a": "1"})
        (repository.root / ".git/index").write_bytes(b"\x1b[31mbroken")
        with pytest.raises(UsageError, match="git cannot read this repository") as caught:
            dirty(Tree(repository.root), ["a"])
        assert "\x1b" not in str(caught.value)

    def test_a_repository_that_never_answers(
        self, git_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository = git_repository({"a": "1"})
        (repository.root / ".git/HEAD").unlink()
        os.mkfifo(repository.root / ".git/HEAD")
        monkeypatch.setattr(status, "_TIMEOUT_SECONDS", 0.3)
        with pytest.raises(UsageError, match=r"did not answer in 0\.3 seconds"):
            dirty(Tree(repository.root), ["a"])


def program(path: Path, marker: Path) -> str:
    """Write a program that leaves a marker when it is started."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{marker}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


class TestHostileConfiguration:
    """Each time with a control: plain git does start the program, so the test shows something."""

    CONFIGURATION = """
[core]
    fsmonitor = {p}
    hooksPath = {hooks}
    pager = {p}
    editor = {p}
    askPass = {p}
    sshCommand = {p}
    gitProxy = {p}
    alternateRefsCommand = {p}
    attributesFile = {attributes}
    worktree = {elsewhere}
[diff]
    external = {p}
[diff "hostile"]
    textconv = {p}
    command = {p}
[filter "hostile"]
    clean = {p}
    smudge = {p}
    process = {p}
    required = true
[merge "hostile"]
    driver = {p}
[credential]
    helper = !{p}
[gpg]
    program = {p}
[alias]
    ls-files = !{p}
    ls-tree = !{p}
    rev-parse = !{p}
    config = !{p}
[pager]
    ls-files = {p}
    ls-tree = {p}
    config = {p}
[sequence]
    editor = {p}
[uploadpack]
    packObjectsHook = {p}
[remote "origin"]
    url = ext::{p}
    uploadpack = {p}
    vcs = hostile
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[include]
    path = {included}
[includeIf "gitdir:**"]
    path = {included}
[trace2]
    eventTarget = {elsewhere}/trace
"""
    ATTRIBUTES = "* filter=hostile diff=hostile merge=hostile\n"

    @pytest.fixture
    def hostile(self, git_repository: MakeRepository, tmp_path: Path) -> GitRepository:
        repository = git_repository({"a": "1\n", "b": "1\n", ".gitattributes": self.ATTRIBUTES})
        marker = tmp_path / "started"
        hostile = program(repository.root / "evil", marker)
        hooks = repository.root / "hooks"
        for hook in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
            program(hooks / hook, marker)
            program(repository.root / ".git/hooks" / hook, marker)
        (repository.root / ".git/info").mkdir(exist_ok=True)
        (repository.root / ".git/info/attributes").write_text(self.ATTRIBUTES)
        (repository.root / "included").write_text(f"[core]\nfsmonitor = {hostile}\n")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        repository.configure(
            self.CONFIGURATION.format(
                p=hostile,
                hooks=hooks,
                attributes=repository.root / ".gitattributes",
                elsewhere=elsewhere,
                included=repository.root / "included",
            )
        )
        repository.write({"b": "2\n"})
        # What was cached before must not hide that a listing would have to look at the files.
        os.utime(repository.root / "a", (1, 1))
        return repository

    def test_no_program_is_started(self, hostile: GitRepository, tmp_path: Path) -> None:
        tree = Tree(hostile.root)
        assert dirty(tree, ["a", "b", "missing"]) == ("b",)
        choose_remote(tree)
        current_branch(tree)
        undo_hint(tree, [Change("a", b"1\n", b"2\n")])
        assert not (tmp_path / "started").exists()
        assert not any((tmp_path / "elsewhere").iterdir())

        subprocess.run(
            ["git", "--work-tree=.", "status"], cwd=hostile.root, check=False, capture_output=True
        )
        assert "evil" in (tmp_path / "started").read_text()

    def test_a_partial_clone_fetches_nothing(
        self, git_repository: MakeRepository, tmp_path: Path
    ) -> None:
        marker = tmp_path / "started"
        repository = git_repository({"a": "1\n", "folder/b": "1\n"})
        hostile = program(repository.root / "evil", marker)
        tree_object = repository.git("rev-parse", "HEAD:folder").strip()
        (repository.root / ".git/objects" / tree_object[:2] / tree_object[2:]).unlink()
        repository.git("config", "core.repositoryFormatVersion", "1")
        repository.configure(
            "[extensions]\npartialClone = origin\n[protocol]\nallow = always\n"
            '[protocol "ext"]\nallow = always\n[remote "origin"]\npromisor = true\n'
            f"url = ext::{hostile}\n"
        )
        with pytest.raises(UsageError, match="git cannot read this repository"):
            dirty(Tree(repository.root), ["folder/b"])
        assert not marker.exists()

        command = ["git", "ls-tree", "HEAD", "--", "folder/b"]
        subprocess.run(command, cwd=repository.root, check=False, capture_output=True, timeout=20)
        assert marker.exists()

    def test_a_work_tree_that_the_configuration_names_is_not_used(
        self, git_repository: MakeRepository, file_tree: FileTree
    ) -> None:
        repository = git_repository({"a": "1"})
        elsewhere = file_tree({"a": "changed"}, "elsewhere")
        repository.configure(f"[core]\nworktree = {elsewhere}\nbare = false\n")
        assert dirty(Tree(repository.root), ["a"]) == ()


class TestUndo:
    EDIT, CREATE = Change("a b.json", b"1", b"2"), Change(".github/workflows/new.yml", None, b"1")

    def test_the_commands_undo(
        self, git_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository = git_repository({"a b.json": "1", "-x": "1", "it's": "1"})
        changes = [
            self.EDIT,
            self.CREATE,
            Change("-x", b"1", b"2"),
            Change("it's", b"1", b"2"),
            Change("\x1b]0;x\x07\n'\\\u202e", None, b"1"),
            Change(os.fsdecode(b"\xff"), None, b"1"),
        ]
        for here in (repository.root, repository.root.parent):
            repository.write({change.path: change.after for change in changes})
            monkeypatch.chdir(here)
            hint = undo_hint(Tree(repository.root), changes)
            assert hint.isprintable()
            subprocess.run(["bash", "-c", hint], cwd=here, check=True)
            assert repository.git("status", "--porcelain") == ""

    def test_in_the_repository_it_is_short(
        self, git_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository = git_repository({"a b.json": "1"})
        monkeypatch.chdir(repository.root)
        tree = Tree(repository.root)
        assert undo_hint(tree, [self.EDIT]) == "git restore -- 'a b.json'"
        assert undo_hint(tree, [self.CREATE]) == "rm -- .github/workflows/new.yml"
        assert undo_hint(tree, [self.EDIT, self.CREATE]) == (
            "git restore -- 'a b.json' && rm -- .github/workflows/new.yml"
        )
        assert undo_hint(tree, []) == ""

    def test_what_git_does_not_hold_is_said(
        self, git_repository: MakeRepository, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = "git does not hold what was there before in a b.json"
        repository = git_repository({"a b.json": "1"})
        monkeypatch.chdir(repository.root)
        assert undo_hint(Tree(repository.root), [self.EDIT, self.CREATE], ["a b.json"]) == (
            f"rm -- .github/workflows/new.yml; {said}"
        )
        assert undo_hint(Tree(file_tree({})), [self.EDIT]) == said
