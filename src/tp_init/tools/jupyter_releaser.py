"""jupyter_releaser: without NPM_TOKEN it writes no login, but Node comes from another action."""

from tp_init.tools.model import ActionUse, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="jupyter-releaser",
    title="jupyter_releaser",
    source="https://github.com/jupyter-server/jupyter_releaser/blob/main/jupyter_releaser/npm.py",
    exchange="npm",
    token_variables=frozenset({"NPM_TOKEN"}),
    actions=(
        ActionUse(
            "jupyter-server/jupyter_releaser/.github/actions/finalize-release",
            token_inputs=("npm_token",),
            oidc=False,
            instead=(
                "Set Node 24 up behind the action that sets it up now, see that the releaser is "
                "1.11 or newer, and remove this line"
            ),
        ),
    ),
)
