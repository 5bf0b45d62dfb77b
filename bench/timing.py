"""Time whole processes, and print how they compare with the least that Python and Copier cost.

Usage: `python bench/timing.py [--runs N]`. The commands take turns, so a busy machine slows all of
them alike; the figures are medians. `cpu` is user and system time, which a busy machine hardly
changes; `wall` is what a person waits.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

TP_INIT = str(Path(sys.executable).with_name("tp-init"))
SAMPLE = Path(__file__).parents[1] / "src" / "tp_init" / "demo" / "sample"


@dataclass(frozen=True)
class Timing:
    """What one process took, in seconds."""

    wall: float
    user: float
    system: float

    @property
    def cpu(self) -> float:
        """User and system time."""
        return self.user + self.system


@dataclass(frozen=True)
class Target:
    """A command, and how often it may cost what another costs."""

    name: str
    baseline: str
    limit: float


TARGETS = (
    Target("tp-init --version", "python -c pass", 5),
    Target("tp-init --help", "python -c pass", 5),
    Target("tp-init --yes", "import copier", 2),
)


def main() -> int:
    """Print the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="tp-init-timing-") as folder:
        # As it is once installed: a checkout may be told to keep nothing that it compiled.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        medians = _medians(Path(folder), runs)
    _print(medians)
    missed = [t for t in TARGETS if medians[t.name].cpu > t.limit * medians[t.baseline].cpu]
    return 1 if missed else 0


def _medians(folder: Path, runs: int) -> Mapping[str, Timing]:
    fresh = _repositories(folder)
    timings: dict[str, list[Timing]] = {}
    for turn in range(runs + 1):
        repository = next(fresh)
        commands = {
            "python -c pass": (sys.executable, "-c", "pass"),
            "tp-init --version": (TP_INIT, "--version"),
            "tp-init --help": (TP_INIT, "--help"),
            "import copier": (sys.executable, "-c", "import copier"),
            "tp-init --yes": (TP_INIT, str(repository), "--yes"),
        }
        for name, command in commands.items():
            timing = _timed(command)
            if turn:  # the first turn compiles modules and fills the disk's cache
                timings.setdefault(name, []).append(timing)
    return {name: _median(several) for name, several in timings.items()}


def _repositories(folder: Path) -> Iterator[Path]:
    """One token-based repository after the other, each with a commit."""
    for number in count():
        root = folder / str(number) / "logger"
        shutil.copytree(SAMPLE, root)
        git = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.invalid")
        for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Start")):
            subprocess.run([*git, *arguments], cwd=root, check=True)
        yield root


def _timed(command: Sequence[str]) -> Timing:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Timing(wall, after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime)


def _median(timings: Sequence[Timing]) -> Timing:
    return Timing(
        statistics.median(timing.wall for timing in timings),
        statistics.median(timing.user for timing in timings),
        statistics.median(timing.system for timing in timings),
    )


def _print(medians: Mapping[str, Timing]) -> None:
    print(f"{'':20}{'wall s':>8}{'user s':>8}{'sys s':>8}")
    for name, timing in medians.items():
        print(f"{name:20}{timing.wall:8.3f}{timing.user:8.3f}{timing.system:8.3f}")
    print()
    print(f"{'':38}{'wall':>8}{'cpu':>8}{'limit':>8}")
    for target in TARGETS:
        one, base = medians[target.name], medians[target.baseline]
        label = f"{target.name} / {target.baseline}"
        wall, cpu = one.wall / base.wall, one.cpu / base.cpu
        print(f"{label:38}{wall:7.2f}x{cpu:7.2f}x{target.limit:7.0f}x")


if __name__ == "__main__":
    sys.exit(main())
