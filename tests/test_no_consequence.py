"""The small form of check 14: over a small company nothing happens to anybody without a decision of a named person."""

from __future__ import annotations

from tests.acceptance import check_14_no_automatic_consequence as check_14


def test_nothing_happens_to_anybody_without_a_named_decision(tmp_path):
    seen = check_14.check(tmp_path, people=80)
    assert seen.held, seen.text
