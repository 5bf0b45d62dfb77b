"""What checks came to, as SARIF 2.1.0, which GitHub's code scanning and many editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. The log is written in pieces, so
that it may speak of any number of repositories: the start, the results, the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote

from tp_init import __version__
from tp_init.checked import Checked, Described
from tp_init.model import Finding, Level
from tp_init.report.check import place
from tp_init.report.machine import Json, safe

__all__ = ["END", "results", "start"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
END = "\n]\n}\n]\n}\n"
"""What closes the log."""

_LEVELS: dict[Level, str] = {"error": "error", "advice": "note"}
_REFUSED: Json = {
    "id": "refused",
    "name": "refused",
    "shortDescription": {"text": "It cannot be read safely"},
    "fullDescription": {"text": "A file cannot be read safely, so nothing is said of the rest."},
    "defaultConfiguration": {"level": "error"},
}


def start(rules: Iterable[Described]) -> str:
    """The log up to its results: the tool, and every rule that was run."""
    driver: dict[str, Json] = {
        "name": "tp-init",
        "semanticVersion": __version__,
        "informationUri": "https://docs.npmjs.com/trusted-publishers",
        "rules": [*(_rule(rule) for rule in rules), _REFUSED],
    }
    # Columns are counted in characters, as everywhere in tp-init.
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    head = json.dumps(run, indent=2).removesuffix("\n}")
    return (
        f'{{\n"$schema": {json.dumps(_SCHEMA)},\n"version": "2.1.0",\n"runs": [\n'
        f'{head},\n"results": [\n'
    )


def results(checked: Checked) -> str:
    """The results of one repository, separated by commas; empty where there are none."""
    found = [_result(checked, finding, None) for finding in checked.outcome.findings]
    found += [_result(checked, finding, reason) for finding, reason in checked.silenced]
    return ",\n".join(json.dumps(result, indent=2) for result in found)


def _rule(rule: Described) -> Json:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why}\n\n{rule.remedy}".rstrip()},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _result(checked: Checked, finding: Finding, silenced: str | None) -> Json:
    location = finding.location
    region: dict[str, Json] = {"startLine": max(1, location.line)}
    if location.column:
        region["startColumn"] = location.column
    todo = f"\n\n{finding.todo}" if finding.todo else ""
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.level],
        "message": {"text": safe(finding.message + todo)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place(checked, finding))},
                    "region": region,
                }
            }
        ],
        "properties": {"state": finding.state, "fix": finding.fix},
    }
    if silenced is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": safe(silenced)}]
    return result


def _uri(path: str) -> str:
    """A path as a URI reference; bytes that are not UTF-8 as they are."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")
