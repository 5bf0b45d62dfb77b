"""The JSON is the contract's document, valid against the schema that ships, and has no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import jsonschema
import pytest

from tp_init import report
from tp_init.errors import Refused
from tp_init.model import Change, Finding, Location, Outcome, Publisher

FINDING = Finding(
    rule="token-in-publish-step",
    level="error",
    state="fail",
    location=Location(".github/workflows/release.yml", 31, 11),
    message="The step gets a token.",
    fix="applied",
)
OUTCOME = Outcome(
    root=".",
    status="complete",
    changes=(Change("package.json", b"{}", b"{ }"), Change("new", None, b"")),
    findings=(FINDING,),
    publishers=(Publisher("@acme/logger", "acme", "logger", "release.yml"),),
    next_steps=("Release.\n    npm version patch",),
)
REFUSED = report.refused(Refused("a.yml", "the key `env` is there twice", "remove one", 3, 5), ".")


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((resources.files("tp_init") / "schemas/outcome.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_document_is_the_contracts() -> None:
    assert json.loads(report.json(OUTCOME)) == {
        "schema_version": 1,
        "status": "complete",
        "changes": [
            {"path": "package.json", "kind": "edit"},
            {"path": "new", "kind": "create"},
        ],
        "findings": [
            {
                "rule": "token-in-publish-step",
                "level": "error",
                "state": "fail",
                "path": ".github/workflows/release.yml",
                "line": 31,
                "column": 11,
                "message": "The step gets a token.",
                "fix": "applied",
                "todo": "",
            }
        ],
        "publishers": [
            {
                "package": "@acme/logger",
                "owner": "acme",
                "repository": "logger",
                "workflow": "release.yml",
                "environment": "",
                "command": "npm trust github @acme/logger --file release.yml"
                " --repo acme/logger --allow-publish",
            }
        ],
        "next_steps": ["Release.\n    npm version patch"],
    }


@pytest.mark.parametrize(
    "outcome",
    [
        OUTCOME,
        replace(OUTCOME, status="manual", findings=(replace(FINDING, fix="manual"),)),
        Outcome(root=".", status="unchanged", reason="private"),
        REFUSED,
    ],
    ids=["complete", "manual", "unchanged", "refused"],
)
def test_every_state_is_valid(validator: jsonschema.Draft202012Validator, outcome: Outcome) -> None:
    validator.validate(json.loads(report.json(outcome)))


def test_a_refusal_names_the_file_the_place_and_the_way_out() -> None:
    (finding,) = json.loads(report.json(REFUSED))["findings"]
    assert (finding["path"], finding["line"], finding["column"]) == ("a.yml", 3, 5)
    assert finding["fix"] == "manual"
    assert finding["message"] == "The key `env` is there twice."
    assert finding["todo"] == "Remove one."


def _with(**changes: Any) -> dict[str, Any]:
    return {**report.document(OUTCOME), **changes}


@pytest.mark.parametrize(
    "broken",
    [
        _with(status="done"),
        _with(schema_version=2),
        _with(extra=1),
        _with(status="unchanged"),
        _with(status="manual"),
        _with(findings=[{**report.document(OUTCOME)["findings"][0], "fix": "manual"}]),  # type: ignore[index,dict-item]
        _with(changes=[{"path": "a", "kind": "delete"}]),
        _with(next_steps=[""]),
        {key: value for key, value in _with().items() if key != "publishers"},
    ],
)
def test_the_schema_refuses_what_contradicts_the_contract(
    validator: jsonschema.Draft202012Validator, broken: dict[str, Any]
) -> None:
    assert not validator.is_valid(broken)


def test_no_secret_and_no_raw_control_character_is_in_the_text() -> None:
    token = "npm_" + "a1B2" * 9
    hostile = f"\x1b[2J {token} \udcff ü"
    text = report.json(
        replace(OUTCOME, findings=(replace(FINDING, message=hostile, todo=hostile),))
    )
    assert token not in text
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["findings"][0]["message"] == "\x1b[2J npm_*** \\udcff ü"
