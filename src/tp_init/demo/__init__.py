"""A token-based sample repository that ships with the package, so that anyone sees the main job."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

__all__ = ["sample_repository"]


def sample_repository() -> Path:
    """Copy the sample into a new temporary folder, which the user keeps, and return that folder."""
    folder = Path(tempfile.mkdtemp(prefix="tp-init-demo-")) / "logger"
    shutil.copytree(Path(__file__).with_name("sample"), folder)
    return folder
