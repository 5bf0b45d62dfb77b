"""Which runners a job may land on: npm accepts an identity only from those that GitHub hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tp_init.document import Value
from tp_init.workflow import Job

__all__ = ["hosted", "labels"]

# https://docs.github.com/actions/reference/runners/github-hosted-runners
_HOSTED = re.compile(
    r"^(?:ubuntu|macos|windows)-(?:latest|slim|\d+(?:\.\d+)?)(?:-(?:arm|large|xlarge|intel|vs\d+))*$"
)
_MATRIX = re.compile(r"^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$")


def hosted(label: str) -> bool:
    """Whether a runner label is one of GitHub's standard ones."""
    return bool(_HOSTED.match(label.strip().lower()))


def labels(job: Job) -> tuple[str, ...] | None:
    """The labels a job may run on; None where an expression or a runner group hides them."""
    return _labels(job.runs_on, {} if isinstance(job.matrix, str) else job.matrix)


def _labels(runs_on: Value, matrix: Mapping[str, Value]) -> tuple[str, ...] | None:
    if isinstance(runs_on, dict):
        # A runner group may hold GitHub's larger runners or somebody's own machines.
        return _labels(runs_on.get("labels"), matrix) if "group" not in runs_on else None
    if isinstance(runs_on, list):
        found = [_labels(label, matrix) for label in runs_on]
        return None if None in found else tuple(one for some in found for one in some or ())
    text = str(runs_on or "")
    if "${{" not in text:
        return (text,)
    match = _MATRIX.match(text)
    return _of_matrix(matrix, match[1]) if match else None


def _of_matrix(matrix: Mapping[str, Value], name: str) -> tuple[str, ...] | None:
    listed, include = matrix.get(name), matrix.get("include")
    values = list(listed) if isinstance(listed, list) else []
    for item in include if isinstance(include, list) else []:
        if isinstance(item, dict) and name in item:
            values.append(item[name])
    if values and all(isinstance(value, str) and "${{" not in value for value in values):
        return tuple(str(value) for value in values)
    return None
