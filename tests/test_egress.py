"""The register of data that leaves the company: what people keep beside what was seen in use, on a demo home; for control alone."""

import datetime as dt
import json
import zipfile

import pytest

from tests.attack.drive import run
from uptake import jobs
from uptake.errors import WrongUsage
from uptake.reads import lend_egress
from uptake.settings import read_settings
from uptake.settings.sending import Product

COMPLIANCE = ("--as", "compliance", "--purpose", "assurance", "--case", "C-1")
LOOKS = [("a", "copilot", "card", 117), ("b", "copilot", "email", 4), ("c", "claude_code", "phone", 2)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A demo whose detector counted, one tool of which has no row."""
    folder = tmp_path_factory.mktemp("egress") / "home"
    assert run(folder, "demo", "--people", 150, "--quarters", 1, "--no-serve").code == 0
    file = folder.parent / "classes.jsonl"
    day = dt.date(2026, 9, 1).isoformat()
    lines = [
        {"look": look, "day": day, "tool": tool, "data_class": name, "prompts": n} for look, tool, name, n in LOOKS
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(folder, "ingest", "data-classes", file).code == 0
    settings = (folder / "settings.toml").read_text()
    (folder / "settings.toml").write_text(
        settings.replace("[egress.products.claude_code]", "[egress.products.chatgpt]")
    )
    stamp = read_settings(folder)
    before = jobs.snapshot_of(stamp)
    assert run(folder, "score", "--as-of", before.as_of).code == 0
    after = jobs.snapshot_of(stamp)
    assert after.inputs_digest == before.inputs_digest, "classes of data are no input of a score"
    assert after.scores_digest == before.scores_digest
    return folder


def register(home):
    return {
        row["tool"]: row for row in json.loads(run(home, "ask", "data_egress", *COMPLIANCE, "--format", "json").out)
    }


def test_rows_say_what_may_go_what_went_and_what_is_missing(home):
    found = register(home)
    assert {tool: row["state"] for tool, row in found.items()} == {
        "copilot": "not_allowed", "claude_code": "not_registered", "chatgpt": "not_in_use",
    }  # fmt: skip
    row = found["copilot"]
    assert (row["vendor"], row["data_allowed"], row["data_seen"], row["prompts"]) == (
        "GitHub",
        "internal; email",
        "card, email",
        120,
    )
    assert row["accounts"] > 10
    assert row["retention"] == "30 days"


def test_of_a_tool_of_a_few_accounts_neither_number_nor_class_is_said(home):
    with (home / "settings.toml").open("a") as settings:
        settings.write("\n[groups]\nk = 100\n")
    made = jobs.snapshot_of(read_settings(home))
    assert run(home, "score", "--as-of", made.as_of).code == 0
    found = register(home)
    assert (found["claude_code"]["accounts"], found["claude_code"]["data_seen"], found["claude_code"]["prompts"]) == (
        None,
    ) * 3
    assert found["claude_code"]["last_use"] is not None


def test_who_operates_or_leads_sees_no_register_and_doctor_names_the_tool(home):
    for role in ("administrator", "executive"):
        assert run(home, "ask", "data_egress", "--as", role).code == 5
    rows = {row["name"]: row for row in json.loads(run(home, "doctor", "--json").out)["checks"]}
    assert "claude_code is in use and has no row" in rows["data egress"]["detail"]
    assert "[egress.products]" in rows["data egress"]["next_step"]


def test_a_pack_of_evidence_holds_the_register(home, tmp_path):
    file = tmp_path / "pack.zip"
    assert run(home, "ask", "audit_trail", *COMPLIANCE).code == 0
    assert run(home, "evidence", "--out", file, "--from", "2026-05-01", "--to", "2099-12-31").code == 0
    assert run(home, "verify", file).code == 0
    with zipfile.ZipFile(file) as pack:
        rows = json.loads(pack.read("data_egress.json"))
    assert {row["tool"] for row in rows} == {"copilot", "claude_code", "chatgpt"}


TODAY = dt.date(2026, 11, 1)
GOOD = {"vendor": "V", "reviewed": dt.date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("more", "seen", "state"),
    [
        ({}, {"data_seen": "card"}, "registered"),
        ({"classes_allowed": ("card",)}, {"data_seen": "card"}, "registered"),
        ({"classes_allowed": ()}, {"data_seen": "card"}, "not_allowed"),
        ({"classes_allowed": ()}, {"data_seen": None}, "registered"),
        ({"reviewed": None}, {}, "review_due"),
        ({"reviewed": dt.date(2025, 10, 31)}, {"data_seen": None}, "review_due"),
        ({}, None, "not_in_use"),
    ],
)
def test_the_worst_of_a_row_is_its_state(more, seen, state):
    assert lend_egress._row("t", Product(**GOOD | more), seen, TODAY)["state"] == state


def test_a_class_that_nobody_knows_stops_the_start(tmp_path):
    (tmp_path / "settings.toml").write_text('[egress.products.copilot]\nvendor = "V"\nclasses_allowed = ["cards"]\n')
    with pytest.raises(WrongUsage, match="classes_allowed"):
        read_settings(tmp_path)
