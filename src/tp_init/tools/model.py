"""What is known of a publishing tool, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tp_init.document import Edit, Value
from tp_init.shell import Command, Script

__all__ = [
    "ActionUse",
    "Call",
    "Conversion",
    "Convert",
    "Exchange",
    "Setting",
    "Tool",
    "Version",
    "positionals",
]

Exchange: TypeAlias = Literal["npm", "own", "none"]
"""Who trades the id-token for a publish token: the npm CLI that the tool starts, the tool itself,
or nobody (the tool cannot publish by OIDC)."""


@dataclass(frozen=True, slots=True)
class Version:
    """A package of the npm registry and the first release of it that can publish by OIDC.

    Attributes:
        package: as it stands in `devDependencies`.
        minimum: `1.2.3`.
        source: where that is known from.
        breaking: what a person reads before the bump; empty where it is safe.
    """

    package: str
    minimum: str
    source: str
    breaking: str = ""


@dataclass(frozen=True, slots=True)
class ActionUse:
    """An action that publishes.

    Attributes:
        name: `owner/repo[/path]`, lower-cased.
        token_inputs: inputs that carry the npm token.
        minimum: the first release that can publish without a token; empty where any can.
        bump: the release to move an older one to: a tag.
        bump_sha: the commit of that release, for a file that pins by commit.
        command_input: the input whose value is a command that publishes; empty for none. Such an
            action publishes only where that input is given.
        package_input: the input that names the folder or package.json to publish, or empty.
        oidc: whether the action can publish by OIDC at all.
        inputs: the inputs that the release of `bump` knows; empty where none was dropped.
        none_output: an output that older releases set to "none" and newer ones leave empty.
        otp_inputs: inputs that are about a one-time password, which nobody asks for with OIDC.
        switch: the input, and its value, that makes the action publish by OIDC.
        idle: whether it publishes nothing where it is given neither a token nor the switch.
        only: the input, and its values, with which it publishes; None for an action that always
            does.
        instead: what a person does about an action that cannot, or cannot be seen to; one
            sentence, instead of the tool's.
    """

    name: str
    token_inputs: tuple[str, ...] = ()
    minimum: str = ""
    bump: str = ""
    bump_sha: str = ""
    command_input: str = ""
    package_input: str = ""
    oidc: bool = True
    inputs: tuple[str, ...] = ()
    none_output: str = ""
    otp_inputs: tuple[str, ...] = ()
    switch: tuple[str, str] | None = None
    idle: bool = False
    only: tuple[str, frozenset[str]] | None = None
    node: str = ""
    instead: str = ""

    def publishes(self, inputs: Mapping[str, str]) -> bool:
        """Whether the action publishes with these inputs, lower-cased as GitHub reads them."""
        if self.command_input and not inputs.get(self.command_input):
            return False
        if self.only is not None and inputs.get(self.only[0]) not in self.only[1]:
            return False
        switched = self.switch is not None and inputs.get(self.switch[0]) == self.switch[1]
        return not self.idle or switched or any(inputs.get(name) for name in self.token_inputs)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a tool's own configuration, without which it asks for a login.

    Attributes:
        address: where in the configuration: `("npm", "skipChecks")`.
        file: the configuration beside the package.json, without its extension: `.release-it`.
        key: the key of package.json that holds the configuration instead, or empty.
        flag: the option of the command line that does the same, for a configuration that is a
            program or is not there; empty for none.
        off: addresses where `false` says that the tool publishes nothing.
        plugins: plugins of the tool that publish in its place; each has the setting too, by the
            last name of `address`.
    """

    address: tuple[str, ...]
    file: str
    key: str = ""
    flag: str = ""
    off: tuple[tuple[str, ...], ...] = ()
    plugins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """A command of a tool, as its conversion sees it.

    Attributes:
        command: the command.
        script: the script that it stands in.
        manifest: the package.json of what it publishes; empty where that cannot be seen.
        scripts: the scripts of this package, or of all those that it may be.
    """

    command: Command
    script: Script
    manifest: Mapping[str, Value] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a command becomes one that publishes by OIDC.

    Attributes:
        edits: the changes of the script's text; empty where a person must make them.
        reason: why a person must, as the end of "cannot be rewritten here: …".
        instead: the text that this person writes, where it can be told.
    """

    edits: tuple[Edit, ...] = ()
    reason: str = ""
    instead: str = ""


Convert: TypeAlias = Callable[[Call], Conversion]


@dataclass(frozen=True, slots=True)
class Tool:
    """A publishing tool.

    Attributes:
        id: `npm`, `semantic-release`.
        title: as its makers write it.
        source: the page that its facts rest on.
        exchange: who gets the identity.
        commands: leading positional words that mean "publish": `("npm", "publish")`.
        value_options: options of the command line that take their value from the next word.
        never: options that make the command publish nothing: `--dry-run`.
        requires: options of which one has to be there for the command to publish; empty for none.
        token_options: options that are given the token.
        actions: actions that publish with it.
        versions: packages that must be new enough where they are installed.
        token_variables: environment variables that only this tool reads a token from.
        instead: for a tool that cannot do OIDC: what a person does, one sentence.
        convert: for a tool that cannot do OIDC: rewrites its command to one that can.
        one_package: whether it publishes the package of the folder it runs in; else all that are
            public.
        takes_folder: whether its argument names a folder or a tarball to publish instead.
        until_yarn: the major of Yarn in whose repositories its command means something else.
        switch: the environment variable, and its value, that makes it publish by OIDC.
        setting: the setting of its configuration that makes it do without a login.
        modules: packages that a program imports, or that a task runner loads, to publish with it.
        registry_variable: the environment variable that names its registry, or empty.
    """

    id: str
    title: str
    source: str
    exchange: Exchange
    commands: tuple[tuple[str, ...], ...] = ()
    value_options: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset({"--dry-run", "--help", "-h"})
    requires: frozenset[str] = frozenset()
    token_options: frozenset[str] = frozenset()
    actions: tuple[ActionUse, ...] = ()
    versions: tuple[Version, ...] = ()
    token_variables: frozenset[str] = frozenset()
    node: str = ""
    instead: str = ""
    convert: Convert | None = None
    one_package: bool = False
    takes_folder: bool = False
    until_yarn: int = 0
    switch: tuple[str, str] | None = None
    setting: Setting | None = None
    modules: frozenset[str] = frozenset()
    registry_variable: str = ""

    def imported(self, code: str) -> bool:
        """Whether a program imports a package of the tool."""
        return any(f"{quote}{name}{quote}" in code for name in self.modules for quote in "'\"")

    def matches(self, argv: Sequence[str]) -> bool:
        """Whether a command line (wrappers taken off) publishes with this tool."""
        if not argv or self.never.intersection(argv):
            return False
        if self.requires and self.requires.isdisjoint(argv):
            return False
        return self._pattern(positionals(argv, self.value_options)) is not None

    def arguments(self, argv: Sequence[str]) -> list[str]:
        """What the command is given besides options: the words behind those that mean "publish"."""
        words = positionals(argv, self.value_options)
        return words[len(self._pattern(words) or ()) :]

    def _pattern(self, words: Sequence[str]) -> tuple[str, ...] | None:
        return next((p for p in self.commands if tuple(words[: len(p)]) == p), None)


def positionals(argv: Sequence[str], value_options: frozenset[str]) -> list[str]:
    """The words that are neither an option nor an option's value; the program's bare name first.

    `./node_modules/.bin/lerna` and `lerna@9` (what `npx` takes) are both `lerna`.
    """
    words = [argv[0].rsplit("/", 1)[-1].split("@", 1)[0] or argv[0]] if argv else []
    rest = iter(argv[1:])
    for word in rest:
        if word in value_options:
            next(rest, None)
        elif not word.startswith("-"):
            words.append(word)
    return words
