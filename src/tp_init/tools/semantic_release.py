"""semantic-release: its npm plugin trades the id-token itself and brings its own npm."""

from tp_init.tools.model import ActionUse, Tool, Version

__all__ = ["TOOL"]

_BREAKING = (
    "https://github.com/semantic-release/semantic-release/releases: from 24 to 25 it wants Node "
    "^22.14 or >=24.10, and its plugins come along"
)

TOOL = Tool(
    id="semantic-release",
    title="semantic-release",
    source="https://github.com/semantic-release/npm/releases/tag/v13.1.0",
    exchange="own",
    one_package=True,
    node="^22.14.0 || >=24.10.0",
    commands=(
        ("semantic-release",),
        ("multi-semantic-release",),
        ("pnpm", "semantic-release"),
        ("yarn", "semantic-release"),
        ("bun", "semantic-release"),
    ),
    value_options=frozenset(
        {
            "--branches",
            "-b",
            "--extends",
            "-e",
            "--plugins",
            "-p",
            "--repository-url",
            "-r",
            "--tag-format",
            "-t",
        }
    ),
    never=frozenset({"--dry-run", "-d", "--help", "-h", "--version", "-v"}),
    actions=(
        ActionUse(
            "cycjimmy/semantic-release-action",
            minimum="6.0.0",  # the first that brings semantic-release 25
            bump="v6",
            inputs=(
                "branch",
                "branches",
                "ci",
                "dry_run",
                "extends",
                "repository_url",
                "tag_format",
                "unset_gha_env",
                "working_directory",
            ),
        ),
        ActionUse(
            "codfish/semantic-release-action",
            oidc=False,
            instead=(
                "find out which of its releases brings semantic-release 25.0.1 or newer, or run "
                "semantic-release in a `run:` step"
            ),
        ),
    ),
    versions=(
        Version(
            "semantic-release",
            "25.0.1",
            "https://github.com/semantic-release/semantic-release/releases/tag/v25.0.1",
            _BREAKING,
        ),
        Version(
            "@semantic-release/npm",
            "13.1.0",
            "https://github.com/semantic-release/npm/releases/tag/v13.1.0",
            _BREAKING,
        ),
    ),
)
