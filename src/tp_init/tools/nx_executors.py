"""Executors that a project's own Nx target publishes with: they start `npm publish`."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="nx-executors",
    title="an Nx target that publishes",
    source="https://github.com/bikecoders/ngx-deploy-npm#readme",
    exchange="npm",
    # @jscutlery/semver makes the version and then runs the target that publishes.
    modules=frozenset({"ngx-deploy-npm", "@jscutlery/semver"}),
)
