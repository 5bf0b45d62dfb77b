"""Run tp-init over the development corpus and compare with the table made by hand.

    python bench/corpus.py CORPUS.tar.gz|FOLDER [--only TEXT] [--tool T] [--jobs N] [--oracle DIR]

Each case is copied into a fresh git repository with the right remote, `tp-init --yes --format json`
runs twice (the second run must change nothing), and the result is held against `expected.tsv`.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import difflib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Result:
    """What one case came to."""

    case: str
    category: str
    tool: str
    expected: str
    status: str
    verdict: str
    again: str
    seconds: float
    changed_lines: int
    manual: tuple[str, ...]
    extra_manual: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the status is the one that the table expects."""
        return self.status == self.expected


def main() -> int:
    """Print the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--tool", default="", help="only cases of this tool")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--oracle", type=Path, help="folder of the independent judge")
    parser.add_argument("--keep", type=Path, help="keep the repositories below this folder")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tp-init-bench-") as temporary:
        work = options.keep or Path(temporary, "work")
        corpus = _unpacked(options.corpus, Path(temporary))
        expected = _expected()
        cases = [
            case
            for case in sorted(path for path in corpus.iterdir() if path.is_dir())
            if options.only in case.name
            and (not options.tool or expected.get(case.name, {}).get("tool") == options.tool)
        ]
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(
                pool.map(lambda c: _run(c, expected.get(c.name), work, options.oracle), cases)
            )
    _print(results, verbose=options.verbose)
    return 0


def _unpacked(corpus: Path, temporary: Path) -> Path:
    if corpus.is_dir():
        return corpus
    with tarfile.open(corpus) as archive:
        archive.extractall(temporary / "corpus", filter="data")
    inner = temporary / "corpus"
    only = list(inner.iterdir())
    return only[0] if len(only) == 1 else inner


def _expected() -> dict[str, dict[str, str]]:
    with (HERE / "expected.tsv").open(encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file, delimiter="\t")}


def _run(case: Path, row: dict[str, str] | None, work: Path, oracle: Path | None) -> Result:
    meta = json.loads((case / "META.json").read_text(encoding="utf-8"))
    owner, _, name = meta["repo"].partition("/")
    repository = work / case.name / name
    _prepare(case, repository, owner, name)
    started = time.perf_counter()
    report, trouble = _tp_init(repository)
    seconds = time.perf_counter() - started
    before = _files(repository)
    second, _ = _tp_init(repository, "--force")
    again = "" if _files(repository) == before else "changed"
    if second.get("changes"):
        again = "changed"
    expected = row["expected"] if row else "unchanged"
    manual = tuple(
        f"{f['path']}:{f['line']}"
        for f in report.get("findings", [])
        if f["level"] == "error" and f["fix"] == "manual"
    )
    wanted = tuple(filter(None, (row or {}).get("manual_lines", "").split(",")))
    files = {line.partition(":")[0] for line in wanted}
    extra = tuple(line for line in manual if line.partition(":")[0] not in files)
    verdict, reasons = _judge(oracle, case, repository, report, owner, name) if oracle else ("", ())
    return Result(
        case.name,
        meta["category"],
        (row or {}).get("tool", "-"),
        expected,
        str(report.get("status", f"crash: {trouble}")),
        verdict,
        again,
        seconds,
        _changed_lines(case, repository),
        manual,
        extra,
        reasons,
    )


def _prepare(case: Path, repository: Path, owner: str, name: str) -> None:
    ignored = {"META.json", "_after"}
    shutil.rmtree(repository, ignore_errors=True)
    shutil.copytree(
        case,
        repository,
        symlinks=True,
        ignore=lambda folder, names: ignored.intersection(names) if Path(folder) == case else set(),
    )
    environment = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "-A", "-f"],
        ["commit", "-q", "--allow-empty", "-m", "before"],
        ["remote", "add", "origin", f"https://github.com/{owner}/{name}.git"],
    ):
        subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, env=environment)


def _tp_init(repository: Path, *more: str) -> tuple[dict[str, Any], str]:
    command = [sys.executable, "-m", "tp_init.cli", str(repository), "--yes", "--format", "json"]
    done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=120)
    try:
        return json.loads(done.stdout), ""
    except ValueError:
        return {}, (done.stderr.strip().splitlines() or ["no output"])[-1]


def _files(repository: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(repository)): path.read_bytes()
        for path in repository.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(repository).parts[:1]
    }


def _changed_lines(case: Path, repository: Path) -> int:
    total = 0
    for path, content in _files(repository).items():
        source = case / path
        before = source.read_bytes() if source.is_file() else b""
        if before != content:
            old, new = before.splitlines(), content.splitlines()
            delta = difflib.unified_diff(
                [line.decode("utf-8", "replace") for line in old],
                [line.decode("utf-8", "replace") for line in new],
                n=0,
            )
            total += sum(line[:1] in "+-" and line[:3] not in {"+++", "---"} for line in delta)
    return total


def _judge(
    oracle: Path, case: Path, repository: Path, report: dict[str, Any], owner: str, name: str
) -> tuple[str, tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        report_file = Path(folder, "report.json")
        report_file.write_text(json.dumps(report), encoding="utf-8")
        before, after = Path(folder, "before"), Path(folder, "after")
        ignored = {"META.json", "_after"}
        shutil.copytree(
            case,
            before,
            symlinks=True,
            ignore=lambda top, names: ignored.intersection(names) if Path(top) == case else set(),
        )
        shutil.copytree(repository, after, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        done = subprocess.run(
            [
                sys.executable, str(oracle / "oracle.py"), "judge", str(before), str(after),
                "--meta", str(case / "META.json"), "--report", str(report_file),
                "--owner", owner, "--repo", name,
            ],
            capture_output=True,
            text=True,
            timeout=300,
        )  # fmt: skip
    try:
        judged = json.loads(done.stdout)
    except ValueError:
        return "no verdict", tuple(done.stderr.strip().splitlines()[-1:])
    reasons = tuple(
        f"{r['kind']} {r['code']} {r.get('where', '')}: {r.get('msg', '')}"[:160]
        for r in judged["reasons"]
        if r["kind"] in {"harm", "criterion"} and not r.get("covered")
    )
    return judged["verdict"], reasons


def _print(results: list[Result], *, verbose: bool) -> None:
    for result in results:
        fine = result.agrees and result.verdict in {"", "correct", "correct-manual", "refused"}
        if fine and not result.again and not result.extra_manual and not verbose:
            continue
        print(
            f"{result.case:50} {result.tool:16} want {result.expected:9} got {result.status:9} "
            f"{result.verdict} {result.again}"
        )
        for line in (*result.reasons, *(f"manual at {m}" for m in result.extra_manual)):
            print(f"      {line}")
    print()
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups["all"].append(result)
        groups[result.tool if result.category in {"token", "partial"} else result.category].append(
            result
        )
    head = (
        "group",
        "cases",
        "agree",
        "complete",
        "manual",
        "unchanged",
        "median lines",
        "second run",
    )
    print(" | ".join(head))
    for group, some in sorted(groups.items(), key=lambda item: -len(item[1])):
        status = Counter(result.status for result in some)
        print(
            f"{group:16} | {len(some):4} | {sum(r.agrees for r in some):4} | "
            f"{status['complete']:4} | {status['manual']:4} | {status['unchanged']:4} | "
            f"{statistics.median(r.changed_lines for r in some):5} | "
            f"{sum(not r.again for r in some)} unchanged"
        )
    false_complete = [r.case for r in results if r.status == "complete" and r.expected == "manual"]
    print(f"\nfalse complete: {len(false_complete)} {', '.join(false_complete)}")
    print(f"oracle: {dict(Counter(result.verdict for result in results))}")
    times = [result.seconds for result in results]
    print(f"seconds: median {statistics.median(times):.2f}, worst {max(times):.2f}")


if __name__ == "__main__":
    sys.exit(main())
