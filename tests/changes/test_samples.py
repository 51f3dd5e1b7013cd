"""The published examples of GitHub: every payload has one outcome, and the counts are those that were counted by hand."""

from __future__ import annotations

import collections
import datetime as dt
import itertools
import json
import pathlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.changes.cases import CASES
from tests.changes.payloads import Pull, user
from uptake.model.outcome import InputFile
from uptake.sources import SOURCES
from uptake.sources.github.parse import payload

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "samples" / "github-vcs"
FETCHED = dt.datetime(2026, 11, 20)
KNOWN = {
    "pull_request": {"code_changes": 29},
    "pull_request_review": {"code_reviews": 4, "code_changes": 4},
    "pull_request_review_comment": {"code_changes": 5},
    "push": {"change_commits": 2, "Ignored": 5},
    "commit_comment": {"Ignored": 5},
    "member": {"Ignored": 4},
    "membership": {"Ignored": 5},
    "organization": {"Ignored": 5},
    "team": {"Ignored": 6},
}
"""Webhook examples: rows by table, counted in the files; of 7 pushes 2 have a commit, one each."""


def outcomes(file):
    with file.open("rb") as stream:
        return list(SOURCES["github-prs"].parse(InputFile(file.name, stream, "", FETCHED)))


def counts(found):
    tables = {
        "CodeChange": "code_changes",
        "CodeReview": "code_reviews",
        "ChangeCommit": "change_commits",
        "ChangeMark": "change_marks",
    }
    told = [tables[type(row).__name__] for one in found for row in getattr(one, "rows", ())]
    return dict(collections.Counter([*told, *(type(one).__name__ for one in found if not hasattr(one, "rows"))]))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not beside the repository")
@pytest.mark.parametrize("name", KNOWN)
def test_webhook_examples(name):
    file = SAMPLES / "webhooks" / f"{name}.examples.json"
    found = outcomes(file)
    assert len(found) == len(json.loads(file.read_text(encoding="utf-8")))
    assert counts(found) == KNOWN[name]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not beside the repository")
def test_examples_of_the_interface():
    found = {file.name: outcomes(file) for file in sorted((SAMPLES / "openapi" / "examples").glob("*.json"))}
    assert len(found) == 19
    assert all(len(one) == 1 for one in found.values())
    whole = counts(list(itertools.chain.from_iterable(found.values())))
    assert whole == {"code_changes": 4, "code_reviews": 5, "change_commits": 1, "Ignored": 9}
    (row,) = found["pull-request.json"][0].rows
    assert (row.change, row.lines_added, row.lines_deleted, row.files, row.commits) == (
        "octocat/hello-world#1347",
        100,
        3,
        5,
        3,
    )
    assert (row.account, row.bot, row.state, row.merge_sha) == (
        "octocat",
        False,
        "merged",
        "e5bd3914e2e596debea16f433f57875b5b90bcd6",
    )


CONTENT = "Canary-9f2c of the till"


def texts(value, path=()):
    """Where a payload holds a text that could be content: everything but times, hashes, states, logins and addresses."""
    kept = {
        "login",
        "type",
        "state",
        "sha",
        "id",
        "full_name",
        "action",
        "status",
        "conclusion",
        "after",
        "timestamp",
        "distinct",
        "email",
    }
    if isinstance(value, dict):
        for name, part in value.items():
            if not (name in kept or name.endswith(("_at", "_sha", "_id", "_url", "url", "date"))):
                yield from texts(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from texts(part, (*path, number))
    elif isinstance(value, str):
        yield path


def planted(value, path):
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = CONTENT
    return copy


def test_no_text_of_a_payload_stays_anywhere_in_what_is_made_of_it():
    seen = 0
    pull = Pull(7, body="x", title="y")
    all_payloads = [
        pull.answer(),
        pull.event("closed"),
        pull.review("ben", "APPROVED"),
        pull.check("success"),
        pull.push("head", ("head", "x")),
    ]
    for whole in all_payloads:
        for path in texts(whole):
            outcome = payload(json.dumps(planted(whole, path)).encode(), 1, InputFile("x", None, "", FETCHED))
            assert "Canary" not in repr(outcome)
            assert "canary" not in repr(outcome)
            seen += 1
    assert seen >= 13


PAYLOADS = [one for case in CASES[:20] for one in case.values[1]]


def rows_of(payloads):
    """Key -> rows, as the loader keeps them: of one key the last rank and revision."""
    kept = {}
    for number, one in enumerate(payloads):
        outcome = payload(json.dumps(one).encode(), number, InputFile("x", None, "", FETCHED))
        kept[outcome.key] = max([kept.get(outcome.key, ("", "")), (outcome.rank, repr(outcome.rows))])
    return kept


@given(st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_order_and_repeats_of_deliveries_change_nothing(rng, times):
    again = PAYLOADS * times
    rng.shuffle(again)
    assert rows_of(again) == rows_of(PAYLOADS)


@given(st.integers(0, len(PAYLOADS) - 1), st.sampled_from(["object", "text"]))
@settings(max_examples=15, deadline=None)
def test_a_delivery_with_its_headers_says_what_its_body_says(number, form):
    body = PAYLOADS[number]
    wrapped = {"headers": {"X-GitHub-Delivery": str(number)}, "body": body if form == "object" else json.dumps(body)}
    assert rows_of([wrapped]) == rows_of([body])


def test_the_shuffle_of_the_test_above_finds_a_key_without_its_version():
    """Proof that it can fail: two versions under one key and rank would depend on which came last."""
    rng = random.Random(3)
    pull = Pull(900, author=user("x")["login"])
    versions = [pull.answer(updated=pull.opened + dt.timedelta(minutes=number)) for number in range(5)]
    rng.shuffle(versions)
    assert len(rows_of(versions)) == 5
