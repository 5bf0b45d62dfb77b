"""How every verb reads its arguments: argparse, quick to start and with calm errors."""

from __future__ import annotations

import argparse
from typing import NoReturn

from tp_init import __version__

__all__ = ["Parser", "add_output_options", "new_parser"]

_WIDTH = 80


class Parser(argparse.ArgumentParser):
    """argparse, with the error as one line that says where to look."""

    def error(self, message: str) -> NoReturn:
        """Stop with exit code 2."""
        self.exit(2, f"tp-init: {message}; see `{self.prog} --help`\n")


def new_parser(prog: str, usage: str, description: str, epilog: str) -> Parser:
    """A parser for the program or for one of its verbs; its texts keep their line breaks."""
    return Parser(
        prog=prog,
        usage=usage,
        description=description,
        epilog=epilog,
        # A fixed width: to ask the terminal, argparse imports shutil and every compressor with it.
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=_WIDTH),
        allow_abbrev=False,
    )


def add_output_options(
    parser: argparse.ArgumentParser, formats: tuple[str, ...], quiet: str, verbose: str
) -> None:
    """The options that every verb has, with what `--quiet` and `--verbose` do here."""
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=formats, default="text")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    volume = output.add_mutually_exclusive_group()
    volume.add_argument("--quiet", "-q", action="store_true", help=quiet)
    volume.add_argument("--verbose", "-v", action="store_true", help=verbose)
    output.add_argument("--exit-zero", action="store_true", help="exit 0 instead of 1")
    output.add_argument("--version", action="version", version=f"tp-init {__version__}")
