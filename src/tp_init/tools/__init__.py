"""The publishing tools: how each is recognised and how it gets an identity, one module a tool.

To add a tool, write a module that holds `TOOL` and list it in `TOOLS`; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tp_init.tools import npm
from tp_init.tools.model import ActionUse, Exchange, Tool, Version

__all__ = ["TOOLS", "ActionUse", "Exchange", "Tool", "Version", "tool_of_action", "tool_of_command"]

TOOLS: tuple[Tool, ...] = (npm.TOOL,)


def tool_of_command(argv: Sequence[str]) -> Tool | None:
    """The tool that a command line publishes with, or None.

    Args:
        argv: the words, wrappers such as `npx` taken off; a word that is not static is "".
    """
    return next((tool for tool in TOOLS if tool.matches(argv)), None)


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
