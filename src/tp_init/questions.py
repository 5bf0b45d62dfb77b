"""The questionnaire of `copier.yml`: its questions, their defaults and their validators.

`copier.yml` is the only place that holds them. Copier evaluates it for `copier copy`; this module
evaluates the same text for the prompts and flags of `tp-init`, with Jinja alone, because importing
Copier costs half a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

__all__ = [
    "AnswerValue",
    "Question",
    "problem",
    "question",
    "questions",
    "render_text",
    "resolve_defaults",
    "settings",
    "template_root",
]

AnswerValue: TypeAlias = str | bool

# What Copier takes for a boolean (https://yaml.org/type/bool.html), without its "anything else".
_TRUE = frozenset({"true", "yes", "on", "y", "t", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "f", "0"})


@dataclass(frozen=True, slots=True)
class Question:
    """One question of `copier.yml`.

    Attributes:
        name: the answer's name, also that of its flag.
        type: what an answer is.
        help: one line for a person.
        default: the answer when none is given, perhaps a Jinja template; None where a person must
            answer (`owner` and `repo`).
        choices: the only answers there are; empty where any may do.
        placeholder: an example of an answer.
        asked: whether a person is asked; the others have a default and are reached by flag.
        validator: a Jinja template that says what is wrong with an answer, or nothing.
    """

    name: str
    type: Literal["str", "bool"]
    help: str
    default: AnswerValue | None
    choices: tuple[str, ...]
    placeholder: str
    asked: bool
    validator: str


def template_root() -> Path:
    """The folder that holds `copier.yml` and `template/`, installed or in a checkout."""
    packed = Path(__file__).with_name("_template")
    return packed if packed.is_dir() else Path(__file__).parents[2]


@cache
def questions() -> tuple[Question, ...]:
    """Every question, in the order in which they are asked."""
    return tuple(
        Question(
            name=name,
            type=entry["type"],
            help=entry["help"],
            default=entry.get("default"),
            choices=tuple(entry.get("choices", ())),
            placeholder=entry.get("placeholder", ""),
            asked="when" not in entry,
            validator=entry.get("validator", ""),
        )
        for name, entry in _copier_yml().items()
        if not name.startswith("_")
    )


def question(name: str) -> Question:
    """The question of that name. Raises KeyError when there is none."""
    return {question.name: question for question in questions()}[name]


def settings() -> Mapping[str, Any]:
    """Copier's own settings in `copier.yml`: the keys that start with an underscore."""
    return {name: value for name, value in _copier_yml().items() if name.startswith("_")}


def problem(name: str, value: AnswerValue, answers: Mapping[str, AnswerValue]) -> str:
    """What is wrong with an answer, as one sentence without a full stop.

    Args:
        name: the question's name.
        value: the answer in question.
        answers: the other answers that are known; some validators look at them.

    Returns:
        The sentence, or an empty string when the answer is good.

    Raises:
        KeyError: there is no such question.
    """
    asked = question(name)
    if asked.type == "bool":
        boolean = _boolean(value)
        if boolean is None:
            return "answer true or false"
        value = boolean
    elif not isinstance(value, str):
        return "answer with text"
    if asked.choices and value not in asked.choices:
        return f"answer {', '.join(asked.choices[:-1])} or {asked.choices[-1]}"
    return render_text(asked.validator, {**answers, name: value}).strip()


def resolve_defaults(answers: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    """The answers with every missing one that has a default filled in, in order.

    A default may be made from other answers, as `package_name` is from scope and repository. A
    question without a default (`owner`, `repo`) stays out when it is not answered.

    Args:
        answers: what is known; values are taken as they are, but a boolean written as text becomes
            one.
    """
    known: dict[str, AnswerValue] = dict(answers)
    for asked in questions():
        value = known.get(asked.name, asked.default)
        if asked.name not in known and isinstance(value, str):
            value = render_text(value, known)
        if asked.type == "bool" and value is not None:
            boolean = _boolean(value)
            value = value if boolean is None else boolean
        if value is not None:
            known[asked.name] = value
    return {asked.name: known[asked.name] for asked in questions() if asked.name in known}


def render_text(text: str, answers: Mapping[str, object]) -> str:
    """Render a text of `copier.yml` or of the template with its own brackets."""
    return _template(text).render(answers)


def _boolean(value: AnswerValue) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


@cache
def _copier_yml() -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 - `--help` and `--version` read no questions

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is
    text = (template_root() / "copier.yml").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader


@cache  # a validator is asked again with every key that a person presses
def _template(text: str) -> Template:
    return _environment().from_string(text)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader  # noqa: PLC0415 - a tenth of a second that few runs need
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - the same

    loader = FileSystemLoader(template_root())
    return SandboxedEnvironment(loader=loader, **settings()["_envops"])
