"""The options and arguments of a command, as npm and its like read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tp_init.shell.syntax import Word

__all__ = ["Option", "Options", "options"]


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Attributes:
        name: with its dashes: `--tag`, `-w`.
        value: its value; None where it has none or the value depends on the run.
        words: the words that spell it: one, or two where the value is a word of its own.
    """

    name: str
    value: str | None
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What was given to a command.

    Attributes:
        flags: the options, in order.
        positionals: every other word, in order, the command's name included; a word that depends
            on the run counts here, although it may turn out to be an option.
    """

    flags: tuple[Option, ...]
    positionals: tuple[Word, ...]

    def last(self, *names: str) -> Option | None:
        """The last option with one of these names, which is the one that counts."""
        return next((o for o in reversed(self.flags) if o.name in names), None)

    def __contains__(self, name: str) -> bool:
        return self.last(name) is not None


def options(argv: Sequence[Word], takes_value: Collection[str] = ()) -> Options:
    """Read options as npm does (https://github.com/npm/nopt).

    Args:
        argv: the words, `Command.argv`.
        takes_value: the options whose value may be the next word, with their dashes. All others
            are flags; one takes the next word only if that is `true` or `false`.

    Returns:
        The options; what stands behind `--` is positional.
    """
    flags: list[Option] = []
    positionals: list[Word] = []
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        spelled = word.resolved
        if spelled == "--":
            positionals += rest
            break
        if not spelled.startswith("-") or len(spelled) == 1:
            positionals.append(word)
            continue
        name, equals, value = spelled.partition("=")
        if equals:
            fixed = value if word.value is not None else None
            flags.append(Option(name, fixed, (word,)))
            continue
        *combined, name = _split(name, takes_value)
        flags += [Option(letter, None, (word,)) for letter in combined]
        following = rest[0] if rest else None
        takes = name in takes_value and following is not None
        if following is not None and (takes or following.value in {"true", "false"}):
            flags.append(Option(name, following.value, (word, rest.pop(0))))
        else:
            flags.append(Option(name, None, (word,)))
    return Options(tuple(flags), tuple(positionals))


def _split(name: str, takes_value: Collection[str]) -> list[str]:
    """`-ry` is `-r -y`; a long option, or a short one that is known as it stands, is one."""
    if name.startswith("--") or name in takes_value or len(name) == 2:
        return [name]
    return [f"-{letter}" for letter in name[1:]]
