"""A small home as a hostile local operator meets it, and the audit log beside it."""

from __future__ import annotations

import json
import pathlib
import sqlite3
from typing import Any

from tests.attack.crash import AS_OF, loads
from tests.attack.drive import Done, home_with_roles, run
from uptake.policy import QUESTIONS

PERSON_QUESTIONS = tuple(name for name, question in QUESTIONS.items() if question.level in {"person", "by_policy"})
PEOPLE = 30


def make_home(folder: pathlib.Path) -> pathlib.Path:
    """People, use and figures; the local operator is administrator and no more."""
    home = home_with_roles(folder / "home", "administrator")
    for call in loads(folder / "files", PEOPLE):
        assert run(home, *call).code == 0
    assert run(home, "score", "--as-of", AS_OF, "--json").code == 0
    return home


def grant(home: pathlib.Path, *roles: str) -> None:
    home_with_roles(home, *roles)


def audit(home: pathlib.Path) -> list[dict[str, Any]]:
    """All audit records, oldest first."""
    connection = sqlite3.connect(home / "state.db")
    try:
        return [json.loads(row[0]) for row in connection.execute("select record from audit order by seq")]
    finally:
        connection.close()


def whole_state(home: pathlib.Path) -> bytes:
    """The bytes of the state store, with what its log beside it held."""
    connection = sqlite3.connect(home / "state.db")
    try:
        connection.execute("pragma wal_checkpoint(truncate)")
    finally:
        connection.close()
    data = (home / "state.db").read_bytes()
    assert len(data) > 3 * 4096
    return data


def names_people(done: Done) -> bool:
    """Whether the answer names anybody of the home: ids, logins, e-mails. P0 is the one that attackers name themselves."""
    text = (done.out + done.err).lower()
    return any(
        f'"p{number}"' in text or f"gh-p{number}" in text or f"p{number}@corp" in text for number in range(1, PEOPLE)
    )
