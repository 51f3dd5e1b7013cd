"""What an answer says of itself wherever it goes as a file: for which purpose it was read, by which role, under which policy, and what it is not for."""

from __future__ import annotations

from uptake.policy import NOT_FOR, Policy, Viewer
from uptake.reads.query import Filters
from uptake.snapshot import Snapshot


def watermark(
    question: str, viewer: Viewer, policy: Policy, made: Snapshot, filters: Filters, *, invented: bool
) -> dict[str, str]:
    """Texts by name; a filter that was not given is not in it, and never a person."""
    given = {
        "scope": filters.scope,
        "quarter": filters.quarter,
        "from": filters.first,
        "to": filters.last,
        "tool": filters.tool,
    }
    return {
        "question": question,
        **{name: str(value) for name, value in given.items() if value is not None},
        "purpose": viewer.purpose or "none",
        "role": viewer.role,
        "as_of": made.as_of,
        "snapshot": str(made.id),
        "published_at": made.published_at,
        "score_version": made.score_version,
        "scores_digest": made.scores_digest,
        "policy_version": policy.version,
        "invented": str(invented),
        "not_for": NOT_FOR,
    }
