"""A delivery between its receipt and its load: what was made of it, and nothing of its bytes.

The receiver reads a webhook body by the rules of the reader before anything touches the disk; this is the line that it spools.
"""

from __future__ import annotations

import msgspec

from uptake.model.changes import (
    TABLES,
    BranchRule,
    ChangeCommit,
    ChangeMark,
    ChangeRequirement,
    CodeChange,
    CodeCheck,
    CodeReview,
    ReviewVerdict,
)
from uptake.model.outcome import Outcome, Rejected, Taken

SUFFIX = ".spool"


class Line(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A record that was taken (`key`, `rank` and its rows), or one that was not (`reason`, `field`)."""

    key: str = ""
    rank: str = ""
    code_reviews: list[CodeReview] = []
    code_changes: list[CodeChange] = []
    code_checks: list[CodeCheck] = []
    branch_rules: list[BranchRule] = []
    change_commits: list[ChangeCommit] = []
    change_marks: list[ChangeMark] = []
    change_requirements: list[ChangeRequirement] = []
    review_verdicts: list[ReviewVerdict] = []
    reason: str = ""
    field: str = ""


_TABLES = (
    "code_reviews",
    "code_changes",
    "code_checks",
    "branch_rules",
    "change_commits",
    "change_marks",
    "change_requirements",
    "review_verdicts",
)
_DECODER = msgspec.json.Decoder(Line)


def encoded(outcome: Taken | Rejected) -> bytes:
    """One line of the spool."""
    if isinstance(outcome, Rejected):
        return msgspec.json.encode(Line(reason=outcome.reason, field=outcome.field)) + b"\n"
    rows: dict[str, list[msgspec.Struct]] = {}
    for row in outcome.rows:
        rows.setdefault(TABLES[type(row)], []).append(row)
    return msgspec.json.encode({"key": outcome.key, "rank": outcome.rank, **rows}) + b"\n"


def decoded(raw: bytes, line: int) -> Outcome:
    """What was said of the delivery. Raises ValueError where the line is damaged."""
    told = _DECODER.decode(raw)
    if told.reason:
        return Rejected(line, told.reason, told.field)
    rows = [row for name in _TABLES for row in getattr(told, name)]
    return Taken(line, told.key, rows, rank=told.rank)
