"""Programs that run another program: what stands behind `sudo`, `npx` or `timeout 60`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tp_init.shell.syntax import Word

__all__ = ["Unwrapped", "unwrap"]

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_MANAGERS = frozenset({"npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg"})


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """How to find the wrapped command.

    Attributes:
        values: its options whose value is the next word.
        scripts: its options whose value is a script, as with `npx -c`.
        asks: options with which it looks a program up instead of running it.
        own: how many words of its own come before the command (the duration of `timeout`).
        separator: whether only `--` starts the command.
        assigns: whether `NAME=value` may stand before the command.
        keeps: whether the command continues the wrapper's own (`yarn workspace a npm publish`).
    """

    values: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    own: int = 0
    separator: bool = False
    assigns: bool = False
    keeps: bool = False


def _takes(*values: str) -> frozenset[str]:
    return frozenset(values)


_EXECUTE = _Wrapper(_takes("-p", "--package", "-w", "--workspace"), scripts=_takes("-c", "--call"))
_AFTER_DASHES = _Wrapper(separator=True)
_PLAIN = _Wrapper()

# The options that take a value are those of the manual pages: GNU coreutils 9, sudo 1.9,
# findutils 4.9, npm 12, pnpm 11, Yarn 4, Lerna 9.
_WRAPPERS: dict[tuple[str, ...], _Wrapper] = {
    ("env",): _Wrapper(
        _takes("-u", "--unset", "-C", "--chdir"), asks=_takes("-S", "--split-string"), assigns=True
    ),
    ("sudo",): _Wrapper(
        _takes("-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-D", "--chdir"),
        asks=_takes("-l", "--list", "-v", "--validate"),
        assigns=True,
    ),
    ("command",): _Wrapper(asks=_takes("-v", "-V")),
    ("exec",): _Wrapper(_takes("-a")),
    ("builtin",): _PLAIN,
    ("nohup",): _PLAIN,
    ("setsid",): _PLAIN,
    ("time",): _Wrapper(_takes("-f", "--format", "-o", "--output")),
    ("nice",): _Wrapper(_takes("-n", "--adjustment")),
    ("stdbuf",): _Wrapper(_takes("-i", "-o", "-e")),
    ("timeout",): _Wrapper(_takes("-s", "--signal", "-k", "--kill-after"), own=1),
    ("xvfb-run",): _Wrapper(_takes("-n", "-s", "-e", "-f", "-p", "-w")),
    ("xargs",): _Wrapper(_takes("-n", "-I", "-P", "-L", "-d", "-E", "-s", "-a", "--max-args")),
    ("retry",): _Wrapper(
        _takes("-t", "-n", "-d", "-s", "-m", "-r", "--times", "--tries", "--delay", "--max")
    ),
    ("npx",): _EXECUTE,
    ("pnpx",): _EXECUTE,
    ("bunx",): _EXECUTE,
    ("npm", "exec"): _EXECUTE,
    ("npm", "x"): _EXECUTE,
    ("bun", "x"): _EXECUTE,
    ("pnpm", "dlx"): _EXECUTE,
    ("pnpm", "exec"): _PLAIN,
    ("yarn", "dlx"): _EXECUTE,
    ("yarn", "exec"): _PLAIN,
    ("yarn", "workspace"): _Wrapper(own=1, keeps=True),
    ("yarn", "workspaces", "foreach"): _Wrapper(
        _takes("--from", "--include", "--exclude", "-j", "--jobs"), keeps=True
    ),
    ("lerna", "exec"): _Wrapper(_takes("--scope", "--ignore", "--concurrency", "--since")),
    ("mise", "exec"): _AFTER_DASHES,
    ("mise", "x"): _AFTER_DASHES,
    ("volta", "run"): _Wrapper(_takes("--node", "--npm", "--yarn", "--pnpm", "--env")),
    ("dotenv",): _AFTER_DASHES,
    ("doppler", "run"): _AFTER_DASHES,
    ("infisical", "run"): _AFTER_DASHES,
    ("op", "run"): _AFTER_DASHES,
    ("chamber", "exec"): _AFTER_DASHES,
    ("aws-vault", "exec"): _AFTER_DASHES,
}
_LONGEST = max(map(len, _WRAPPERS))

_VERBS = {  # the first word of each, with the second words it may have; most commands stop here
    first: {verb[1] for verb in _WRAPPERS if verb[0] == first and len(verb) > 1}
    for first in {verb[0] for verb in _WRAPPERS}
}
_MAX_LAYERS = 8

# Options of a package manager that may stand before its verb and take the next word.
_GLOBAL_VALUES = _takes("-C", "--dir", "--cwd", "--prefix", "-F", "--filter", "-w", "--workspace")


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A command without its wrappers.

    Attributes:
        argv: the words of the program that does the work.
        wrappers: what was looked through, outermost first.
        assigned: the `NAME=value` words given to `env` and `sudo`.
        script: the word that holds a script, for `sh -c`, `npx -c` and `eval`.
    """

    argv: tuple[Word, ...]
    wrappers: tuple[str, ...] = ()
    assigned: tuple[Word, ...] = ()
    script: Word | None = None


