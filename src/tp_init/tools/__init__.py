"""The publishing tools: how each is recognised and how it gets an identity, one module a tool.

To add a tool, write a module that holds `TOOL` and list it in `TOOLS`; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tp_init.tools import (
    aegir,
    aegir_release,
    auto,
    beachball,
    bun,
    changesets,
    clean_publish,
    covector,
    js_devtools,
    jupyter_releaser,
    lerna,
    metamask,
    napi,
    np,
    npm,
    nx,
    nx_executors,
    optic,
    pnpm,
    publib,
    release_it,
    release_plan,
    rush,
    semantic_release,
    shipjs,
    unknown,
    vite_release_scripts,
    yarn_berry,
    yarn_classic,
)
from tp_init.tools.model import ActionUse, Call, Exchange, Setting, Tool, Version

__all__ = [
    "NOT_NPM",
    "TOOLS",
    "UNKNOWN",
    "ActionUse",
    "Call",
    "Exchange",
    "Setting",
    "Tool",
    "Version",
    "tool_of_action",
    "tool_of_code",
    "tool_of_command",
    "tool_of_dependency",
]

TOOLS: tuple[Tool, ...] = (
    npm.TOOL,
    pnpm.TOOL,
    yarn_classic.TOOL,
    yarn_berry.TOOL,
    bun.TOOL,
    changesets.TOOL,
    semantic_release.TOOL,
    lerna.TOOL,
    nx.TOOL,
    nx_executors.TOOL,
    release_it.TOOL,
    np.TOOL,
    auto.TOOL,
    release_plan.TOOL,
    js_devtools.TOOL,
    napi.TOOL,
    publib.TOOL,
    optic.TOOL,
    aegir.TOOL,
    aegir_release.TOOL,
    beachball.TOOL,
    clean_publish.TOOL,
    rush.TOOL,
    shipjs.TOOL,
    vite_release_scripts.TOOL,
    covector.TOOL,
    jupyter_releaser.TOOL,
    metamask.TOOL,
)


UNKNOWN: Tool = unknown.TOOL

NOT_NPM = frozenset(
    {"cargo", "deno", "docker", "dotnet", "gem", "gh", "jsr", "mvn", "ovsx", "pkg-pr-new", "poetry",
     "swift", "twine", "uv", "vsce", "wasm-pack"}
)  # fmt: skip
"""Programs whose `publish` goes to another kind of registry (npm's is not what they know)."""


def tool_of_command(argv: Sequence[str]) -> Tool | None:
    """The tool that a command line publishes with, or None.

    Args:
        argv: the words, wrappers such as `npx` taken off; a word that is not static is "".
    """
    return next((tool for tool in TOOLS if tool.matches(argv)), None)


def tool_of_code(code: str) -> Tool | None:
    """The tool that a program of the repository imports to publish with, or None."""
    return next((tool for tool in TOOLS if tool.imported(code)), None)


def tool_of_dependency(names: Collection[str]) -> Tool | None:
    """The tool that one of these installed packages publishes with, or None."""
    return next((tool for tool in TOOLS if not tool.modules.isdisjoint(names)), None)


def tool_of_action(name: str) -> tuple[Tool, ActionUse] | None:
    """The tool that an action publishes with, or None.

    Args:
        name: `owner/repo[/path]`, lower-cased, without a ref.
    """
    for tool in TOOLS:
        for use in tool.actions:
            if use.name == name:
                return tool, use
    return None
