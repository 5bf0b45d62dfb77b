"""Nx: `nx release publish` starts npm or pnpm for each project."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="nx",
    title="nx release",
    source="https://nx.dev/docs/guides/nx-release/publish-in-ci-cd",
    exchange="npm",
    commands=(
        ("nx", "release"),
        ("pnpm", "nx", "release"),
        ("yarn", "nx", "release"),
        ("nx", "release-publish"),
        ("nx", "run-many", "release-publish"),
    ),
    value_options=frozenset({"--projects", "--groups", "--tag", "--registry", "--specifier"}),
    never=frozenset({"--dry-run", "-d", "--dryRun", "--help", "--skip-publish", "--skipPublish"}),
)