def unwrap(words: Sequence[Word]) -> Unwrapped:
    """Look through every wrapper of a command.

    At most eight lie over one another. A wrapper whose own words cannot be told from the
    command's (`npx $FLAGS np`) is left.
    """
    argv, wrappers, assigned = tuple(words), tuple[str, ...](), tuple[Word, ...]()
    for _ in range(_MAX_LAYERS):
        step = _step(argv) if argv else None
        if step is None or (not step.argv and step.script is None):
            break
        argv, wrappers = step.argv, wrappers + step.wrappers
        assigned += step.assigned
        if step.script is not None:
            return Unwrapped(argv, wrappers, assigned, step.script)
    return Unwrapped(argv, wrappers, assigned)


def _step(argv: tuple[Word, ...]) -> Unwrapped | None:
    name = (argv[0].value or "").rsplit("/", 1)[-1]
    if name in _PECULIAR:
        return _PECULIAR[name](argv)
    following = _VERBS.get(name)
    if following is None or (following and following.isdisjoint(w.text for w in argv[1:])):
        return None
    verb, after = _verb(argv)
    for length in range(min(_LONGEST, len(verb)), 0, -1):
        wrapper = _WRAPPERS.get(verb[:length])
        if wrapper:
            return _behind(argv, after[length - 1], wrapper, " ".join(verb[:length]))
    return None


def _verb(argv: tuple[Word, ...]) -> tuple[tuple[str, ...], list[int]]:
    """The first words that are no options, and after each the index of the word that follows."""
    verb: list[str] = []
    after: list[int] = []
    index = 0
    while index < len(argv) and len(verb) < _LONGEST:
        value = argv[index].value
        if value is None or value == "--":
            break
        if verb and value.startswith("-"):
            index += 2 if value in _GLOBAL_VALUES else 1
            continue
        verb.append(value if verb else value.rsplit("/", 1)[-1])
        index += 1
        after.append(index)
    return tuple(verb), after


def _behind(argv: tuple[Word, ...], index: int, wrapper: _Wrapper, name: str) -> Unwrapped | None:
    own = wrapper.own
    assigned: list[Word] = []
    dashes = False
    while index < len(argv):
        word = argv[index]
        value = word.resolved
        option, equals, _ = value.partition("=")
        if value == "--":
            index, dashes = index + 1, True
            break
        if value.startswith("-") and len(value) > 1:
            if option in wrapper.asks:
                return None
            if option in wrapper.scripts and not equals and index + 1 < len(argv):
                return Unwrapped(argv, (name,), tuple(assigned), argv[index + 1])
            index += 2 if option in wrapper.values and not equals else 1
        elif wrapper.assigns and _ASSIGNMENT.match(value):
            assigned.append(word)
            index += 1
        elif own or wrapper.separator or (name == "retry" and value.isdigit()):
            own = max(0, own - 1)
            index += 1
        else:
            break
    if wrapper.separator and not dashes:
        return None
    rest = argv[index:]
    if wrapper.keeps and rest:
        rest = (argv[0], *rest)
    return Unwrapped(rest, (name,), tuple(assigned))


def _shell(argv: tuple[Word, ...]) -> Unwrapped | None:
    """`sh -c 'script'`, with the flags before and around it (`bash -eo pipefail -c`)."""
    runs_string = False
    index = 1
    while index < len(argv):
        value = argv[index].value or ""
        if not value.startswith(("-", "+")) or value == "-":
            break
        flags = "" if value.startswith("--") else value[1:]
        runs_string = runs_string or "c" in flags
        index += 2 if flags.endswith(("o", "O")) else 1
    if not runs_string or index >= len(argv):
        return None
    return Unwrapped(argv, (f"{argv[0].resolved} -c",), (), argv[index])


def _eval(argv: tuple[Word, ...]) -> Unwrapped | None:
    return Unwrapped(argv, ("eval",), (), argv[1]) if len(argv) == 2 else None


def _find(argv: tuple[Word, ...]) -> Unwrapped | None:
    values = [word.value for word in argv]
    start = next((n + 1 for n, v in enumerate(values) if v in {"-exec", "-execdir"}), len(argv))
    stop = next((n for n in range(start, len(argv)) if values[n] in {";", "+"}), len(argv))
    return Unwrapped(argv[start:stop], ("find",)) if start < stop else None


def _corepack(argv: tuple[Word, ...]) -> Unwrapped | None:
    manager = (argv[1].value or "").partition("@")[0] if len(argv) > 1 else ""
    return Unwrapped(argv[1:], ("corepack",)) if manager in _MANAGERS else None


_PECULIAR: dict[str, Callable[[tuple[Word, ...]], Unwrapped | None]] = {
    "bash": _shell,
    "sh": _shell,
    "dash": _shell,
    "eval": _eval,
    "find": _find,
    "corepack": _corepack,
}
