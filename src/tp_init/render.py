"""Answers to rendered files: the only module that knows Copier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from tp_init.document import Value
from tp_init.documents import read_document
from tp_init.errors import UsageError
from tp_init.questions import (
    AnswerValue,
    problem,
    questions,
    render_text,
    resolve_defaults,
    settings,
    template_root,
)

__all__ = ["Rendered", "render"]


@dataclass(frozen=True)
class Rendered:
    """What the template makes of the answers.

    Attributes:
        workflow: the text of the workflow that publishes.
        package: the text of the package.json of a new package.
        message: what `copier copy` says at its end.
    """

    workflow: str
    package: str
    message: str

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """The two files, parsed: what `model.FileEdit.resolved` looks values up in."""
        return {
            "workflow": read_document("publish.yml", self.workflow).data,
            "package": read_document("package.json", self.package).data,
        }


def render(answers: Mapping[str, AnswerValue]) -> Rendered:
    """Render the template as `copier copy` would, without a trace outside a temporary folder.

    Args:
        answers: the answers that are known, `owner` and `repo` among them; what is missing has a
            default in `copier.yml`.

    Raises:
        UsageError: an answer is missing, unknown, or refused by its validator.
    """
    complete = resolve_defaults(answers)
    _refuse_unusable(answers, complete)
    # Imported here, because it takes half a second that `check` and `--help` need not pay.
    from copier import Settings, run_copy  # noqa: PLC0415
    from plumbum import local  # noqa: PLC0415

    with TemporaryDirectory(prefix="tp-init-") as folder:
        # Copier looks for programs through plumbum. Finding no git, it takes the template for what
        # it is, a folder: a checkout of tp-init is not cloned at its newest tag, and no git runs.
        # (An empty PATH would mean the current folder, where anyone may have put a git.)
        with local.env(PATH=str(Path(folder, "no-programs"))):
            try:
                run_copy(
                    str(template_root()),
                    Path(folder, "rendered"),
                    data=dict(answers),
                    settings=Settings(),  # not the user's own defaults
                    defaults=True,
                    quiet=True,
                )
            except ValueError as error:  # what Copier raises when a validator speaks
                raise _refusal(complete) or error from error
        rendered = Path(folder, "rendered")
        workflow = rendered / ".github" / "workflows" / str(complete["workflow"])
        return Rendered(
            workflow=workflow.read_text(encoding="utf-8"),
            package=(rendered / "package.json").read_text(encoding="utf-8"),
            message=render_text(settings()["_message_after_copy"], complete),
        )


def _refuse_unusable(
    answers: Mapping[str, AnswerValue], complete: Mapping[str, AnswerValue]
) -> None:
    """Refuse what Copier would pass over: an unknown name, a missing answer, a wrong boolean.

    The validators are not run here: Copier runs them, and twice costs a tenth of a second.
    """
    known = {question.name: question for question in questions()}
    for name in answers:
        if name not in known:
            raise UsageError(f"{name!r} is no question; the questions are {', '.join(known)}")
    for name, question in known.items():
        if name not in complete:
            raise UsageError(f"{name} is not known: give it with --{name}")
        if question.type == "bool" and (sentence := problem(name, complete[name], complete)):
            raise UsageError(f"{name}: {sentence}")


def _refusal(complete: Mapping[str, AnswerValue]) -> UsageError | None:
    """The first answer that does not hold, in our own words."""
    for question in questions():
        if sentence := problem(question.name, complete[question.name], complete):
            return UsageError(f"{question.name}: {sentence}")
    return None
