"""All changes or none, each file whole at every moment, nothing outside the repository."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FileTree

from tp_init import write as write_module
from tp_init.errors import ConflictError, Refused, TpInitError
from tp_init.model import Change
from tp_init.write import write

OLD = {"package.json": b"{}\n", ".github/workflows/release.yml": b"on: push\r\n"}
NEW = {
    "package.json": b'{"name": "a"}\n',
    ".github/workflows/release.yml": b"on: release\r\n",
    "docs/made/new.md": b"new\n",
}
CHANGES = [Change(path, OLD.get(path), after) for path, after in NEW.items()]

# Every function of `os` through which `write` changes, or makes sure of, something on disk.
STEPS = ("open", "close", "mkdir", "rmdir", "unlink", "replace", "fchown", "fchmod", "fsync")


@pytest.fixture(params=[True, False], ids=["descriptors", "paths"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With descriptors for folders, and as on a system that has none."""
    monkeypatch.setattr(write_module, "_HAS_FOLDER_DESCRIPTORS", request.param)


def everything(root: Path) -> dict[str, bytes]:
    """Every file below a folder, where each link leads, and every empty folder as `name/`."""
    found: dict[str, bytes] = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = os.fsencode(path.readlink())
        elif not path.is_dir():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[f"{name}/"] = b""
    return found


@pytest.mark.usefixtures("both_ways")
class TestWrite:
    def test_files_are_edited_and_created(self, file_tree: FileTree) -> None:
        root = file_tree({**OLD, "untouched": "x"})
        write(root, CHANGES)
        assert everything(root) == {**NEW, "untouched": b"x"}

    def test_nothing_to_write(self, file_tree: FileTree) -> None:
        root = file_tree(OLD)
        write(root, [])
        assert everything(root) == OLD

    def test_an_emptied_file_has_zero_bytes(self, file_tree: FileTree) -> None:
        root = file_tree({".npmrc": "x"})
        write(root, [Change(".npmrc", b"x", b"")])
        assert everything(root) == {".npmrc": b""}

    @pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
    def test_the_mode_is_kept(self, file_tree: FileTree, mode: int) -> None:
        root = file_tree(OLD)
        (root / "package.json").chmod(mode)
        write(root, CHANGES)
        assert stat.S_IMODE((root / "package.json").stat().st_mode) == mode

    def test_a_new_file_gets_the_mode_that_the_user_gives_new_files(
        self, file_tree: FileTree
    ) -> None:
        root = file_tree({})
        before = os.umask(0o027)
        try:
            write(root, [Change("a", None, b"x"), Change("b", None, b"x", 0o755)])
        finally:
            os.umask(before)
        modes = [stat.S_IMODE((root / name).stat().st_mode) for name in "ab"]
        assert modes == [0o640, 0o750]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_the_owner_is_kept(self, file_tree: FileTree) -> None:
        root = file_tree(OLD)
        os.chown(root / "package.json", 1234, 4321)
        write(root, CHANGES)
        status = (root / "package.json").stat()
        assert (status.st_uid, status.st_gid) == (1234, 4321)

    @pytest.mark.parametrize(
        "name", [b"caf\xe9", b"a\nb", b"\x1b[31m", b"-rf", b"*", b"a.tp-init-"]
    )
    def test_hostile_names(self, file_tree: FileTree, name: bytes) -> None:
        root = file_tree({})
        path = os.fsdecode(name)
        write(root, [Change(path, None, b"1")])
        write(root, [Change(path, b"1", b"2")])
        assert everything(root) == {path: b"2"}

    def test_what_a_killed_run_left_is_removed_and_nothing_else(self, file_tree: FileTree) -> None:
        others = [
            ".a.tp-init-xyz",
            ".b.tp-init-01234567",
            "a.tp-init-01234567",
            ".axtp-init-01234567",
        ]
        root = file_tree({"a": "1", ".a.tp-init-0123abcd": "half", **dict.fromkeys(others, "")})
        write(root, [Change("a", b"1", b"2")])
        assert everything(root) == {"a": b"2", **dict.fromkeys(others, b"")}


def refused(root: Path, changes: list[Change], message: str) -> None:
    """Assert that the changes are refused and that nothing on disk differs."""
    before = everything(root)
    with pytest.raises(Refused, match=message):
        write(root, changes)
    assert everything(root) == before


