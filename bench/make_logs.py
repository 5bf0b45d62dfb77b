"""Make the logs in `tests/logs/npm` anew, with real publishing tools against the stand-in.

    .venv/bin/python bench/make_logs.py SCRATCH [NAME …]

SCRATCH is a folder for the tools, which are installed there once, from the npm registry. Then the
script starts itself again in a network namespace that has the loopback interface and nothing else
(Linux, `unshare`), since not every tool keeps to the registry that it is told: whatever a tool does
there, nothing leaves the machine. It refuses to run a tool anywhere else.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shlex
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from standin import Registry, Run, StandIn, TrustedPublisher, running  # noqa: E402

LOGS = ROOT / "tests" / "logs" / "npm"
PUBLIC = "https://registry.npmjs.org/"
NODE = "24.21.0"
OLD, LAST_WITHOUT, FIRST, ELEVEN, TWELVE = "10.9.9", "11.4.2", "11.5.1", "11.21.2", "12.2.0"
DUMMY = "XXXXX-XXXXX-XXXXX-XXXXX"
EXPIRED, GOOD, EMPTY = "npm_expired", "npm_good", ""  # not secrets: the stand-in makes them up
STAGE_ONLY = TrustedPublisher(actions=frozenset({"stage"}))
MANIFEST = {
    "name": "@acme/logger",
    "version": "1.4.0",
    "repository": {"type": "git", "url": "git+https://github.com/acme/logger.git"},
}


@dataclass(frozen=True)
class Tool:
    """A program that publishes, from the npm registry.

    Attributes:
        package: what to install.
        version: which release.
        program: the file to run, in the package.
        spoken: what people call it by.
        files: what it needs beside package.json, for the address of the registry.
        before: a shell line to run before, whose output is not kept; `$TOOL` is the tool.
    """

    package: str
    version: str
    program: str
    spoken: str
    files: Callable[[str], Mapping[str, str]] = lambda _: {}
    before: str = ""


def _npm(version: str) -> Tool:
    return Tool("npm", version, "bin/npm-cli.js", "npm")


def _yarn(version: str) -> Tool:
    return Tool(
        "@yarnpkg/cli-dist",
        version,
        "bin/yarn.js",
        "yarn",
        lambda url: {
            "yarn.lock": "",
            ".yarnrc.yml": f"npmPublishRegistry: {url}\nnpmRegistryServer: {url}\n"
            "unsafeHttpWhitelist: ['127.0.0.1']\nenableTelemetry: false\n"
            "enableImmutableInstalls: false\nenableColors: false\n",
        },
        "$TOOL install && $TOOL --version",
    )


_GIT = (
    "git init -q -b main . && git add . && git commit -q -m 'feat: a'"
    " && git init -q --bare -b main ../r && git remote add origin ../r"
    " && git push -q -u origin main"
)
PNPM = Tool("pnpm", "11.28.10", "bin/pnpm.mjs", "pnpm", lambda url: {".npmrc": f"registry={url}\n"})
LERNA = Tool(
    "lerna",
    "8.2.4",
    "dist/cli.js",
    "npx lerna",
    lambda _: {"lerna.json": '{"version": "1.4.0", "packages": ["."]}'},
    _GIT,
)
CHANGESETS = Tool(
    "@changesets/cli",
    "2.31.1",
    "bin.js",
    "npx changeset",
    lambda _: {".changeset/config.json": '{"access": "public", "baseBranch": "main"}'},
    _GIT,
)
_ON_MAIN = {"GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "push"}


def _semantic_release(version: str) -> Tool:
    return Tool(
        "semantic-release",
        version,
        "bin/semantic-release.js",
        "npx semantic-release",
        lambda _: {
            ".releaserc.json": '{"plugins": ["@semantic-release/npm"], "branches": ["main"]}'
        },
        _GIT,
    )


RELEASE_IT = Tool("release-it", "19.0.6", "bin/release-it.js", "npx release-it")


@dataclass(frozen=True)
class Case:
    """One log.

    Attributes:
        npm: the npm that runs, or that the tool starts.
        command: what it is told, without its name.
        tool: what runs; npm itself where it is None.
        registry: what the stand-in holds.
        run: what GitHub would say of the run.
        token: `NODE_AUTH_TOKEN`, with setup-node's `.npmrc`; None without that file.
        unset: whether the `.npmrc` is there and the variable is not, as with setup-node v7.
        identity: whether the job has `id-token: write`.
        manifest: what differs in package.json.
        env: more of the environment.
        actions: whether it runs on GitHub Actions at all.
    """

    npm: str = ELEVEN
    command: str = "publish --access public"
    tool: Tool | None = None
    registry: Registry = field(default_factory=Registry)
    run: Run = field(default_factory=Run)
    token: str | None = None
    unset: bool = False
    identity: bool = True
    manifest: Mapping[str, object] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    actions: bool = True


def answering(status: int, message: str) -> Registry:
    """A registry that refuses every publish that a trusted publisher may make."""
    return Registry(put=(status, message))


_MISMATCHES: dict[str, tuple[Registry, Run]] = {
    "wrong-repository": (Registry(), Run(repository="acme/Logger")),
    "wrong-workflow": (Registry(publishers=(TrustedPublisher(workflow="release.yml"),)), Run()),
    "wrong-environment": (Registry(publishers=(TrustedPublisher(environment="npm"),)), Run()),
    "self-hosted": (Registry(), Run(runner="self-hosted")),
    "no-publisher": (Registry(publishers=()), Run()),
    "package-absent": (Registry(versions=()), Run()),
    "issue-comment": (Registry(), Run(event="issue_comment")),
}

CASES: dict[str, Case] = {
    **{f"{name}-bare": Case(registry=one, run=run) for name, (one, run) in _MISMATCHES.items()},
    **{
        f"{name}-setup-node": Case(registry=one, run=run, token=DUMMY)
        for name, (one, run) in _MISMATCHES.items()
    },
    **{
        f"{name}-verbose": Case(
            registry=one, run=run, token=DUMMY, command="publish --access public --loglevel=verbose"
        )
        for name, (one, run) in _MISMATCHES.items()
    },
    "wrong-workflow-empty-secret": Case(run=Run(workflow="ci.yml"), token=EMPTY),
    "wrong-workflow-unset": Case(run=Run(workflow="ci.yml"), unset=True),
    "wrong-workflow-npm-11.5.1": Case(npm=FIRST, run=Run(workflow="ci.yml"), token=DUMMY),
    "wrong-workflow-npm-12": Case(npm=TWELVE, run=Run(workflow="ci.yml"), token=DUMMY),
    "wrong-workflow-stale-token": Case(
        run=Run(workflow="ci.yml"),
        token=EXPIRED,
        registry=Registry(revoked=frozenset({EXPIRED})),
    ),
    "wrong-workflow-dry-run": Case(
        run=Run(workflow="ci.yml"), command="publish --dry-run --loglevel=verbose"
    ),
    "wrong-workflow-dry-run-quiet": Case(run=Run(workflow="ci.yml"), command="publish --dry-run"),
    "wrong-workflow-unauthorized": Case(
        run=Run(workflow="ci.yml"), token=EXPIRED, registry=Registry(stranger=401)
    ),
    "no-id-token-bare": Case(identity=False),
    "no-id-token-setup-node": Case(identity=False, token=DUMMY),
    "no-id-token-verbose": Case(identity=False, command="publish --loglevel=verbose"),
    "no-id-token-silly": Case(identity=False, command="publish --loglevel=silly"),
    "no-id-token-npm-12": Case(npm=TWELVE, identity=False, token=DUMMY),
    "npm-10-bare": Case(npm=OLD),
    "npm-10-setup-node": Case(npm=OLD, token=DUMMY),
    "npm-10-verbose": Case(npm=OLD, token=DUMMY, command="publish --loglevel=verbose"),
    "npm-10-stale-token": Case(
        npm=OLD, token=EXPIRED, registry=Registry(revoked=frozenset({EXPIRED}))
    ),
    "npm-11.4-bare": Case(npm=LAST_WITHOUT),
    "npm-11.4-setup-node": Case(npm=LAST_WITHOUT, token=DUMMY),
    "published-bare": Case(),
    "published-setup-node": Case(token=DUMMY),
    "published-stale-token": Case(token=EXPIRED, registry=Registry(revoked=frozenset({EXPIRED}))),
    "published-npm-11.5.1": Case(npm=FIRST),
    "published-npm-12": Case(npm=TWELVE, token=DUMMY),
    "published-environment": Case(
        registry=Registry(publishers=(TrustedPublisher(environment="npm"),)),
        run=Run(environment="npm"),
    ),
    "published-by-token-npm-10": Case(
        npm=OLD, token=GOOD, registry=Registry(tokens=frozenset({GOOD}))
    ),
    "published-second-publisher": Case(
        registry=Registry(publishers=(TrustedPublisher(workflow="ci.yml"), TrustedPublisher()))
    ),
    "staged": Case(
        npm=TWELVE,
        command="stage publish --access public",
        registry=Registry(publishers=(STAGE_ONLY,)),
    ),
    "stage-only": Case(registry=Registry(publishers=(STAGE_ONLY,))),
    "stage-only-npm-12": Case(npm=TWELVE, registry=Registry(publishers=(STAGE_ONLY,))),
    "publish-only-stage": Case(npm=TWELVE, command="stage publish --access public"),
    "repository-missing": Case(
        registry=Registry(repository="https://github.com/acme/logger"),
        manifest={"repository": ""},
    ),
    "repository-other": Case(
        registry=Registry(repository="https://github.com/acme/logger"),
        manifest={"repository": "https://github.com/acme/Logger"},
    ),
    "version-exists": Case(registry=Registry(versions=("1.4.0",))),
    "version-exists-npm-10": Case(
        npm=OLD,
        token=GOOD,
        registry=Registry(versions=("1.4.0",), tokens=frozenset({GOOD})),
    ),
    "version-conflict": Case(
        registry=answering(403, "You cannot publish over the previously published versions: 1.4.0.")
    ),
    "already-staged": Case(
        npm=TWELVE,
        command="stage publish --access public",
        registry=Registry(publishers=(STAGE_ONLY,), staged=("1.4.0",)),
    ),
    "stage-wrong-environment": Case(
        npm=TWELVE,
        command="stage publish --access public",
        registry=Registry(
            publishers=(TrustedPublisher(environment="npm", actions=frozenset({"stage"})),)
        ),
        token=DUMMY,
    ),
    "exchange-unauthorized": Case(
        registry=Registry(exchange=(401, "OIDC token exchange error - unauthorized")),
        command="publish --loglevel=verbose",
    ),
    "runner-environment": Case(
        registry=answering(
            422,
            'Error verifying sigstore provenance bundle: Unsupported GitHub Actions runner'
            ' environment: "self-hosted". Only "github-hosted" runners are supported when'
            " publishing with provenance.",
        )
    ),
    "certificate-without-ref": Case(
        registry=answering(
            422,
            "Error verifying sigstore provenance bundle: Missing SourceRepositoryRef in signing"
            " certificate",
        )
    ),
    "packument-conflict": Case(
        registry=answering(
            409,
            "Failed to save packument. A common cause is if you try to publish a new package"
            " before the previous package has been fully processed.",
        )
    ),
    "name-too-similar": Case(
        registry=answering(403, "Package name too similar to existing packages logger, loggers")
    ),
    "payment-required": Case(
        registry=answering(402, "You must sign up for private packages"), command="publish"
    ),
    "no-permission": Case(
        registry=answering(
            403,
            'You do not have permission to publish "@acme/logger". Are you logged in as the'
            " correct user?",
        )
    ),
    "tokens-disallowed": Case(
        registry=answering(
            403,
            "Two-factor authentication or granular access token with bypass 2fa enabled is"
            " required to publish packages.",
        )
    ),
    "one-time-password": Case(registry=answering(401, "You must provide a one-time pass.")),
    "prerelease-without-tag": Case(manifest={"version": "2.0.0-beta.1"}),
    "tag-is-a-range": Case(command="publish --tag v1"),
    "latest-would-go-back": Case(registry=Registry(versions=("2.0.0",))),
    "marked-private": Case(manifest={"private": True}),
    "provenance-without-identity": Case(
        identity=False, command="publish --access public --provenance", token=DUMMY
    ),
    "provenance-for-private": Case(
        command="publish --provenance", registry=Registry(public=False)
    ),
    "provenance-outside-ci": Case(
        actions=False, identity=False, command="publish --access public --provenance", token=DUMMY
    ),
    "whoami-bare": Case(command="whoami"),
    "whoami-setup-node": Case(command="whoami", token=DUMMY),
    "dist-tag": Case(command="dist-tag add @acme/logger@1.0.0 next", token=DUMMY),
    "trust-package-absent": Case(
        npm=TWELVE,
        command="trust github @acme/logger --file publish.yml --repo acme/logger"
        " --allow-publish --yes",
        token=GOOD,
    ),
    "trust-without-flag": Case(
        npm=TWELVE, command="trust github @acme/logger --file publish.yml --yes", token=GOOD
    ),
    "tarball-without-dot": Case(
        command="publish dist/acme-logger-1.4.0.tgz", env={"GIT_SSH_COMMAND": "false"}
    ),
    "git-dependency": Case(
        npm=TWELVE, command="install", manifest={"dependencies": {"left": "github:acme/left"}},
        env={"GIT_SSH_COMMAND": "false"},
    ),
    "pnpm-wrong-workflow": Case(
        run=Run(workflow="ci.yml"), tool=PNPM, command="publish --no-git-checks"
    ),
    "pnpm-no-id-token": Case(identity=False, tool=PNPM, command="publish --no-git-checks"),
    "yarn-wrong-workflow": Case(
        run=Run(workflow="ci.yml"), tool=_yarn("4.18.1"), command="npm publish"
    ),
    "yarn-4.9": Case(tool=_yarn("4.9.4"), command="npm publish"),
    "lerna-8": Case(tool=LERNA, command="publish from-package --yes"),
    "changesets-wrong-workflow": Case(
        run=Run(workflow="ci.yml"), tool=CHANGESETS, command="publish", token=DUMMY
    ),
    "changesets-npm-10": Case(npm=OLD, tool=CHANGESETS, command="publish", token=DUMMY),
    "semantic-release-24": Case(
        tool=_semantic_release("24.2.9"),
        command="--dry-run --no-ci --repository-url ../r",
        env=_ON_MAIN,
    ),
    "semantic-release-invalid-token": Case(
        run=Run(workflow="ci.yml"),
        tool=_semantic_release("25.0.9"),
        command="--dry-run --no-ci --repository-url ../r",
        token=DUMMY,
        env={"NPM_TOKEN": DUMMY, **_ON_MAIN},
    ),
    "release-it": Case(tool=RELEASE_IT, command="--ci --no-git --increment=patch"),
    "url-dependency": Case(
        npm=TWELVE, command="install",
        manifest={"dependencies": {"left": "https://codeload.example/left.tgz"}},
    ),
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Make all logs, or those that are named."""
    scratch = Path(arguments[0]).resolve()
    names = arguments[1:] or list(CASES)
    for name in names:
        for tool in (_npm(CASES[name].npm), CASES[name].tool):
            if tool is not None:
                installed(tool.package, tool.version, scratch)
    installed("node", NODE, scratch)
    if not isolated():
        again = [sys.executable, __file__, *arguments]
        command = ["unshare", "--net", "--map-root-user", *again]
        return subprocess.run(command, check=False).returncode
    LOGS.mkdir(parents=True, exist_ok=True)
    for name in names:
        text = made(CASES[name], scratch)
        (LOGS / f"{name}.log").write_text(text, encoding="utf-8", newline="\n")
        print(name)
    return 0


