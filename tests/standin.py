"""A stand-in for npm's registry and GitHub's identity provider, on the loopback interface only.

It answers as the real ones are documented and seen to answer: the exchange says "package not found"
whatever does not match, and a publish that it does not allow is 404, not 403. It never forwards
anything, so a publish against it cannot leave the machine.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REFUSED_EVENTS = frozenset({"issue_comment"})
EXCHANGE = "/-/npm/v1/oidc/token/exchange/package/"
EXPIRED = "Access token expired or revoked. Please try logging in again."


@dataclass(frozen=True)
class TrustedPublisher:
    """What a maintainer saved on npm; compared with the run letter by letter."""

    repository: str = "acme/logger"
    workflow: str = "publish.yml"
    environment: str = ""
    actions: frozenset[str] = frozenset({"publish"})


@dataclass(frozen=True)
class Run:
    """What GitHub knows of the run, and puts into the id-token."""

    repository: str = "acme/logger"
    workflow: str = "publish.yml"
    environment: str = ""
    runner: str = "github-hosted"
    event: str = "push"

    def claims(self, audience: str) -> dict[str, str]:
        """The claims that npm compares (https://docs.github.com/actions/concepts/security/openid-connect)."""
        claims = {
            "aud": audience,
            "repository": self.repository,
            "repository_owner": self.repository.partition("/")[0],
            "repository_visibility": "private",  # so that npm asks no signing service
            "workflow_ref": f"{self.repository}/.github/workflows/{self.workflow}@refs/heads/main",
            "runner_environment": self.runner,
            "event_name": self.event,
            "sub": f"repo:{self.repository}:ref:refs/heads/main",
        }
        return claims | ({"environment": self.environment} if self.environment else {})


@dataclass(frozen=True)
class Registry:
    """What the registry holds, and how it answers.

    Attributes:
        package: the package that it is about.
        versions: those that are published; empty where the package does not exist.
        publishers: the trusted publishers of the package.
        tokens: the tokens that may publish.
        revoked: tokens that once could: the answer to them comes with a notice.
        repository: what `repository.url` has to name, as the registry compares it where a publish
            comes with provenance; empty where it does not compare.
        put: an answer to every publish that is allowed: status and message; None to take it.
        staged: versions that were staged before.
        exchange: an answer to every exchange: status and message; None to compare publishers.
        public: whether everybody may see the package.
        stranger: the status of the answer to a publish with a token that is not known.
    """

    package: str = "@acme/logger"
    versions: tuple[str, ...] = ("1.0.0",)
    publishers: tuple[TrustedPublisher, ...] = (TrustedPublisher(),)
    tokens: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    repository: str = ""
    put: tuple[int, str] | None = None
    staged: tuple[str, ...] = ()
    exchange: tuple[int, str] | None = None
    public: bool = True
    stranger: int = 404


@dataclass
class StandIn:
    """A server that is running.

    Attributes:
        url: the registry, ending in a slash.
        registry: what it holds.
        run: the run that asks for an identity.
        requests: every request that came, as `METHOD path status`.
    """

    url: str
    registry: Registry
    run: Run
    requests: list[str] = field(default_factory=list)
    issued: dict[str, TrustedPublisher] = field(default_factory=dict)

    @property
    def identity(self) -> Mapping[str, str]:
        """What GitHub sets in a job with `id-token: write`."""
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}id-token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
        }

    def exchange(self, package: str, claims: Mapping[str, str]) -> tuple[int, dict[str, str]]:
        """Trade an id-token for a publish token, where a publisher matches."""
        if self.registry.exchange is not None:
            return self.registry.exchange[0], {"message": self.registry.exchange[1]}
        if not claims.get("aud", "").startswith("npm:"):
            return 401, {"message": "OIDC token exchange error - unauthorized"}
        exists = bool(self.registry.versions) and package == self.registry.package
        for publisher in self.registry.publishers if exists else ():
            if self.matches(publisher, claims):
                token = f"npm_oidc{len(self.issued)}"
                self.issued[token] = publisher
                return 201, {"token": token}
        return 404, {"message": "OIDC token exchange error - package not found"}

    @staticmethod
    def matches(publisher: TrustedPublisher, claims: Mapping[str, str]) -> bool:
        """Whether a run is the one that a publisher names."""
        path = claims.get("workflow_ref", "").partition("@")[0]
        return (
            publisher.repository == claims.get("repository")
            and publisher.workflow == path.rpartition("/")[2]
            and publisher.environment == claims.get("environment", "")
            and claims.get("runner_environment") == "github-hosted"
            and claims.get("event_name") not in REFUSED_EVENTS
        )

    def allowed(self, token: str, action: str) -> tuple[int, str] | None:
        """Why a token may not do something; None where it may."""
        if token in self.registry.tokens:
            return None
        if token not in self.issued:
            return self.registry.stranger, "Not found"
        if action not in self.issued[token].actions:
            return 403, "OIDC permission denied for this action"
        return None

    def publish(self, token: str, manifest: Mapping[str, Any], action: str) -> tuple[int, str]:
        """The answer to a publish."""
        refusal = self.allowed(token, action)
        if refusal is not None:
            return refusal
        if self.registry.put is not None:
            return self.registry.put
        version = str(manifest.get("version", ""))
        if version in self.registry.versions:
            return 403, (f"You cannot publish over the previously published versions: {version}.")
        if version in self.registry.staged:
            return 409, f"Cannot publish over previously staged version: {version}"
        wanted = self.registry.repository
        repository = manifest.get("repository", "")
        found = repository.get("url", "") if isinstance(repository, dict) else repository
        bare = found.removeprefix("git+").removesuffix(".git")
        if wanted and bare != wanted:
            return 422, (
                "Error verifying sigstore provenance bundle: Failed to validate repository "
                f'information: package.json: "repository.url" is "{found}", expected to match '
                f'"{wanted}" from provenance'
            )
        return 200, ""