@pytest.mark.usefixtures("both_ways")
class TestRefusals:
    """Each with a good change in front, which must not be written either."""

    GOOD = Change("package.json", b"{}\n", b"{ }\n")

    @pytest.mark.parametrize(
        "path", ["../x", "a/../../x", "/x", "", ".", "a//b", "./a", "a\0b", ".."]
    )
    def test_a_path_out_of_the_repository(self, file_tree: FileTree, path: str) -> None:
        refused(file_tree(OLD), [self.GOOD, Change(path, None, b"")], "lie inside the repository")

    @pytest.mark.parametrize("path", [".git/config", ".GIT/hooks/pre-commit", "sub/.git/config"])
    def test_gits_own_files(self, file_tree: FileTree, path: str) -> None:
        refused(file_tree(OLD), [self.GOOD, Change(path, None, b"")], "belongs to git")

    def test_a_file_that_changed_since_it_was_read(self, file_tree: FileTree) -> None:
        root = file_tree({**OLD, "x": "theirs"})
        refused(root, [self.GOOD, Change("x", b"read", b"ours")], "x: it has changed since")
        refused(root, [self.GOOD, Change("x", b"their", b"ours")], "x: it has changed since")
        refused(root, [self.GOOD, Change("x", b"theirs, more", b"ours")], "it has changed since")

    def test_a_file_that_is_gone(self, file_tree: FileTree) -> None:
        root = file_tree(OLD)
        refused(root, [self.GOOD, Change("x", b"", b"ours")], "it is gone")
        refused(root, [self.GOOD, Change("no/x", b"", b"ours")], "it is gone")

    def test_a_file_that_has_appeared(self, file_tree: FileTree) -> None:
        refused(file_tree({**OLD, "x": "t"}), [self.GOOD, Change("x", None, b"o")], "now a file")

    @pytest.mark.parametrize("mode", [0o444, 0o400, 0o555])
    def test_a_read_only_file(self, file_tree: FileTree, mode: int) -> None:
        root = file_tree({**OLD, "x": "1"})
        (root / "x").chmod(mode)
        refused(root, [self.GOOD, Change("x", b"1", b"2")], "x: it is read-only")

    def test_a_link_wherever_it_leads(self, file_tree: FileTree, tmp_path: Path) -> None:
        outside = file_tree({"x": "1"}, "outside")
        root = file_tree({**OLD, "real/x": "1"})
        (root / "inside").symlink_to("real/x")
        (root / "leaves").symlink_to(outside / "x")
        (root / "broken").symlink_to(outside / "new")
        for name in ("inside", "leaves"):
            refused(root, [self.GOOD, Change(name, b"1", b"2")], "a link")
        refused(root, [self.GOOD, Change("broken", None, b"2")], "a link")
        (root / "folder").symlink_to(tmp_path / "outside")
        refused(root, [self.GOOD, Change("folder/x", b"1", b"2")], "folder on the way")
        refused(root, [self.GOOD, Change("folder/new", None, b"2")], "folder on the way")
        assert everything(outside) == {"x": b"1"}

    def test_what_is_no_regular_file(self, file_tree: FileTree) -> None:
        root = file_tree({**OLD, "folder/x": "", "file": ""})
        os.mkfifo(root / "pipe")
        for name in ("folder", "pipe"):
            for before in (None, b""):
                with pytest.raises(Refused, match="a folder, a pipe or a device"):
                    write(root, [self.GOOD, Change(name, before, b"2")])
        with pytest.raises(Refused, match="folder on the way"):
            write(root, [self.GOOD, Change("file/x", None, b"2")])
        assert (root / "package.json").read_bytes() == b"{}\n"

    def test_two_changes_of_one_file(self, file_tree: FileTree) -> None:
        with pytest.raises(ConflictError):
            write(file_tree(OLD), [self.GOOD, self.GOOD])

    def test_a_name_that_is_too_long(self, file_tree: FileTree) -> None:
        refused(file_tree(OLD), [self.GOOD, Change("x" * 300, None, b"")], "too long")


def failing(
    monkeypatch: pytest.MonkeyPatch, name: str, nth: int, error: BaseException
) -> Callable[[], bool]:
    """Make the nth call of a function of `os` fail, and tell later whether it came to that."""
    real: Callable[..., Any] = getattr(os, name)
    calls = 0

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise error
        return real(*args, **kwargs)

    monkeypatch.setattr(os, name, call)
    return lambda: calls >= nth


