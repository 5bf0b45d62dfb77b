"""The main job: discover, answer, plan, write; and what has to be said about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tp_init.answers import discovered, given, with_defaults
from tp_init.creation import obstacle
from tp_init.document import Commented, Value, mapping
from tp_init.errors import Refused, UsageError
from tp_init.git import choose_remote, dirty, parse_repository, undo_hint
from tp_init.mask import has_secret
from tp_init.model import Answer, Change, Outcome, Publisher, Status
from tp_init.next_steps import Situation, Trigger, next_steps
from tp_init.plan import Plan, plan
from tp_init.publishers import publishers_of
from tp_init.publishing import entry_workflows
from tp_init.questions import problem, questions
from tp_init.render import Rendered, render
from tp_init.repo import LOCK_COMMANDS, discover
from tp_init.report import withheld
from tp_init.rules import RULES
from tp_init.setup import Setup
from tp_init.tree import Tree
from tp_init.workflow import secrets_in
from tp_init.write import write

__all__ = ["Migration", "open_migration", "template_values", "written"]

_NPM_LOGIN = re.compile(r"\bnpm_[A-Za-z0-9]{30,}|_auth(?:Token)?\b|_password|npmAuth")
_INPUTS = ("node-version", "package-manager-cache")
WORKFLOWS = ".github/workflows"


@dataclass(frozen=True)
class Migration:
    """A repository that was discovered, and the answers that are known so far.

    Attributes:
        tree: the repository on disk.
        setup: what was found, with the answers.
        wanted: the answers that the user gave, by question.
    """

    tree: Tree
    setup: Setup
    wanted: Mapping[str, Answer]

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The answers, each with where it came from."""
        return self.setup.answers

    def answered(self, answers: Mapping[str, Answer]) -> Migration:
        """The same with more answers."""
        wanted = {**self.wanted, **answers}
        setup = replace(self.setup, answers={**self.answers, **answers})
        return Migration(self.tree, setup, wanted)

    @cached_property
    def creates(self) -> bool:
        """Whether a new workflow is due: nothing publishes yet, or one was asked for by name."""
        names = {workflow.file_name for workflow in self.setup.repo.workflows}
        if "workflow" in self.wanted:
            return self.setup.answer("workflow") not in names
        return not self._publishes and not obstacle(self.setup)

    @cached_property
    def unchanged(self) -> str:
        """Why there is nothing to do here, one sentence; empty where there is something."""
        if self._publishes or self.creates:
            return ""
        if "workflow" in self.wanted:
            return f"{self.setup.answer('workflow')} publishes nothing to npm's public registry"
        return obstacle(self.setup)

    @cached_property
    def _publishes(self) -> bool:
        """Whether something publishes to npm, or holds a token as if it did."""
        return bool(self.setup.jobs) or any(
            finding.level == "error" for rule in RULES for finding in rule.find(self.setup)
        )

    def outcome(self) -> Outcome:
        """Plan everything; nothing is written.

        Raises:
            Refused: a file cannot be read safely.
            UsageError: an answer is missing or cannot be used.
        """
        if not self.unchanged:
            self._refuse_answers()
        else:
            return Outcome(str(self.tree.root), "unchanged", self.unchanged, self.answers)
        rendered = _Once(lambda: render({k: a.value for k, a in self.answers.items() if a.source}))
        created = self._created(rendered)
        setup = replace(self.setup, moving=bool(created) or not self.setup.settled)
        made = plan(setup, RULES, lambda: template_values(rendered()), created)
        return self._outcome(made, created=bool(created))

    def refuse_uncommitted(self, outcome: Outcome, *, force: bool) -> None:
        """Stop before a change that has not been committed is mixed with ours.

        Raises:
            Refused: a file that would be written differs from the last commit.
            UsageError: git cannot say whether one does.
        """
        if force:
            return
        touched = dirty(self.tree, [change.path for change in outcome.changes])
        if touched:
            raise Refused(
                touched[0],
                f"uncommitted changes in {', '.join(touched)} would be mixed with these",
                "commit or stash them, or run again with --force",
            )

    def _refuse_answers(self) -> None:
        """Stop where an answer is missing or cannot be right.

        Raises:
            UsageError: which one, why, and how to give another.
        """
        values = {name: answer.value for name, answer in self.answers.items()}
        for question in questions():
            flag = f"--{question.name.replace('_', '-')}"
            if question.name not in values:
                raise UsageError(f"{question.name} cannot be found out here; give it with {flag}")
            wrong = problem(question.name, values[question.name], values)
            if wrong:
                source = self.answers[question.name].source
                where = "" if source == flag else f" (from {source}; {flag} gives another)"
                raise UsageError(f"{question.name}: {wrong}{where}")

    def _created(self, rendered: Callable[[], Rendered]) -> dict[str, bytes]:
        """The new workflow, under a name that is not in use, where one is due."""
        if not self.creates:
            return {}
        return {f"{WORKFLOWS}/{self.setup.answer('workflow')}": rendered().workflow.encode()}

    def _outcome(self, made: Plan, *, created: bool) -> Outcome:
        left = [finding for finding in made.remaining if finding.level == "error"]
        status: Status = "manual" if left else "complete" if made.changes else "unchanged"
        publishers = publishers_of(made.setup)
        return Outcome(
            root=str(self.tree.root),
            status=status,
            reason="" if status != "unchanged" else "the repository is set up right already",
            answers=self.answers,
            changes=made.changes,
            findings=(*made.applied, *made.remaining),
            publishers=publishers,
            next_steps=_steps(self, made, publishers, created=created, manual=len(left)),
            withheld=withheld(made.changes),
        )


