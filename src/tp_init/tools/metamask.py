"""MetaMask/action-npm-publish: what it does without a token depends on its major version."""

from tp_init.tools.model import ActionUse, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="metamask",
    title="MetaMask/action-npm-publish",
    source="https://github.com/MetaMask/action-npm-publish#readme",
    exchange="npm",
    actions=(
        ActionUse(
            "metamask/action-npm-publish",
            token_inputs=("npm-token",),
            oidc=False,
            idle=True,
            instead=(
                "Use v6 or newer and give the job `id-token: write`; then remove this line, once "
                "it is clear that the action does not take its absence for a dry run, as it did "
                "up to v5"
            ),
        ),
    ),
)
