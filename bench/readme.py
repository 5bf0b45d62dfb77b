"""Put the demo's real output into the README, or see that it is there: nothing is typed by hand.

Usage: `python bench/readme.py [--check]`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- demo: (\w+) -->\n```\w+\n)(.*?)(```\n<!-- /demo -->)", re.DOTALL)
FIRST_FILE = re.compile(r"^diff --git .*?(?=^diff --git )", re.DOTALL | re.MULTILINE)
REPORT = re.compile(r"^\S+ Complete.*?\n\n|^Trusted publisher .*?\n\n", re.DOTALL | re.MULTILINE)


def main() -> int:
    """Rewrite the excerpts; with --check, only say whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where one is stale")
    check = parser.parse_args().check
    before = README.read_text(encoding="utf-8")
    after = with_excerpts(before, demo_output())
    if after == before:
        return 0
    if check:
        print("README.md shows other output than the demo prints: run python bench/readme.py")
        return 1
    README.write_text(after, encoding="utf-8", newline="")
    return 0


def demo_output() -> str:
    """What `tp-init --demo` prints at 80 columns."""
    command = [sys.executable, "-m", "tp_init.cli", "--demo"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return done.stdout


def with_excerpts(readme: str, output: str) -> str:
    """The README with each block between `demo` marks replaced by its part of the output."""
    first_file = FIRST_FILE.search(output)
    report = "".join(part[0] for part in REPORT.finditer(output))
    if first_file is None or not report:
        sys.exit("the demo's output has another shape than bench/readme.py expects")
    excerpts = {"diff": first_file[0].rstrip("\n") + "\n", "report": report.rstrip("\n") + "\n"}
    return BLOCK.sub(lambda block: block[1] + excerpts[block[2]] + block[4], readme)


if __name__ == "__main__":
    sys.exit(main())
