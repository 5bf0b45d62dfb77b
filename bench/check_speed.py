"""Time a check against zizmor on the same repository, and check 1,000 repositories in one call.

    python bench/check_speed.py CORPUS.tar.gz|FOLDER [--runs N] [--repositories N]

The two programs take turns, so a busy machine slows both alike; of each the fastest of its runs
counts. The memory is the largest that the process, or one of those it starts, ever had.
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from corpus import _unpacked

BESIDE = Path(sys.executable).parent
TP_INIT, ZIZMOR = str(BESIDE / "tp-init"), str(BESIDE / "zizmor")
LIMIT = 2


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds on the wall and of processor time, and megabytes."""

    wall: float
    cpu: float
    memory: float


def main() -> int:
    """Print the two tables; 1 where a check is slower than it may be, or memory grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--repositories", type=int, default=1000)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="tp-init-bench-") as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder, "compiled"))
        corpus = sorted(path for path in _unpacked(options.corpus, Path(folder)).iterdir())
        ratio = _against_zizmor(corpus[:: len(corpus) // 8 or 1], options.runs)
        grown = _many(corpus, Path(folder), options.repositories)
    return 1 if ratio > LIMIT or grown > LIMIT else 0


def _against_zizmor(repositories: Sequence[Path], runs: int) -> float:
    """Print each repository; return the median of the ratios of processor time."""
    print(f"{'':44}{'tp-init':>16}{'zizmor':>16}{'wall':>8}{'cpu':>8}")
    ratios = []
    for repository in repositories:
        ours = (TP_INIT, "check", str(repository))
        theirs = (ZIZMOR, "--offline", "--no-progress", str(repository))
        turns = [(_cost(ours), _cost(theirs)) for _ in range(runs)]
        one, other = (
            Cost(min(c.wall for c in costs), min(c.cpu for c in costs), 0)
            for costs in zip(*turns, strict=True)
        )
        ratios.append(one.cpu / other.cpu)
        print(
            f"{repository.name:44}{one.wall:8.3f}{one.cpu:8.3f}{other.wall:8.3f}{other.cpu:8.3f}"
            f"{one.wall / other.wall:7.2f}x{ratios[-1]:7.2f}x"
        )
    median = statistics.median(ratios)
    print(f"median {median:.2f}x (limit {LIMIT}x)\n")
    return median


def _many(corpus: Sequence[Path], folder: Path, wanted: int) -> float:
    """Print a quarter and the whole; return how many times the memory of the quarter that took."""
    quarter, whole = wanted // 4, wanted
    for number, source in enumerate(islice(_again_and_again(corpus), whole)):
        for part in ("quarter", "whole")[number >= quarter :]:
            _copy(source, folder / part / f"{number:05}")
    print(f"{'repositories':>12}{'wall s':>10}{'cpu s':>10}{'memory MB':>12}")
    costs = []
    for size, part in ((quarter, "quarter"), (whole, "whole")):
        costs.append(_cost((TP_INIT, "check", str(folder / part), "--format", "json")))
        print(f"{size:12}{costs[-1].wall:10.1f}{costs[-1].cpu:10.1f}{costs[-1].memory:12.1f}")
    return costs[1].memory / costs[0].memory


def _again_and_again(corpus: Sequence[Path]) -> Iterator[Path]:
    for _ in count():
        yield from corpus


def _copy(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("META.json", "_after")
    shutil.copytree(source, target, symlinks=True, ignore=ignored)


def _cost(command: Sequence[str]) -> Cost:
    """Run a command; its exit code says what it found, not whether it ran."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = 0
    return Cost(wall, used.ru_utime + used.ru_stime, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


if __name__ == "__main__":
    sys.exit(main())
