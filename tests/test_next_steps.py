"""The steps that remain are the right ones, in the safe order, and their commands can be run."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tp_init.model import Publisher
from tp_init.next_steps import INDENT, Situation, Trigger, next_steps, trust_command

WORKFLOW = ".github/workflows/release.yml"
PUBLISHER = Publisher("@acme/logger", "acme", "logger", "release.yml")
MIGRATED = Situation(
    publishers=(PUBLISHER,),
    trigger=Trigger(tags=("v*",), manual=True),
    changed=(WORKFLOW, "package.json"),
    secrets=("NPM_TOKEN",),
)
CREATED = replace(MIGRATED, created=True, secrets=(), changed=(".github/workflows/publish.yml",))


def steps_of(situation: Situation) -> str:
    return "\n\n".join(next_steps(situation))


def commands(situation: Situation) -> list[str]:
    lines = steps_of(situation).splitlines()
    return [line.removeprefix(INDENT) for line in lines if line.startswith(INDENT)]


def positions(text: str, *pieces: str) -> list[int]:
    found = [text.find(piece) for piece in pieces]
    assert -1 not in found, [piece for piece in pieces if piece not in text]
    return found


def test_a_migration_is_finished_in_the_safe_order() -> None:
    order = positions(
        steps_of(MIGRATED),
        "merge them to the default branch",
        "git add -- .github/workflows/release.yml package.json",
        "Add the trusted publisher on npm",
        "https://www.npmjs.com/package/@acme/logger/access",
        "npm trust github @acme/logger --file release.yml --repo acme/logger --allow-publish",
        "npm version patch",
        "npm view @acme/logger@latest _npmUser --json",
        "If the release fails",
        "Require two-factor authentication and disallow tokens",
        "npm token revoke",
        "gh secret delete NPM_TOKEN --repo acme/logger",
    )
    assert order == sorted(order)


def test_no_token_goes_before_a_release_was_seen() -> None:
    before, after = steps_of(MIGRATED).split("See that npm took the release", 1)
    assert "revoke" not in before
    assert "secret delete" not in before
    assert "`NPM_TOKEN` is still there" in after


def test_a_token_in_plain_text_is_revoked_first_and_only_once() -> None:
    situation = replace(MIGRATED, secrets=(), literal_tokens=(".npmrc:3",))
    first, *others = next_steps(situation)
    assert first.startswith("Revoke the token in `.npmrc:3` now.")
    assert "revoke" not in " ".join(others)


def test_places_for_a_person_come_before_the_commit() -> None:
    text = steps_of(replace(MIGRATED, manual=2, install="npm install", emptied=(".npmrc",)))
    order = positions(
        text,
        "Edit the 2 places",
        "npm install",
        "git rm --force -- .npmrc",
        "git commit",
        "git push",
    )
    assert order == sorted(order)


def test_an_emptied_file_is_deleted_not_added() -> None:
    situation = replace(MIGRATED, changed=(".npmrc", "package.json"), emptied=(".npmrc",))
    assert "git add -- package.json" in commands(situation)


def test_a_new_package_is_first_published_by_hand_before_the_publisher_is_added() -> None:
    text = steps_of(CREATED)
    order = positions(
        text, "git push", "npm publish --access public --provenance=false", "npm trust github"
    )
    assert order == sorted(order)
    assert "revoke" not in text
    assert "is still there" not in text


def test_an_existing_package_is_not_published_by_hand() -> None:
    assert "npm publish" not in steps_of(MIGRATED)


def test_without_provenance_nothing_is_said_of_it() -> None:
    situation = replace(CREATED, provenance=False, access="restricted")
    assert "provenance" not in steps_of(situation)
    assert "npm publish --access restricted" in commands(situation)


def test_a_private_repository_is_told_about_provenance_before_the_commit_is_made_final() -> None:
    commit = next(step for step in next_steps(MIGRATED) if "git commit" in step)
    assert "If acme/logger is a private repository" in commit


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (Trigger(tags=("v*",)), ["npm version patch", "git push --follow-tags"]),
        (Trigger(tags=("v[0-9]+.[0-9]+.[0-9]+",)), ["npm version patch", "git push --follow-tags"]),
        (Trigger(tags=("**",)), ["npm version patch", "git push --follow-tags"]),
        (
            Trigger(tags=("[0-9]*",)),
            ['npm version patch --tag-version-prefix=""', "git push --follow-tags"],
        ),
        (Trigger(tags=("release-*",)), []),
        (Trigger(tags=("v*", "!v1*")), []),
        (Trigger(tags=("v2.*",)), []),
        (Trigger(tags=("[", "*" * 4000, "(a+)+")), []),
        (
            Trigger(release=True, manual=True),
            [
                "npm version patch",
                "git push --follow-tags",
                'gh release create "$(git describe --tags --abbrev=0)" --generate-notes',
            ],
        ),
        (
            Trigger(manual=True),
            ["npm version patch", "git push --follow-tags", "gh workflow run release.yml"],
        ),
        (Trigger(branches=("main",)), ["npm version patch", "git push --follow-tags"]),
        (Trigger(), []),
    ],
)
def test_the_release_is_made_as_the_workflow_is_started(
    trigger: Trigger, expected: list[str]
) -> None:
    release = next(
        s for s in next_steps(replace(MIGRATED, trigger=trigger)) if s.startswith("Release")
    )
    lines = [line.strip() for line in release.splitlines() if line.startswith(INDENT)]
    assert lines == expected


def test_a_pattern_that_npm_version_does_not_match_is_named() -> None:
    assert "a tag that matches `release-*` or `pkg@*`" in steps_of(
        replace(MIGRATED, trigger=Trigger(tags=("release-*", "pkg@*")))
    )


def test_the_48_hours_are_reported_not_asserted() -> None:
    assert "reported (not confirmed)" in steps_of(MIGRATED)


def test_an_environment_is_created_and_named_in_the_command() -> None:
    publisher = replace(PUBLISHER, environment="npm release")
    text = steps_of(replace(MIGRATED, publishers=(publisher,)))
    assert "https://github.com/acme/logger/settings/environments" in text
    assert "--env 'npm release' --allow-publish" in text


def test_every_package_and_workflow_has_its_command_but_each_page_stands_once() -> None:
    publishers = (
        PUBLISHER,
        replace(PUBLISHER, workflow="canary.yml"),
        replace(PUBLISHER, package="@acme/cli"),
    )
    add = next(s for s in next_steps(replace(MIGRATED, publishers=publishers)) if "npm trust" in s)
    assert [trust_command(publisher) in add for publisher in publishers] == [True] * 3
    assert add.count("/package/@acme/logger/access") == 1


def test_a_secret_that_other_steps_use_is_kept() -> None:
    text = steps_of(replace(MIGRATED, secrets=(), kept_secrets=("NPM_TOKEN",)))
    assert "gh secret delete" not in text
    assert "Keep `NPM_TOKEN`" in text


def test_without_a_publisher_only_the_files_are_spoken_of() -> None:
    assert "npmjs.com" not in steps_of(replace(MIGRATED, publishers=()))
    assert next_steps(Situation(publishers=())) == ()


def test_hostile_values_stay_one_word_of_a_command() -> None:
    name = "a; touch $(id) `id` 'b'"
    situation = replace(
        MIGRATED,
        changed=(name,),
        publishers=(replace(PUBLISHER, environment=name, workflow=name),),
    )
    assert ["git", "add", "--", name] in [shlex.split(c) for c in commands(situation)]
    words = shlex.split(trust_command(situation.publishers[0]))
    assert words[4:6] == ["--file", name]
    assert words[8:10] == ["--env", name]


def test_commands_are_lines_of_their_own_and_sentences_end() -> None:
    for situation in (MIGRATED, CREATED, replace(MIGRATED, manual=1, emptied=("a", "b"))):
        for step in next_steps(situation):
            prose = [line for line in step.splitlines() if not line.startswith(INDENT)]
            assert all(line.endswith((".", ":")) for line in prose), step
            assert "!" not in step


def test_the_shell_can_read_every_command(tmp_path: Path) -> None:
    script = "\n".join(c for c in commands(MIGRATED) + commands(CREATED) if "://" not in c)
    subprocess.run(["sh", "-n"], input=script, text=True, cwd=tmp_path, check=True)


def test_the_secret_of_an_environment_is_deleted_there() -> None:
    publisher = replace(PUBLISHER, environment="npm release")
    assert "add `--env 'npm release'`" in steps_of(replace(MIGRATED, publishers=(publisher,)))
    assert "add `--env NAME`" in steps_of(MIGRATED)
