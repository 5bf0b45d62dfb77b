"""Shell scripts: the `run:` of a step, a script of package.json, a `.sh` file.

`parse()` reads one; `removal()` says which characters to delete so that the rest means the same.
Nothing is ever run.
"""

from tp_init.shell.inert import Guard, guards
from tp_init.shell.options import Option, Options, options
from tp_init.shell.removal import Target, remaining, removal
from tp_init.shell.script import Script, parse, supported
from tp_init.shell.syntax import (
    Assignment,
    Block,
    Command,
    Heredoc,
    Part,
    Redirect,
    Span,
    Statement,
    Use,
    Word,
)
from tp_init.shell.writes import EnvironmentWrite, FileWrite, Line

__all__ = [
    "Assignment",
    "Block",
    "Command",
    "EnvironmentWrite",
    "FileWrite",
    "Guard",
    "Heredoc",
    "Line",
    "Option",
    "Options",
    "Part",
    "Redirect",
    "Script",
    "Span",
    "Statement",
    "Target",
    "Use",
    "Word",
    "guards",
    "options",
    "parse",
    "remaining",
    "removal",
    "supported",
]
