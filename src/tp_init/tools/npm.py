"""The npm CLI: it trades the id-token itself from 11.5.1 on."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="npm",
    title="npm publish",
    source="https://docs.npmjs.com/trusted-publishers",
    exchange="npm",
    commands=(("npm", "publish"), ("npm", "pub"), ("npm", "stage", "publish")),
    value_options=frozenset(
        {
            "--access",
            "--auth-type",
            "--loglevel",
            "--otp",
            "--prefix",
            "--registry",
            "--scope",
            "--tag",
            "--userconfig",
            "--workspace",
            "-w",
            "-C",
        }
    ),
    one_package=True,
    takes_folder=True,
)
