"""aegir: it starts `npm publish`, once for every workspace where there are some."""

from tp_init.tools.model import Tool

__all__ = ["TOOL"]

TOOL = Tool(
    id="aegir",
    title="aegir",
    source="https://github.com/ipfs/aegir/blob/main/src/release-rc.js",
    exchange="npm",
    commands=(("aegir", "release-rc"), ("aegir", "exec", "npm", "publish")),
    value_options=frozenset({"--bail", "--concurrency", "--prefix", "--retries", "--tag"}),
)
