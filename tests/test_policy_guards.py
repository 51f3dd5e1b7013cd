"""Group figures in a person's row: shown where the group may be shown, to assurance always (GOVERNANCE.md section 5)."""

from __future__ import annotations

import duckdb
import pytest

from uptake.policy import QUESTIONS, Policy, Viewer, decide, guarded
from uptake.policy.guards import GUARDS

K = 10
ROW = {
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


def shown(**changed: object) -> set[str]:
    row = {**ROW, **changed}
    columns = ", ".join(guarded("quarter_scores", name, K) for name in GUARDS["quarter_scores"])
    given = ", ".join(
        f"${name}::{'varchar' if isinstance(value, str) else 'bigint'} as {name}" for name, value in row.items()
    )
    answer = duckdb.connect().execute(f"select {columns} from (select {given}) as q", row)
    return {part[0] for part, value in zip(answer.description, answer.fetchone(), strict=True) if value is not None}


@pytest.mark.parametrize(
    ("changed", "hidden"),
    [
        ({}, set()),
        ({"lob_people": 20, "lob_zero_share": 0}, {"lob_zero_share"}),
        ({"lob_people": 19, "lob_zero_share": 0}, MEDIANS | {"lob_zero_share"}),
        ({"lob_people": 11, "lob_zero_share": 363_636}, MEDIANS),
        ({"lob_people": 10, "lob_zero_share": 400_000}, EVERYTHING),
        ({"lob_people": 40, "lob_zero_share": 525_000}, {"lob_active_median_micro", "robust_z"}),
        (
            {"lob_people": 40, "lob_zero_share": 525_000, "comparison": "active_median"},
            {"lob_active_median_micro", "robust_z", "ratio"},
        ),
        ({"lob_people": 40, "lob_zero_share": 50_000}, {"lob_zero_share"}),
        ({"lob_people": 40, "lob_zero_share": 75_000}, set()),
        ({"lob_people": 40, "lob_zero_share": 50_000, "score_micro": 0}, {"lob_zero_share", "percentile", "lob_rank"}),
        ({"lob_people": 40, "lob_zero_share": 950_000}, {"lob_zero_share", "lob_active_median_micro", "robust_z"}),
    ],
)
def test_a_figure_of_a_group_is_shown_only_where_the_group_may_be(changed, hidden):
    assert EVERYTHING - shown(**changed) == hidden


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