class _Handler(BaseHTTPRequestHandler):
    standin: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal: `requests` has it."""

    def _answer(self, status: int, data: object, **headers: str) -> None:
        body = json.dumps(data).encode()
        self.standin.requests.append(f"{self.command} {self.path} {status}")
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    @property
    def _token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def do_GET(self) -> None:
        """The id-token, the packument, `whoami`, the visibility."""
        url = urlsplit(self.path)
        registry = self.standin.registry
        if url.path == "/id-token":
            audience = parse_qs(url.query).get("audience", [""])[0]
            self._answer(200, {"value": unsigned(self.standin.run.claims(audience))})
        elif url.path == "/-/whoami":
            self._unauthorized()
        elif url.path.endswith("/visibility"):
            self._answer(200, {"public": registry.public})
        elif url.path.endswith("/dist-tags"):
            self._answer(200, packument(registry)["dist-tags"])
        elif unquote(url.path)[1:] == registry.package and registry.versions:
            self._answer(200, packument(registry))
        else:
            self._answer(404, {"error": "Not found"})

    def do_POST(self) -> None:
        """The exchange, a staged publish, a trusted publisher."""
        body = self._body()
        path = unquote(self.path)
        if path.startswith(EXCHANGE):
            status, data = self.standin.exchange(path[len(EXCHANGE) :], claims_of(self._token))
            self._answer(status, data)
        elif path.startswith("/-/stage/package/"):
            self._put(body, "stage")
        elif path.endswith("/trust"):
            self._answer(404, {"error": "Not found"})
        else:
            self._answer(404, {"error": "Not found"})

    def do_PUT(self) -> None:
        """A publish, or a dist-tag."""
        body = self._body()
        if "/dist-tags/" in self.path:
            self._unauthorized()
        else:
            self._put(body, "publish")

    def _put(self, body: bytes, action: str) -> None:
        versions: dict[str, Any] = json.loads(body).get("versions", {})
        manifest: Mapping[str, Any] = next(iter(versions.values()), {})
        status, message = self.standin.publish(self._token, manifest, action)
        notice = {"npm_notice": EXPIRED} if self._token in self.standin.registry.revoked else {}
        if status == 401 and self.standin.registry.put is not None:
            notice["www_authenticate"] = "OTP"
        done = {"success": True, "stageId": "0d2c8a4e"}
        self._answer(status, {"error": message} if message else done, **notice)

    def _unauthorized(self) -> None:
        self._answer(401, {"error": "Unauthorized"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no error here."""


def packument(registry: Registry) -> dict[str, object]:
    """The package as the registry shows it."""
    return {
        "name": registry.package,
        "dist-tags": {"latest": registry.versions[-1]},
        "versions": {
            version: {"name": registry.package, "version": version, "dist": {}}
            for version in registry.versions
        },
    }


def unsigned(claims: Mapping[str, str]) -> str:
    """A JSON web token in form only: nothing here checks a signature."""
    parts = ({"alg": "none"}, claims)
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    ]
    return ".".join([*encoded, "signature"])


def claims_of(token: str) -> Mapping[str, str]:
    """The claims of such a token; none for another text."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    claims: Mapping[str, str] = json.loads(payload)
    return claims


@contextmanager
def running(registry: Registry | None = None, run: Run | None = None) -> Iterator[StandIn]:
    """A stand-in on a free port, for as long as the block lasts."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    url = f"http://127.0.0.1:{server.server_port}/"
    standin = StandIn(url, registry or Registry(), run or Run())
    handler.standin = standin  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
