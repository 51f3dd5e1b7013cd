"""The last word of each reviewer before the merge: what stands where two words fell at one instant, or one of them names no commit."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from tests.changes.test_approvers import insert
from uptake.model.macros import MACROS
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.tables import create_tables

MERGED = dt.datetime(2026, 5, 5, 12)
HOUR = dt.timedelta(hours=1)
HEAD, OLDER = "c" * 40, "d" * 40
APPROVED, REFUSED, WITHDRAWN = "approved", "changes_requested", "withdrawn"
LISTED = "7:approvals"
"""GitLab's list of who approved: it names no commit."""


def said(state, review, commit=HEAD, at=MERGED - HOUR, account="ben"):
    return {"review": review, "state": state, "account": account, "commit_sha": commit, "submitted_at": at}


def standing(*reviews):
    """Review and commit of what stands of a change by ana, and the numbers that the register takes of it: (approvals, stale, unplaced, refused)."""
    with duckdb.connect(":memory:") as engine:
        create_tables(engine)
        engine.execute(MACROS)
        insert(engine, "code_changes", {
            "host": "gitlab", "repository": "g/p", "number": 5, "change": "g/p!5", "updated_at": MERGED, "opened_at": MERGED - 9 * HOUR,
            "state": "merged", "account": "ana", "bot": False, "merged_at": MERGED, "merge_sha": HEAD, "head_sha": HEAD,
        })  # fmt: skip
        for one in reviews:
            insert(engine, "code_reviews", {"host": "gitlab", "number": 5, "change": "g/p!5", "bot": False} | one)
        engine.execute("create table change_shas (change varchar, sha varchar)")
        engine.execute("create table commit_facts (sha varchar, person_id varchar)")
        engine.execute(
            "create table code_people (tool varchar, account varchar, person_id varchar, first_day date, last_day date, shared boolean)"
        )
        engine.execute("create table change_checks (change varchar, first_passed boolean, merged_with varchar)")
        for name in ("changes_now", "change_reviews", "change_evidence"):
            run(engine, read_step("uptake.facts", name))
        counts = engine.execute("select approvals, stale, unplaced, refused from change_evidence").fetchone()
        kept = engine.execute("select review from change_reviews where standing order by review").fetchall()
        return [review for (review,) in kept], counts


STANDING, NOT_PLACED, STALE, NOTHING_STANDS = (1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("reviews", "kept", "counts"),
    [
        # one instant: the refusal is the last word, whatever the numbers are as texts
        ([said(APPROVED, "9"), said(REFUSED, "10")], [], NOTHING_STANDS),
        ([said(APPROVED, "10"), said(REFUSED, "9")], [], NOTHING_STANDS),
        ([said(APPROVED, "10"), said(WITHDRAWN, "9")], [], (0, 0, 0, 0)),
        ([said(APPROVED, "9"), said(REFUSED, "10", at=MERGED - 2 * HOUR)], ["9"], STANDING),
        ([said(APPROVED, "9", at=MERGED - 2 * HOUR), said(REFUSED, "10")], [], NOTHING_STANDS),
        # somebody else's word takes nothing back, and two people who approve at one instant are two
        ([said(APPROVED, "9"), said(REFUSED, "10", account="cem")], ["9"], (1, 0, 0, 1)),
        ([said(APPROVED, "9"), said(APPROVED, "10", account="cem")], ["10", "9"], (2, 0, 0, 0)),
        # one person, two approvals at one instant: one, of the commit that was merged
        ([said(APPROVED, "9"), said(APPROVED, "10", OLDER)], ["9"], STANDING),
        ([said(APPROVED, "9", OLDER), said(APPROVED, "10")], ["10"], STANDING),
        # the list of who approved repeats an event that named the commit, at its instant or a moment after
        ([said(APPROVED, "7:x"), said(APPROVED, LISTED, None)], ["7:x"], STANDING),
        ([said(APPROVED, "7:x"), said(APPROVED, LISTED, None, MERGED)], ["7:x"], STANDING),
        ([said(APPROVED, "7:x", OLDER), said(APPROVED, LISTED, None)], ["7:x"], STALE),
        # and says nothing of the commit where the event was taken back, or is not known
        ([said(APPROVED, LISTED, None)], [LISTED], NOT_PLACED),
        (
            [said(APPROVED, "7:x", at=MERGED - 3 * HOUR), said(WITHDRAWN, "7:y", at=MERGED - 2 * HOUR), said(APPROVED, LISTED, None)],
            [LISTED], NOT_PLACED,
        ),
        ([said(APPROVED, LISTED, None, MERGED - 2 * HOUR), said(WITHDRAWN, "7:y")], [], (0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_what_stands_of_two_words_of_one_person(reviews, kept, counts):
    assert standing(*reviews) == (kept, counts)
    assert standing(*reversed(reviews)) == (kept, counts)
