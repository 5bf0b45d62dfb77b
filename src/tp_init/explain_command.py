"""The command line of `tp-init explain`: what was asked about, and in what form it answers."""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, TextIO

from tp_init.arguments import add_output_options, new_parser
from tp_init.errors import UsageError

if TYPE_CHECKING:  # costly to import, and `--help` needs none of it
    from tp_init.explain import Explanation
    from tp_init.report import Verbosity
    from tp_init.setup import Setup

__all__ = ["run"]

EXAMPLES = """\
examples:
  gh run view RUN-ID --log | tp-init explain -     the log of a run
  tp-init explain npm-debug.log                    a log in a file
  tp-init explain E404                             an error code
  tp-init explain missing-id-token                 a rule of `tp-init check`
  tp-init explain why-whoami                       a question
  tp-init explain --list                           everything that can be asked

exit codes:
  0  explained
  1  a log without a failure that is known: it says what to run to learn more
  2  it could not run: usage, a file that cannot be read, interrupted
"""


def _parser() -> argparse.ArgumentParser:
    parser = new_parser(
        "tp-init explain",
        "tp-init explain WHAT [PATH] [options]",
        "Name the cause of a failed release, with the evidence and the fix.",
        EXAMPLES,
    )
    parser.add_argument("what", nargs="?", metavar="WHAT", help="a log, `-`, a code, a rule …")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="repository (.)")
    parser.add_argument("--list", action="store_true", help="everything that can be asked")
    add_output_options(parser, ("text", "json"), "the first cause and its fix", "every cause")
    return parser


def run(
    arguments: Sequence[str],
    stdin: TextIO,
    out: TextIO,
    environ: Mapping[str, str],
) -> int:
    """Explain, and print it.

    Args:
        arguments: what stands behind `explain`.
        stdin: the log, where it is asked for by `-`.
        out: for the answer.
        environ: the process's environment.

    Returns:
        The exit code.

    Raises:
        UsageError: nothing has that name, or the path is no folder.
        OSError: the log cannot be read.
    """
    parser = _parser()
    options = parser.parse_args(list(arguments))
    from tp_init.report import explain as report  # noqa: PLC0415 - `--help` must be quick
    from tp_init.terminal import style_for  # noqa: PLC0415 - the same

    style = style_for(out, options.color, environ)
    if options.list:
        from tp_init.explain import names  # noqa: PLC0415 - only here

        out.write(report.listing(names(), style))
        return 0
    if options.what is None:
        parser.error("WHAT is missing: a log, `-`, an error code, a rule or a question")
    answer = _answer(options.what, options.path, stdin)
    if options.format == "json":
        out.write(report.json(answer))
    else:
        verbosity: Verbosity = (
            "quiet" if options.quiet else "verbose" if options.verbose else "normal"
        )
        out.write(report.text(answer, style, verbosity))
    return 0 if answer.known or options.exit_zero else 1


def _answer(what: str, path: str, stdin: TextIO) -> Explanation:
    from tp_init.explain import (  # noqa: PLC0415 - see above
        explain_log,
        explain_name,
        explain_sentence,
        setup_of,
    )

    setup = setup_of(path)
    if what == "-":
        return explain_log("standard input", _binary(stdin), setup)
    known = explain_name(what, setup)
    if known is not None:
        return known
    if any(character.isspace() for character in what):  # a message, pasted, or a question
        pasted = io.BytesIO(what.encode("utf-8", "replace"))
        answer = explain_log("the message", pasted, setup)
        return answer if answer.known else explain_sentence(what, setup) or answer
    return _file(what, setup)


def _file(name: str, setup: Setup | None) -> Explanation:
    from tp_init.explain import explain_log  # noqa: PLC0415 - see above

    try:
        with open(name, "rb") as stream:  # noqa: PTH123 - pathlib costs time at the start
            return explain_log(name, stream, setup)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UsageError(f"{name} is neither a file nor {_hint(name)}") from None
    except (IsADirectoryError, PermissionError) as error:
        raise UsageError(f"{name} cannot be read as a log: {error.strerror}") from None


def _hint(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - slow, and seldom needed

    from tp_init.explain import names  # noqa: PLC0415 - see above

    known = [one for entries in names().values() for one, _ in entries]
    close = get_close_matches(name, known, n=1)
    also = f"; did you mean {close[0]}?" if close else "; `tp-init explain --list` names all"
    return f"something that tp-init can explain{also}"


def _binary(stream: TextIO) -> BinaryIO:
    """The bytes of a stream: a log may hold anything."""
    found: BinaryIO | None = getattr(stream, "buffer", None)
    return found if found is not None else io.BytesIO(stream.read().encode("utf-8", "replace"))
