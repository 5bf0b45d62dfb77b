"""The generated packages in use: the real npm against a stand-in for its registry.

Tests with the marker `network` run the other package managers, which they install from npm
first: `pytest -m network`.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tp_init.questions import AnswerValue
from tp_init.render import Rendered, render

NAME, VERSION = "@acme/logger", "0.1.0"
ACME: dict[str, AnswerValue] = {"owner": "acme", "repo": "logger", "scope": "acme"}
GUARD, PROOF = "Compare with the tag and with npm", "Prove that npm trusts this workflow"
TRUSTS_NOBODY = "OIDC token exchange error - package not found"


def npm_version() -> tuple[int, ...]:
    """The version of the npm on the PATH, `()` without one."""
    if not (npm := shutil.which("npm")):
        return ()
    done = subprocess.run([npm, "--version"], check=True, capture_output=True, text=True)
    return tuple(int(part) for part in done.stdout.strip().split("-")[0].split("."))


needs_npm = pytest.mark.skipif(
    npm_version() < (11, 15), reason="needs npm 11.15 or newer (trusted publishing, npm trust)"
)


@dataclass
class Registry:
    """A stand-in for npm's registry and for GitHub's identity provider.

    Attributes:
        url: its address.
        trusts: whether it exchanges the identity of a run for a credential.
        broken: whether it answers every look-up with an error of its own.
        versions: the versions of the package that it has; None where it has no such package.
        published: the bodies of the publishes that it accepted.
        requests: what was asked of it.
    """

    url: str = ""
    trusts: bool = True
    broken: bool = False
    versions: list[str] | None = None
    published: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, credential: str, body: bytes) -> tuple[int, object]:
        """The status and the body for one request."""
        self.requests.append(f"{method} {path}")
        if path.startswith("/identity"):
            claims = json.dumps({"repository_visibility": "public"}).encode()
            return 200, {"value": f"e30.{base64.urlsafe_b64encode(claims).decode()}.x"}
        if "/oidc/token/exchange/package/" in path:
            return (
                (201, {"token": "npm_exchanged"})
                if self.trusts
                else (404, {"message": TRUSTS_NOBODY})
            )
        if method == "PUT" and credential == "Bearer npm_exchanged":
            self.published.append(json.loads(body))
            self.versions = [*(self.versions or []), *self.published[-1]["versions"]]
            return 201, {"ok": True}
        if method == "GET" and path.lower() == "/@acme%2flogger":
            if self.broken:
                return 500, {"error": "internal"}
            if self.versions is not None:
                manifests = {each: {"name": NAME, "version": each} for each in self.versions}
                tags = {"latest": self.versions[-1]}
                return 200, {"name": NAME, "dist-tags": tags, "versions": manifests}
        return 404, {"error": "Not found"}


@pytest.fixture
def registry() -> Iterator[Registry]:
    served = Registry()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            credential = self.headers.get("Authorization", "")
            status, answer = served.answer(self.command, self.path, credential, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = handle_any  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@dataclass
class Job:
    """One job of a rendered workflow, its steps run by hand as GitHub's runner would run them."""

    definition: dict[str, Any]
    folder: Path
    environment: dict[str, str]

    @property
    def outputs(self) -> dict[str, str]:
        """What the steps have written to GITHUB_OUTPUT so far."""
        lines = Path(self.environment["GITHUB_OUTPUT"]).read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def step(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one step, by its name or by its command."""
        scripts = {
            each.get("name", each.get("run")): each.get("run") for each in self.definition["steps"]
        }
        # `bash -e`, without pipefail, is GitHub's default shell.
        return subprocess.run(
            ["bash", "-e", "-c", scripts[name]],
            cwd=self.folder,
            env={**self.environment, **environment},
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@dataclass
class Package:
    """A new package, as `copier copy` leaves it."""

    rendered: Rendered
    root: Path
    environment: dict[str, str]

    def job(self, name: str, folder: Path | None = None) -> Job:
        """A job of its workflow, in the package's folder or in another."""
        definition = yaml.safe_load(self.rendered.workflow)["jobs"][name]
        return Job(definition, folder or self.root, self.environment)

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the package, as a person at a terminal would."""
        own = {
            k: v for k, v in self.environment.items() if not k.startswith(("GITHUB_", "ACTIONS_"))
        }
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.root,
            env={**own, "CI": ""},
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def commands(self, step: int) -> list[str]:
        """The commands that a step of the closing message names."""
        text = re.split(r"^\d\. ", self.rendered.message, flags=re.MULTILINE)[step]
        joined = text.replace("\\\n", "")
        return [line.strip() for line in joined.splitlines() if line.startswith("     ")]


def on_github(registry: str) -> dict[str, str]:
    """What a job with `id-token: write` has in its environment, and the way to the stand-in."""
    return {
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{registry}identity?api-version=2.0",
        "npm_config_registry": registry,
    }


def new_package(tmp_path: Path, registry: str, **answers: AnswerValue) -> Package:
    """Make a package in a folder of its own, with the environment of a run on GitHub."""
    rendered = render({**ACME, **answers})
    root, runner = tmp_path / "package", tmp_path / "runner"
    root.mkdir()
    runner.mkdir()
    (root / "package.json").write_text(rendered.package)
    (runner / "output").touch()
    environment = {
        **os.environ,
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(runner / "output"),
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "RUNNER_TEMP": str(runner),
        "npm_config_cache": str(tmp_path / "cache"),
        "npm_config_fetch_retries": "0",
        "npm_config_update_notifier": "false",
    }
    if registry:
        environment |= on_github(registry)
    return Package(rendered, root, environment)


@needs_npm
class TestNewPackage:
    def test_the_commands_of_the_closing_message_pass_and_then_those_of_the_workflow(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        package = new_package(tmp_path, registry.url)
        told = package.commands(1)
        assert told == ["npm install", "npm run check", "npm publish --dry-run"]
        for command in told:
            done = package.shell(command)
            assert done.returncode == 0, done.stdout
        job = package.job("publish")
        for command in ("npm ci", "npm run check"):
            done = job.step(command)
            assert done.returncode == 0, done.stdout

    def test_the_first_publish_by_hand_is_not_stopped_by_provenance(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        """npm makes provenance in CI only, and package.json asks for it."""
        package = new_package(tmp_path, registry.url)
        [_, publish] = package.commands(2)
        (package.root / ".npmrc").write_text(
            f"{registry.url.removeprefix('http:')}:_authToken=npm_exchanged\n"
        )
        refused = package.shell(publish.replace(" --provenance=false", ""))
        assert refused.returncode != 0
        assert registry.published == []
        done = package.shell(publish)
        assert done.returncode == 0, done.stdout
        assert [each["name"] for each in registry.published] == [NAME]

    @pytest.mark.parametrize("environment", ["", "npm prod"])
    def test_npm_takes_the_trust_command(
        self, tmp_path: Path, registry: Registry, environment: str
    ) -> None:
        package = new_package(tmp_path, registry.url, environment=environment)
        trust = next(each for each in package.commands(3) if each.startswith("npm trust"))
        done = package.shell(f"{trust} --dry-run --yes")
        assert done.returncode == 0, done.stdout
        assert not [each for each in registry.requests if each.startswith("POST")]
        for value in ("publish.yml", "acme/logger", environment):
            assert value in done.stdout


@needs_npm
class TestGuard:
    @pytest.mark.parametrize("versions", [None, ["0.0.9"]], ids=["no package", "no such version"])
    @pytest.mark.parametrize(
        "ref",
        [("branch", "main"), ("tag", f"v{VERSION}")],
        ids=["branch", "tag"],
    )
    def test_a_new_version_is_published(
        self, tmp_path: Path, registry: Registry, versions: list[str] | None, ref: tuple[str, str]
    ) -> None:
        registry.versions = versions
        job = new_package(tmp_path, registry.url).job("publish")
        done = job.step(GUARD, GITHUB_REF_TYPE=ref[0], GITHUB_REF_NAME=ref[1])
        assert done.returncode == 0, done.stdout
        assert job.outputs == {"publish": "true"}

    def test_a_version_that_is_out_ends_green(self, tmp_path: Path, registry: Registry) -> None:
        registry.versions = [VERSION]
        job = new_package(tmp_path, registry.url).job("publish")
        done = job.step(GUARD)
        assert done.returncode == 0
        assert f"::notice::npm has {NAME} {VERSION} already" in done.stdout
        assert job.outputs == {}

    def test_another_tag_ends_red_before_npm_is_asked(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        job = new_package(tmp_path, registry.url).job("publish")
        done = job.step(GUARD, GITHUB_REF_TYPE="tag", GITHUB_REF_NAME="v0.2.0")
        assert done.returncode == 1
        assert "The tag is v0.2.0, but package.json has version 0.1.0" in done.stdout
        assert job.outputs == {}
        assert registry.requests == []

    def test_a_look_up_that_fails_ends_red(self, tmp_path: Path, registry: Registry) -> None:
        registry.broken = True
        job = new_package(tmp_path, registry.url).job("publish")
        done = job.step(GUARD)
        assert done.returncode == 1
        assert "::error::npm did not say whether" in done.stdout
        assert "E500" in done.stdout
        assert job.outputs == {}


@needs_npm
class TestProof:
    def test_a_trusted_run_is_green_and_publishes_nothing(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        done = new_package(tmp_path, registry.url).job("publish").step(PROOF)
        assert done.returncode == 0, done.stdout
        assert "::notice::npm trusts this workflow" in done.stdout
        assert registry.published == []
        assert not [each for each in registry.requests if each.startswith("PUT")]

    @pytest.mark.parametrize("versions", [None, [VERSION]], ids=["new", "out already"])
    def test_a_run_that_is_not_trusted_is_red(
        self, tmp_path: Path, registry: Registry, versions: list[str] | None
    ) -> None:
        registry.trusts, registry.versions = False, versions
        done = new_package(tmp_path, registry.url).job("publish").step(PROOF)
        assert done.returncode == 1
        assert "::error::npm does not trust this run" in done.stdout
        assert TRUSTS_NOBODY in done.stdout

    def test_a_version_that_is_out_is_no_obstacle(self, tmp_path: Path, registry: Registry) -> None:
        registry.versions = [VERSION]
        done = new_package(tmp_path, registry.url).job("publish").step(PROOF)
        assert done.returncode == 0, done.stdout
        assert "cannot publish over" in done.stdout
        assert "::notice::npm trusts this workflow" in done.stdout

    def test_an_error_of_npms_own_is_red_and_blames_nobody_else(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        package = new_package(tmp_path, registry.url)
        text = package.rendered.package.replace(VERSION, f"{VERSION}-beta.1")
        (package.root / "package.json").write_text(text)
        done = package.job("publish").step(PROOF)
        assert done.returncode == 1
        assert "You must specify a tag" in done.stdout
        assert "does not trust" not in done.stdout


@needs_npm
class TestPublish:
    def test_one_job_publishes_by_its_identity_and_a_second_run_does_nothing(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        # With provenance, npm would turn to Sigstore, which this stand-in does not play.
        job = new_package(tmp_path, registry.url, provenance=False).job("publish")
        assert job.step(GUARD).returncode == 0
        assert job.outputs == {"publish": "true"}
        done = job.step("Publish")
        assert done.returncode == 0, done.stdout
        [body] = registry.published
        assert (body["name"], list(body["versions"]), body["access"]) == (NAME, [VERSION], "public")
        Path(job.environment["GITHUB_OUTPUT"]).write_text("")
        assert "already" in job.step(GUARD).stdout
        assert job.outputs == {}

    def test_split_jobs_publish_the_packed_tarball_and_run_no_script_of_it(
        self, tmp_path: Path, registry: Registry
    ) -> None:
        package = new_package(tmp_path, registry.url, provenance=False, layout="split")
        manifest = json.loads(package.rendered.package)
        events = ("prepublishOnly", "prepack", "postpack", "publish", "postpublish")
        manifest["scripts"] |= {each: f"echo {each} >> '{tmp_path}/events'" for each in events}
        (package.root / "package.json").write_text(json.dumps(manifest))
        done = package.job("build").step("Pack")
        assert done.returncode == 0, done.stdout
        artifact = tmp_path / "artifact"
        shutil.copytree(tmp_path / "runner" / "package", artifact)
        done = package.job("publish", artifact).step("Publish")
        assert done.returncode == 0, done.stdout
        assert [each["name"] for each in registry.published] == [NAME]
        ran = (tmp_path / "events").read_text().split()
        assert ran == ["prepublishOnly", "prepack", "postpack"]
        proof = package.job("publish", artifact).step(PROOF)
        assert proof.returncode == 0, proof.stdout


# The package on npm that holds each manager.
MANAGERS = {"pnpm": "pnpm", "yarn": "@yarnpkg/cli-dist", "bun": "bun"}


def trusting(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which Node.js trusts the certificates that the system trusts."""
    authorities = environment.get("SSL_CERT_FILE", "")
    return {**environment, **({"NODE_EXTRA_CA_CERTS": authorities} if authorities else {})}


@pytest.fixture(scope="session")
def managers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """A PATH for each package manager, installed from npm, with a Node.js that all of them take."""
    if "network" not in (request.config.getoption("markexpr") or ""):
        pytest.skip("installs package managers from npm: run pytest -m network")
    if not (npm := shutil.which("npm")):
        pytest.skip("needs npm to install the package managers")
    wanted = {"node": "node@24"}
    for manager, package in MANAGERS.items():
        manifest = json.loads(render({**ACME, "package_manager": manager}).package)
        pin = manifest.get("packageManager", "@").split("@")[1]
        wanted[manager] = f"{package}@{pin}" if pin else package
    prefix = tmp_path_factory.mktemp("managers")
    for name, package in wanted.items():
        done = subprocess.run(
            [npm, "install", "--loglevel", "error", "--prefix", str(prefix / name), package],
            env=trusting(os.environ),
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.skip(f"{package} cannot be had from npm: {done.stderr.strip()[:200]}")
    programs = {name: str(prefix / name / "node_modules" / ".bin") for name in wanted}
    return {name: os.pathsep.join([programs[name], programs["node"]]) for name in MANAGERS}


@pytest.mark.network
@pytest.mark.parametrize("layout", ["single", "split"])
@pytest.mark.parametrize("manager", MANAGERS)
def test_every_manager_makes_its_lock_then_installs_checks_and_packs_and_npm_publishes(
    tmp_path: Path, registry: Registry, managers: dict[str, str], manager: str, layout: str
) -> None:
    package = new_package(tmp_path, "", package_manager=manager, layout=layout, provenance=False)
    path = f"{managers[manager]}{os.pathsep}{os.environ['PATH']}"
    package.environment |= {**trusting(package.environment), "PATH": path}
    manifest = json.loads(package.rendered.package)
    manifest["devDependencies"] = {"is-number": "7.0.0"}  # Bun writes no lock for no dependency
    (package.root / "package.json").write_text(json.dumps(manifest, indent=2))
    for command in package.commands(1):
        done = package.shell(command.removeprefix("corepack enable && "))
        assert done.returncode == 0, done.stdout
    job = package.job("publish" if layout == "single" else "build")
    steps = [
        step.get("name", step["run"])
        for step in job.definition["steps"]
        if step.get("name") == "Pack" or step.get("run", "").startswith(f"{manager} ")
    ]
    assert len(steps) == 3, "install, check, pack"
    for step in steps:
        done = job.step(step)
        assert done.returncode == 0, done.stdout
    artifact = tmp_path / "artifact"
    shutil.copytree(tmp_path / "runner" / "package", artifact)
    publish = package.job("publish", package.root if layout == "single" else artifact)
    publish.environment |= on_github(registry.url)
    for step in (PROOF, "Publish"):
        done = publish.step(step)
        assert done.returncode == 0, done.stdout
    assert [each["name"] for each in registry.published] == [NAME]
