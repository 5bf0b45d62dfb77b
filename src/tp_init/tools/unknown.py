"""A program that is told to publish, holds an npm token, and is none that is known here."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="unknown",
    title="a program that tp-init does not know",
    source="https://docs.npmjs.com/trusted-publishers",
    exchange="none",
    instead=(
        "find out whether the program can publish without a token; else pack with it and publish "
        "the tarball with `npm publish`"
    ),
)
