"""JS-DevTools/npm-publish: the token is optional from 4.1 on."""

from tp_init.tools.model import ActionUse, Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="js-devtools",
    title="JS-DevTools/npm-publish",
    source="https://github.com/JS-DevTools/npm-publish/releases",
    exchange="npm",
    actions=(
        ActionUse(
            "js-devtools/npm-publish",
            token_inputs=("token",),
            package_input="package",
            inputs=(
                "access",
                "dry-run",
                "ignore-scripts",
                "package",
                "provenance",
                "registry",
                "strategy",
                "tag",
            ),
            none_output="type",
            minimum="4.1.0",
            bump="v4.1.5",
            bump_sha="0fd2f4369c5d6bcfcde6091a7c527d810b9b5c3f",
        ),
    ),
)
