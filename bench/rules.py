"""Write the pages about the rules from the rules themselves, or see that they agree.

Usage: `python bench/rules.py [--check]`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from tp_init.checklist import POINTS
from tp_init.rules import CHECKS, RULES, Rule

FOLDER = Path(__file__).parents[1] / "docs" / "rules"
LEVELS = {
    "error": "error: a release fails, or still uses a token",
    "advice": "advice: it never changes the exit code",
}


def main() -> int:
    """Write the pages; with --check, only say which of them are not up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where one is stale")
    check = parser.parse_args().check
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in wanted.keys() | there if wanted.get(name) != there.get(name))
    if check:
        for name in stale:
            print(f"docs/rules/{name} is not what the rules say: run python bench/rules.py")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            (FOLDER / name).unlink()
    return 0


def pages() -> Mapping[str, str]:
    """Every page by its file name."""
    return {"README.md": index(), **{f"{rule.id}.md": page(rule) for rule in CHECKS}}


def index() -> str:
    """The list of all rules, and the checklist."""
    migrating = {rule.id for rule in RULES}
    rows = [
        f"| [{rule.id}]({rule.id}.md) | {rule.level} | {'yes' if rule.id in migrating else ''} "
        f"| {rule.title} |"
        for rule in CHECKS
    ]
    points = [
        f"| {point.title} | {', '.join(f'[{rule}]({rule}.md)' for rule in point.rules)} |"
        for point in POINTS
    ]
    return "\n".join(
        [
            "# Rules",
            "",
            "What `tp-init check` looks for. An error makes a release fail, or keeps a token in",
            "use; advice never changes the exit code. `tp-init` itself acts on those marked",
            "*migration*; the others are for a check only. These pages are written from the rules",
            "by `bench/rules.py`.",
            "",
            "| rule | level | migration | fault |",
            "|---|---|---|---|",
            *rows,
            "",
            "## Checklist",
            "",
            "| point | rules |",
            "|---|---|",
            *points,
            "",
        ]
    )


def page(rule: Rule) -> str:
    """The page of one rule."""
    return "\n".join(
        [
            f"# {rule.id}",
            "",
            f"{rule.title}.",
            "",
            f"**Level** {LEVELS[rule.level]}",
            "",
            "## Why",
            "",
            rule.why,
            "",
            f"Source: <{rule.source}>",
            "",
            "## What to do",
            "",
            rule.remedy,
            "",
            "## Where it does not apply",
            "",
            *silencing(rule),
            "",
        ]
    )


def silencing(rule: Rule) -> list[str]:
    """How the rule is left out."""
    return [
        "A comment on the line, or on the line above, silences it there; the reason is required:",
        "",
        "```yaml",
        f"# tp-init: ignore[{rule.id}] why it does not apply here",
        "```",
        "",
        f"JSON has no comments: for package.json, and for a whole run, `--ignore {rule.id}`.",
    ]


if __name__ == "__main__":
    sys.exit(main())