@pytest.mark.usefixtures("both_ways")
class TestFailures:
    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
    @pytest.mark.parametrize("name", ["open", "mkdir", "replace", "fsync"])
    def test_when_any_step_fails_nothing_is_changed(
        self, file_tree: FileTree, name: str, number: int
    ) -> None:
        refusals = 0
        for nth in range(1, 200):
            root = file_tree(OLD, f"{name}{nth}")
            with pytest.MonkeyPatch.context() as patch:
                happened = failing(patch, name, nth, OSError(number, os.strerror(number)))
                try:
                    write(root, CHANGES)
                except Refused as error:
                    assert os.strerror(number) in str(error)  # noqa: PT017 - not every call raises
                    refusals += 1
                if not happened():
                    assert everything(root) == NEW
                    break
            # A folder that cannot be synced is no failure; everything else is one.
            assert everything(root) in ([OLD, NEW] if name == "fsync" else [OLD])
        assert refusals > 1

    def test_an_interrupt_at_any_step_leaves_all_or_nothing(self, file_tree: FileTree) -> None:
        for name in STEPS:
            for nth in range(1, 200):
                root = file_tree(OLD, f"{name}{nth}")
                with pytest.MonkeyPatch.context() as patch:
                    happened = failing(patch, name, nth, KeyboardInterrupt())
                    with contextlib.suppress(KeyboardInterrupt):
                        write(root, CHANGES)
                    left = everything(root)
                if not happened():
                    break
                # Where the interrupt hits the clearing up itself, a temporary file may stay.
                kept = {path: left.get(path) for path in NEW}
                assert kept == {path: OLD.get(path) for path in NEW}, f"{name} {nth}"

    def test_a_file_that_may_not_be_written_is_refused_before_anything_is(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Another's file, an immutable one, a medium mounted read-only: root may write the first.
        root, real = file_tree(OLD), os.open

        def deny(path: str, flags: int, *rest: Any, **kwargs: Any) -> int:
            if flags & os.O_CREAT:
                raise AssertionError("something was written before all was checked")
            if str(path).endswith("release.yml") and flags & os.O_ACCMODE == os.O_RDWR:
                raise PermissionError(errno.EPERM, "Operation not permitted")
            return real(path, flags, *rest, **kwargs)

        monkeypatch.setattr(os, "open", deny)
        with pytest.raises(Refused, match=r"release\.yml: .*\(Operation not permitted\)"):
            write(root, CHANGES)

    def test_a_failure_that_cannot_be_taken_back_names_the_files(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree(OLD)
        real, calls = os.replace, iter(range(10))

        def replace(*args: Any, **kwargs: Any) -> None:
            if next(calls) > 0:
                raise OSError(errno.EIO, "Input/output error")
            real(*args, **kwargs)

        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(TpInitError, match=r"not to be taken back: package\.json\. Each"):
            write(root, CHANGES)
        assert everything(root) == {**OLD, "package.json": NEW["package.json"]}

    def test_what_another_wrote_while_it_failed_is_not_taken_back(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree(OLD)
        real, calls = os.replace, iter(range(10))

        def replace(*args: Any, **kwargs: Any) -> None:
            if next(calls) > 0:
                (root / "package.json").write_bytes(b"theirs")
                raise OSError(errno.EIO, "Input/output error")
            real(*args, **kwargs)

        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(Refused):
            write(root, CHANGES)
        assert everything(root) == {**OLD, "package.json": b"theirs"}

    def test_a_file_that_changes_while_others_are_staged_is_not_overwritten(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = file_tree(OLD)
        real = write_module._move_all

        def late(*args: Any) -> None:
            (root / ".github/workflows/release.yml").write_bytes(b"theirs")
            real(*args)

        monkeypatch.setattr(write_module, "_move_all", late)
        with pytest.raises(Refused, match="changed since"):
            write(root, CHANGES)
        assert everything(root) == {**OLD, ".github/workflows/release.yml": b"theirs"}

    @pytest.mark.parametrize("what", ["folder", "file"])
    def test_a_link_that_is_swapped_in_between_check_and_write_is_not_followed(
        self, file_tree: FileTree, monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        root = file_tree(OLD)
        outside = file_tree({"release.yml": OLD[".github/workflows/release.yml"]}, "outside")
        real = write_module._move_all

        def late(*args: Any) -> None:
            folder = root / ".github/workflows"
            if what == "folder":
                folder.rename(root / "moved")
                folder.symlink_to(outside)
            else:
                (folder / "release.yml").unlink()
                (folder / "release.yml").symlink_to(outside / "release.yml")
            real(*args)

        monkeypatch.setattr(write_module, "_move_all", late)
        with pytest.raises(Refused, match="a link"):
            write(root, CHANGES)
        assert everything(outside) == {"release.yml": OLD[".github/workflows/release.yml"]}
        assert (root / "package.json").read_bytes() == OLD["package.json"]
        assert not (root / "docs").exists()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from tp_init.errors import Refused
from tp_init.model import Change
from tp_init.write import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write(Path(sys.argv[1]), [Change("a", b"1", b"2"), Change("b", b"1", b"2" * 5000)])
except Refused as error:
    print(error)
"""


def test_a_medium_that_takes_only_part_of_a_file(file_tree: FileTree) -> None:
    root = file_tree({"a": "1", "b": "1"})
    command = [sys.executable, "-c", LIMITED, str(root)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "b: the system does not let it be written (File too large)" in done.stdout
    assert everything(root) == {"a": b"1", "b": b"1"}


# Forks once for every step and stops the child dead there, before or after the step.
KILLED_AT_EVERY_STEP = """
import os, sys
from pathlib import Path
from test_write import CHANGES, NEW, OLD, STEPS, everything
from tp_init.write import write

def child(root, nth, after):
    done = 0
    def wrapped(real):
        def call(*args, **kwargs):
            nonlocal done
            done += 1
            if done == nth and not after:
                os._exit(9)
            result = real(*args, **kwargs)
            if done == nth:
                os._exit(9)
            return result
        return call
    for name in STEPS:
        setattr(os, name, wrapped(getattr(os, name)))
    write(root, CHANGES)
    os._exit(0)

base, killed, mixed = Path(sys.argv[1]), 0, 0
for after in (False, True):
    for nth in range(1, 1000):
        root = base / f"{nth}{after}"
        for path, content in OLD.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        pid = os.fork()
        if pid == 0:
            child(root, nth, after)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0:
            break
        killed += 1
        found = {path: content for path, content in everything(root).items() if path in NEW}
        for path in NEW:
            assert found.get(path) in (OLD.get(path), NEW[path]), (nth, path)
        mixed += found not in (OLD, NEW)
        write(root, [change for change in CHANGES if found.get(change.path) != change.after])
        assert everything(root) == NEW, (nth, everything(root))
print(killed, mixed)
"""


def test_a_kill_at_any_step_leaves_files_whole_and_the_next_run_completes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EVERY_STEP, str(tmp_path)],
        cwd=Path(__file__).parent,
        check=True,
        capture_output=True,
        text=True,
    )
    killed, mixed = map(int, done.stdout.split())
    assert killed > 100
    assert mixed > 1, "no kill fell between two files: the test shows nothing"


WRITES_FOR_EVER = """
import sys
from pathlib import Path
from tp_init.model import Change
from tp_init.write import write
one, two = ({n: t * 20_000 for n in ("a", "b", "c")} for t in (b"1", b"2"))
print("ready", flush=True)
while True:
    for old, new in ((one, two), (two, one)):
        write(Path(sys.argv[1]), [Change(n, old[n], new[n]) for n in old])
"""


def test_a_real_kill_leaves_files_whole(file_tree: FileTree) -> None:
    wait = random.Random(7)  # noqa: S311 - only a moment
    whole = {text * 20_000 for text in (b"1", b"2")}
    for turn in range(12):
        root = file_tree(dict.fromkeys("abc", b"1" * 20_000), f"turn{turn}")
        command = [sys.executable, "-c", WRITES_FOR_EVER, str(root)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(wait.uniform(0.0, 0.05))
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert {(root / name).read_bytes() for name in "abc"} <= whole
        now = {name: (root / name).read_bytes() for name in "abc"}
        write(root, [Change(name, content, b"done") for name, content in now.items()])
        assert everything(root) == dict.fromkeys("abc", b"done")
