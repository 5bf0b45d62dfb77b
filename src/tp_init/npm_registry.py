"""npm's public registry, asked over the network; only with `--online`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["REGISTRY", "released"]

REGISTRY = "https://registry.npmjs.org"
_TIMEOUT = 10  # seconds
_AT_ONCE = 8


def released(versions: Iterable[tuple[str, str]]) -> Mapping[str, bool | str]:
    """Whether the registry has each version of a package, or why that is not known.

    Args:
        versions: names with versions.

    Returns:
        By package name: True, False, or the reason as the end of "… is not known: …".
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - slow, and seldom needed

    wanted = dict(versions)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(_has, wanted, wanted.values()), strict=True))


def _has(name: str, version: str) -> bool | str:
    """Ask for the manifest of one version: 200 where it is there, 404 where it is not."""
    from http.client import HTTPException  # noqa: PLC0415 - slow, and seldom needed
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - the same
    from urllib.parse import quote  # noqa: PLC0415 - the same
    from urllib.request import Request, urlopen  # noqa: PLC0415 - the same

    # The registry wants `@scope%2fname`, and a version may hold a `+`.
    url = f"{REGISTRY}/{quote(name, safe='@')}/{quote(version, safe='')}"
    request = Request(url, headers={"Accept": "application/json", "User-Agent": "tp-init"})  # noqa: S310 - always http(s)
    try:
        with urlopen(request, timeout=_TIMEOUT):  # noqa: S310 - the same
            return True
    except HTTPError as error:
        return False if error.code == 404 else f"{REGISTRY} answered {error.code}"
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return f"{REGISTRY} could not be asked ({reason})"
