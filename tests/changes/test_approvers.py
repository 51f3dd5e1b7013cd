"""Whether those approved who had to: what the host says of it, when that counts, and whose approval it was."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from uptake.model.macros import MACROS
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.tables import create_tables

MERGED = dt.datetime(2026, 5, 5, 12)
HOUR = dt.timedelta(hours=1)
SHA = "c" * 40
OWNED = {"part": "owners"}
"""A part of a rule that reaches the change."""


def verdict(part="reviews", met=True, basis="merge", at=MERGED, **more):
    where = {"sha": SHA} if basis == "merge" else {"number": 5, "repository": "g/p"}
    return (
        {"host": "gitlab", "basis": basis, "told_at": at, "part": part, "met": met, "bot": False, "rule": ""}
        | where
        | more
    )


def kept(part="owners", *accounts, met=True, approvals=1, rule="7", **more):
    """A rule of a merge request that names who approved; an account with `[bot]` is no person."""
    made = verdict(part, met, "kept", more.pop("at", MERGED + HOUR), approvals=approvals, rule=rule, **more)
    return [made, *(made | {"account": one, "bot": one.endswith("[bot]")} for one in accounts)]


def now(met=True, **more):
    return verdict(met=met, basis="now", at=more.pop("at", MERGED + HOUR), **more)


def review(account, on_head=True, at=MERGED - HOUR, state="approved", standing=True):
    in_time = at <= MERGED
    return (account, state, at, in_time, account != "ana", standing and in_time and account != "ana", on_head)


def rows_of(verdicts, reviews=(), rule=(), reach="all", rule_of="g/p", branch=None):
    """The one row of the change `g/p!5` by ana, or None."""
    with duckdb.connect(":memory:") as engine:
        create_tables(engine)
        engine.execute(MACROS)
        insert(engine, "code_changes", {
            "host": "gitlab", "repository": "g/p", "number": 5, "change": "g/p!5", "updated_at": MERGED, "opened_at": MERGED - HOUR,
            "state": "merged", "project": "42", "account": "ana", "bot": False, "merged_at": MERGED, "merge_sha": SHA, "base_id": "b1",
        })  # fmt: skip
        parts = (
            [{"part": "reach", "reach": reach, "branch_id": branch}, *({"reach": ""} | one for one in rule)]
            if rule
            else []
        )
        for part in parts:
            insert(
                engine,
                "branch_rules",
                {"host": "gitlab", "repository": rule_of, "rule": "r", "holds_from": MERGED - HOUR} | part,
            )
        for one in verdicts:
            insert(engine, "review_verdicts", one)
        engine.execute(
            "create table change_reviews (change varchar, account varchar, state varchar, submitted_at timestamp, in_time boolean,"
            " by_other boolean, standing boolean, on_head boolean)"
        )
        for one in reviews:
            engine.execute("insert into change_reviews values ('g/p!5', ?, ?, ?, ?, ?, ?, ?)", list(one))
        for name in ("changes_now", "change_rules", "change_approvers"):
            run(engine, read_step("uptake.facts", name))
        return engine.execute("select owners, named, reviews_unmet, approvals_unmet from change_approvers").fetchone()


def insert(engine, table, values):
    given = {"source": "gitlab-mrs", "key": str(values)} | values
    marks = ", ".join("?" * len(given))
    engine.execute(f"insert into {table} ({', '.join(given)}) values ({marks})", list(given.values()))


BEN, CEM = review("ben"), review("cem")


@pytest.mark.parametrize(
    ("verdicts", "reviews", "owners"),
    [
        ([], [BEN], "unknown"),
        # of the merge itself, of the branch that it went into
        ([verdict()], [BEN], "met"),
        ([verdict(base_id="b1")], [BEN], "met"),
        ([verdict(base_id="b2")], [BEN], "unknown"),
        ([verdict(sha="d" * 40)], [BEN], "unknown"),
        ([verdict(met=False)], [BEN], "unknown"),
        # another approval was of an older commit: whose was the owner's is not known
        ([verdict()], [BEN, review("cem", on_head=False)], "unknown"),
        ([verdict()], [BEN, review("cem", on_head=None)], "unknown"),
        ([verdict()], [BEN, review("cem", on_head=False, standing=False)], "met"),
        # of the moment that it was read: after the merge, soon, and with no approval between
        ([now()], [BEN], "met"),
        ([now(at=MERGED - HOUR)], [BEN], "unknown"),
        ([now(at=MERGED + 168 * HOUR)], [BEN], "unknown"),
        ([now(at=MERGED + 2 * HOUR)], [BEN, review("cem", at=MERGED + HOUR)], "unknown"),
        ([now(at=MERGED + HOUR)], [BEN, review("cem", at=MERGED + 2 * HOUR)], "met"),
        ([now(at=MERGED + 2 * HOUR)], [BEN, review("cem", at=MERGED + HOUR, state="commented")], "met"),
        ([verdict()], [BEN, review("cem", at=MERGED + HOUR)], "met"),
        ([now(number=6)], [BEN], "unknown"),
        ([now(repository="g/q")], [BEN], "unknown"),
        ([now(host="github")], [BEN], "unknown"),
        # which one counts: that of the merge, else the first after it
        ([now(met=False), verdict()], [BEN], "met"),
        ([now(met=False), now(at=MERGED + 2 * HOUR)], [BEN], "unknown"),
        # rule by rule, by whom
        (kept("owners", "ben"), [BEN], "met"),
        (kept("owners", "ben", at=MERGED + 9000 * HOUR), [BEN], "met"),
        (kept("owners", "ben", at=MERGED - HOUR), [BEN], "unknown"),
        (kept("owners", "ben", project="42", repository=None), [BEN], "met"),
        (kept("owners", "ben", met=False, approvals=2), [BEN], "missing"),
        (kept("owners", "ana"), [review("ana"), BEN], "missing"),
        (kept("owners", "x[bot]"), [BEN], "missing"),
        (kept("owners"), [BEN], "missing"),
        (kept("owners", "ben", "cem", approvals=2), [BEN, CEM], "met"),
        (kept("owners", "ben", "ana", approvals=2), [BEN], "missing"),
        (kept("owners", "cem"), [BEN, review("cem", on_head=False)], "unknown"),
        (kept("owners", "cem"), [BEN], "unknown"),
        ([*kept("owners", "ben"), *kept("owners", "cem", met=False, rule="8")], [BEN, CEM], "missing"),
        ([*kept("owners", "ben"), *kept("owners", "cem", rule="8")], [BEN, CEM], "met"),
        (kept("owners", approvals=0, rule=""), [BEN], "met"),
    ],
)  # fmt: skip
def test_the_approval_of_an_owner_that_a_rule_requires(verdicts, reviews, owners):
    assert rows_of(verdicts, reviews, [OWNED])[0] == owners


@pytest.mark.parametrize(
    ("reach", "owners"),
    [
        ({}, "unknown"),
        ({"reach": "branch", "branch": "b1"}, "unknown"),
        ({"reach": "branch", "branch": "b2"}, None),
        ({"reach": "default"}, "unknown"),
        ({"reach": "nothing"}, None),
        ({"rule_of": "42"}, "unknown"),
        ({"rule_of": "43"}, None),
        # which branches or repositories a pattern means is not known: this may be one
        ({"reach": "pattern"}, "unknown"),
        ({"rule_of": "g/*", "rule": [{"part": "repository", "reach": "pattern"}]}, "unknown"),
        ({"rule_of": "g/*", "rule": [{"part": "repository", "reach": "name", "of_repository": "g/p"}]}, "unknown"),
        ({"rule_of": "g/*", "rule": [{"part": "repository", "reach": "name", "of_repository": "g/q"}]}, None),
        ({"reach": "pattern", "rule": [{"part": "except", "branch_id": "b1"}]}, None),
        ({"reach": "pattern", "rule": [{"part": "except", "branch_id": "b2"}]}, "unknown"),
    ],
)
def test_a_rule_that_may_reach_a_change_leaves_it_unknown(reach, owners):
    row = rows_of(
        [], [BEN], [OWNED, *reach.get("rule", [])], **{name: it for name, it in reach.items() if name != "rule"}
    )
    assert (row[0] if row else None) == owners


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], None),
        ([verdict()], (None, None, False, False)),
        ([verdict(met=False)], (None, None, True, False)),
        (kept("owners", "ben"), ("met", None, False, False)),
        (kept("named", "ben", met=False), (None, "missing", False, False)),
        (kept("named", "cem"), (None, "unknown", False, False)),
        (kept("any", "ben", "ana", approvals=2), (None, None, False, True)),
        (kept("any", "ben", "cem", approvals=2), (None, None, False, False)),
        (kept("any", "ben", approvals=1), (None, None, False, False)),
    ],
)
def test_the_host_is_believed_where_no_rule_is_known(verdicts, expected):
    assert rows_of(verdicts, [BEN]) == expected


def test_owners_and_certain_others_are_told_apart():
    both = [OWNED, {"part": "named"}]
    assert rows_of([], [BEN], both) == ("unknown", "unknown", False, False)
    assert rows_of([verdict()], [BEN], both)[:2] == ("met", "met")
    assert rows_of([*kept("owners", "ben"), *kept("named", "ben", met=False)], [BEN], both)[:2] == ("met", "missing")