def open_migration(path: str, answers: Mapping[str, str], package: str = "") -> Migration:
    """Discover a repository and answer what can be answered without asking.

    Args:
        path: the repository.
        answers: what the command line gave, by question.
        package: the one package that the run is limited to, or empty.

    Raises:
        Refused: a file cannot be read safely.
        UsageError: the path is no folder.
    """
    tree = Tree.open(path)
    repo = discover(tree)
    bare = Setup(repo, {}, package)
    wanted = given(answers)
    root = repo.root_package
    declared = parse_repository(root.repository) if root and root.repository else None
    found = {**discovered(bare, choose_remote(tree, declared)), **wanted}
    return Migration(tree, replace(bare, answers=with_defaults(found)), wanted)


def written(migration: Migration, outcome: Outcome) -> Outcome:
    """Write the changes of an outcome, all or none.

    Raises:
        Refused: a file changed since it was read, or cannot be written; nothing was.
    """
    touched = _uncommitted(migration.tree, outcome.changes)
    write(migration.tree.root, outcome.changes)
    findings = tuple(
        replace(finding, fix="applied") if finding.fix == "available" else finding
        for finding in outcome.findings
    )
    hint = undo_hint(migration.tree, outcome.changes, touched)
    return replace(outcome, findings=findings, written=True, undo=hint)


def _uncommitted(tree: Tree, changes: Sequence[Change]) -> tuple[str, ...]:
    """The files that git could not bring back; all of them where it does not answer."""
    paths = tuple(change.path for change in changes)
    try:
        return dirty(tree, paths)
    except UsageError:
        return paths


def template_values(rendered: Rendered) -> Mapping[str, Value]:
    """The rendered files, and the parts of the workflow that rules read values from."""
    values = dict(rendered.values)
    jobs = mapping(mapping(values["workflow"]).get("jobs"))
    job = mapping(jobs.get("publish"))
    steps = job.get("steps")
    for step in steps if isinstance(steps, list) else []:
        uses = str(mapping(step).get("uses", ""))
        if uses.startswith("actions/setup-node@"):
            # No registry: its npmrc names a variable, which Yarn 1 and pnpm want to be set.
            wanted = mapping(mapping(step).get("with"))
            inputs = {key: wanted[key] for key in _INPUTS if key in wanted}
            values["setup-node"] = {"uses": _pinned(uses, rendered), "with": inputs}
            break
    return {**values, "job": job}


def _pinned(uses: str, rendered: Rendered) -> Commented:
    """A reference of the template with the comment that names its release.

    Pinned, also where the repository names releases: nothing new for a linter to object to.
    """
    release = rendered.workflow.partition(uses)[2].partition("\n")[0].strip(" #\r")
    return Commented(uses, release)


def _steps(
    migration: Migration,
    made: Plan,
    publishers: Sequence[Publisher],
    *,
    created: bool,
    manual: int,
) -> tuple[str, ...]:
    before, after = migration.setup, made.setup
    drawn = dict.fromkeys(name for wiring in before.wirings for name in wiring.secrets)
    kept = [name for name in drawn if _mentions(after, name)]
    literal = [
        f"{change.path}:{number}"
        for change in made.changes
        for number, line in enumerate((change.before or b"").decode().splitlines(), 1)
        if _NPM_LOGIN.search(line) and has_secret(line)
    ]
    config = after.packages[0].publish_config if after.packages else {}
    if not (made.changes or manual):
        return ()
    return next_steps(
        Situation(
            publishers=tuple(publishers),
            trigger=_trigger(after),
            changed=tuple(change.path for change in made.changes),
            created=created,
            manual=manual,
            secrets=tuple(name for name in drawn if name not in kept),
            kept_secrets=tuple(kept),
            literal_tokens=tuple(literal),
            tool=_release_tool(after),
            emptied=tuple(change.path for change in made.changes if _emptied(change)),
            provenance=config.get("provenance") is True,
            access=str(config.get("access", "public")),
            install=LOCK_COMMANDS.get(after.repo.package_manager or "npm", "")
            if created and not after.repo.lock_file
            else "",
        )
    )


_PLAIN = frozenset({"npm", "pnpm", "yarn-classic", "yarn-berry", "bun", "napi", "js-devtools"})


def _release_tool(setup: Setup) -> str:
    """The tool that sets versions and makes tags by itself, where one publishes."""
    tools = (one.tool for publishing in setup.movable for one in publishing.publications)
    return next((tool.title for tool in tools if tool.id not in _PLAIN), "")


def _emptied(change: Change) -> bool:
    return bool(change.before) and not change.after


def _mentions(setup: Setup, secret: str) -> bool:
    return any(secret in secrets_in(workflow.document.text) for workflow in setup.repo.workflows)


def _trigger(setup: Setup) -> Trigger:
    for publishing in setup.jobs:
        for entry in entry_workflows(setup.repo, publishing.job.workflow):
            push = mapping(entry.triggers.get("push"))
            return Trigger(
                tags=_texts(push.get("tags")),
                branches=_texts(push.get("branches")),
                release="release" in entry.triggers,
                manual="workflow_dispatch" in entry.triggers,
            )
    return Trigger()


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


class _Once:
    """A function whose result is kept: the template is rendered only if it is needed, and once."""

    def __init__(self, function: Callable[[], Rendered]) -> None:
        self._function = function
        self._result: Rendered | None = None

    def __call__(self) -> Rendered:
        if self._result is None:
            self._result = self._function()
        return self._result
