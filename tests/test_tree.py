"""What is read from an untrusted repository, and what is refused."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest
from conftest import FileTree
from hypothesis import given
from hypothesis import strategies as st

from tp_init import tree as tree_module
from tp_init.errors import Refused, UsageError
from tp_init.model import Source
from tp_init.tree import MAX_BYTES, Tree, decode


class TestOpen:
    def test_the_folder_itself_with_its_own_git(self, file_tree: FileTree) -> None:
        root = file_tree({".git/HEAD": "", "inner/.git/HEAD": "", "inner/package.json": "{}"})
        assert Tree.open(root / "inner").root == root / "inner"

    def test_a_folder_of_a_work_tree_means_the_work_tree(self, file_tree: FileTree) -> None:
        root = file_tree({".git/HEAD": "", "src/deep/index.js": ""})
        assert Tree.open(root / "src" / "deep").root == root

    def test_a_package_of_a_monorepo_means_the_monorepo(self, file_tree: FileTree) -> None:
        root = file_tree({".git": "gitdir: x", "package.json": "{}", "a/package.json": "{}"})
        assert Tree.open(root / "a").root == root

    def test_a_package_in_a_home_folder_under_git_is_itself(self, file_tree: FileTree) -> None:
        root = file_tree({".git/HEAD": "", ".bashrc": "", "code/package.json": "{}"})
        assert Tree.open(root / "code").root == root / "code"

    def test_without_git_the_folder_itself(self, file_tree: FileTree) -> None:
        root = file_tree({"a/b/c.txt": ""})
        assert Tree.open(root / "a").root == root / "a"

    def test_a_link_to_the_repository_is_resolved(
        self, file_tree: FileTree, tmp_path: Path
    ) -> None:
        root = file_tree({".git/HEAD": ""})
        (tmp_path / "link").symlink_to(root)
        assert Tree.open(str(tmp_path / "link")).root == root

    def test_a_relative_path(self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = file_tree({".git/HEAD": "", "package.json": "{}"})
        monkeypatch.chdir(root)
        assert Tree.open(".").root == root

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("package.json", "is a file; name the repository's folder"),
            ("missing", "there is no folder"),
            ("package.json/x", "there is no folder"),
            ("nul\0", "holds a NUL"),
        ],
    )
    def test_what_is_no_folder(self, file_tree: FileTree, name: str, message: str) -> None:
        root = file_tree({"package.json": "{}"})
        with pytest.raises(UsageError, match=message):
            Tree.open(f"{root}/{name}")


class TestRead:
    def test_the_exact_bytes_and_the_mode(self, file_tree: FileTree) -> None:
        root = file_tree({"a/b.txt": b"\xef\xbb\xbfx\r\n\ty"})
        (root / "a/b.txt").chmod(0o750)
        assert Tree(root).read("./a/b.txt") == Source("a/b.txt", b"\xef\xbb\xbfx\r\n\ty", 0o750)

    @pytest.mark.parametrize("path", ["missing", "a/missing", "file/below", "x" * 300])
    def test_what_is_not_there(self, file_tree: FileTree, path: str) -> None:
        tree = Tree(file_tree({"file": "", "a/b": ""}))
        assert tree.read(path).content is None
        assert not tree.exists(path)
        assert not tree.is_link(path)

    @pytest.mark.parametrize("path", ["../secret", "a/../../secret", "/etc/passwd", "..", ""])
    def test_a_path_out_of_the_repository_is_refused(self, file_tree: FileTree, path: str) -> None:
        file_tree({"secret": "s"}, ".")
        tree = Tree(file_tree({"a/b": ""}))
        with pytest.raises(Refused, match=r"inside the repository|is a folder"):
            tree.read(path)

    @pytest.mark.parametrize("path", ["nul\0", "\ud800", "y/" * 600, "z/" * 500_000], ids=range(4))
    def test_a_name_that_no_file_can_have_is_refused(self, file_tree: FileTree, path: str) -> None:
        tree = Tree(file_tree({}))
        with pytest.raises(Refused, match="no file can have that name"):
            tree.read(path)
        assert not tree.exists(path)

    @pytest.mark.parametrize("name", [b"caf\xe9", b"new\nline", b"\x1b[31m", b"--help", b" "])
    def test_hostile_names_are_opened(self, file_tree: FileTree, name: bytes) -> None:
        root = file_tree({})
        (root / os.fsdecode(name)).write_text("x")
        assert Tree(root).read(os.fsdecode(name)).content == b"x"


class TestLinks:
    def test_a_link_that_stays_inside_is_read_and_marked(self, file_tree: FileTree) -> None:
        root = file_tree({"real/package.json": "{}"})
        (root / "package.json").symlink_to("real/package.json")
        (root / "folder").symlink_to("real")
        for path in ("package.json", "folder/package.json"):
            source = Tree(root).read(path)
            assert (source.content, source.linked) == (b"{}", True)
        assert not Tree(root).read("real/package.json").linked

    @pytest.mark.parametrize("target", ["../outside/secret", "{root}/../outside/secret"])
    def test_a_link_that_leaves_is_refused(
        self, file_tree: FileTree, tmp_path: Path, target: str
    ) -> None:
        root = file_tree({})
        file_tree({"secret": "s"}, "outside")
        (root / "package.json").symlink_to(target.format(root=root))
        (root / "folder").symlink_to(tmp_path / "outside")
        (root / "twice").symlink_to("folder/secret")
        for path in ("package.json", "folder/secret", "twice", "folder/missing"):
            with pytest.raises(Refused, match="link that leaves the repository"):
                Tree(root).read(path)
        assert Tree(root).exists("package.json")
        assert not Tree(root).exists("folder/secret")

    def test_a_neighbour_with_the_same_prefix_is_outside(self, file_tree: FileTree) -> None:
        root = file_tree({})
        file_tree({"secret": "s"}, "tree-two")
        (root / "link").symlink_to("../tree-two/secret")
        with pytest.raises(Refused, match="leaves"):
            Tree(root).read("link")

    def test_a_link_in_a_circle_is_refused(self, file_tree: FileTree) -> None:
        root = file_tree({})
        (root / "a").symlink_to("b")
        (root / "b").symlink_to("a")
        with pytest.raises(Refused, match="link in a circle"):
            Tree(root).read("a")

    def test_a_broken_link_holds_nothing_but_is_there(self, file_tree: FileTree) -> None:
        root = file_tree({})
        (root / "a").symlink_to("missing")
        source = Tree(root).read("a")
        assert (source.content, source.linked) == (None, True)
        assert Tree(root).exists("a")


class TestRefusals:
    def test_a_large_file_is_refused_without_being_read(self, file_tree: FileTree) -> None:
        root = file_tree({})
        with (root / "package.json").open("wb") as file:
            file.truncate(50 << 20)
        started = time.monotonic()
        with pytest.raises(Refused, match="52,428,800 bytes"):
            Tree(root).read("package.json")
        assert time.monotonic() - started < 1

    def test_the_limit_itself_is_read_and_may_be_raised(self, file_tree: FileTree) -> None:
        root = file_tree({"full": b"x" * MAX_BYTES, "over": b"x" * (MAX_BYTES + 1)})
        assert len(Tree(root).read("full").content or b"") == MAX_BYTES
        assert len(Tree(root).read("over", limit=2 * MAX_BYTES).content or b"") == MAX_BYTES + 1
        with pytest.raises(Refused):
            Tree(root).read("over")

    def test_a_file_that_grows_after_the_check_is_refused(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree({"a": b"x" * 100})
        monkeypatch.setattr(tree_module, "_require_regular", lambda *_: None)
        with pytest.raises(Refused, match="over 10"):
            Tree(root).read("a", limit=10)

    def test_a_pipe_is_refused_at_once(self, file_tree: FileTree) -> None:
        root = file_tree({})
        os.mkfifo(root / "package.json")
        started = time.monotonic()
        with pytest.raises(Refused, match="a pipe"):
            Tree(root).read("package.json")
        assert time.monotonic() - started < 1

    def test_a_pipe_that_takes_a_files_place_is_refused_at_once(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree({"package.json": "{}"})
        before = os.lstat(root / "package.json")
        (root / "package.json").unlink()
        os.mkfifo(root / "package.json")
        monkeypatch.setattr(os, "lstat", lambda _: before)
        started = time.monotonic()
        with pytest.raises(Refused, match="a pipe"):
            tree_module.read_regular(root / "package.json", "package.json")
        assert time.monotonic() - started < 1

    def test_a_socket_and_a_device_are_refused(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree({})
        monkeypatch.chdir(root)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("package.json")
            with pytest.raises(Refused, match="a socket"):
                Tree(root).read("package.json")
        with pytest.raises(Refused, match="a device"):
            tree_module.read_regular("/dev/zero", "package.json")

    def test_a_folder_is_refused(self, file_tree: FileTree) -> None:
        root = file_tree({"package.json/x": ""})
        with pytest.raises(Refused, match="a folder where a file belongs"):
            Tree(root).read("package.json")

    def test_what_the_system_refuses_is_refused(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The tests may run as root, whom no permission bit stops.
        def deny(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        root = file_tree({"package.json": "{}"})
        monkeypatch.setattr(os, "open", deny)
        with pytest.raises(Refused, match=r"package\.json: .*\(Permission denied\); make it"):
            Tree(root).read("package.json")


class TestDecode:
    def test_nothing_is_translated(self) -> None:
        text = "\ufeffa\r\nb\rc\n🙂\x85"
        assert decode(Source("x", text.encode())) == text

    def test_no_file_is_no_text(self) -> None:
        assert decode(Source("x", None)) == ""

    @pytest.mark.parametrize(
        ("content", "place", "why"),
        [
            (b"a\nb\xffc", (2, 2), "0xff is not UTF-8"),
            (b"\xef\xbb\xbf\xe9", (1, 1), "0xe9"),
            ("äö".encode() + b"\xe9", (1, 3), "0xe9"),
            (b"a\r\n\r\nx\xc3", (3, 2), "0xc3"),
            (b"\xed\xa0\x80", (1, 1), "0xed"),
            (b"ab\n\0", (2, 1), "NUL"),
            ("24\n".encode("utf-16"), (1, 1), "UTF-16"),
        ],
    )
    def test_what_is_no_utf8_text(self, content: bytes, place: tuple[int, int], why: str) -> None:
        with pytest.raises(Refused, match=why) as caught:
            decode(Source(".npmrc", content))
        assert (caught.value.line, caught.value.column) == place

    @given(st.binary(max_size=40))
    def test_text_is_a_bijection_with_the_bytes(self, content: bytes) -> None:
        try:
            text = decode(Source("x", content))
        except Refused:
            return
        assert text.encode() == content


class TestListing:
    def test_workflows_are_sorted_and_direct(self, file_tree: FileTree) -> None:
        folder = ".github/workflows"
        names = ["z.yml", "a.yaml", "B.yml"]
        others = ["readme.md", "sub/x.yml", "dir.yml/x", "old.yml.bak"]
        tree = Tree(file_tree({f"{folder}/{name}": "" for name in names + others}))
        assert tree.workflows() == (f"{folder}/B.yml", f"{folder}/a.yaml", f"{folder}/z.yml")

    @pytest.mark.parametrize("files", [{}, {".github/x": ""}, {".github/workflows": ""}])
    def test_no_workflows(self, file_tree: FileTree, files: dict[str, str]) -> None:
        assert Tree(file_tree(files)).workflows() == ()

    def test_a_workflow_folder_that_leaves_is_refused(
        self, file_tree: FileTree, tmp_path: Path
    ) -> None:
        root = file_tree({".github/x": ""})
        file_tree({"x.yml": ""}, "outside")
        (root / ".github/workflows").symlink_to(tmp_path / "outside")
        with pytest.raises(Refused, match="leaves"):
            Tree(root).workflows()

    PACKAGES = (
        "package.json",
        "packages/a/package.json",
        "packages/b/package.json",
        "packages/b/nested/package.json",
        "packages/b/node_modules/c/package.json",
        "packages/b/test/fixture/package.json",
        "packages/.hidden/package.json",
        "packages/vendor/package.json",
        "packages/README.md",
        "apps/web/package.json",
        "apps/empty/index.js",
        "node_modules/d/package.json",
    )

    @pytest.mark.parametrize(
        ("patterns", "found"),
        [
            (["packages/*"], ["packages/a", "packages/b", "packages/vendor"]),
            (["./packages/*/"], ["packages/a", "packages/b", "packages/vendor"]),
            (["packages/*", "!packages/vendor"], ["packages/a", "packages/b"]),
            (["!packages/a", "packages/a"], ["packages/a"]),
            (
                ["packages/**", "!**/test/**", "!packages/vendor"],
                ["packages/a", "packages/b", "packages/b/nested"],
            ),
            (["{apps,packages}/{web,a}"], ["apps/web", "packages/a"]),
            (["{apps/*,packages/[ab]}"], ["apps/web", "packages/a", "packages/b"]),
            (["packages/?"], ["packages/a", "packages/b"]),
            (["packages/.hidden"], ["packages/.hidden"]),
            (["**/web"], ["apps/web"]),
            (["apps/web", "apps/web", "apps/*"], ["apps/web"]),
            (["**/**/**/a"], ["packages/a"]),
            (["apps/**/web/**"], ["apps/web"]),
            (["../*", "/etc", "nothing/*", ""], [""]),
            ([], []),
        ],
    )
    def test_workspace_patterns(
        self, file_tree: FileTree, patterns: list[str], found: list[str]
    ) -> None:
        tree = Tree(file_tree(dict.fromkeys(self.PACKAGES, "{}")))
        expected = tuple(f"{folder}/package.json".lstrip("/") for folder in found)
        assert tree.manifests(patterns) == expected

    def test_actions_are_found_anywhere_but_in_others_code(self, file_tree: FileTree) -> None:
        names = ["action.yml", ".github/actions/a/action.yml", "tools/b/action.yaml"]
        others = ["node_modules/x/action.yml", "vendor/y/action.yml", ".cache/action.yml"]
        tree = Tree(file_tree(dict.fromkeys([*names, *others, ".github/action.yml.txt"], "")))
        assert tree.actions() == tuple(names)

    def test_a_link_to_a_folder_is_not_followed(self, file_tree: FileTree) -> None:
        root = file_tree({"packages/a/package.json": "{}"})
        (root / "packages/loop").symlink_to("..")
        assert Tree(root).manifests(["packages/**"]) == ("packages/a/package.json",)

    def test_hostile_folder_names(self, file_tree: FileTree) -> None:
        names = sorted(os.fsdecode(name) for name in (b"a\nb", b"\xff", b"\x1b]0;x\x07", b"*"))
        tree = Tree(file_tree({f"packages/{name}/package.json": "{}" for name in names}))
        assert tree.manifests(["packages/*"]) == tuple(f"packages/{n}/package.json" for n in names)

    def test_a_listing_does_not_go_down_for_ever(self, file_tree: FileTree) -> None:
        deep = "d/" * 200
        tree = Tree(file_tree({f"{deep}package.json": "{}", "d/package.json": "{}"}))
        assert tree.manifests(["**"]) == ("d/package.json",)

    def test_a_folder_that_cannot_be_opened_is_passed_over(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tree = Tree(file_tree({"a/package.json": "", "b/package.json": ""}))
        listing = os.scandir

        def deny(path: Path) -> object:
            if path.name == "a":
                raise PermissionError(13, "Permission denied")
            return listing(path)

        monkeypatch.setattr(os, "scandir", deny)
        assert tree.manifests(["**"]) == ("b/package.json",)

    def test_a_tree_with_too_many_names_is_refused(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tree_module, "_MAX_STEPS", 100)
        tree = Tree(file_tree({f"a/{n}": "" for n in range(101)}))
        with pytest.raises(Refused, match=r"a: .*more files than tp-init looks through"):
            tree.manifests(["**"])

    @pytest.mark.parametrize(
        "patterns",
        [["{a,b}" * 30], ["x" * 5000], ["{a,b}" * 1000], [f"p{n}" for n in range(5000)]],
        ids=["braces", "long", "long braces", "many"],
    )
    def test_hostile_patterns_are_refused_at_once(
        self, file_tree: FileTree, patterns: list[str]
    ) -> None:
        tree = Tree(file_tree({"package.json": "{}"}))
        started = time.monotonic()
        with pytest.raises(Refused, match="does not trust"):
            tree.manifests(patterns)
        assert time.monotonic() - started < 1

    @pytest.mark.parametrize("pattern", ["**/*" * 40 + "/x", "*a" * 90 + "b", "[" * 100, "{" * 100])
    def test_hostile_patterns_are_matched_at_once(self, file_tree: FileTree, pattern: str) -> None:
        tree = Tree(file_tree({("a" * 200 + "/") * 10 + "package.json": "{}"}))
        started = time.monotonic()
        tree.manifests([pattern])
        assert time.monotonic() - started < 1
