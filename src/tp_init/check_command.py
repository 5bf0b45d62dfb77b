"""The command line of `tp-init check`: which repositories and rules, and the form."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tp_init.arguments import add_output_options, new_parser
from tp_init.errors import UsageError

if TYPE_CHECKING:  # these are costly to import, and `--help` needs none of them
    from tp_init.check import Request
    from tp_init.checked import Checked, Described
    from tp_init.report import Verbosity
    from tp_init.terminal import Style

__all__ = ["run"]

FORMATS = ("text", "json", "sarif", "github")
_FEW = 4  # repositories for each process: fewer do not pay for its start
_BAR = 24  # columns

EXAMPLES = """\
examples:
  tp-init check                             the repository you are in
  tp-init check ../logger ~/work            several, and every one in a folder
  tp-init check --online                    also: is the version on npm already?
  tp-init check --environment npm           the environment of the trusted publisher
  tp-init check --ignore unpinned-action    without a rule
  tp-init check --format sarif > out.sarif  for code scanning
  tp-init check --format github             annotations and a summary, in a workflow

A comment on a line, or on the line above, silences a rule there; it gives a reason:
  NODE_AUTH_TOKEN: ${{ secrets.X }}  # tp-init: ignore[token-in-publish-step] a proxy

exit codes:
  0  no errors; advice never counts
  1  at least one error: a release would fail, or would still use a token
  2  it could not run: usage, a repository that cannot be read safely, interrupted
"""


class _Piece(NamedTuple):
    """What one repository came to, told."""

    text: str
    summary: str
    code: int
    errors: int
    advice: int


class _Form(NamedTuple):
    """How an answer is put together: each piece, and what stands around and between them."""

    tell: Callable[[Checked], str]
    start: str = ""
    between: str = ""
    end: str = ""
    summarise: Callable[[Checked], str] | None = None


class _Total(NamedTuple):
    """The sum of the pieces."""

    repositories: int = 0
    failing: int = 0
    refused: int = 0
    errors: int = 0
    advice: int = 0

    def plus(self, piece: _Piece) -> _Total:
        """With one more."""
        return _Total(
            self.repositories + 1,
            self.failing + (piece.code == 1),
            self.refused + (piece.code == 2),
            self.errors + piece.errors,
            self.advice + piece.advice,
        )

    @property
    def code(self) -> int:
        """The exit code: the worst of all."""
        return 2 if self.refused else 1 if self.failing else 0


def run(arguments: Sequence[str], out: TextIO, err: TextIO, environ: Mapping[str, str]) -> int:
    """Check, and print what came out.

    Args:
        arguments: what stands behind `check`.
        out: for the data.
        err: for the progress bar.
        environ: the process's environment.

    Returns:
        The exit code.

    Raises:
        UsageError: a rule's id or an option cannot be used.
    """
    options = _parser().parse_args(list(arguments))
    from tp_init.check import Request  # noqa: PLC0415 - `--help` must be quick

    labels, several = _labels(options.path or ["."])
    request = Request(_chosen(options.select, options.ignore), options.environment, options.online)
    form = _form(options, out, environ, request, several=several)
    watched = several and not options.quiet and err.isatty()
    total, told = _Total(), False
    out.write(form.start)
    for label, piece in _pieces(labels, request, form, options.jobs):
        _clear(err, watched=watched)
        out.write(form.between + piece.text if told and piece.text else piece.text)
        out.flush()
        told = told or bool(piece.text)
        if piece.summary:
            _append(environ["GITHUB_STEP_SUMMARY"], piece.summary)
        total = total.plus(piece)
        _progress(err, total.repositories, len(labels), label, watched=watched)
    _clear(err, watched=watched)
    out.write(form.end)
    if several and options.format == "text":
        from tp_init.report.check import total_text  # noqa: PLC0415 - only here

        out.write("\n" + total_text(*total))
    return 0 if total.code == 1 and options.exit_zero else total.code


def _parser() -> argparse.ArgumentParser:
    parser = new_parser(
        "tp-init check",
        "tp-init check [PATH …] [options]",
        "Say what would make a release by npm Trusted Publishing fail. Nothing is written.",
        EXAMPLES,
    )
    parser.add_argument(
        "path", nargs="*", metavar="PATH", help="a repository, or a folder of repositories (.)"
    )
    what = parser.add_argument_group("what to check")
    for name, text in (("select", "only these rules"), ("ignore", "not these rules")):
        what.add_argument(f"--{name}", action="append", default=[], metavar="RULE,…", help=text)
    what.add_argument(
        "--environment", metavar="NAME", help="environment of the trusted publisher on npm"
    )
    what.add_argument(
        "--online", action="store_true", help="ask the registry whether the version is published"
    )
    what.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="processes (one for each CPU)"
    )
    add_output_options(
        parser, FORMATS, "errors only, a line each", "why each matters; advice in full"
    )
    return parser


def _labels(paths: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The repositories, each once, and whether the answer is one about several."""
    from tp_init.repositories import distinct, repositories_in  # noqa: PLC0415 - the same

    labels: list[str] = []
    several = len(paths) > 1
    for path in paths:
        inside = repositories_in(path)
        several = several or inside is not None
        labels += [path] if inside is None else inside
    return distinct(labels), several