def isolated() -> bool:
    """Whether nothing but this machine can be reached; brings the loopback interface up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; sends nothing
        except OSError as error:
            if error.errno != errno.ENETUNREACH:
                raise
            up_and_running, set_flags = 0x41, 0x8914  # netdevice(7)
            fcntl.ioctl(probe, set_flags, struct.pack("16sh", b"lo", up_and_running))
            return True
    return False


def made(case: Case, scratch: Path) -> str:
    """Run the tool once, and give its output the form of a GitHub log."""
    node = installed("node", NODE, scratch) / "bin" / "node"
    npm = _npm(case.npm)
    tool = case.tool or npm
    program = installed(tool.package, tool.version, scratch) / tool.program
    with running(case.registry, case.run) as standin, tempfile.TemporaryDirectory() as place:
        package, home = Path(place, "work"), Path(place, "home")
        package.mkdir()
        (home / "bin").mkdir(parents=True)
        shim = home / "bin" / "npm"
        started = installed(npm.package, npm.version, scratch) / npm.program
        shim.write_text(f'#!/bin/sh\nexec {node} {started} "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
        files = {"package.json": json.dumps({**MANIFEST, **case.manifest}, indent=2)}
        for name, text in {**files, **tool.files(standin.url.removesuffix("/"))}.items():
            (package / name).parent.mkdir(exist_ok=True)
            (package / name).write_text(text, encoding="utf-8")
        variables = environment(case, standin, node, home)
        before = tool.before.replace("$TOOL", f"{node} {program}") or "true"
        subprocess.run(["sh", "-c", before], cwd=package, env=variables, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        done = subprocess.run(
            [node, program, *shlex.split(case.command)],
            cwd=package,
            env=variables,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output = neutral(done.stdout, {place, str(scratch)}, standin.url)
    return as_github_log(case, output, done.returncode)


def installed(package: str, version: str, scratch: Path) -> Path:
    """The folder of a package from the npm registry, installed when it is not there."""
    folder = scratch / f"{package.replace('/', '-')}-{version}"
    found = folder / "node_modules" / package
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}", encoding="utf-8")
        install = ["npm", "install", "--no-audit", "--no-fund", "--force", f"{package}@{version}"]
        subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return found


def environment(case: Case, standin: StandIn, node: Path, home: Path) -> dict[str, str]:
    """What the job would have, and what keeps the run on this machine."""
    nowhere = "http://127.0.0.1:9"
    variables = {
        "PATH": os.pathsep.join([str(home / "bin"), str(node.parent), os.environ["PATH"]]),
        **{
            f"GIT_{who}_{what}": "a@b.example"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
        "NX_DAEMON": "false",
        "HOME": str(home),
        "CI": "true",
        "npm_config_registry": standin.url,
        "npm_config_provenance": "false",  # signing would ask services on the internet
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "0",
        "HTTPS_PROXY": nowhere,
        "HTTP_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1",
        **({"GITHUB_ACTIONS": "true"} if case.actions else {}),
        **(standin.identity if case.identity else {}),
        **case.env,
    }
    if case.token is not None or case.unset:
        rc = home / ".npmrc"
        host = standin.url.removeprefix("http:")
        rc.write_text(f"{host}:_authToken=${{NODE_AUTH_TOKEN}}\n", encoding="utf-8")
        variables["NPM_CONFIG_USERCONFIG"] = str(rc)
    if case.token is not None:
        variables["NODE_AUTH_TOKEN"] = case.token
    return variables


def neutral(text: str, places: set[str], url: str) -> str:
    """Without what is of this machine or of this run."""
    identity = re.compile(re.escape(url) + r"id-token\S*")
    text = identity.sub("https://run-actions-1.actions.githubusercontent.com/1/idtoken", text)
    text = text.replace(url, PUBLIC).replace(url.removesuffix("/"), PUBLIC.removesuffix("/"))
    for place in places:
        text = text.replace(f"{place}/home", "/home/runner").replace(place, "/opt/hostedtoolcache")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d_\d\d_\d\d_\d{3}Z", "2026-11-22T10_00_00_000Z", text)
    text = re.sub(r"\b\d+ms\b", "12ms", text)
    text = re.sub(r"\[\d+:\d\d:\d\d [AP]M\]", "[10:00:00 AM]", text)
    text = re.sub(r"(verbose os \w+) \S+", r"\1 6.11.0-azure", text)
    return text.replace("127.0.0.1", "registry.npmjs.org")


def as_github_log(case: Case, output: str, code: int) -> str:
    """With the timestamps, the echo of the step and the last line that GitHub adds."""
    tool = case.tool or _npm(case.npm)
    command = f"{tool.spoken} {case.command}"
    echo = [f"##[group]Run {command}", f"\x1b[36;1m{command}\x1b[0m"]
    echo += ["shell: /usr/bin/bash -e {0}"]
    if case.token is not None or case.unset:
        echo += ["env:", "  NPM_CONFIG_USERCONFIG: /home/runner/work/_temp/.npmrc"]
    if case.token is not None:
        shown = case.token if case.token in {"", DUMMY} else "***"
        echo.append(f"  NODE_AUTH_TOKEN: {shown}".rstrip())
    end = [f"##[error]Process completed with exit code {code}."] if code else []
    lines = [*echo, "##[endgroup]", *output.rstrip("\n").split("\n"), *end]
    stamped = (
        f"2026-11-22T10:00:{number // 50 % 60:02}.{number:07}Z {line}"
        for number, line in enumerate(lines)
    )
    other = f"{tool.package} {tool.version} and " if case.tool is not None else ""
    head = f"# made by bench/make_logs.py with {other}npm {case.npm} on Node {NODE}"
    return "\n".join([head, *stamped]) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
