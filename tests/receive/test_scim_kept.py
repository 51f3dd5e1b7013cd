"""What is kept of a directory: who cannot be placed is told once, and nothing of a person lies in the clear in the store."""

from __future__ import annotations

import json

import pytest

from tests.receive.directory import ENTERPRISE, user
from tests.receive.test_scim import DAY, Site
from uptake.errors import Unreachable
from uptake.state import directory, vault
from uptake.state.tables import DIRECTORY, DIRECTORY_CHANGES


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.state.close()


def test_who_cannot_be_placed_is_in_quarantine_once_and_taken_when_mended(site):
    whole = user(1)
    del whole[ENTERPRISE]["division"]
    lost, ben = site.create(whole, user(2))[:2]
    assert site.drain().quarantined == 1
    for number in range(2):
        site.now += DAY
        site.patched(ben, {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": f"Fraud {number}"})
        report = site.drain()
        assert (report.records_in, report.loaded, report.ignored, report.quarantined) == (2, 1, 1, 0)
    site.now += DAY
    site.patched(lost, {"op": "Replace", "path": f"{ENTERPRISE}:division", "value": "Retail"})
    assert (site.drain().quarantined, len(site.history("P1"))) == (0, 1)


def test_who_loses_the_line_is_set_aside_and_not_taken_for_gone(site):
    ana, ben = site.create(user(1), user(2))[:2]
    site.drain()
    for step in (
        lambda: site.patched(ana, {"op": "Remove", "path": f"{ENTERPRISE}:division"}),
        lambda: site.patched(ben, {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Fraud"}),
    ):
        site.now += DAY
        step()
        site.drain(complete=True)
    assert [row[3] for row in site.history("P1")] == [None]


def test_nothing_of_a_person_lies_in_the_clear_in_the_store_and_older_rows_are_locked(site):
    (ana,) = site.create(user(1))[:1]
    with site.state.writing() as connection:  # as an older release wrote it
        body = json.dumps(directory.Book(connection, site.state).of("User", ana).body)
        connection.execute(DIRECTORY.update().values(body=body, name="p1@bank.example"))
        connection.execute(DIRECTORY_CHANGES.update().values(body=body))
    found = site.ask("GET", 'Users?filter=userName eq "P1@bank.example"').json()
    assert [one["id"] for one in found["Resources"]] == [ana]
    site.drain()
    with site.state.reading() as connection:
        rows = connection.execute(DIRECTORY.select()).all() + connection.execute(DIRECTORY_CHANGES.select()).all()
        row = connection.execute(DIRECTORY.select()).one()
    held = " ".join(str(value) for one in rows for value in one)
    assert [word for word in ("bank.example", "Payments", "Retail", "userName") if word in held] == []
    assert site.ask("GET", f"Users/{ana}").json()["userName"] == "P1@bank.example"
    with pytest.raises(Unreachable, match="cannot be opened"):
        vault.opened(site.state, "somebody else", row.body)
