"""Every question of the contract: columns in order, forms, filters, refusals."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import pathlib
import re
import shutil

import pytest
from pyarrow import parquet

from tests import policies
from tests.attack.drive import COMPLIANCE, home_with_roles, run
from tests.contract import BEYOND, COLUMNS, COMPARISONS, NEED_A_CASE, SEGMENTS, STATES, TOOLS
from uptake.jobs import State, utc_now
from uptake.policy import QUESTIONS
from uptake.policy.rules import PERMITS
from uptake.settings import read_settings

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASKED = [name for name in COLUMNS if name != "leaderboard"]
EMPTY_IN_A_DEMO = {
    "alerts",
    "quadrant",
    "quality",
    "my_outcomes",
    "my_months",
    "outcome_months",
    "period_use",
    "not_observed",
    "ai_marks",
    "code_volume",
    "code_survival",
    "code_rework",
    "my_contests",
    "my_offers",
    "quarantine",
    "idle_seats",
    "unit_medians",
    "contest_cases",
    "my_notices",
    "my_changes",
    "change_register",
    "verification",
    "error_propagation",
}
"""Questions that may rightly have no row in a small demo of one quarter."""
PEER = ("--as", "{person}", "--purpose", "self")


def a_person(demo):
    """An engineer with a score, who may ask about themselves."""
    return next(row["person_id"] for row in demo.rows("quarter_scores") if row["lob_rank"] is not None)


def test_the_code_has_the_questions_of_the_contract_and_a_few_more():
    assert set(QUESTIONS) == {*COLUMNS, *BEYOND}


@pytest.mark.parametrize("question", COLUMNS)
def test_guaranteed_columns_come_first_and_in_order(question):
    names = QUESTIONS[question].names
    assert names[: len(COLUMNS[question])] == COLUMNS[question]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("question", [*ASKED, *BEYOND])
def test_an_answer_has_the_columns_of_the_question_in_order(demo, question):
    rows = demo.rows(question)
    assert rows or question in EMPTY_IN_A_DEMO
    assert all(tuple(row) == QUESTIONS[question].names for row in rows)
    head = demo.ask(question, "--format", "csv").out.splitlines()[0]
    assert tuple(head.split(",")) == QUESTIONS[question].names


def test_the_board_has_its_columns_where_policy_opens_it(demo, tmp_path):
    words = ("ask", "leaderboard", *(word.format(person=a_person(demo)) for word in PEER), "--format", "json")
    assert demo.run(*words).code == 5
    home = tmp_path / "home"
    shutil.copytree(demo.path, home)
    settings = read_settings(home)
    policies.in_force(settings, State(settings.state_file), utc_now().date(), profile="open-board")
    opened = run(home, *words)
    assert opened.code == 0
    board = next(permit.mask["leaderboard"] for permit in PERMITS if permit.role == "peer")
    granted = tuple(name for name in QUESTIONS["leaderboard"].names if name in board)
    rows = json.loads(opened.out)
    assert rows
    assert all(tuple(row) == granted for row in rows)


def test_the_reference_lists_every_question_and_column():
    text = (ROOT / "docs" / "reference" / "questions.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    listed = {name: tuple(re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE)) for name, body in sections.items()}
    assert listed == {name: question.names for name, question in QUESTIONS.items()}


# values


def test_words_are_those_of_the_contract(demo):
    quarters, days = demo.rows("quarter_scores"), demo.rows("day_scores")
    assert {row["segment"] for row in quarters} <= SEGMENTS
    assert len({row["segment"] for row in quarters}) >= 4
    assert {row["comparison"] for row in quarters} <= COMPARISONS
    assert {row["state"] for row in days} <= STATES
    assert {"active", "zero", "not_observed"} <= {row["state"] for row in days}
    assert {row["tool"] for row in days} <= TOOLS
    certain = re.compile(r"clear|borderline:({})".format("|".join(sorted(SEGMENTS))))
    assert all(certain.fullmatch(row["certainty"]) for row in quarters)
    assert all(re.fullmatch(r"20\d\dQ[1-4]", row["quarter"]) for row in quarters)
    assert {row["segment"] for row in demo.rows("segments")} <= SEGMENTS


def test_only_non_users_and_non_adopters_are_called_so(demo):
    rows = demo.rows("not_using")
    segments = {row["person_id"]: row["segment"] for row in demo.rows("quarter_scores")}
    assert rows
    assert all(row["segment"] == segments[row["person_id"]] for row in rows if row["person_id"] in segments)
    assert {"heavy", "light"}.isdisjoint(row["segment"] for row in rows)


INTEGERS = {
    "usage_days": ("prompts", "generations", "accept_user", "lines_added", "sessions", "tokens_in"),
    "day_scores": ("proactive", "passive", "score_micro"),
    "quarter_scores": (
        *("score_micro", "expected_days", "observed_days", "coverage", "engaged_share", "estimated_days"),
        *("lob_people", "lob_zero_share", "lob_median_micro", "ratio", "percentile", "robust_z", "lob_rank"),
    ),
    "funnel": ("engineers", "provisioned", "active", "accounts"),
    "segments": ("people", "share"),
    "adoption_weeks": ("people", "active", "active_share"),
    "lob_compare": ("people", "eligible", "median_micro"),
    "reconciliation": ("ours", "vendor", "difference"),
}


@pytest.mark.parametrize("question", INTEGERS)
def test_integers_stay_integers_and_null_stays_null_in_every_form(demo, tmp_path, question):
    rows = demo.rows(question)
    cells = list(csv.DictReader(io.StringIO(demo.ask(question, "--format", "csv").out)))
    file = tmp_path / "rows.parquet"
    assert demo.ask(question, "--format", "parquet", "--out", file).code == 0
    table = parquet.read_table(file)
    stored = table.to_pylist()
    assert len(rows) == len(cells) == len(stored) > 0
    assert tuple(table.column_names) == QUESTIONS[question].names
    for name in INTEGERS[question]:
        values = [row[name] for row in rows]
        assert all(value is None or type(value) is int for value in values), name
        assert [cell[name] for cell in cells] == ["" if value is None else str(value) for value in values]
        assert [row[name] for row in stored] == values
        assert any(value is not None for value in values), name
    assert any(value is None for row in rows for value in row.values()) or question == "reconciliation"


def test_a_score_of_45_points_is_45_million(demo):
    scores = [row["score_micro"] for row in demo.rows("day_scores") if row["state"] == "active"]
    assert 1_000_000 < max(scores) <= 100_000_000


@pytest.mark.parametrize("question", ["usage_days", "quarter_scores", "funnel"])
def test_text_and_days_read_the_same_in_every_form(demo, tmp_path, question):
    rows = demo.rows(question)
    cells = list(csv.DictReader(io.StringIO(demo.ask(question, "--format", "csv").out)))
    file = tmp_path / "rows.json"
    assert demo.ask(question, "--format", "json", "--out", file).code == 0
    assert json.loads(file.read_text()) == rows
    for name in QUESTIONS[question].names:
        if isinstance(rows[0][name], str):
            assert [cell[name] for cell in cells] == [row[name] or "" for row in rows]


def test_a_table_in_a_pipe_folds_no_name_of_a_column(demo):
    done = demo.ask("quarter_scores")
    assert tuple(done.out.splitlines()[0].split()) == QUESTIONS["quarter_scores"].names


def test_a_table_shows_every_column_and_row_and_nothing_for_null(demo):
    lines = [line.split() for line in demo.ask("funnel").out.splitlines() if line.strip()]
    rows = demo.rows("funnel")
    assert tuple(lines[0]) == QUESTIONS["funnel"].names
    assert len(lines) == len(rows) + 1
    assert "None" not in demo.ask("funnel").out
    assert any(row["effective"] is None for row in rows)


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed_in_csv_alone(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    names = ["=1+1", "+1", "-1", "@SUM(A1)"]
    lines = [f'"{name}",p{number}@x.example,"{name}","{name}"' for number, name in enumerate(names)]
    (tmp_path / "people.csv").write_text("person_id,email,lob,team\n" + "\n".join(lines) + "\n")
    (tmp_path / "seats.csv").write_text(
        "tool,person_id\n" + "\n".join(f'claude_code,"{name}"' for name in names) + "\n"
    )
    assert run(home, "ingest", "hr-people", tmp_path / "people.csv").code == 0
    assert run(home, "ingest", "seats", tmp_path / "seats.csv").code == 0
    assert run(home, "score", "--as-of", "2026-05-01").code == 0
    asked = ("ask", "seats", *COMPLIANCE)
    told = [row["person_id"] for row in json.loads(run(home, *asked, "--json").out)]
    cells = [row["person_id"] for row in csv.DictReader(io.StringIO(run(home, *asked, "--format", "csv").out))]
    assert sorted(told) == sorted(names)
    assert cells == [f"'{name}" for name in told]


# filters


def kept(rows, **wanted):
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


@pytest.mark.parametrize("question", ["usage_days", "day_scores", "adoption_weeks", "adoption_days", "seats"])
def test_tool_narrows(demo, question):
    rows = demo.rows(question)
    found = demo.rows(question, "--tool", "claude_code")
    assert found == kept(rows, tool="claude_code")
    assert 0 < len(found) < len(rows)
    assert demo.rows(question, "--tool", "no_such_tool") == []


def test_the_funnel_is_of_all_tools_unless_one_is_asked_for(demo):
    whole = demo.rows("funnel", "--scope", "(company)")
    own = demo.rows("funnel", "--scope", "(company)", "--tool", "copilot")
    assert {row["tool"] for row in whole} == {"all"}
    assert {row["tool"] for row in own} == {"copilot"}
    assert demo.rows("funnel", "--scope", "(company)", "--tool", "all") == whole


@pytest.mark.parametrize(
    "question", ["day_scores", "quarter_scores", "funnel", "segments", "adoption_weeks", "lob_compare"]
)
def test_quarter_narrows(demo, question):
    rows = demo.rows(question)
    quarters = sorted({row["quarter"] for row in rows})
    for quarter in quarters:
        assert demo.rows(question, "--quarter", quarter) == kept(rows, quarter=quarter)
    assert demo.rows(question, "--quarter", "1999Q1") == []
    assert quarters


@pytest.mark.parametrize(
    ("question", "column"), [("usage_days", "day"), ("day_scores", "day"), ("adoption_weeks", "week")]
)
def test_from_and_to_narrow(demo, question, column):
    rows = demo.rows(question)
    days = sorted({row[column] for row in rows})
    first, last = days[len(days) // 3], days[len(days) // 2]
    inside = [row for row in rows if first <= row[column] <= last]
    assert demo.rows(question, "--from", first, "--to", last) == inside
    assert demo.rows(question, "--from", first) == [row for row in rows if row[column] >= first]
    assert demo.rows(question, "--to", last) == [row for row in rows if row[column] <= last]
    assert 0 < len(inside) < len(rows)
    assert dt.date.fromisoformat(first) < dt.date.fromisoformat(last)


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """A home of two lines that each have a department `Risk` beside two others, all large enough to be shown."""
    folder = tmp_path_factory.mktemp("units")
    home = home_with_roles(folder / "home", "administrator")
    names = [f"{lob},{part},{lob}-{part}-1" for lob in ("Retail", "Cards") for part in ("Risk", f"{lob} Desk", "Ops")]
    lines = [f"P{number},{names[number % len(names)]}" for number in range(30 * len(names))]
    (folder / "people.csv").write_text("person_id,lob,department,team\n" + "\n".join(lines) + "\n")
    (folder / "seats.csv").write_text("tool,person_id,first_day\nclaude_code,P0,2026-01-01\n")
    for source, file in (("hr-people", "people.csv"), ("seats", "seats.csv")):
        assert run(home, "ingest", source, folder / file).code == 0
    assert run(home, "score", "--as-of", "2026-05-20").code == 0
    return home


@pytest.mark.parametrize("question", ["funnel", "segments"])
def test_scope_narrows_groups_by_path_and_by_the_units_own_name(units, question):
    def scopes(*words):
        return [row["scope"] for row in json.loads(run(units, "ask", question, *words, "--json").out)]

    every = scopes()
    assert {"(company)", "Retail", "Retail/Risk", "Cards/Risk", "Retail/Retail Desk"} <= set(every)
    for path in ("(company)", "Retail/Risk", "Retail/Risk/Retail-Risk-1"):
        assert scopes("--scope", path) == [scope for scope in every if scope == path] != []
    assert set(scopes("--scope", "Risk")) == {"Retail/Risk", "Cards/Risk"}
    assert set(scopes("--scope", "Retail Desk")) == {"Retail/Retail Desk"}
    assert scopes("--scope", "Ris") == scopes("--scope", "etail") == scopes("--scope", "%") == []


@pytest.mark.parametrize("unit", ["lob", "department", "team"])
def test_scope_narrows_people_by_any_of_their_units(demo, unit):
    rows = demo.rows("quarter_scores")
    name = next(row[unit] for row in rows if row[unit])
    found = demo.rows("quarter_scores", "--scope", name)
    assert found == [row for row in rows if name in (row["lob"], row["department"], row["team"])]
    assert 0 < len(found) < len(rows)


def test_what_followed_is_narrowed_by_its_scope(demo):
    """A register that names its units by `scope`: once a fault of the program."""
    (scope, *_) = sorted({row["scope"] for row in demo.rows("error_propagation")})
    found = demo.rows("error_propagation", "--scope", scope)
    assert found == [row for row in demo.rows("error_propagation") if row["scope"] == scope]
    assert demo.rows("error_propagation", "--scope", "nowhere") == []


def test_lines_are_narrowed_by_their_name(demo):
    rows = demo.rows("lob_compare")
    assert demo.rows("lob_compare", "--scope", rows[0]["lob"]) == kept(rows, lob=rows[0]["lob"])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("segments", ("--from", "2026-07-01")),
        ("quarter_scores", ("--tool", "copilot")),
        ("usage_days", ("--scope", "Payments")),
        ("definitions", ("--quarter", "2026Q3")),
        ("coverage", ("--scope", "Payments")),
    ],
)
def test_a_filter_that_a_question_does_not_have_is_wrong_usage(demo, question, words):
    done = demo.ask(question, *words)
    assert (done.code, done.out) == (2, "")
    assert "cannot be narrowed by" in done.err


# refusals


def test_unknown_and_forbidden_read_the_same(demo):
    """What is not there and what is not granted give one text: nobody can find out which."""
    asked = [
        ("ask", "no_such_question"),
        ("ask", "quarter_scores"),
        ("ask", "leaderboard"),
        ("ask", "quarter_scores", "--as", "compliance", "--purpose", "assurance"),
        ("ask", "quarter_scores", "--as", "compliance", "--purpose", "no_such_purpose", "--case", "C-1"),
        ("ask", "no_such_question", *COMPLIANCE),
        ("ask", "quarter_scores", "--purpose", "performance_review"),
        ("ask", "quarter_scores", "--as", a_person(demo), "--purpose", "support"),
        ("ask", "quarantine", "--as", "executive"),
    ]
    found = {words: demo.run(*words) for words in asked}
    assert {done.code for words, done in found.items()} <= {0, 5}
    refused = {words: done.err for words, done in found.items() if done.code == 5}
    assert len(refused) >= len(asked) - 1
    assert len(set(refused.values())) == 1
    assert all(found[words].out == "" for words in refused)


def test_unknown_people_and_roles_read_the_same_in_a_real_home(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    (tmp_path / "people.csv").write_text("person_id,lob\nE-1,Payments\n")
    assert run(home, "ingest", "hr-people", tmp_path / "people.csv").code == 0
    assert run(home, "score", "--as-of", "2026-05-01").code == 0
    texts = {
        who: run(home, "ask", "quarter_scores", "--as", who, "--purpose", "self").err
        for who in ("E-1", "E-2", "no_such_role", "administrators")
    }
    assert len(set(texts.values())) == 1
    assert run(home, "ask", "quarter_scores", "--as", "E-1", "--purpose", "self").code == 5


@pytest.mark.parametrize("question", NEED_A_CASE)
def test_no_person_row_without_purpose_or_case(demo, question):
    for words in ((), ("--as", "compliance"), ("--as", "compliance", "--purpose", "assurance"), COMPLIANCE[:4]):
        done = demo.run("ask", question, *words, "--format", "json")
        assert (done.code, done.out) == (5, "")


def test_the_rank_is_shown_to_the_person_and_to_assurance_only(demo):
    person = a_person(demo)
    (own, *_) = json.loads(demo.run("ask", "quarter_scores", "--as", person, "--purpose", "self", "--json").out)
    assert own["person_id"] == person
    assert "lob_rank" in own
    managers = {row["person_id"] for row in demo.rows("quarter_scores")}
    for manager in sorted(managers)[:40]:
        done = demo.run("ask", "quarter_scores", "--as", manager, "--purpose", "support", "--json")
        assert done.code != 0 or all("lob_rank" not in row for row in json.loads(done.out))
