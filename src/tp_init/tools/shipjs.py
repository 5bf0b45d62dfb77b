"""Ship.js: it writes a login for NPM_AUTH_TOKEN before `npm publish`, unless it is told not to."""

from tp_init.tools.model import Setting, Tool, Version

__all__ = ["TOOL"]

TOOL = Tool(
    id="shipjs",
    title="shipjs",
    source="https://github.com/algolia/shipjs/blob/main/packages/shipjs/src/step/release/runPublish.js",
    exchange="npm",
    commands=(("shipjs", "trigger"), ("shipjs", "release"), ("yarn", "shipjs", "trigger")),
    setting=Setting(address=("useOidcTokenProvider",), file="ship.config"),
    versions=(Version("shipjs", "0.28.2", "https://www.npmjs.com/package/shipjs/v/0.28.2"),),
)
