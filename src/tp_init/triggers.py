"""What npm makes of the events that start a workflow."""

__all__ = ["REFUSED", "RISKY"]

REFUSED = frozenset({"issue_comment", "discussion", "discussion_comment"})
"""npm answers the id-token of such a run with "package not found"
(https://github.com/orgs/community/discussions/208514, since September 2026)."""

RISKY = frozenset({"pull_request_target", "workflow_run"})
"""npm does not refuse them (repositories do publish so), but they bring code that others control
next to the identity that publishes."""
