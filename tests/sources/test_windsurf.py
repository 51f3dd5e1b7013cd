"""Windsurf analytics (SOURCES.md section 11, rules R-WS-1 and R-WS-2)."""

import datetime as dt
import io
import json
import pathlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.drive import home_with_roles, run

from uptake.model import Usage
from uptake.model.outcome import Ignored, InputFile, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.windsurf.shapes import Item

SOURCE = SOURCES["windsurf"]
SAMPLES = pathlib.Path(__file__).resolve().parents[2].parent / "shared/samples/windsurf/faros/test/resources"
FETCHED = dt.datetime(2026, 5, 6, 3)
KIM = {"email": "Kim@Example.org", "date": "2026-05-04"}
RUN = {"email": "kim@example.org", "day": "2026-05-04"}


def read(data, account="kim@example.org"):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), account, FETCHED)))


def row(*records):
    outcomes = read({"queryResults": [{"responseItems": [{"item": one} for one in records]}]})
    (usage,) = (row for one in outcomes for row in one.rows)
    assert len({one.key for one in outcomes}) == len(outcomes) == len(records)
    return usage


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("autocomplete_analytics", [("2024-01-15", "vscode", "autocomplete", None, 45, 280, None)]),
        ("chat_analytics", [("2024-01-15", "vscode", "chat", 25, None, None, 25)]),
        (
            "cascade_runs_analytics",
            [("2024-01-15", "unknown", "cascade", 5, None, None, None), ("2024-01-16", "unknown", "cascade", 8, None, None, None)],
        ),
        (
            "cascade_lines_analytics",
            [
                ("2024-01-15", "unknown", "cascade_lines", None, None, None, None),
                ("2024-01-16", "unknown", "cascade_lines", None, None, None, None),
            ],
        ),
    ],
)  # fmt: skip
def test_the_samples(name, wanted):
    file = SAMPLES / name / f"{name}.json"
    if not file.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    rows = [row for one in read(file.read_bytes()) for row in one.rows]
    assert wanted == [
        (str(one.day), one.surface, one.feature, one.prompts, one.accept_user, one.lines_added, one.generations)
        for one in rows
    ]
    assert {one.account for one in rows} == {"kim@example.org"}


@pytest.mark.parametrize("name", ["pcw_analytics", "user_page_analytics"])
def test_r_ws_2_answers_without_use_are_ignored_also_with_absent_fields(name):
    file = SAMPLES / name / f"{name}.json"
    if not file.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    outcomes = read(file.read_bytes())
    assert outcomes
    assert all(isinstance(one, Ignored) for one in outcomes)


def test_r_ws_1_the_email_of_the_row_else_of_the_query_and_never_the_key():
    counts = {"date": "2026-05-04", "sum_num_acceptances": "3", "api_key": "CANARY-key"}
    (own,) = read([counts | {"email": " Lee@Example.org"}])
    (asked,) = read([counts])
    (nobody,) = read([counts], account="org-1")
    assert (own.account, asked.account) == ("lee@example.org", "kim@example.org")
    assert (nobody.field, nobody.reason, nobody.day) == ("email", "required field missing", dt.date(2026, 5, 4))
    assert "CANARY" not in repr([own, asked, nobody])


def test_rows_by_language_are_folded_and_absent_is_null():
    found = row(
        KIM | {"sum_num_acceptances": "45", "sum_num_lines_accepted": "280", "language": "CANARY", "ide": "VSCode"},
        KIM | {"sum_num_acceptances": 5, "language": "b", "ide": "vscode"},
    )
    assert found == Usage(
        tool="windsurf", account="kim@example.org", email="kim@example.org", day=dt.date(2026, 5, 4), surface="vscode",
        feature="autocomplete", feature_class="passive", accept_user=50, lines_added=280,
    )  # fmt: skip
    assert row(KIM | {"sum_num_acceptances": "0"}).accept_user == 0


def test_cascade_runs_are_distinct_and_credits_are_hundredths():
    runs = [
        RUN | {"messagesSent": "5", "cascadeId": "CANARY-1", "promptsUsed": "3"},
        RUN | {"messagesSent": "2", "cascadeId": "CANARY-1", "promptsUsed": "150"},
        RUN | {"messagesSent": "1", "cascadeId": "CANARY-2"},
    ]
    outcomes = read({"queryResults": [{"cascadeRuns": {"cascadeRuns": runs}}]})
    (found,) = (row for one in outcomes for row in one.rows)
    assert (found.prompts, found.sessions, found.credits, found.feature_class) == (8, 2, Decimal("1.53"), "proactive")
    assert len(outcomes) == len(runs)
    assert "CANARY" not in repr(outcomes)


def test_lines_of_cascade_are_lines_of_an_agent():
    lines = {"cascadeLines": {"cascadeLines": [RUN | {"linesSuggested": "150", "linesAccepted": "80"}]}}
    (outcome,) = read({"queryResults": [lines]})
    (found,) = outcome.rows
    assert (found.feature_class, found.lines_suggested, found.lines_agent_added) == ("autonomous", 150, 80)
    assert found.lines_added is None


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"sum_num_acceptances": "some"}, ("sum_num_acceptances", "invalid count")),
        ({"sum_num_acceptances": "-1"}, ("sum_num_acceptances", "invalid count")),
        ({"sum_num_acceptances": "1.5"}, ("sum_num_acceptances", "invalid count")),
        ({"sum_num_acceptances": -1}, ("sum_num_acceptances", "value out of range")),
        ({"date": "soon"}, ("date", "invalid date")),
        ({"date": None}, ("date", "required field missing")),
        ({"date": "2031-01-01"}, ("date", "day out of range")),
        ({"email": "no mail"}, ("email", "not an e-mail")),
        ({"sum_num_acceptances": None}, ("", "no count of a known kind")),
    ],
)
def test_a_damaged_row_names_its_field(changes, wanted):
    (outcome,) = read([KIM | {"sum_num_acceptances": "3"} | changes])
    assert isinstance(outcome, Rejected)
    assert (outcome.field, outcome.reason) == wanted


VALUE = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({})


@given(st.lists(st.dictionaries(st.sampled_from(Item.__struct_fields__), VALUE, max_size=4), max_size=6))
def test_every_row_has_one_outcome_and_names_only_known_fields(changes):
    outcomes = read([KIM | {"messagesSent": "2"} | change for change in changes])
    assert len(outcomes) == len(changes)
    for one in outcomes:
        assert isinstance(one, Taken) or one.field in {"", *Item.__struct_fields__}


def test_conservation_and_a_second_load_change_nothing(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    rows = [KIM | {"sum_num_acceptances": "3"}] * 2 + [KIM | {"sum_num_acceptances": "x"}, {"activeDays": 3}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    told = [json.loads(run(home, "ingest", "windsurf", tmp_path / "a.json", "--json").out) for _ in range(2)]
    assert [
        (one["records_in"], one["loaded"], one["duplicate"], one["ignored"], one["quarantined"]) for one in told
    ] == [
        (4, 2, 0, 1, 1),
        (4, 0, 2, 1, 1),
    ]
