"""Every file that leaves says for which purpose it was read, by which role, under which policy, and what it is not for (GOVERNANCE.md sections 3 and 9).

The files of the API and of the command line too: whoever finds one on a disk has no page beside it.
"""

from __future__ import annotations

import csv
import io

import pyarrow.parquet as pq
import pytest

from tests import demo_home
from tests.attack.drive import run
from tests.web.conftest import SAME_ORIGIN, Site
from uptake.policy import NOT_FOR

WATERMARK = ("question", "role", "purpose", "policy_version", "snapshot", "as_of", "score_version", "not_for")
READERS = [
    # role, case, question, purpose in the file
    ("manager", "", "quarter_scores", "support"),
    ("self", "", "day_scores", "self"),
    ("licence", "", "idle_seats", "licence"),
    ("compliance", "case-17", "usage_days", "assurance"),
    ("executive", "", "funnel", "investment"),
    ("administrator", "", "unmatched_accounts", "none"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return Site(demo_home.made(tmp_path_factory.mktemp("watermark") / "home", 200, quarters=1))


def client(site, role, case):
    made = site.signed_in(role)
    if case:
        assert made.post("/case", data={"case": case}, headers=SAME_ORIGIN).status_code == 303
    return made


def of_parquet(body):
    found = pq.read_schema(io.BytesIO(body)).metadata or {}
    return {key.decode(): value.decode() for key, value in found.items() if not key.startswith(b"ARROW")}


def of_csv(text):
    lines = [line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# ")]
    return dict(line for line in lines if len(line) == 2)


def holds(found, site, role, question, purpose):
    assert set(WATERMARK) <= set(found)
    assert (found["question"], found["role"], found["purpose"]) == (question, role, purpose)
    assert found["not_for"] == NOT_FOR
    assert found["policy_version"] == site.app.state.site.policy.version


@pytest.mark.parametrize(("role", "case", "question", "purpose"), READERS)
def test_files_of_the_api_say_what_they_are_not_for(site, role, case, question, purpose):
    reader, place = client(site, role, case), f"/api/v1/{question}"
    holds(of_parquet(reader.get(f"{place}.parquet").content), site, role, question, purpose)
    plain, marked = (reader.get(f"{place}.csv{query}").text for query in ("", "?header=1"))
    holds(of_csv(marked), site, role, question, purpose)
    rows = marked.splitlines()[len(of_csv(marked)) :]
    assert rows == plain.splitlines()
    assert not plain.startswith("#")


def test_the_header_is_asked_for_as_on_pages_and_of_csv_alone(site):
    reader = client(site, "executive", "")
    for query in ("?header=2", "?header=", "?header=1&header=1"):
        assert reader.get(f"/api/v1/funnel.csv{query}").status_code == 400, query
    assert reader.get("/api/v1/funnel.parquet?header=1").status_code == 400
    assert reader.get("/api/v1/funnel?header=1").status_code == 400
    assert len(list(csv.reader(io.StringIO(reader.get("/api/v1/funnel.csv?quarter=2099Q1&header=1").text)))) > len(
        WATERMARK
    )


@pytest.mark.parametrize(
    ("who", "question", "role", "purpose"),
    [
        (("--as", "{leads}", "--purpose", "support"), "quarter_scores", "manager", "support"),
        ((), "funnel", "administrator", "none"),
    ],
)
def test_parquet_files_of_the_command_line_too(site, tmp_path, who, question, role, purpose):
    with site.state.reading() as connection:
        sql = "select manager_id from rights where manager_id is not null order by depth desc, lft limit 1"
        leads = connection.exec_driver_sql(sql).scalar()
    file = tmp_path / "rows.parquet"
    named = [part.format(leads=leads) for part in who]
    assert run(site.home, "ask", question, *named, "--format", "parquet", "--out", str(file)).code == 0
    found = of_parquet(file.read_bytes())
    assert set(WATERMARK) <= set(found)
    assert (found["role"], found["purpose"], found["not_for"]) == (role, purpose, NOT_FOR)
