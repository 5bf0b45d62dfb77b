"""Optic's release action: it starts npm, with a token unless `publish-mode` says otherwise."""

from tp_init.tools.model import ActionUse, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="optic",
    title="Optic release automation",
    source="https://optic.nearform.com/docs/github-action/publish-modes#oidc-trusted-publishing",
    exchange="npm",
    actions=tuple(
        ActionUse(
            f"{owner}/optic-release-automation-action",
            token_inputs=("npm-token",),
            otp_inputs=("optic-token", "ngrok-token"),
            switch=("publish-mode", "oidc"),
            idle=True,
        )
        for owner in ("nearform-actions", "nearform")
    ),
)
