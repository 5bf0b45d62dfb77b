"""What in a script is only there to log in to npm's public registry."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from tp_init import shell
from tp_init.registry import host_of, is_public
from tp_init.token_names import ELSEWHERE, GITHUB_TOKEN, is_npm_token
from tp_init.tools import tool_of_command

__all__ = ["login_targets", "login_variables"]

_AUTH_LINE = re.compile(r"^\s*(?P<key>[^=]*_(?:auth(?:Token)?|password))\s*=", re.IGNORECASE)
_COMPANION_LINE = re.compile(
    r"^\s*(?:(?://[^=]*:)?(?:always-auth|email|username)\s*=.*|registry\s*=\s*(?P<url>\S+)\s*|)$",
    re.IGNORECASE,
)
_RC_NAME = re.compile(r"(?:npmrc|yarnrc)(?:\.ya?ml)?$")
_YARNRC_LINE = re.compile(r"^\s*['\"]?(?:npmAuthToken|npmAuthIdent)['\"]?\s*:", re.IGNORECASE)
_CONFIG_PROGRAMS = frozenset({"npm", "pnpm", "yarn"})


def login_targets(
    script: shell.Script, elsewhere: Callable[[shell.Command], bool]
) -> Iterator[shell.Target]:
    """What a script writes, sets or exports only to log in to the public registry.

    Args:
        script: the script.
        elsewhere: whether a command publishes to another registry; its own token is left.
    """
    written = tuple(_npmrc_targets(script.file_writes))
    yield from written
    gone = {write.target.resolved for write in written if isinstance(write, shell.FileWrite)}
    for setting in script.environment_writes:
        value = setting.value + " ".join(setting.expressions)
        if is_npm_token(setting.name, value) and not ELSEWHERE.search(value):
            yield setting
    for command in script.commands:
        if _sets_login(command) or _deletes(command, gone):
            yield command
        elif not elsewhere(command):
            yield from _token_words(command)
    for assignment in script.assignments:
        if assignment.value is not None and is_npm_token(assignment.name, assignment.value.text):
            yield assignment


def _deletes(command: shell.Command, files: Collection[str]) -> bool:
    """Whether it deletes nothing but files that are no longer written, and would so fail."""
    paths = [word.resolved for word in command.argv[1:] if not word.resolved.startswith("-")]
    return command.name == "rm" and bool(paths) and all(path in files for path in paths)


def _npmrc_targets(writes: Sequence[shell.FileWrite]) -> Iterator[shell.Target]:
    """The lines of written npmrc files that log in to the public registry.

    A write goes whole where nothing in it is about anything else; so does one that only goes with
    a login in the same script (`registry=…`, `always-auth=true`).
    """
    logins = [write for write in writes if _is_rc(write) and any(map(_is_login, write.lines or ()))]
    for write in writes:
        lines = write.lines or ()
        if not logins or not _is_rc(write) or not lines:
            continue
        if all(_is_login(line) or _is_companion(line.text) for line in lines):
            if any(login.target.resolved == write.target.resolved for login in logins):
                yield write
        else:
            yield from (line for line in lines if _is_login(line))


def _is_rc(write: shell.FileWrite) -> bool:
    """Whether a file is an npmrc or a yarnrc."""
    name = posixpath.basename(write.target.resolved.rstrip("\"'"))
    return bool(_RC_NAME.search(name)) or "NPM_CONFIG_USERCONFIG" in write.target.variables


def _is_login(line: shell.Line) -> bool:
    text = line.text
    if GITHUB_TOKEN.search(text) or ELSEWHERE.search(text):
        return False
    match = _AUTH_LINE.match(text)
    if not match:
        return bool(_YARNRC_LINE.match(text))
    key = match["key"].strip()
    return is_public(key) if key.startswith("//") else True


def _is_companion(line: str) -> bool:
    match = _COMPANION_LINE.match(line)
    return match is not None and (not match["url"] or is_public(match["url"]))


def _sets_login(command: shell.Command) -> bool:
    """`npm config set //registry.npmjs.org/:_authToken …` and its kin in pnpm and yarn."""
    words = [word.resolved for word in command.argv]
    if command.name not in _CONFIG_PROGRAMS or "set" not in words[1:3]:
        return False
    text = " ".join(words[words.index("set") + 1 :])
    if GITHUB_TOKEN.search(text) or ELSEWHERE.search(text):
        return False
    host = re.search(r"//([^/\s:'\"]+)", text)
    if host and not is_public(f"//{host[1]}/"):
        return False
    return bool(re.search(r"_auth|npmAuthToken|npmAuthIdent|_password", text))


def _token_words(command: shell.Command) -> Iterator[shell.Target]:
    """`NPM_TOKEN=… npm publish`, and a token given as an option."""
    for assignment in command.assignments:
        if assignment.value is not None and is_npm_token(assignment.name, assignment.value.text):
            yield assignment
    for word in command.argv:
        text = word.resolved
        if re.match(r"--(?://[^=]*:)?_auth(?:Token)?=", text):
            host = host_of(text.removeprefix("--"))
            if not host or is_public(f"//{host}/"):
                yield word
    tool = tool_of_command([word.resolved for word in command.argv])
    if tool is not None and tool.token_options:
        for option in shell.options(command.argv, tool.value_options).flags:
            if option.name in tool.token_options:
                yield from option.words


def login_variables(script: shell.Script, target: shell.Target) -> Iterator[str]:
    """The variables that a login reads: they carry the token."""
    start, end = target.start, target.end
    heredocs = [h for operator, h in script.heredocs.items() if start <= operator < end]
    for use in script.uses:
        inside = start <= use.start < end or any(h.start <= use.start < h.end for h in heredocs)
        if inside and use.name not in {"HOME", "NPM_CONFIG_USERCONFIG", "GITHUB_ENV"}:
            yield use.name
    lines = getattr(target, "lines", None) or ()
    for line in lines:
        yield from line.variables
    if isinstance(target, shell.Assignment | shell.EnvironmentWrite):
        yield target.name
