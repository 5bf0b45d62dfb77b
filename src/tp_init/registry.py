"""Which registry a publish goes to: npm's public one is the only one with trusted publishing."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

__all__ = ["PUBLIC_HOSTS", "Target", "host_of", "is_public", "target"]

Target: TypeAlias = Literal["public", "other", "unknown"]

PUBLIC_HOSTS = frozenset({"registry.npmjs.org", "registry.npmjs.com", "registry.yarnpkg.com"})
"""npm's public registry and its aliases: yarn's host is a CNAME of npm's."""

_HOST = re.compile(r"^(?:[a-z+]+:)?//(?:[^/@]*@)?([^/:?#]+)", re.IGNORECASE)


def host_of(url: str) -> str:
    """The host of a registry URL or of an npmrc key (`//host/:…`), lower-cased, or empty."""
    match = _HOST.match(url.strip().strip("'\""))
    return match[1].lower() if match else ""


def is_public(url: str) -> bool:
    """Whether a URL names npm's public registry."""
    return host_of(url) in PUBLIC_HOSTS


def target(url: str | None) -> Target:
    """Where a URL that may hold an expression or be missing points; missing means the default."""
    if url is None or not url.strip():
        return "public"
    host = host_of(url)
    if not host or "$" in host:
        return "unknown"
    return "public" if host in PUBLIC_HOSTS else "other"
