"""Write the pages about failures and questions from the catalogue itself, or see that they agree.

Usage: `python bench/failures.py [--check]`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tp_init.explain.beside import PLACEHOLDERS, filled
from tp_init.explain.catalogue import ROWS
from tp_init.explain.model import Cause, Row
from tp_init.explain.questions import QUESTIONS

FOLDER = Path(__file__).parents[1] / "docs"


def main() -> int:
    """Write the pages; with --check, only say which of them are not up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where one is stale")
    check = parser.parse_args().check
    stale = [name for name, text in pages().items() if there(name) != text]
    for name in stale:
        if check:
            print(f"docs/{name} is not what the catalogue says: run python bench/failures.py")
        else:
            (FOLDER / name).write_text(pages()[name], encoding="utf-8", newline="\n")
    return 1 if check and stale else 0


def there(name: str) -> str:
    """A page as it is; empty where there is none."""
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def pages() -> Mapping[str, str]:
    """Every page by its file name."""
    return {
        "failures.md": "\n".join(failures()) + "\n",
        "questions.md": "\n".join(questions()) + "\n",
    }


def failures() -> Iterator[str]:
    """The failures that `tp-init explain` knows, with their causes."""
    yield from (
        "# Failures",
        "",
        "What `tp-init explain` recognises in a log. With the log and the repository it says which",
        "of the causes it was; this page has all of them. Written from the catalogue by",
        "`bench/failures.py`.",
        "",
        "| failure | codes |",
        "|---|---|",
    )
    for row in ROWS:
        yield f"| [{row.title}](#{row.id}) | {', '.join(row.codes)} |"
    told: dict[str, str] = {}
    for row in ROWS:
        yield from _failure(row, told)


def _failure(row: Row, told: dict[str, str]) -> Iterator[str]:
    yield from ("", f'## <a id="{row.id}"></a>{row.title}', "", row.meaning, "")
    for cause in row.causes:
        key = f"{cause.id}\n{cause.why}"
        if key in told:
            yield f"- [{cause.title}](#{told[key]})"
            continue
        anchor = f"{row.id}-{cause.id}"
        told[key] = anchor
        yield f'- <a id="{anchor}"></a>**{cause.title}.** {_said(cause)}'


def _said(cause: Cause) -> str:
    values = dict(PLACEHOLDERS)
    command = f" `{filled(cause.command, values)}`" if cause.command else ""
    text = f"{cause.why} {cause.fix}{command} ([source]({cause.source}))"
    return filled(text, values)


def questions() -> Iterator[str]:
    """The ten questions; `tp-init explain` answers them with the values of a repository."""
    yield from (
        "# Questions",
        "",
        "`tp-init explain NAME` answers them with the values of your repository. Written by",
        "`bench/failures.py`.",
    )
    for question in QUESTIONS:
        yield from ("", f"## {question.title}", "", f"`tp-init explain {question.id}`")
        for paragraph in question.answer:
            yield from ("", filled(paragraph, PLACEHOLDERS))
        yield from ("", f"Source: <{question.source}>")


if __name__ == "__main__":
    sys.exit(main())