def _chosen(select: Sequence[str], ignore: Sequence[str]) -> tuple[str, ...]:
    """The ids of the rules to run, in report order.

    Raises:
        UsageError: there is no rule of that name, or none is left.
    """
    from tp_init.rules import CHECKS  # noqa: PLC0415 - `--help` must be quick

    known = [rule.id for rule in CHECKS]
    wanted, unwanted = _ids(select, known) or set(known), _ids(ignore, known)
    chosen = tuple(one for one in known if one in wanted - unwanted)
    if not chosen:
        raise UsageError("no rule is left: --ignore names all that --select does")
    return chosen


def _ids(given: Iterable[str], known: Sequence[str]) -> set[str]:
    ids = {one.strip() for several in given for one in several.split(",") if one.strip()}
    for one in sorted(ids - set(known)):
        from difflib import get_close_matches  # noqa: PLC0415 - slow, and seldom needed

        close = get_close_matches(one, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"the rules are {', '.join(known)}"
        raise UsageError(f"there is no rule {one}; {hint}")
    return ids


def _form(
    options: argparse.Namespace,
    out: TextIO,
    environ: Mapping[str, str],
    request: Request,
    *,
    several: bool,
) -> _Form:
    if options.format == "sarif":
        from tp_init.report import sarif  # noqa: PLC0415 - only this format needs it

        rules = [rule for rule in _rules().values() if rule.id in request.rules]
        return _Form(sarif.results, sarif.start(rules), ",\n", sarif.END)
    if options.format == "github":
        from tp_init.report import github  # noqa: PLC0415 - only this format needs it

        summarise = github.step_summary if environ.get("GITHUB_STEP_SUMMARY") else None
        return _Form(_annotated, summarise=summarise)
    from tp_init.report import check  # noqa: PLC0415 - only these formats need it

    if options.format == "json" and several:
        tell = partial(check.json, several=True)
        return _Form(tell, check.START, ",\n", check.END)
    if options.format == "json":
        return _Form(check.json, end="\n")
    from tp_init.terminal import style_for  # noqa: PLC0415 - only text needs it

    style = style_for(out, options.color, environ)
    verbosity: Verbosity = "quiet" if options.quiet else "verbose" if options.verbose else "normal"
    return _Form(partial(_texted, style=style, verbosity=verbosity, several=several), between="\n")


def _texted(checked: Checked, style: Style, verbosity: Verbosity, *, several: bool) -> str:
    from tp_init.report import check  # noqa: PLC0415 - only text needs it

    return check.text(checked, _rules(), style, verbosity, several=several)


def _annotated(checked: Checked) -> str:
    from tp_init.report import github  # noqa: PLC0415 - only this format needs it

    return github.commands(checked, _rules())


def _rules() -> Mapping[str, Described]:
    from tp_init.rules import CHECKS  # noqa: PLC0415 - `--help` must be quick

    return {rule.id: rule for rule in CHECKS}


def _pieces(
    labels: Sequence[str], request: Request, form: _Form, jobs: int
) -> Iterator[tuple[str, _Piece]]:
    """Each repository with what is told of it, in order."""
    work = partial(_piece, request=request, tell=form.tell, summarise=form.summarise)
    most = len(labels) // _FEW
    if most <= 1 or jobs == 1:
        yield from ((label, work(label)) for label in labels)
        return
    from tp_init.parallel import in_order, processors  # noqa: PLC0415 - only for many

    lost = partial(_lost, tell=form.tell, summarise=form.summarise)
    processes = min(most, jobs if jobs > 0 else processors())
    yield from in_order(work, labels, processes, lost)


def _piece(
    label: str,
    request: Request,
    tell: Callable[[Checked], str],
    summarise: Callable[[Checked], str] | None,
) -> _Piece:
    """Check a repository and tell of it: all that has to come back from another process."""
    from tp_init.check import check  # noqa: PLC0415 - `--help` must be quick

    return _told(check(label, request), tell, summarise)


def _lost(
    label: str, tell: Callable[[Checked], str], summarise: Callable[[Checked], str] | None
) -> _Piece:
    """The same for a repository over which a process was lost."""
    from tp_init.check import lost  # noqa: PLC0415 - hardly ever

    return _told(lost(label), tell, summarise)


def _told(
    checked: Checked,
    tell: Callable[[Checked], str],
    summarise: Callable[[Checked], str] | None,
) -> _Piece:
    return _Piece(
        tell(checked),
        summarise(checked) if summarise is not None else "",
        checked.exit_code,
        len(checked.errors),
        len(checked.advice),
    )


def _progress(err: TextIO, done: int, of: int, label: str, *, watched: bool) -> None:
    """How far it is, on a line of its own that the next output takes the place of."""
    if watched:
        from tp_init.terminal import shown  # noqa: PLC0415 - only for a person

        filled = _BAR * done // of
        name = shown(label)[-_BAR:]
        err.write(f"\r\x1b[K[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{of} {name}")
        err.flush()


def _clear(err: TextIO, *, watched: bool) -> None:
    if watched:
        err.write("\r\x1b[K")
        err.flush()


def _append(path: str, text: str) -> None:
    """Add to the summary of the step; the runner made the file."""
    with open(path, "a", encoding="utf-8", newline="\n") as summary:  # noqa: PTH123 - a path as given
        summary.write(text)
