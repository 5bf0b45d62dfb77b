"""An outcome as the JSON document that programs read; its schema is `schemas/outcome.json`."""

from __future__ import annotations

import json as standard_json
from typing import TypeAlias

from tp_init.errors import Refused
from tp_init.mask import masked
from tp_init.model import Finding, Location, Outcome
from tp_init.next_steps import trust_command

__all__ = ["SCHEMA_VERSION", "Json", "document", "json", "refused", "safe"]

SCHEMA_VERSION = 1

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def json(outcome: Outcome) -> str:
    """The document as text, in ASCII: no terminal, code page or bidirectional text alters it."""
    return standard_json.dumps(document(outcome), indent=2) + "\n"


def document(outcome: Outcome) -> dict[str, Json]:
    """The document as data, without any literal secret."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": outcome.status,
        "changes": [{"path": safe(c.path), "kind": c.kind} for c in outcome.changes],
        "findings": [_finding(finding) for finding in outcome.findings],
        "publishers": [
            {
                "package": safe(publisher.package),
                "owner": safe(publisher.owner),
                "repository": safe(publisher.repository),
                "workflow": safe(publisher.workflow),
                "environment": safe(publisher.environment),
                "command": safe(trust_command(publisher)),
            }
            for publisher in outcome.publishers
        ],
        "next_steps": [safe(step) for step in outcome.next_steps],
    }


def refused(error: Refused, root: str) -> Outcome:
    """The outcome of a run that a file stopped: nothing was written.

    Args:
        error: which file, and why.
        root: the repository, as the user named it.
    """
    finding = Finding(
        rule="refused",
        level="error",
        state="fail",
        location=Location(error.path, error.line, error.column),
        message=f"{error.why[:1].upper()}{error.why[1:]}.",
        todo=f"{error.todo[:1].upper()}{error.todo[1:]}.",
    )
    reason = f"`{error.path}` stops the run"
    return Outcome(root=root, status="refused", reason=reason, findings=(finding,))


def _finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "state": finding.state,
        "path": safe(finding.location.path),
        "line": finding.location.line,
        "column": finding.location.column,
        "message": safe(finding.message),
        "fix": finding.fix,
        "todo": safe(finding.todo),
    }


def safe(text: str) -> str:
    """Text without secrets, and with bytes that are not UTF-8 (as in a file's name) written out."""
    return masked(text).encode("utf-8", "backslashreplace").decode("utf-8")
