"""The rows of an answer are made once a page, and each card keeps its own of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from uptake.reads import Answer, Filters
from uptake.web.compose import every_shown, kept
from uptake.web.pages.shape import Card, Look

LOOK = cast(Look, SimpleNamespace(address=SimpleNamespace(after=None)))


def card(name: str, quarter: str, keep: Any) -> Card:
    return Card(name, name, "quarter_scores", lambda _look: Filters(quarter=quarter), keep=keep)


@pytest.fixture
def asked(monkeypatch):
    """(ask, answers whose rows were made): two answers of one question, by quarter."""
    made: list[str] = []
    real = Answer.rows

    def rows(answer: Answer) -> list[dict[str, Any]]:
        made.append(str(answer.table.column(0)[0]))
        return real(answer)

    monkeypatch.setattr(Answer, "rows", rows)
    found = {
        quarter: Answer(("quarter", "score"), pa.table({"quarter": [quarter] * 3, "score": scores}), cast(Any, None))
        for quarter, scores in (("2026Q2", [1, 2, 3]), ("2026Q3", [4, 5, 6]))
    }
    return lambda _question, filters: found[filters.quarter], made


CARDS = [
    card("high", "2026Q3", lambda _look, rows: [row for row in rows if row["score"] > 4]),
    card("falling", "2026Q3", lambda _look, rows: sorted(rows, key=lambda row: -row["score"])),
    card("before", "2026Q2", lambda _look, rows: [row for row in rows if row["score"] > 1]),
    replace(card("whole", "2026Q3", None), keep=lambda _look, rows: rows),
]
SCORES = {"high": [5, 6], "falling": [6, 5, 4], "before": [2, 3], "whole": [4, 5, 6]}


def test_each_card_keeps_its_own_rows_of_answers_that_are_read_once(asked):
    ask, made = asked
    shown = every_shown(CARDS, LOOK, ask, b"secret")
    assert {one.card.name: [row["score"] for row in one.rows] for one in shown} == SCORES
    assert {one.card.name: one.answer.table.column("score").to_pylist() for one in shown} == SCORES
    assert sorted(made) == ["2026Q2", "2026Q3"]


def test_a_file_holds_what_the_card_shows(asked):
    ask, _ = asked
    found = {one.name: kept(one, LOOK, ask).table.column("score").to_pylist() for one in CARDS}
    assert found == SCORES
