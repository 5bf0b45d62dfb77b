"""Explain a failed release: from a log, an error code or a rule to the cause and the fix."""

from __future__ import annotations

from tp_init.explain.answer import explain_log, explain_name, explain_sentence, names
from tp_init.explain.beside import setup_of
from tp_init.explain.model import Explanation

__all__ = ["Explanation", "explain_log", "explain_name", "explain_sentence", "names", "setup_of"]
