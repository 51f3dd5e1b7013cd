"""Group figures in a person's row: shown where the group may be shown, to assurance always (GOVERNANCE.md section 5)."""

from __future__ import annotations

from importlib import resources

import duckdb
import pytest

from uptake.policy import QUESTIONS, Policy, Viewer, decide, guarded
from uptake.policy.guards import GUARDS

K = 10
ROW = {
    "quarter": "2026Q3",
    "lob": "Cards",
    "lob_people": 40,
    "lob_zero_share": 250_000,
    "lob_median_micro": 20_000_000,
    "lob_active_median_micro": 30_000_000,
    "ratio": 1_500_000,
    "robust_z": 700,
    "percentile": 800_000,
    "lob_rank": 4,
    "comparison": "median",
    "score_micro": 30_000_000,
}
EVERYTHING = set(GUARDS["quarter_scores"])
MEDIANS = {"lob_median_micro", "lob_active_median_micro", "ratio", "robust_z"}
LINE, COMPANY = 310_000, 280_000
"""The shares at zero that `lob_compare` tells of the line and of the company."""


def answer(told: int | None = LINE, **changed: object) -> dict[str, object]:
    """The guarded columns of a row, beside a released table of lines."""
    row = {**ROW, **changed}
    connection = duckdb.connect()
    connection.execute("create schema s")
    connection.execute(
        "create table s.person_restatements (quarter varchar, person_id varchar, restated date, was_micro bigint, was_segment varchar)"
    )
    connection.execute("create table s.lob_compare (quarter varchar, lob varchar, zero_share bigint)")
    others = [("2026Q2", "Cards", 1), ("2026Q3", "Risk", 2), ("2026Q3", "(company)", COMPANY)]
    connection.executemany("insert into s.lob_compare values (?, ?, ?)", [*others, ("2026Q3", "Cards", told)])
    columns = ", ".join(guarded("quarter_scores", name, K) for name in GUARDS["quarter_scores"])
    given = ", ".join(
        f"${name}::{'varchar' if isinstance(value, str) else 'bigint'} as {name}" for name, value in row.items()
    )
    connection.execute(f"create table s.person_quarter_scores as select 'E-1' as person_id, {given}", row)
    body = (resources.files("uptake.reads") / "quarter_scores.sql").read_text()
    found = connection.execute(f"select {columns} from ({body}) as q")
    return dict(zip([part[0] for part in found.description], found.fetchone(), strict=True))


def shown(**changed: object) -> set[str]:
    return {name for name, value in answer(**changed).items() if value is not None}


@pytest.mark.parametrize(
    ("changed", "hidden"),
    [
        ({}, set()),
        ({"lob_people": 20, "lob_zero_share": 0}, set()),
        ({"lob_people": 19, "lob_zero_share": 0}, MEDIANS),
        ({"lob_people": 11, "lob_zero_share": 363_636}, MEDIANS),
        ({"lob_people": 10, "lob_zero_share": 400_000}, EVERYTHING),
        ({"lob_people": 40, "lob_zero_share": 525_000}, {"lob_active_median_micro", "robust_z"}),
        (
            {"lob_people": 40, "lob_zero_share": 525_000, "comparison": "active_median"},
            {"lob_active_median_micro", "robust_z", "ratio"},
        ),
        ({"told": None}, {"lob_zero_share"}),
        ({"score_micro": 0}, {"lob_rank"}),
        ({"told": None, "score_micro": 0}, {"lob_zero_share", "percentile", "lob_rank"}),
        ({"score_micro": 0, "percentile": None, "lob_rank": None}, {"percentile", "lob_rank"}),
        ({"lob_people": 40, "lob_zero_share": 950_000}, {"lob_active_median_micro", "robust_z"}),
    ],
)
def test_a_figure_of_a_group_is_shown_only_where_the_group_may_be(changed, hidden):
    assert EVERYTHING - shown(**changed) == hidden


@pytest.mark.parametrize("score", [0, 30_000_000])
def test_the_share_at_zero_and_what_follows_from_it_is_that_of_the_released_lines(score):
    """Whatever the exact share is, and whether three people are at zero or all but two, the answer is one and the same."""
    of_zeros = ("lob_zero_share", "percentile", "lob_rank")
    place = {"percentile": 800_000, "lob_rank": 4} if score else {}
    exact = [
        {"lob_zero_share": share, **(place or {"percentile": share // 2, "lob_rank": 41 - share // 25_000})}
        for share in (0, 25_000, 75_000, 250_000, 950_000, 1_000_000)
    ]
    told = {tuple(answer(score_micro=score, **one)[name] for name in of_zeros) for one in exact}
    assert told == {(LINE, 800_000, 4) if score else (LINE, LINE // 2, None)}


def test_a_person_compared_with_the_company_is_told_the_share_of_the_company():
    found = answer(comparison="rolled_up", score_micro=0)
    assert (found["lob_zero_share"], found["percentile"]) == (COMPANY, COMPANY // 2)


def test_only_assurance_reads_past_the_guards():
    policy = Policy(profile="managed", noticed_entities=frozenset({"E"}))
    asked = {
        "self": Viewer(role="self", purpose="self", person_id="1"),
        "manager": Viewer(role="manager", purpose="support", person_id="1"),
        "compliance": Viewer(role="compliance", purpose="assurance", case_id="C"),
    }
    assert {name: decide("quarter_scores", viewer, policy).guarded for name, viewer in asked.items()} == {
        "self": True,
        "manager": True,
        "compliance": False,
    }


def test_every_guard_names_a_column_of_its_question():
    for question, columns in GUARDS.items():
        assert set(columns) <= set(QUESTIONS[question].names)
