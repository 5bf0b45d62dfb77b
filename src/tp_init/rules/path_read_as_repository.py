"""A path behind `npm publish` that npm reads as a repository on GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tp_init.model import Finding
from tp_init.rules.model import Rule
from tp_init.setup import Setup

__all__ = ["RULE"]

# `owner/name` with one slash, and nothing that makes it a path or a scope (hosted-git-info's
# isGitHubShorthand, which npm-package-arg asks before it looks at the disk).
_SHORTHAND = re.compile(r"[^./@:\s~$][^/@:\s$]*/[^/@:\s$]+")


def find(setup: Setup) -> Iterator[Finding]:
    """Each such path."""
    for publishing in setup.movable:
        for publication in publishing.publications:
            invocation = publication.invocation
            if invocation is None or publication.tool.id != "npm":
                continue
            for path in publication.tool.arguments(invocation.argv):
                if _SHORTHAND.fullmatch(path):
                    yield Finding(
                        rule=RULE.id,
                        level=RULE.level,
                        state="fail",
                        location=invocation.location,
                        message=(
                            f"npm reads `{path}` as the GitHub repository {path} and tries to "
                            "clone it, instead of publishing what lies there."
                        ),
                        todo=f"npm publish ./{path}",
                    )


RULE = Rule(
    id="path-read-as-repository",
    title="npm takes the path for a repository on GitHub",
    why=(
        "A word with one slash is `owner/name` to npm, unless it starts with `./`: the publish "
        'ends with "code 128" and `git ls-remote`.'
    ),
    source="https://docs.npmjs.com/cli/commands/npm-publish",
    level="error",
    find=find,
    remedy="Write `./` in front of the path.",
)
