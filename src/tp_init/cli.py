"""The command line: arguments in, exit code out; the only module that prints."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tp_init.arguments import add_output_options, new_parser
from tp_init.errors import TpInitError, UsageError

if TYPE_CHECKING:  # these are costly to import, and `--help` needs none of them
    from tp_init.migrate import Migration
    from tp_init.model import Outcome
    from tp_init.report import Verbosity

__all__ = ["QUESTION_OPTIONS", "Streams", "main"]

INTERRUPTED = "interrupted: nothing was written"
DEFECT = "this is a defect of tp-init; a report needs the lines above, and the file they are about"

VERBS = {
    "check": "say what would make a release fail",
    "explain": "name the cause of a failed release",
}
"""The verbs and what they do. A verb is the first word; a folder of that name is `./NAME`."""

QUESTION_OPTIONS = {
    "owner": ("NAME", "GitHub user or organisation"),
    "repo": ("NAME", "GitHub repository, without the owner"),
    "scope": ("NAME", "npm scope without @; blank for none"),
    "environment": ("NAME", "GitHub deployment environment; blank for none"),
    "workflow": ("FILE", "workflow file name (publish.yml, or the one that publishes today)"),
    "package-name": ("NAME", "npm package name"),
    "package-manager": ("NAME", "npm, pnpm, yarn or bun"),
    "node-version": ("VERSION", "Node for a publishing job that has none new enough (24)"),
    "npm-version": ("RANGE", "latest, a range such as 11, or bundled"),
    "access": ("KIND", "public or restricted"),
    "provenance": ("BOOL", "true or false"),
    "layout": ("KIND", "for a new workflow: single or split"),
    "trigger": ("KIND", "for a new workflow: tag or release"),
}
"""Options that answer a question of copier.yml: name, what stands for the value, help."""

_VERB_LINES = "\n".join(f"  {name:34} {text}" for name, text in VERBS.items())

EXAMPLES = f"""\
verbs (`tp-init VERB --help` says more):
{_VERB_LINES}

examples:
  tp-init --demo                     watch it migrate a sample repository
  tp-init                            set up or migrate the repository you are in
  tp-init --diff                     print the patch, write nothing
  tp-init ../logger --yes            ask nothing; an unknown value is an error
  tp-init --environment npm          publish from a protected GitHub environment

exit codes:
  0  nothing in the repository's files is left for a person
  1  something is left: a manual step in a file, or a diff that was not written
  2  it could not run: usage, a file that cannot be read safely, interrupted
"""


class Streams(NamedTuple):
    """Where a run reads and prints: data goes to `out`, talk to `err`."""

    stdin: TextIO
    out: TextIO
    err: TextIO

    @property
    def interactive(self) -> bool:
        """Whether there is a person to ask."""
        return self.stdin.isatty() and self.err.isatty() and not _true(os.environ.get("CI"))


def main(argv: Sequence[str] | None = None, streams: Streams | None = None) -> int:
    """Run the command line.

    Args:
        argv: the arguments after the program's name; `sys.argv[1:]` by default.
        streams: where to read and print; the process's own by default.

    Returns:
        The exit code: 0, 1 or 2 as `--help` says.
    """
    streams = streams or _process_streams()
    try:
        try:
            arguments = sys.argv[1:] if argv is None else list(argv)
            if arguments and arguments[0] in VERBS:
                return _VERB_RUNS[arguments[0]](arguments[1:], streams)
            return _run(_parser().parse_args(arguments), streams)
        finally:
            streams.out.flush()
    except SystemExit as stop:  # argparse: --help, --version or a usage error
        return stop.code if isinstance(stop.code, int) else 2
    except KeyboardInterrupt:
        print(f"\ntp-init: {INTERRUPTED}", file=streams.err)
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # that is `| head`, which wants no more
            print(f"tp-init: stopped by the system: {error}", file=streams.err)
        # Or Python would try once more to print what is left, and say so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except TpInitError as error:
        from tp_init.terminal import shown  # noqa: PLC0415 - only a run that fails needs it

        print(f"tp-init: {shown(str(error))}", file=streams.err)
    except Exception:  # noqa: BLE001 - Python would exit 1, which says "something is left to do"
        import traceback  # noqa: PLC0415 - the same

        traceback.print_exc(file=streams.err)
        print(f"tp-init: {DEFECT}", file=streams.err)
    return 2


def _process_streams() -> Streams:
    """The process's own streams; one that was closed (`>&-`) swallows what it gets."""
    return Streams(
        sys.stdin or io.StringIO(), sys.stdout or io.StringIO(), sys.stderr or io.StringIO()
    )


def _check(arguments: Sequence[str], streams: Streams) -> int:
    from tp_init.check_command import run  # noqa: PLC0415 - a verb costs the others no import

    return run(arguments, streams.out, streams.err, os.environ)


def _explain(arguments: Sequence[str], streams: Streams) -> int:
    from tp_init.explain_command import run  # noqa: PLC0415 - the same

    return run(arguments, streams.stdin, streams.out, os.environ)


_VERB_RUNS: Mapping[str, Callable[[Sequence[str], Streams], int]] = {
    "check": _check,
    "explain": _explain,
}


