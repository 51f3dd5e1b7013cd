"""One scored home with every case, made once."""

from __future__ import annotations

import json

import pytest

from tests.changes import cases
from tests.product import uptake

FILES = (
    ("hr-people", "people.csv", cases.PEOPLE),
    ("accounts", "accounts.csv", cases.ACCOUNTS),
    ("incidents", "incidents.csv", cases.INCIDENTS),
    ("repositories", "tiers.csv", cases.TIERS),
    ("copilot-users", "use.ndjson", "\n".join(map(json.dumps, cases.USE))),
)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    payloads = [*cases.RULES, *(payload for one in cases.CASES for payload in one.values[1])]
    (folder / "settings.toml").write_text('[operator]\nroles = ["administrator", "compliance", "internal_audit"]\n')
    assert uptake(folder, "init") == 0
    given = (*FILES, ("github-prs", "prs.ndjson", "\n".join(map(json.dumps, payloads))))
    for source, name, text in given:
        (folder / name).write_text(text, encoding="utf-8")
        assert uptake(folder, "ingest", source, folder / name) == 0
    assert uptake(folder, "score", "--as-of", "2026-06-30") == 0
    return folder
