"""The known answers of the sample files, derived by hand, come out of `uptake ask` exactly."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.attack.drive import asked, home_with_roles, run

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no known answers: ../shared/samples is not there")

USERS_DAY = "copilot/organization-users-1-day-report.json"
SEATS_TWICE = "copilot/enterprise_seats_with_duplicates.json"
DOCS_USER = "github-copilot/github-docs/user-level-example.json"
FAROS = "github-copilot/faros/enterprise_copilot_user_usage"
CLAUDE = "claude-code/faros/test/resources/claude_code_usage_report/claude_code_usage_report.json"
PEOPLE = """person_id,email,github_login,lob
P-HUB,,hubot,Payments
P-OCT,,octocat,Payments
P-ONE,user1@example.com,login1,Payments
P-TWO,user2@example.com,,Payments
P-MAP,,,Payments
"""
ACCOUNTS = "source,account,person_id\ncopilot,19153140,P-MAP\n"
"""Two enterprises of the samples each have an `octocat`: one is mapped, so that each stands for a person of their own."""
SEATS = """tool,person_id,first_day
copilot,P-HUB,2026-04-01
copilot,P-OCT,2026-04-01
copilot,P-MAP,2025-07-01
copilot,P-ONE,2025-10-01
"""
LISTED = """person_id,email,github_login,lob
P-OCT,,octocat,Payments
P-KIT,,octokitten,Payments
P-MON,,monalisa,Payments
P-TWO,,person002,Payments
P-COD,,codertocat,Payments
P-HUB,,hubot,Payments
P-ALI,,alicechen,Payments
P-BOB,,bobmartinez,Payments
"""

ROWS: dict[tuple[str, str, str, str], dict[str, Any]] = {
    ("P-HUB", "2026-04-25", "copilot_cli", "338097"): {
        "prompts": 24, "generations": 25, "accept_user": None, "accept_auto": 24, "accept_unsplit": None,
        "lines_added": None, "lines_agent_added": 435,
    },
    ("P-HUB", "2026-04-25", "_all", "338097"): {
        "prompts": None, "sessions": 2, "requests": 187, "tokens_in": 23_229_028, "tokens_out": 121_157,
    },
    ("P-OCT", "2026-04-25", "copilot_cli", "338094"): {
        "prompts": 0, "generations": 0, "accept_user": None, "accept_auto": 0, "accept_unsplit": None, "lines_added": 0,
    },
    ("P-OCT", "2026-04-25", "_all", "338094"): {"prompts": None, "sessions": 16, "requests": 31, "tokens_out": 626_901},
    ("P-ONE", "2025-10-01", "code_completion", "1"): {
        "prompts": 0, "generations": 1, "accept_user": 1, "accept_auto": None, "accept_unsplit": None,
        "lines_added": 8, "lines_suggested": 10,
    },
    ("P-ONE", "2025-10-01", "copilot_cli", "1"): {"surface": "cli", "prompts": 2, "generations": None, "accept_user": None},
    ("P-ONE", "2025-10-01", "_all", "1"): {"prompts": None, "sessions": 2, "requests": 2, "tokens_out": 5_000},
    ("P-MAP", "2025-07-12", "chat_panel_unknown_mode", "19153140"): {
        "prompts": 120, "generations": 184, "accept_user": 30, "accept_auto": None, "accept_unsplit": None,
        "lines_added": 140, "lines_suggested": 280,
    },
    ("P-MAP", "2025-07-05", "chat_panel_unknown_mode", "19153140"): {
        "prompts": 60, "generations": 90, "accept_user": 15, "accept_auto": None, "accept_unsplit": None,
        "lines_added": 60, "lines_suggested": 120,
    },
    ("P-ONE", "2025-08-08", "_all", "user1@example.com"): {
        "sessions": 15, "accept_unsplit": 50, "reject_user": 6, "lines_agent_added": 342, "lines_agent_deleted": 128,
        "commits": 8, "pull_requests": 2, "tokens_in": 68_330, "tokens_out": 18_130, "tokens_cache_read": 12_210,
        "tokens_cache_write": 3_230, "cost_usd": 2.28, "prompts": None, "accept_user": None,
    },
    ("P-TWO", "2025-08-09", "_all", "user2@example.com"): {
        "sessions": 10, "accept_unsplit": 23, "reject_user": 3, "lines_agent_added": 210, "lines_agent_deleted": 95,
        "commits": 5, "pull_requests": 1, "tokens_in": 32_100, "tokens_out": 8_900, "tokens_cache_read": 6_200,
        "tokens_cache_write": 1_500, "cost_usd": 1.25, "prompts": None, "accept_user": None,
    },
}  # fmt: skip
"""(person, day, feature, account) -> columns of `usage_days`; None = the source cannot say. There are no other rows."""

POINTS = {
    ("P-HUB", "2026-04-25", "copilot"): ("active", 24, 0, 0),
    ("P-OCT", "2026-04-25", "copilot"): ("zero", 0, 0, 0),
    ("P-ONE", "2025-10-01", "copilot"): ("active", 2, 1, 0),
    ("P-MAP", "2025-07-12", "copilot"): ("active", 40, 30, 0),
    ("P-MAP", "2025-07-05", "copilot"): ("active", 40, 15, 0),
    ("P-ONE", "2025-08-08", "claude_code"): ("active", 3, 0, 1),
    ("P-TWO", "2025-08-09", "claude_code"): ("active", 2, 0, 1),
}
"""(person, day, tool) -> state, proactive points x_P, passive points x_R, estimated."""


def files_below(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(folder.glob("*.jsonl"))


def ingest(home: pathlib.Path, source: str, *words: object) -> dict[str, Any]:
    done = run(home, "ingest", source, *words, "--json")
    assert done.code == 0, done.err
    report: dict[str, Any] = json.loads(done.out)
    return report


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    home = home_with_roles(folder / "home", "administrator", "compliance")
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (folder / "seats.csv").write_text(SEATS)
    ingest(home, "hr-people", folder / "people.csv")
    ingest(home, "accounts", folder / "accounts.csv")
    ingest(home, "seats", folder / "seats.csv")
    ingest(home, "copilot-users", SAMPLES / USERS_DAY)
    ingest(home, "copilot-users", SAMPLES / DOCS_USER)
    ingest(home, "copilot-users", *files_below(SAMPLES / FAROS))
    ingest(home, "claude-code", SAMPLES / CLAUDE)
    assert run(home, "score", "--as-of", "2026-05-01", "--json").code == 0
    return home


def test_usage_rows_are_those_of_the_table_and_no_others(home):
    found = {(row["person_id"], row["day"], row["feature"], row["account"]): row for row in asked(home, "usage_days")}
    assert found.keys() == ROWS.keys()
    differing = [
        f"{key} {name}: {found[key][name]!r}, wanted {value!r}"
        for key, row in ROWS.items()
        for name, value in row.items()
        if found[key][name] != value
    ]
    assert differing == []


def test_points_of_the_day_are_those_of_the_table(home):
    found = {(row["person_id"], row["day"], row["tool"]): row for row in asked(home, "day_scores")}
    shown = {
        key: tuple(found[key][name] for name in ("state", "proactive", "passive", "estimated"))
        for key in POINTS.keys() & found.keys()
    }
    assert shown == POINTS


def test_a_row_without_activity_is_a_proven_zero(home):
    rows = asked(home, "day_scores", "--from", "2026-04-25", "--to", "2026-04-25")
    (octocat,) = [row for row in rows if (row["person_id"], row["tool"]) == ("P-OCT", "all")]
    assert (octocat["state"], octocat["score_micro"]) == ("zero", 0)


def test_top_levels_that_differ_from_their_features_are_reconciled(home):
    rows = json.loads(run(home, "ask", "reconciliation", "--json").out)
    vendor = {
        "2025-07-12": {"prompts": 210, "generations": 333, "accept_user": 54, "lines_added": 231},
        "2025-07-05": {"prompts": 95, "generations": 150, "accept_user": 25, "lines_added": 100},
    }
    for day, totals in vendor.items():
        own = {row["measure"]: row for row in rows if row["day"] == day and row["source"] == "copilot-users"}
        assert {name: own[name]["vendor"] for name in totals} == totals
        account = ROWS["P-MAP", day, "chat_panel_unknown_mode", "19153140"]
        assert {name: own[name]["ours"] for name in totals} == {name: account[name] for name in totals}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("copilot/enterprise-users-1-day-report.json", "user totals without days"),
        ("copilot/organization_metrics_response_sample.json", "the closed Copilot metrics API"),
    ],
)
def test_shapes_that_no_vendor_gives_any_more_are_refused(tmp_path, name, why):
    done = run(tmp_path, "ingest", "copilot-users", SAMPLES / name, "--json")
    assert done.code == 3
    assert why in done.err
    assert json.loads(done.out)["exit_code"] == 3


def test_aggregates_give_no_person_rows(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    (tmp_path / "people.csv").write_text(PEOPLE)
    ingest(home, "hr-people", tmp_path / "people.csv")
    names = ("organization-1-day-report.json", "organization-28-day-report.json")
    report = ingest(home, "copilot-aggregate", *(SAMPLES / "copilot" / name for name in names))
    assert (report["records_in"], report["loaded"], report["duplicate"]) == (29, 28, 1)
    assert run(home, "score", "--as-of", "2026-05-01", "--json").code == 0
    assert asked(home, "usage_days") == []
    rows = json.loads(run(home, "ask", "reconciliation", "--json").out)
    assert len({row["day"] for row in rows}) == 28


def test_a_seat_that_two_teams_grant_is_one_seat_with_its_newest_activity(tmp_path):
    home, report = seats(tmp_path, SEATS_TWICE, "2021-10-17T00:00:00Z", "2021-11-01")
    assert (report["records_in"], report["loaded"], report["duplicate"]) == (4, 2, 2)
    found = {row["person_id"]: row for row in asked(home, "seats")}
    assert found.keys() == {"P-OCT", "P-KIT"}
    assert (found["P-OCT"]["account"], found["P-OCT"]["last_seen"]) == ("1", "2021-10-16")
    assert found["P-OCT"]["granted_by"] == "team-alpha,team-beta"
    assert found["P-KIT"]["last_seen"] == "2021-10-15"


def test_team_betas_stamp_is_the_one_that_is_kept(tmp_path):
    """2021-10-16T00:53:32-06:00 is Team Beta's; with that record alone the answer is the same, with Alpha's alone it is not."""
    whole = json.loads((SAMPLES / SEATS_TWICE).read_text())
    last_seen = {}
    for team in ("Team Alpha", "Team Beta"):
        own = [seat for seat in whole["seats"] if seat["assigning_team"]["name"] == team]
        file = tmp_path / f"{team}.json"
        file.write_text(json.dumps({"total_seats": 2, "seats": own}))
        home, _ = seats(tmp_path / team, file, "2021-10-17T00:00:00Z", "2021-11-01")
        last_seen[team] = {row["person_id"]: row["last_seen"] for row in asked(home, "seats")}["P-OCT"]
    assert last_seen == {"Team Alpha": "2021-10-14", "Team Beta": "2021-10-16"}


def test_eight_seats_are_eight_people(tmp_path):
    home, report = seats(
        tmp_path, "copilot/enterprise_seats_response_sample.json", "2026-05-02T00:00:00Z", "2026-05-03"
    )
    assert (report["records_in"], report["loaded"], report["duplicate"]) == (8, 8, 0)
    found = asked(home, "seats")
    assert {row["person_id"] for row in found} == {line.split(",")[0] for line in LISTED.splitlines()[1:]}
    assert {row["last_seen"] for row in found} == {"2026-05-01"}
    assert json.loads(run(home, "ask", "unmatched_accounts", "--json").out) == []


def seats(
    folder: pathlib.Path, name: str | pathlib.Path, fetched: str, as_of: str
) -> tuple[pathlib.Path, dict[str, Any]]:
    """A home with one seat list, scored, and the answer of the load."""
    home = home_with_roles(folder / "home", "administrator", "compliance")
    (folder / "people.csv").write_text(LISTED)
    ingest(home, "hr-people", folder / "people.csv")
    report = ingest(home, "copilot-seats", SAMPLES / name, "--account", "900", "--fetched-at", fetched)
    assert run(home, "score", "--as-of", as_of, "--json").code == 0
    return home, report