def _parser() -> argparse.ArgumentParser:
    parser = new_parser(
        "tp-init",
        "tp-init [PATH] [options]\n       tp-init VERB [options]",
        "Write a correct npm Trusted Publishing set-up into a repository.",
        EXAMPLES,
    )
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="repository (.)")
    run = parser.add_argument_group("what to do")
    run.add_argument("--yes", "-y", action="store_true", help="write without asking")
    run.add_argument("--diff", action="store_true", help="print the unified diff, write nothing")
    run.add_argument("--force", action="store_true", help="write over uncommitted changes too")
    run.add_argument("--package", default="", metavar="NAME", help="only this package")
    run.add_argument("--demo", action="store_true", help="migrate a sample repository")
    answers = parser.add_argument_group("answers (found out where possible, else asked)")
    for name, (metavar, text) in QUESTION_OPTIONS.items():
        answers.add_argument(f"--{name}", metavar=metavar, help=text)
    answers.add_argument(
        "--data", action="append", default=[], metavar="KEY=VALUE", help="the same, by its key"
    )
    add_output_options(parser, ("text", "json"), "only what is left to do", "every finding in full")
    return parser


def _run(options: argparse.Namespace, streams: Streams) -> int:
    from tp_init import report  # noqa: PLC0415 - `--help` must be quick
    from tp_init.errors import Refused  # noqa: PLC0415 - the same

    path = options.path
    if options.demo:
        from tp_init.demo import sample_repository  # noqa: PLC0415 - only for the demo

        if path != ".":
            raise UsageError("--demo takes no PATH: it migrates its own sample repository")
        path = str(sample_repository())
    try:
        outcome = _carried_out(path, options, streams)
    except Refused as error:
        outcome = report.refused(error, path)
    code = _exit_code(outcome)
    return 0 if code == 1 and options.exit_zero else code


def _carried_out(path: str, options: argparse.Namespace, streams: Streams) -> Outcome:
    """Discover, ask, plan, show, write, report; the outcome is printed on the way."""
    from tp_init import report  # noqa: PLC0415 - `--help` must be quick
    from tp_init.errors import Refused  # noqa: PLC0415 - the same
    from tp_init.migrate import open_migration, written  # noqa: PLC0415 - the same

    show = _Printer(options, streams)
    asks = streams.interactive and not (
        options.yes or options.diff or options.demo or options.format == "json"
    )
    try:
        migration = open_migration(path, _given(options), options.package)
        if not migration.unchanged and asks:
            migration = _asked(migration, show)
        outcome = migration.outcome()
        writes = bool(outcome.changes) and not options.diff
        if writes and (asks or options.yes or options.demo):
            migration.refuse_uncommitted(outcome, force=options.force)
        if options.demo or options.diff or asks or not options.yes:
            show.diff(outcome)
        if writes and asks:
            from tp_init.ask import confirm  # noqa: PLC0415 - only a person is asked

            writes = confirm("Write these changes?", color=show.style.color)
        elif not (options.yes or options.demo):
            writes = False
        outcome = written(migration, outcome) if writes else outcome
    except Refused as error:
        outcome = report.refused(error, path)
    show.outcome(outcome)
    return outcome


def _asked(migration: Migration, show: _Printer) -> Migration:
    """Ask the questions that a person is asked, each with what was found out."""
    from tp_init.ask import ask  # noqa: PLC0415 - only a person is asked
    from tp_init.questions import problem, questions  # noqa: PLC0415 - the same

    answers = migration.answers
    values = {name: answer.value for name, answer in answers.items()}
    asked = [question for question in questions() if question.asked]
    given = ask(
        [question for question in asked if question.name not in migration.wanted],
        answers,
        lambda name, value: problem(name, value, values),
        color=show.style.color,
    )
    return migration.answered(given)


class _Printer:
    """The only place that prints: data to standard output, talk to standard error."""

    def __init__(self, options: argparse.Namespace, streams: Streams) -> None:
        from tp_init.terminal import style_for  # noqa: PLC0415 - `--help` must be quick

        self._options, self._streams = options, streams
        self._json = options.format == "json"
        self.style = style_for(streams.out, options.color, os.environ)
        self._talk_style = style_for(streams.err, options.color, os.environ)
        self._printed_diff = False

    def diff(self, outcome: Outcome) -> None:
        """The patch, which `git apply` takes."""
        from tp_init import report  # noqa: PLC0415 - `--help` must be quick

        if not self._json and outcome.changes:
            self._streams.out.write(report.diff(outcome.changes, self.style))
            self._streams.out.flush()
            self._printed_diff = True

    def outcome(self, outcome: Outcome) -> None:
        """What the run came to: beside a patch, which is the data, it is talk."""
        from tp_init import report  # noqa: PLC0415 - `--help` must be quick

        if self._json:
            self._streams.out.write(report.json(outcome))
            return
        talk = (self._printed_diff and not outcome.written) or outcome.status == "refused"
        stream = self._streams.err if talk else self._streams.out
        verbosity: Verbosity = (
            "quiet" if self._options.quiet else "verbose" if self._options.verbose else "normal"
        )
        if self._printed_diff and not self._options.quiet:
            stream.write("\n")
        stream.write(report.text(outcome, self._talk_style if talk else self.style, verbosity))


def _exit_code(outcome: Outcome) -> int:
    if outcome.status == "refused":
        return 2
    undone = bool(outcome.changes) and not outcome.written
    return 1 if outcome.status == "manual" or undone else 0


def _given(options: argparse.Namespace) -> dict[str, str]:
    """The answers on the command line, by question.

    Raises:
        UsageError: a `--data` without `=`, or with a key that is no question.
    """
    names = {name.replace("-", "_") for name in QUESTION_OPTIONS}
    given: dict[str, str] = {}
    for item in options.data:
        key, equals, value = item.partition("=")
        if not equals or key not in names:
            raise UsageError(
                f"--data {item}: KEY=VALUE is wanted, KEY one of {', '.join(sorted(names))}"
            )
        given[key] = value
    for name in names:
        value = getattr(options, name)
        if value is not None:
            given[name] = value
    return given


def _true(value: str | None) -> bool:
    return (value or "").lower() not in {"", "0", "false"}


if __name__ == "__main__":
    sys.exit(main())
