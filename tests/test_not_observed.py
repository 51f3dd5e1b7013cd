"""What hides use: each cause is counted by its name, with what mends it; `uptake doctor` says so, and when jobs run next."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json

import pytest

from tests import product
from tests.oracle import spec as specs
from tests.product import uptake, uptake_answer
from uptake.model import PeriodUse
from uptake.model.outcome import Taken
from uptake.model.reasons import NOT_OBSERVED, REASONS, REMEDIES
from uptake.settings import read_settings
from uptake.sources import SOURCES
from uptake.state import State, runs
from uptake.warehouse.connect import opened
from uptake.warehouse.merge import merge
from uptake.warehouse.staging import FileNotes, Staging
from uptake.web import standing

WORLD = """# Causes that hide use

## settings
| setting | value      |
| as_of   | 2029-04-14 |

## people
| person | lob      |
| Old    | Payments |
| Off    | Payments |
| Sid    | Payments |
| Una    | Payments |
| Ok     | Payments |

## seats
| person | tool        | by     |
| Una    | claude_code | person |

## list 2029-04-13
| person | created    | last_activity |
| Old    | 2028-06-01 | 2029-03-30    |
| Off    | 2028-06-01 | 2029-04-12    |
| Sid    | 2028-06-01 | 2029-04-10    |
| Ok     | 2028-06-01 | 2029-04-13    |

## complete
| source        | from       | to         |
| copilot-users | 2029-01-01 | 2029-04-13 |
| claude-code   | 2029-01-01 | 2029-04-13 |

## use copilot
| person | week           | Mon   | Tue   | Wed   | Thu   | Fri   |
| Old    | 2029-01-01 x13 | old 0 | old 0 | old 0 | old 0 | old 0 |
| Off    | 2029-01-01 x5  | 4P    | 4P    | 4P    | 4P    | 4P    |
| Ok     | 2029-01-01 x15 | 4P    | 4P    | 4P    | 4P    | -     |

## use claude_code
| person | week       | Mon | Tue | Wed | Thu | Fri |
| nobody | 2029-02-05 | 1S  | 1S  | -   | -   | -   |
"""
WANTED = {
    ("claude_code", "account_of_nobody", 1, 2, "2029-02-05"),
    ("claude_code", "seat_without_account", 1, 0, None),
    ("copilot", "client_too_old", 1, 0, "2029-03-30"),
    ("copilot", "client_never_reports", 1, 0, "2028-06-01"),
    ("copilot", "telemetry_off", 1, 0, "2029-02-03"),
}
LISTED = ("old", "off", "sid", "ok")
"""Logins in the order of the seat list, which numbers them."""
PERIOD = PeriodUse(
    tool="copilot", account="2", cadence="monthly", first_day=dt.date(2029, 3, 1), last_day=dt.date(2029, 3, 31), used=True,
    used_from=dt.date(2029, 3, 4), used_to=dt.date(2029, 3, 30), messages=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = tmp_path_factory.mktemp("home")
    drawn = specs.parse("causes", WORLD)
    for row in drawn.world.canonical:  # as the vendor's rows: keyed by its number, the login beside
        if row.usage.tool == "copilot":
            row.usage.account, row.usage.login = str(LISTED.index(row.usage.account) + 1), row.usage.account
    product.load_lists(drawn.world, made)
    with opened(read_settings(made).warehouse_file) as connection:
        product.load_structs(drawn.world, connection)
        staging = Staging(connection, SOURCES["chatgpt"])
        staging.take(FileNotes("export", product.NOW), [Taken(1, "p", [PERIOD])])
        merge(staging, received_at=product.NOW)
    assert uptake(made, "score", "--as-of", "2029-04-14") == 0
    return made


def asked(home, question, *words):
    return json.loads(uptake_answer(home, "ask", question, "--format", "json", *words))


def test_every_cause_is_counted_by_its_name(home):
    found = asked(home, "not_observed")
    assert {tuple(row[name] for name in ("tool", "reason", "number", "records", "since")) for row in found} == WANTED
    assert {row["reason"] for row in found} <= REMEDIES.keys()


def test_reasons_have_words_and_remedies():
    assert set(NOT_OBSERVED) <= REASONS.keys() & REMEDIES.keys()
    assert REMEDIES.keys() <= REASONS.keys()
    assert "contradiction" not in REASONS


def doctor(home):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        uptake(home, "doctor", "--json")
    return json.loads(out.getvalue())["checks"]


def test_the_doctor_says_the_same(home):
    rows = asked(home, "not_observed")
    for row in rows:
        row["since"] = dt.date.fromisoformat(row["since"]) if row["since"] else None
    found = [check for check in doctor(home) if check["name"] == "not observed"]
    assert [(check["detail"], check["next_step"]) for check in found] == [
        (standing.unseen(row), standing.mended(row)) for row in rows
    ]
    assert "Copilot: telemetry is off: the vendor saw later use, 1 account since 3 Feb 2029" in {
        check["detail"] for check in found
    }
    said = {check["name"]: check["detail"] for check in doctor(home)}
    assert said["unmatched accounts"] == "1 account with 2 records; their use is kept and given to nobody."
    assert said["completeness"].endswith("source days are complete.")
    assert said["reconciliation"] == "No vendor total is loaded for this period."
    assert said["quarantine"] == "No record is in quarantine."


def test_the_next_run_and_the_remedy_of_a_failed_one_are_told(home, monkeypatch):
    monkeypatch.setenv("UPTAKE_SCORE__EVERY", "24")
    monkeypatch.setenv("UPTAKE_FETCH__CURSOR__KEY", "k" * 20)
    monkeypatch.setenv("UPTAKE_FETCH__CURSOR__EVERY", "6")
    state = State(read_settings(home).state_file)
    at = dt.datetime(2029, 4, 14, 6)
    runs.end(state, runs.begin(state, "score", at), runs.DONE, at)
    runs.end(state, runs.begin(state, "ingest seats", at), "A file was refused", at)
    found = {row["job"]: (row["next_run"], row["next_step"]) for row in asked(home, "job_runs")}
    assert found["score"] == ("2029-04-15 06:00", None)
    assert found["fetch cursor"] == ("at once", None)
    assert found["ingest seats"] == (None, "Run `uptake ingest seats FILE` and see what it says")
    checks = {check["name"]: check for check in doctor(home)}
    assert checks["score"]["ok"]
    assert checks["score"]["detail"] == "last done 2029-04-14 06:00, next 2029-04-15 06:00"
    assert not checks["ingest seats"]["ok"]
    assert checks["ingest seats"]["detail"] == "never done yet; A file was refused"
    runs.end(state, runs.begin(state, "score", at), "The disk is full", at)
    assert {row["job"]: row["next_run"] for row in asked(home, "job_runs")}["score"] == "2029-04-14 07:00"


def test_use_by_month_is_told_to_the_person_alone(home, monkeypatch):
    monkeypatch.setenv("UPTAKE_OPERATOR__ROLES", '["administrator", "compliance"]')
    assert uptake(home, "ask", "period_use") == 5
    (row,) = asked(home, "period_use", "--as", "compliance", "--purpose", "assurance", "--case", "C-1")
    wanted = {
        "person_id": "Off",
        "cadence": "monthly",
        "first_day": "2029-03-01",
        "used": True,
        "used_from": "2029-03-04",
        "messages": 12,
    }
    assert {name: row[name] for name in wanted} == wanted
