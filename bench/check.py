"""Check the development corpus, before and after `tp-init --yes`, and print what is wrong with it.

    python bench/check.py CORPUS.tar.gz|FOLDER [--only TEXT] [--jobs N] [--verbose]

Every repository that publishes to npm with a token must have an error; those that publish by OIDC
already, or do not publish to npm, none; and after `tp-init --yes` none is left wherever the run
said `complete`. Exits 1 where that is not so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import _expected, _prepare, _tp_init, _unpacked

NO_ERROR = frozenset({"already-oidc", "negative"})


@dataclass(frozen=True)
class Result:
    """What one case came to.

    Attributes:
        expected: the status that the table by hand wants of a migration.
        before: the errors that `check` finds, as `rule path:line`.
        advice: how many pieces of advice it gives.
        status: what `tp-init --yes` said.
        after: the errors that `check` finds then.
    """

    case: str
    category: str
    expected: str
    before: tuple[str, ...]
    advice: int
    status: str
    after: tuple[str, ...]

    @property
    def wrong(self) -> str:
        """What is not as it should be; empty where all is."""
        if self.category in NO_ERROR and self.before and self.expected == "unchanged":
            return "an error where nothing is wrong"
        if self.expected != "unchanged" and not self.before:
            return "no error where a token publishes"
        if self.status == "complete" and self.after:
            return "an error after a complete migration"
        return ""


def main() -> int:
    """Print the table; 1 where a case is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="every case with its errors")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tp-init-bench-") as temporary:
        corpus = _unpacked(options.corpus, Path(temporary))
        cases = sorted(path for path in corpus.iterdir() if options.only in path.name)
        expected = _expected()
        work = Path(temporary, "work")
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda case: _run(case, expected.get(case.name), work), cases))
    _print(results, verbose=options.verbose)
    return 1 if any(result.wrong for result in results) else 0


def _run(case: Path, row: dict[str, str] | None, work: Path) -> Result:
    meta = json.loads((case / "META.json").read_text(encoding="utf-8"))
    owner, _, name = meta["repo"].partition("/")
    repository = work / case.name / name
    _prepare(case, repository, owner, name)
    before = _check(repository)
    report, trouble = _tp_init(repository)
    after = _check(repository)
    return Result(
        case.name,
        meta["category"],
        row["expected"] if row else "unchanged",
        _errors(before),
        sum(finding["level"] == "advice" for finding in before["findings"]),
        str(report.get("status", f"crash: {trouble}")),
        _errors(after),
    )


def _check(repository: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tp_init.cli", "check", str(repository), "--format", "json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    if not done.stdout:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _errors(document: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        f"{finding['rule']} {finding['path']}:{finding['line']} {finding['message']}"
        for finding in document["findings"]
        if finding["level"] == "error"
    )


def _print(results: list[Result], *, verbose: bool) -> None:
    for result in results:
        if result.wrong or verbose:
            print(f"{result.case:50} {result.category:13} {result.status:9} {result.wrong}")
            for line in result.after if "after" in result.wrong else result.before:
                print(f"      {line}")
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.category].append(result)
    print(
        "\ncategory      | cases | with errors | errors | advice | complete | errors after | wrong"
    )
    for category, some in groups.items():
        complete = [result for result in some if result.status == "complete"]
        print(
            f"{category:13} | {len(some):5} | {sum(bool(r.before) for r in some):11} | "
            f"{sum(len(r.before) for r in some):6} | {sum(r.advice for r in some):6} | "
            f"{len(complete):8} | {sum(bool(r.after) for r in complete):12} | "
            f"{sum(bool(r.wrong) for r in some):5}"
        )
    rules = Counter(line.split()[0] for result in results for line in result.before)
    print("\n" + ", ".join(f"{rule} {count}" for rule, count in rules.most_common()))


if __name__ == "__main__":
    sys.exit(main())
