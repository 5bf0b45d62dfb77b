"""covector: it runs the publish commands that `.changes/config.json` gives for each package."""

from tp_init.tools.model import ActionUse, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="covector",
    title="covector",
    source="https://github.com/jbolda/covector#readme",
    exchange="npm",
    token_variables=frozenset({"NODE_AUTH_TOKEN", "NPM_TOKEN"}),
    actions=(
        ActionUse(
            "jbolda/covector/packages/action",
            only=("command", frozenset({"publish", "version-or-publish"})),
            oidc=False,
            instead=(
                "Where the publish commands in `.changes/config.json` are `npm publish` or `pnpm "
                "publish`, give the job Node 24 and `id-token: write` and remove this line"
            ),
        ),
    ),
)
