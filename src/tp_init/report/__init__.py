"""What a person, a program and `git apply` read of a run: an outcome goes in, text comes out."""

from __future__ import annotations

from tp_init.report.machine import document, json, refused
from tp_init.report.patch import diff, line_counts, withheld
from tp_init.report.prose import Verbosity, summary_line, text

__all__ = [
    "Verbosity",
    "diff",
    "document",
    "json",
    "line_counts",
    "refused",
    "summary_line",
    "text",
    "withheld",
]
