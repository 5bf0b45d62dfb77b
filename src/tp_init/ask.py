"""Ask a person at a terminal; the only module that knows questionary.

Every prompt is filled with what was discovered and says where that came from, so that Enter is
the answer for a person who agrees. Nothing here decides whether there is a terminal to ask at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from tp_init.errors import TpInitError
from tp_init.model import Answer
from tp_init.terminal import shown

if TYPE_CHECKING:
    import questionary

__all__ = ["Askable", "Interrupted", "ask", "confirm"]

SOURCE = "your answer"


class Interrupted(TpInitError):  # noqa: N818 - an act of the user, not an error
    """A person ended the run at a prompt (Ctrl-C, Ctrl-D): exit code 2, nothing was written."""

    def __init__(self) -> None:
        """Say so in one line."""
        super().__init__("Stopped: nothing was written.")


class Askable(Protocol):
    """What a prompt needs to know of a question."""

    @property
    def name(self) -> str:
        """The key of its answer, and of its flag."""

    @property
    def help(self) -> str:
        """The question itself."""

    @property
    def choices(self) -> Sequence[str]:
        """The only answers there are; empty where any text may be given."""


def ask(
    questions: Iterable[Askable],
    defaults: Mapping[str, Answer],
    problem: Callable[[str, str], str],
    *,
    color: bool = True,
) -> dict[str, Answer]:
    """Ask the questions in order, each prefilled with its default.

    Args:
        questions: what to ask.
        defaults: what was discovered, by name; a question without one starts empty.
        problem: what is wrong with a value for the question of that name, one sentence, or
            an empty string. It is shown while the person types.
        color: whether the prompts may be coloured.

    Returns:
        An answer for every question. One that was left as it was keeps its source.

    Raises:
        Interrupted: the person pressed Ctrl-C or Ctrl-D.
    """
    answers: dict[str, Answer] = {}
    for question in questions:
        default = defaults.get(question.name)
        given = _run(_prompt(question, default, problem, color=color))
        if isinstance(given, str):
            given = given.strip()
        kept = default is not None and given == default.value
        answers[question.name] = default if default and kept else Answer(given, SOURCE)
    return answers


def confirm(text: str, *, color: bool = True) -> bool:
    """Ask for a yes or a no; Enter alone means no, because a yes writes files.

    Raises:
        Interrupted: the person pressed Ctrl-C or Ctrl-D.
    """
    import questionary  # noqa: PLC0415 - costs 0.1 s, and most runs ask nothing

    prompt = questionary.confirm(shown(text), default=False, style=_style(), **_output(color=color))
    return bool(_run(prompt))


def _prompt(
    question: Askable,
    default: Answer | None,
    problem: Callable[[str, str], str],
    *,
    color: bool,
) -> questionary.Question:
    import questionary  # noqa: PLC0415 - see above

    message = f"{question.name}: {question.help}" if question.help else question.name
    start = default.value if default else ""
    source = f"(from {shown(default.source)})" if default and default.source else None
    if isinstance(start, bool):
        return questionary.confirm(
            f"{message} {source or ''}".rstrip(),
            default=start,
            style=_style(),
            **_output(color=color),
        )
    if question.choices:
        return _leaving_at_ctrl_d(
            questionary.select(
                message,
                choices=list(question.choices),
                default=start if start in question.choices else None,
                instruction=source,
                style=_style(),
                **_output(color=color),
            )
        )

    def verdict(value: str) -> bool | str:
        return problem(question.name, value.strip()) or True

    return questionary.text(
        message,
        default=start,
        instruction=source,
        validate=verdict,
        style=_style(),
        validate_while_typing=True,
        **_output(color=color),
    )


def _leaving_at_ctrl_d(prompt: questionary.Question) -> questionary.Question:
    """A list of choices ignores Ctrl-D, which every other prompt takes for an end of the input."""
    from prompt_toolkit.key_binding import (  # noqa: PLC0415 - see above
        KeyBindings,
        KeyPressEvent,
        merge_key_bindings,
    )

    leaving = KeyBindings()

    @leaving.add("c-d", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    given = prompt.application.key_bindings
    prompt.application.key_bindings = merge_key_bindings([given, leaving] if given else [leaving])
    return prompt


def _run(prompt: questionary.Question) -> str | bool:
    try:
        answer: str | bool = prompt.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Interrupted from None
    return answer


def _style() -> questionary.Style:
    """Calm: questionary's own colours are for a dark background only."""
    import questionary  # noqa: PLC0415 - see above

    return questionary.Style(
        [
            ("qmark", "fg:ansigreen"),
            ("question", "bold"),
            ("instruction", "fg:ansibrightblack"),
            ("answer", "fg:ansicyan"),
            ("validation-toolbar", "noreverse fg:ansired"),
        ]
    )


def _output(*, color: bool) -> dict[str, Any]:
    from prompt_toolkit.output.color_depth import ColorDepth  # noqa: PLC0415 - see above

    return {"color_depth": ColorDepth.DEFAULT if color else ColorDepth.MONOCHROME}
