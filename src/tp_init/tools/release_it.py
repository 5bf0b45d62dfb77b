"""release-it: it starts npm, but asks `npm whoami` first unless `npm.skipChecks` is set."""

from tp_init.tools.model import Setting, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="release-it",
    title="release-it",
    source="https://github.com/release-it/release-it/pull/1245",
    exchange="npm",
    commands=(("release-it",), ("pnpm", "release-it"), ("yarn", "release-it")),
    value_options=frozenset({"--config", "-c", "--increment", "-i", "--preRelease", "--npm.tag"}),
    never=frozenset(
        {
            "--dry-run",
            "-d",
            "--help",
            "-h",
            "--no-npm",
            "--no-npm.publish",
            "--npm.publish=false",
            "--npm=false",
            "--release-version",
            "--changelog",
        }
    ),
    setting=Setting(
        address=("npm", "skipChecks"),
        file=".release-it",
        key="release-it",
        flag="--npm.skipChecks",
        off=(("npm",), ("npm", "publish")),
        plugins=frozenset({"@release-it-plugins/workspaces", "release-it-yarn-workspaces"}),
    ),
    one_package=True,
)
