"""Which release of an action a workflow names, and whether a newer one can take its place."""

from __future__ import annotations

import re

from tp_init.publishing import Publication
from tp_init.tools import ActionUse
from tp_init.versions import Version, parse_version
from tp_init.workflow import Step

__all__ = ["bump_obstacle", "is_stuck", "newest_release"]

_SHA = re.compile(r"^[0-9a-f]{40}$")
_TAG = re.compile(r"^v?\d+(?:\.\d+){0,2}$")
_COMMENT = re.compile(r"#.*?\bv?(\d+(?:\.\d+){0,2})\b")
_LAST = 1 << 30


def is_stuck(publication: Publication) -> bool:
    """Whether the action is too old to publish by OIDC and cannot be raised without a person."""
    use, step = publication.action, publication.placed.step
    minimum = parse_version(use.minimum) if use is not None and use.minimum else None
    if use is None or step.uses is None or minimum is None:
        return False
    newest = newest_release(step, step.uses.ref)
    too_old = newest is not None and newest < minimum
    return too_old and (not use.bump or bool(bump_obstacle(publication, use)))


def newest_release(step: Step, ref: str) -> Version | None:
    """The newest release that a ref can stand for; None where that cannot be seen."""
    if _TAG.match(ref):
        text = ref
    else:
        line = step.document.line_text(step.location("uses").line)
        comment = _COMMENT.search(line)
        if not _SHA.match(ref) or comment is None:
            return None
        text = comment[1]
    parts = [int(part) for part in text.lstrip("v").split(".")]
    floats = not _SHA.match(ref)  # `v1` moves on to every 1.x, a commit does not
    fill = _LAST if floats else 0
    full = [*parts, fill, fill]
    return full[0], full[1], full[2]


def bump_obstacle(publication: Publication, use: ActionUse) -> str:
    """Why the bump is not safe here, as a further sentence; empty where it is."""
    step = publication.placed.step
    unknown = sorted(set(step.inputs) - set(use.inputs) - set(use.token_inputs))
    if use.inputs and unknown:
        return f" The new release may not know the input `{unknown[0]}`."
    if step.uses is not None and _SHA.match(step.uses.ref) and not use.bump_sha:
        return " Its new release has to be pinned by hand."
    return ""
