"""The allow-list of the Codex enterprise usage report: every field that is read, with its limits.

What is not named here is not decoded. null and absent both mean that the vendor does not say (rules C1, R-CU-4).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

LIMIT = 10**12
Count = Annotated[int, Meta(ge=0, le=LIMIT)]
Seconds = Annotated[int, Meta(ge=0, le=10**11)]
Name = Annotated[str, Meta(max_length=255)]


class Actor(Struct, gc=False, kw_only=True):
    email: Name | None = None


class StrictActor(Actor, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Totals(Struct, gc=False, kw_only=True):
    threads: Count | None = None
    turns: Count | None = None
    credits: Decimal | None = None
    uncached_text_input_tokens: Count | None = None
    cached_text_input_tokens: Count | None = None
    text_output_tokens: Count | None = None
    text_total_tokens: Count | None = None
    """Known and not taken: it is the sum of the three before it."""


class StrictTotals(Totals, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Client(Struct, gc=False, kw_only=True):
    """One client of the row; its counts are in the totals already (rule R-CU-2), so none of them is read."""

    client_id: Name | None = None


class Lines(Struct, gc=False, kw_only=True):
    added: Count | None = None
    removed: Count | None = None
    committed: Count | None = None


class StrictLines(Lines, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Commits(Struct, gc=False, kw_only=True):
    with_codex_contribution: Count | None = None


class StrictCommits(Commits, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Attribution(Struct, gc=False, kw_only=True):
    lines_of_code: Lines | None = None
    commits: Commits | None = None


class StrictAttribution(Attribution, gc=False, kw_only=True, forbid_unknown_fields=True):
    lines_of_code: StrictLines | None = None
    commits: StrictCommits | None = None


class Bucket(Struct, gc=False, kw_only=True):
    """One entry of `data`: a user from `start_time` until before `end_time`, in seconds since 1970."""

    start_time: Seconds
    end_time: Seconds
    user_id: Name | None = None
    actor: Actor | None = None
    totals: Totals | None = None
    clients: tuple[Client, ...] | None = None
    code_attribution: Attribution | None = None


class StrictBucket(Bucket, gc=False, kw_only=True, forbid_unknown_fields=True):
    actor: StrictActor | None = None
    totals: StrictTotals | None = None
    code_attribution: StrictAttribution | None = None
