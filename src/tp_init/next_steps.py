"""What is left to do on npm and GitHub, in a safe order, with this repository's values filled in.

A step is a line that says what to do, then lines that say why and how. A line that starts with
four spaces is a command or an address, on its own so that it can be copied. The order is: the files
first, the trusted publisher right before the release, and no token goes before a release has been
seen that did not need it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tp_init.model import Publisher

__all__ = ["INDENT", "Situation", "Trigger", "access_page", "next_steps", "trust_command"]

INDENT = "    "
_MANY_WILDCARDS = 8  # nobody writes so many, and matching them could take for ever


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts the workflow that publishes: its `on:`, as far as a release is concerned.

    Attributes:
        tags: the patterns of `on.push.tags`.
        branches: the patterns of `on.push.branches`.
        release: whether a GitHub release starts it.
        manual: whether a person can start it (`workflow_dispatch`).
    """

    tags: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    release: bool = False
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What the steps depend on.

    Attributes:
        publishers: the trusted publishers to add.
        trigger: what starts a release.
        changed: the files that were written and have to be committed.
        created: whether the workflow is new, so that the package may not be on npm yet.
        manual: how many places in files wait for a person.
        secrets: names of the secrets that held the npm token and that no workflow uses now.
        kept_secrets: names of those that another step still uses, such as a private install.
        literal_tokens: where a token stood in plain text, as `path:line`.
        emptied: files that have nothing in them any more.
        provenance: whether the package asks for provenance.
        access: `public` or `restricted`.
        install: the command that makes the missing lock file; empty where there is one.
        tool: the release tool that sets versions and tags itself; empty for a plain publish.
    """

    publishers: tuple[Publisher, ...]
    trigger: Trigger = Trigger()
    changed: tuple[str, ...] = ()
    created: bool = False
    manual: int = 0
    secrets: tuple[str, ...] = ()
    kept_secrets: tuple[str, ...] = ()
    literal_tokens: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    provenance: bool = True
    access: str = "public"
    install: str = ""
    tool: str = ""


def trust_command(publisher: Publisher) -> str:
    """The command that adds a trusted publisher.

    It needs npm 11.15.0 or newer (before, there was no `--allow-publish`; since, one permission
    is mandatory) and an account with two-factor authentication, so it cannot run in CI
    (https://docs.npmjs.com/cli/v11/commands/npm-trust).
    """
    words = ["npm", "trust", "github", publisher.package, "--file", publisher.workflow]
    words += ["--repo", f"{publisher.owner}/{publisher.repository}"]
    words += ["--env", publisher.environment] if publisher.environment else []
    return shlex.join([*words, "--allow-publish"])


def access_page(package: str) -> str:
    """The page of npm where a package's trusted publishers and its access are set."""
    return f"https://www.npmjs.com/package/{package}/access"


def next_steps(situation: Situation) -> tuple[str, ...]:
    """The steps that remain, in the order in which it is safe to do them."""
    steps = [*_in_the_files(situation)]
    if situation.publishers:
        steps += _on_npm(situation)
    return tuple(steps)


def _in_the_files(situation: Situation) -> Iterator[str]:
    if situation.literal_tokens:
        yield _step(
            f"Revoke the token in {_listed(situation.literal_tokens)} now.",
            "It is in the history of the repository, so everyone who can read that has it; taking"
            " it out of the file does not change that.",
            _command("npm token list"),
            _command("npm token revoke ID"),
        )
    if situation.manual:
        one = situation.manual == 1
        yield _step(
            f"Edit the {'place' if one else f'{situation.manual} places'} listed above by hand.",
            "A release before that would fail, or would still use a token. Run `tp-init` again"
            " afterwards: it says whether anything is left.",
        )
    if situation.install:
        yield _step(
            "Make the lock file and commit it with the rest.",
            "The workflow installs from it, and stops where there is none.",
            _command(situation.install),
        )
    if situation.emptied:
        yield _step(
            f"Delete {_listed(situation.emptied)}: nothing is left in"
            f" {'it' if len(situation.emptied) == 1 else 'them'}.",
            _command("git", "rm", "--force", "--", *situation.emptied),
        )
    changed = [path for path in situation.changed if path not in situation.emptied]
    if changed or situation.emptied:
        yield _commit(changed, situation)


def _commit(changed: Sequence[str], situation: Situation) -> str:
    lines = [
        (
            f"A push to {_listed(situation.trigger.branches, 'or')} starts the workflow: add the"
            " trusted publisher (below) right before you merge."
            if situation.trigger.branches and situation.publishers
            else "Until the trusted publisher is added a release would fail, so make none in"
            " between."
        ),
        *([_command("git", "add", "--", *changed)] if changed else []),
        _command('git commit -m "Publish to npm by trusted publishing"'),
        _command("git push"),
    ]
    if situation.provenance and situation.publishers:
        # https://docs.npmjs.com/generating-provenance-statements: public repositories only.
        lines.append(
            f"If {_slug(situation.publishers[0])} is a private repository, take provenance out"
            " first: npm makes none for it, and a publish that asks for it fails. Run"
            " `tp-init --provenance false`, and see that `publishConfig` in package.json has no"
            " `provenance`."
        )
        lines.append(
            "From now on a publish by hand, outside CI, needs `--provenance=false`: npm can only"
            " make provenance in a workflow."
        )
    return _step("Review the changes, commit them, and merge them to the default branch.", *lines)


def _on_npm(situation: Situation) -> Iterator[str]:
    publishers = situation.publishers
    packages = _unique(publisher.package for publisher in publishers)
    yield from _environments(publishers)
    if situation.created:
        yield _first_publish(packages, situation)
    yield _add_publishers(publishers)
    yield _release(situation, publishers[0].workflow, packages)
    yield _verify(packages)
    yield _when_it_fails(situation)
    yield _step(
        "When a release has come through that way, disallow tokens.",
        'Choose "Require two-factor authentication and disallow tokens". The trusted publisher'
        " keeps working; a stolen token no longer does.",
        *(_command(access_page(package)) for package in packages),
    )
    hidden_token = not situation.created and not situation.literal_tokens
    if situation.secrets or situation.kept_secrets or hidden_token:
        yield _revoke(situation)


def _environments(publishers: Sequence[Publisher]) -> Iterator[str]:
    places = {(p.owner, p.repository, p.environment) for p in publishers if p.environment}
    for owner, repository, environment in sorted(places):
        yield _step(
            f"See that the environment `{environment}` exists on GitHub and is protected.",
            "Set which tags or branches may use it, and who approves a release. GitHub makes a"
            " missing environment itself at the first run, but without any protection.",
            _command(f"https://github.com/{owner}/{repository}/settings/environments"),
        )


def _first_publish(packages: Sequence[str], situation: Situation) -> str:
    # npm/cli#8544: the identity of a workflow cannot create a package.
    publish = f"npm publish --access {situation.access}"
    why = "A trusted publisher can only be added to a package that exists."
    if situation.provenance:
        publish += " --provenance=false"
        why += " Outside CI npm cannot make provenance, so it is off this once."
    return _step(
        f"If {_listed(packages)} {'is' if len(packages) == 1 else 'are'} not on npm yet, publish"
        " the first version by hand.",
        why,
        _command("npm login"),
        _command(publish),
    )


def _add_publishers(publishers: Sequence[Publisher]) -> str:
    # The 48 hours: npm/documentation#2041, a proposed change to the docs, not yet merged.
    return _step(
        f"Add the trusted publisher{'' if len(publishers) == 1 else 's'} on npm, right before the"
        " release.",
        "npm is reported (not confirmed) to drop one that has published nothing within 48 hours."
        " npm does not check the values either: copy them exactly, upper and lower case as they"
        " are.",
        *_unique(_command(access_page(publisher.package)) for publisher in publishers),
        "Or in a terminal, with npm 11.15 or newer and two-factor authentication:",
        *(_command(trust_command(publisher)) for publisher in publishers),
    )


def _release(situation: Situation, workflow: str, packages: Sequence[str]) -> str:
    title, trigger = "Release within 48 hours.", situation.trigger
    push = (_command("npm version patch"), _command("git push --follow-tags"))
    if len(packages) > 1 or situation.tool:
        return _step(title, "Do it the way you do today: what starts the workflow is the same.")
    if trigger.tags:
        return _release_by_tag(title, trigger.tags)
    if trigger.release:
        return _step(
            title,
            "Set the version, push it, and make a GitHub release of it.",
            *push,
            _command('gh release create "$(git describe --tags --abbrev=0)" --generate-notes'),
        )
    if trigger.manual:
        return _step(
            title,
            "Set the version, push it, and start the workflow.",
            *push,
            _command("gh", "workflow", "run", workflow),
        )
    if trigger.branches:
        branches = _listed(trigger.branches, "or")
        return _step(title, f"Set the version and push it to {branches}.", *push)
    return _step(title, "Do it the way you do today: what starts the workflow is the same.")


def _release_by_tag(title: str, patterns: Sequence[str]) -> str:
    for prefix, option in (("v", ""), ("", ' --tag-version-prefix=""')):
        tag = f"{prefix}1.2.3"
        if _matches(patterns, tag):
            return _step(
                title,
                f"`npm version` makes the tag (like {tag}), and pushing it starts the workflow.",
                _command(f"npm version patch{option}"),
                _command("git push --follow-tags"),
            )
    return _step(
        title,
        "Set the version in package.json, commit it, and push a tag that matches"
        f" {_listed(patterns, 'or')}.",
    )


def _matches(patterns: Iterable[str], tag: str) -> bool:
    """Whether a tag starts the workflow: patterns in order, `!` takes matches away again.

    See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
    under "filter pattern cheat sheet".
    """
    matched = False
    for pattern in patterns:
        if len(re.findall(r"[*?+]", pattern)) > _MANY_WILDCARDS:
            continue
        wanted = not pattern.startswith("!")
        expression = ""
        for piece in re.findall(r"\*\*|\[[^\]]*\]|.", pattern.removeprefix("!"), re.DOTALL):
            if piece == "**":
                expression += ".*"
            elif piece == "*":
                expression += "[^/]*"
            elif piece in {"?", "+"} and expression:
                expression += piece
            else:
                expression += piece if len(piece) > 1 else re.escape(piece)
        try:
            if re.fullmatch(expression, tag):
                matched = wanted
        except re.error:  # a pattern that GitHub would refuse as well
            continue
    return matched


def _verify(packages: Sequence[str]) -> str:
    # The scan: GitHub's changelog of 2026-07-28, "npm publish-time malware scanning".
    return _step(
        "See that npm took the release from the workflow.",
        "The answer names a `trustedPublisher`. A new version can take up to 20 minutes to appear,"
        " since npm scans it first. A release with another tag than `latest`: put its version"
        " there.",
        *(_command("npm", "view", f"{name}@latest", "_npmUser", "--json") for name in packages),
    )


def _when_it_fails(situation: Situation) -> str:
    workflow = situation.publishers[0].workflow
    advice = (
        "E404 and ENEEDAUTH mean that npm found no trusted publisher for this run. Compare the"
        " values character by character, delete it and add it again where one differs, and run"
        " the failed job again."
    )
    lines = [
        advice,
        _command("gh", "run", "list", "--workflow", workflow, "--limit", "1"),
        _command("gh run rerun RUN-ID --failed"),
    ]
    secrets = (*situation.secrets, *situation.kept_secrets)
    if secrets:
        lines.append(
            "If the release cannot wait, revert the commit (`git revert`) and release as before:"
            f" {_listed(secrets)} {'is' if len(secrets) == 1 else 'are'} still there. That is why"
            " the next steps come last."
        )
    return _step("If the release fails, nothing is lost.", *lines)


def _revoke(situation: Situation) -> str:
    secrets, kept = situation.secrets, situation.kept_secrets
    slug, environment = _slug(situation.publishers[0]), situation.publishers[0].environment
    title = "Only then revoke the old npm token"
    lines = [_command("npm token list"), _command("npm token revoke ID")]
    if secrets:
        one = len(secrets) == 1
        title += f", and delete the secret{'' if one else 's'} {_listed(secrets)}"
        lines += [_command("gh", "secret", "delete", name, "--repo", slug) for name in secrets]
        lines.append(
            f"If {'it is' if one else 'they are'} set for an environment, add"
            f" `--env {shlex.quote(environment) if environment else 'NAME'}`. If for the"
            " organization, see first that no other repository uses"
            f" {'it' if one else 'them'}."
        )
    if kept:
        lines.append(
            f"Keep {_listed(kept)}, which other steps still use, but put a read-only token into"
            f" {'it' if len(kept) == 1 else 'them'}."
        )
    return _step(f"{title}.", *lines)


def _step(title: str, *lines: str) -> str:
    return "\n".join((title, *lines))


def _command(*words: str) -> str:
    """A line to copy: one that is ready, or words to be quoted for the shell."""
    return INDENT + (words[0] if len(words) == 1 else shlex.join(words))


def _slug(publisher: Publisher) -> str:
    return f"{publisher.owner}/{publisher.repository}"


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _listed(names: Sequence[str], word: str = "and") -> str:
    quoted = [f"`{name}`" for name in names]
    return f" {word} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
