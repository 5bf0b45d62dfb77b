"""The questionnaire: what it accepts, what it says to a person, and the defaults it fills in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp_init.questions import AnswerValue, problem, question, questions, resolve_defaults, settings

ACME = {"owner": "acme", "repo": "logger"}

GOOD: list[tuple[str, AnswerValue, dict[str, AnswerValue]]] = [
    ("owner", "acme", {}),
    ("owner", "Acme-Corp2", {}),
    ("owner", "octocat_acme", {}),  # a managed user has an underscore before its short code
    ("owner", "a" * 39, {}),
    ("repo", "logger", {}),
    ("repo", "Logger.js", {}),
    ("repo", "_x", {"package_name": "x"}),
    ("repo", "_x", {"scope": "acme"}),
    ("scope", "", {}),
    ("scope", "acme", {}),
    ("scope", "acme-2.x", {}),
    ("environment", "", {}),
    ("environment", "npm", {}),
    ("environment", "Production / npm (v1)", {}),
    ("environment", "veröffentlichen", {}),
    ("workflow", "publish.yml", {}),
    ("workflow", "Release to npm.yaml", {}),
    ("workflow", "console.yml", {}),
    ("package_name", "logger", {}),
    ("package_name", "@acme/logger", {}),
    ("package_name", "@acme/logger", {"scope": "acme"}),
    ("package_name", "JSONStream", {}),
    ("package_manager", "bun", {}),
    ("node_version", "24", {}),
    ("node_version", "24.x", {}),
    ("node_version", "24.15.0", {}),
    ("node_version", "24.11.1", {"npm_version": "11"}),
    ("node_version", "22", {}),
    ("node_version", "26", {}),
    ("node_version", "lts/*", {}),
    ("npm_version", "latest", {}),
    ("npm_version", "bundled", {}),
    ("npm_version", "bundled", {"layout": "split"}),
    ("npm_version", "11", {}),
    ("npm_version", "11.x", {}),
    ("npm_version", "^11.5.1", {}),
    ("npm_version", "12.2.0", {}),
    ("access", "restricted", {"scope": "acme"}),
    ("access", "restricted", {"package_name": "@acme/logger"}),
    ("provenance", True, {"access": "public"}),
    ("provenance", "no", {"access": "restricted"}),
    ("layout", "split", {}),
    ("trigger", "release", {}),
]

BAD: list[tuple[str, AnswerValue, dict[str, AnswerValue], str]] = [
    ("owner", "", {}, "name the GitHub user or organisation"),
    ("owner", "  ", {}, "name the GitHub user or organisation"),
    ("owner", "@acme", {}, "write acme, without the @"),
    ("owner", "https://github.com/acme/logger", {}, "write acme alone"),
    ("owner", "git@github.com:acme/logger.git", {}, "write acme alone"),
    ("owner", "acme/logger", {}, "write acme alone"),
    ("owner", " acme", {}, "leave out the spaces"),
    ("owner", "acme corp", {}, "leave out the spaces"),
    ("owner", "-acme", {}, "use letters, digits and hyphens only"),
    ("owner", "acmé", {}, "use letters, digits and hyphens only"),
    ("owner", "\N{KELVIN SIGN}elvin", {}, "use letters, digits and hyphens only"),
    ("owner", "a" * 40, {}, "shorten it"),
    ("owner", "acme\n", {}, "type the name again"),
    ("owner", "ac\x1b[2Jme", {}, "type the name again"),
    ("repo", "", {}, "name the repository"),
    ("repo", "acme/logger", {}, "write logger alone"),
    ("repo", "https://github.com/acme/logger", {}, "write logger alone"),
    ("repo", "git@github.com:acme/logger.git", {}, "write logger alone"),
    ("repo", "logger.git", {}, "write logger, without .git"),
    ("repo", "my logger", {}, "leave out the spaces"),
    ("repo", "..", {}, "use letters, digits"),
    ("repo", "lögger", {}, "use letters, digits"),
    ("repo", "a" * 101, {}, "shorten it"),
    ("repo", ".github", {}, "give package_name too"),
    ("repo", ".github", {"scope": "acme"}, "give package_name too"),
    ("repo", "_x", {}, "give package_name too"),
    ("repo", "log\u202eger", {}, "type the name again"),
    ("scope", "@acme", {}, "write acme, without the @"),
    ("scope", "@acme/logger", {}, "write acme alone"),
    ("scope", "acme/logger", {}, "write acme alone"),
    ("scope", "Acme", {}, "write acme: npm allows no capital letters"),
    ("scope", "https://www.npmjs.com/org/acme", {}, "write the scope alone"),
    ("scope", "ac me", {}, "leave out the spaces"),
    ("scope", "_acme", {}, "use letters, digits and hyphens only"),
    ("scope", "acmé", {}, "use letters, digits and hyphens only"),
    ("scope", "a" * 201, {}, "shorten it"),
    ("environment", " npm", {}, "leave out the spaces"),
    ("environment", "${{ vars.ENV }}", {}, "write the name itself"),
    ("environment", "it's", {}, "leave out quotes"),
    ("environment", "a" * 256, {}, "shorten it"),
    ("environment", "np\tm", {}, "type the name again"),
    ("workflow", "", {}, "name the file"),
    ("workflow", ".github/workflows/publish.yml", {}, "write publish.yml, without a folder"),
    ("workflow", "..\\publish.yml", {}, "write publish.yml, without a folder"),
    ("workflow", "publish", {}, "end it in .yml or .yaml"),
    ("workflow", "publish.YML", {}, "end it in .yml or .yaml"),
    ("workflow", ".yml", {}, "use a plain file name"),
    ("workflow", "[[ owner ]].yml", {}, "use a plain file name"),
    ("workflow", "$(id).yml", {}, "use a plain file name"),
    ("workflow", "CON.yml", {}, "choose another name: Windows reserves CON"),
    ("workflow", "lpt1.x.yml", {}, "choose another name"),
    ("workflow", "a" * 100 + ".yml", {}, "shorten it"),
    ("package_name", "", {}, "name the package"),
    ("package_name", "acme/logger", {}, "write it as npm does"),
    ("package_name", "@acme", {}, "write it as npm does"),
    ("package_name", "@/logger", {}, "write it as npm does"),
    ("package_name", "https://npmjs.com/x", {}, "write it as npm does"),
    ("package_name", "@Acme/logger", {}, "write @acme/logger"),
    ("package_name", "lög", {}, "use letters, digits"),
    ("package_name", "log!ger", {}, "use letters, digits"),
    ("package_name", ".logger", {}, 'start it with a letter or a digit: npm refuses "."'),
    ("package_name", "@acme/.logger", {}, 'start it with a letter or a digit: npm refuses "."'),
    ("package_name", "node_modules", {}, "choose another name"),
    ("package_name", "a" * 215, {}, "shorten it"),
    ("package_name", "logger", {"scope": "acme"}, "start it with @acme/"),
    ("package_manager", "pip", {}, "answer npm, pnpm, yarn or bun"),
    ("node_version", "20", {}, "write 24: trusted publishing needs Node 22.14"),
    ("node_version", "22.13.1", {}, "write 24: trusted publishing needs Node 22.14"),
    ("node_version", "22.14", {}, "write 22 alone: npm@latest refuses"),
    ("node_version", "24.11.1", {}, "write 24 alone: npm@latest refuses"),
    ("node_version", "23", {}, "write 24: Node 23 has reached its end"),
    ("node_version", "25.1", {}, "write 24: Node 25 has reached its end"),
    ("node_version", "22", {"npm_version": "bundled"}, "write 24: Node 22 brings npm 10"),
    ("node_version", "22", {"layout": "split"}, "write 24: Node 22 brings npm 10"),
    ("node_version", "26", {"package_manager": "yarn"}, "write 24: Yarn is started by Corepack"),
    ("node_version", "lts/*", {"package_manager": "yarn"}, "write 24: Yarn is started by"),
    ("node_version", "", {}, "write a version such as 24"),
    ("node_version", "${{ matrix.node }}", {}, "write a version such as 24"),
    ("npm_version", "10", {}, "write 11 or latest"),
    ("npm_version", "11.5.0", {}, "write 11 or latest"),
    ("npm_version", "11.4.2", {}, "write 11 or latest"),
    ("npm_version", "11; curl x", {}, "write latest, bundled, or a version"),
    ("npm_version", "", {}, "write latest, bundled, or a version"),
    ("npm_version", "11", {"layout": "split"}, "leave it out"),
    ("access", "private", {}, "answer public or restricted"),
    ("access", "restricted", {}, "give a scope too"),
    ("provenance", "maybe", {}, "answer true or false"),
    ("provenance", True, {"access": "restricted"}, "answer false"),
    ("layout", "both", {}, "answer single or split"),
    ("layout", True, {}, "answer with text"),
    ("trigger", "push", {}, "answer tag or release"),
]


def test_the_four_that_are_asked_come_first_and_only_two_of_them_need_an_answer() -> None:
    asked = [each.name for each in questions() if each.asked]
    assert asked == ["owner", "repo", "scope", "environment"]
    assert [each.name for each in questions()][:4] == asked
    assert [each.name for each in questions() if each.default is None] == ["owner", "repo"]


def test_every_question_explains_itself_in_one_short_line() -> None:
    for each in questions():
        assert each.help
        assert len(each.help) <= 80
        assert "\n" not in each.help
        assert each.validator or each.choices, f"{each.name} takes anything"


def test_a_question_that_is_not_asked_is_recorded_when_it_is_given() -> None:
    """Copier forgets the answer to a question whose `when` is false (see copier.yml)."""
    import yaml

    from tp_init.questions import template_root

    config = yaml.safe_load((template_root() / "copier.yml").read_text(encoding="utf-8"))
    for each in questions():
        if not each.asked:
            assert config[each.name]["when"] == f"[[ {each.name} is defined ]]"


def test_the_template_needs_no_trust() -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(settings())


@pytest.mark.parametrize(("name", "value", "others"), GOOD)
def test_a_good_answer_has_no_problem(
    name: str, value: AnswerValue, others: dict[str, AnswerValue]
) -> None:
    assert problem(name, value, others) == ""


@pytest.mark.parametrize(("name", "value", "others", "start"), BAD)
def test_a_bad_answer_is_met_with_the_cure(
    name: str, value: AnswerValue, others: dict[str, AnswerValue], start: str
) -> None:
    sentence = problem(name, value, others)
    assert sentence.startswith(start)
    assert not sentence.endswith(".")


@given(
    name=st.sampled_from([each.name for each in questions() if each.type == "str"]),
    value=st.text(max_size=60)
    | st.text(alphabet="aZ09 .-_/\\@:'\"$[]{}%", max_size=12)
    | st.text(max_size=3000),
    layout=st.sampled_from(["single", "split"]),
    scope=st.sampled_from(["", "acme"]),
)
def test_no_answer_breaks_a_validator_or_reaches_the_terminal_raw(
    name: str, value: str, layout: str, scope: str
) -> None:
    sentence = problem(name, value, {"layout": layout, "scope": scope})
    assert sentence.isprintable()
    if not value.isprintable():
        assert sentence, "an answer that cannot be shown was accepted"


def test_the_defaults_are_those_of_the_contract() -> None:
    assert resolve_defaults(ACME) == {
        "owner": "acme",
        "repo": "logger",
        "scope": "",
        "environment": "",
        "workflow": "publish.yml",
        "package_name": "logger",
        "package_manager": "npm",
        "node_version": "24",
        "npm_version": "latest",
        "access": "public",
        "provenance": True,
        "layout": "single",
        "trigger": "tag",
    }


@pytest.mark.parametrize(
    ("given_answers", "name", "value"),
    [
        ({"scope": "acme", "repo": "Logger"}, "package_name", "@acme/logger"),
        ({"repo": "Logger"}, "package_name", "logger"),
        ({"access": "restricted"}, "provenance", False),
        ({"provenance": "false"}, "provenance", False),
        ({"layout": "split"}, "npm_version", "bundled"),
    ],
)
def test_a_default_follows_from_other_answers(
    given_answers: dict[str, AnswerValue], name: str, value: AnswerValue
) -> None:
    assert resolve_defaults({**ACME, **given_answers})[name] == value


def test_every_default_passes_its_own_validator() -> None:
    for given_answers in (ACME, {**ACME, "layout": "split"}, {**ACME, "scope": "acme"}):
        known = resolve_defaults(given_answers)
        assert {
            name: problem(name, value, known) for name, value in known.items()
        } == dict.fromkeys(known, "")


def test_what_is_not_known_stays_out() -> None:
    known = resolve_defaults({})
    assert "owner" not in known
    assert "repo" not in known


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(KeyError):
        question("colour")
