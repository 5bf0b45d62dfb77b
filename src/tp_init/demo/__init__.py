"""A token-based sample repository that ships with the package, so that anyone sees the main job."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

__all__ = ["sample_repository"]

REMOTE = "https://github.com/acme/Logger.git"


def sample_repository() -> Path:
    """Copy the sample into a new temporary folder, which the user keeps, and return that folder.

    Where git is installed the copy is a repository with one commit, as a real one would be, so that
    the run ends with how to undo it.
    """
    folder = Path(tempfile.mkdtemp(prefix="tp-init-demo-")) / "logger"
    shutil.copytree(
        Path(__file__).with_name("sample"), folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    if program := shutil.which("git"):
        _commit(program, folder)
    return folder


def _commit(program: str, folder: Path) -> None:
    # Nothing of the user's configuration: it may sign commits, or start hooks.
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (
        ("init", "--template="),
        ("remote", "add", "origin", REMOTE),
        ("add", "--all"),
        ("-c", "user.name=tp-init", "-c", "user.email=", "commit", "--message=Publish by token"),
    ):
        subprocess.run(
            [program, *arguments], cwd=folder, env=environment, capture_output=True, check=False
        )
