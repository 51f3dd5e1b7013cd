"""The state store, on SQLite and on PostgreSQL: the same rows, the same turns, the same refusals."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests import policies
from uptake.acts import Act, contests
from uptake.errors import NotPermitted, Unreachable, WrongUsage
from uptake.jobs import State
from uptake.policy import Policy, Viewer
from uptake.state import (
    audit,
    changes,
    choices,
    decisions,
    notices,
    offers,
    rights,
    runs,
    schema,
    sessions,
    switches,
    tokens,
)
from uptake.state import contests as cases
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS, METADATA, RIGHTS

NOW = dt.datetime(2026, 11, 24, 9)
TIME = "2026-11-24T09:00:00Z"
EVENT = {"action": "ask", "result": "answered", "time": TIME}


def people(state, count=6):
    """A head, and everybody else below them, in two legal entities; names that a locale would sort otherwise."""
    names = ["Zoë", "alice", "Bob", "_x", "émile", "10", "9"][:count]
    made = [
        rights.Employee(name, None if place == 0 else "Zoë", "A", None, None, ("NL", "DE")[place % 2], rights.email_key(state, f"{name}@x"))
        for place, name in enumerate(names)
    ]  # fmt: skip
    rows, _ = rights.tree(made)
    rights.write(state, rows)
    return names


def test_the_tables_are_those_that_the_migrations_make(state):
    with state.writing() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
    assert found == []


def test_the_head_is_the_newest_migration(state):
    config = Config()
    config.set_main_option("script_location", os.fspath(schema.__file__).replace("schema.py", "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]
    with state.reading() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalar() == schema.HEAD


def test_a_store_of_a_newer_release_is_refused(store, state):
    with state.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Unreachable, match="newer release"), store.open().reading():
        pass


def test_the_chain_holds_over_many_records_and_one_record_of_many_people(state):
    for number in range(30):
        audit.record(state, {**EVENT, "rows": number}, [f"p{number % 3}"])
    audit.record(state, EVENT, [f"p{number}" for number in range(80)])
    with state.reading() as connection:
        count, _, bad = audit.verify(connection)
        assert (count, bad) == (31, None)
        assert len(connection.execute(select(AUDIT_SUBJECTS).where(AUDIT_SUBJECTS.c.seq == 31)).all()) == 80


@pytest.mark.parametrize("table", [AUDIT, AUDIT_SUBJECTS])
def test_the_audit_log_only_grows(state, table):
    audit.record(state, EVENT, ["p"])
    for statement in (update(table).values(seq=9), delete(table)):
        with pytest.raises(Unreachable), state.writing() as connection:
            connection.execute(statement)
    with state.reading() as connection:
        assert audit.verify(connection)[::2] == (1, None)


def _records(file, url, count):
    state = State(file, url)
    for number in range(count):
        audit.record(state, {**EVENT, "pid": os.getpid(), "n": number}, ["p"])


def test_two_processes_write_at_once_and_the_chain_is_whole(store):
    store.open().secret("audit")
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_records, args=(store.file, store.url, 60)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=120)
    assert [one.exitcode for one in both] == [0, 0]
    with store.open().reading() as connection:
        assert audit.verify(connection)[::2] == (120, None)
        assert [row.seq for row in connection.execute(select(AUDIT.c.seq).order_by(AUDIT.c.seq))] == list(range(1, 121))


def _stop_in_the_middle(file, url):
    state = State(file, url)
    with state.writing() as connection:
        audit.append(connection, state, EVENT, ["p"])
        time.sleep(60)


def test_a_writer_that_is_killed_leaves_nothing_and_keeps_nobody_waiting(store):
    audit.record(store.open(), EVENT, ["p"])
    one = multiprocessing.get_context("spawn").Process(target=_stop_in_the_middle, args=(store.file, store.url))
    one.start()
    time.sleep(3)
    os.kill(one.pid, signal.SIGKILL)
    one.join()
    audit.record(store.open(), EVENT, ["p"])
    with store.open().reading() as connection:
        assert audit.verify(connection)[::2] == (2, None)


def test_a_write_that_fails_leaves_nothing(state):
    def twice():
        with state.writing() as connection:
            choices.write(connection, ["p"], choices.BOARD, choices.IN, TIME)
            connection.execute(text("insert into choices (person_id) values ('q')"))

    with pytest.raises(Unreachable):
        twice()
    assert list(choices.of(state, choices.BOARD, choices.IN)) == []


def test_people_their_place_and_their_mail(state):
    names = people(state)
    assert {row[0] for row in rights.read(state)} == set(names)
    assert rights.of_person(state, "émile")["manager_id"] == "Zoë"
    assert rights.by_email(state, " ALICE@X ") == "alice"
    assert rights.by_email(state, "nobody@x") is None
    assert (rights.leads(state, "Zoë"), rights.leads(state, "alice")) == (True, False)
    with state.reading() as connection:
        assert rights.of_entity(connection, "NL") == sorted(names[::2])
        assert "@" not in str(connection.execute(select(RIGHTS)).all())


def test_sessions_end_by_time_and_by_revocation(state):
    def kept(key, ends):
        return sessions.Kept(sessions.key_hash(key), "person:p", "p", ("self",), "self", "self", None, TIME, ends)

    with state.writing() as connection:
        sessions.write(connection, kept("a", "2026-11-24T17:00:00Z"))
        sessions.write(connection, kept("b", "2026-11-24T17:00:00Z"))
    with state.reading() as connection:
        assert sessions.of(connection, sessions.key_hash("a"), "2026-11-24T16:59:59Z") is not None
        assert sessions.of(connection, sessions.key_hash("a"), "2026-11-24T17:00:00Z") is None
        assert sessions.of(connection, sessions.key_hash("c"), TIME) is None
    with state.writing() as connection:
        sessions.revoke(connection, sessions.key_hash("a"), TIME)
        assert sessions.of(connection, sessions.key_hash("a"), TIME) is None
        assert sessions.revoke_all(connection, "person:p", TIME) == 1
        assert sessions.of(connection, sessions.key_hash("b"), TIME) is None


def test_tokens_are_found_by_their_secret_alone(state):
    wanted = tokens.Token(0, "l", "person:p", "p", "self", "self", None, "person:p", TIME, "2026-12-24T09:00:00Z", None)
    with state.writing() as connection:
        number, secret = tokens.write(connection, wanted)
        assert tokens.of(connection, secret, TIME).id == number
        assert tokens.of(connection, secret + "x", TIME) is None
        assert tokens.of(connection, secret, "2026-12-24T09:00:00Z") is None
        assert (tokens.revoke(connection, number, TIME), tokens.revoke(connection, number, TIME)) == (True, False)
        assert tokens.of(connection, secret, TIME) is None


def test_a_change_needs_another_person_within_seven_days(state):
    with state.writing() as connection:
        made = changes.propose(connection, changes.POLICY, "{}", "because of a reason", "os:a", TIME)
    with pytest.raises(NotPermitted), state.writing() as connection:
        changes.decide(connection, made.id, "os:a", TIME, approve=True)
    with pytest.raises(WrongUsage, match="expired"), state.writing() as connection:
        changes.decide(connection, made.id, "os:b", "2026-12-01T09:00:01Z", approve=True)
    with state.writing() as connection:
        assert (
            changes.decide(connection, made.id, "os:b", "2026-12-01T09:00:00Z", approve=True).state == changes.APPROVED
        )
    with pytest.raises(WrongUsage, match="approved"), state.writing() as connection:
        changes.decide(connection, made.id, "os:c", TIME, approve=False)


def test_notices_are_delivered_once_and_read_once(state):
    with state.writing() as connection:
        assert notices.deliver(connection, notices.POLICY, "1", [("a", "NL"), ("b", "NL"), ("c", "DE")], TIME) == 3
        assert notices.deliver(connection, notices.POLICY, "1", [("a", "NL"), ("d", "DE")], "2026-11-25T00:00:00Z") == 1
        first, second = dt.date(2026, 11, 24), dt.date(2026, 11, 25)
        reached = {"NL": notices.Reached(2, first, 0), "DE": notices.Reached(2, first, 0)}
        assert notices.reached(connection, "1") == reached
        assert notices.deliver(connection, notices.POLICY, "1", [("a", "DE")], "2026-11-25T00:00:00Z") == 1
        rights_of = [rights.Employee(name, None, None, None, None, "DE") for name in ("a", "c", "d")]
        connection.execute(insert(RIGHTS), rights.tree(rights_of)[0])
        # one person in two legal entities is one who was told, and counts where they are now
        assert notices.reached(connection, "1") == {**reached, "DE": notices.Reached(3, first, 3)}
        assert notices.reached(connection, "2") == {}
        assert (notices.people_told(connection, "1"), notices.people_told(connection, "2")) == (4, 0)
        assert rights.sizes_of_entities(connection) == {"DE": 3}
        assert notices.told(connection, [("DE", "1"), ("NL", "1")], first) == {"c": first}
        assert notices.told(connection, [("DE", "1"), ("NL", "1")], second) == {"a": second, "c": first, "d": second}
        assert notices.told(connection, [("NL", "1")], second) == {}
        notices.read(connection, "a", TIME)
        assert [one.read_at for one in notices.of(connection, "a")] == [TIME, TIME]


def test_a_policy_by_two_people_is_in_force_after_the_notice(state):
    people(state)
    today = dt.date(2026, 11, 24)
    number = policies.decided(state, today, profile="managed", dpia=policies.assessments(state))
    settings = policies.settings_of(state)
    assert policies.in_force_on(settings, state, today).noticed_entities == frozenset()
    assert policies.in_force_on(settings, state, dt.date(2026, 12, 7)).noticed_entities == frozenset()
    assert policies.in_force_on(settings, state, dt.date(2026, 12, 8)).noticed_entities == {"NL", "DE"}
    with state.reading() as connection:
        assert [one.ref for _, one in decisions.every(connection)] == [str(number)]


def test_a_case_an_offer_a_switch_and_a_run(state):
    people(state)
    viewer = Viewer(role="self", purpose="self", person_id="alice")
    claim = contests.Claim("leave", "2026Q3")
    made = contests.open_contest(state, Policy(), viewer, claim, NOW.date(), Act("test", "test", NOW))
    assert (made.id, cases.under_review(state)) == (1, ["alice"])
    with state.writing() as connection:
        offers.write(
            connection, [offers.Offer("alice", TIME, "2027-01-05", "Zoë", "A", "a seat", "no seat", "support", 0)]
        )
        switches.write(connection, switches.LOCKDOWN, switches.ON, TIME, "os:a")
        switches.write(connection, switches.LOCKDOWN, switches.OFF, TIME, "os:a")
        assert switches.read(connection)[switches.LOCKDOWN] == switches.OFF
        assert [one.named for one in offers.standing(connection, "a seat", NOW.date())] == [True]
    run = runs.begin(state, "score", NOW)
    runs.end(state, run, "done", NOW)


def test_a_reader_waits_for_no_writer(state):
    audit.record(state, EVENT, ["p"])
    with state.writing() as writing:
        choices.write(writing, ["p"], choices.BOARD, choices.IN, TIME)
        with state.reading() as connection:
            assert audit.verify(connection)[::2] == (1, None)


def test_a_server_that_stops_is_said_and_comes_back(server, tmp_path, opened):
    state = opened(tmp_path / "state.db", server.database("stopped"))
    audit.record(state, EVENT, ["p"])
    server.stop()
    try:
        with pytest.raises(Unreachable):
            audit.record(state, EVENT, ["p"])
        with pytest.raises(Unreachable), state.reading():
            pass
    finally:
        server.start()
    audit.record(state, EVENT, ["p"])
    with state.reading() as connection:
        assert audit.verify(connection)[::2] == (2, None)


def test_the_error_of_a_store_tells_no_address(tmp_path):
    with (
        pytest.raises(Unreachable) as caught,
        State(tmp_path / "s.db", "postgresql://u:secret@127.0.0.1:9/x").reading(),
    ):
        pass
    assert "secret" not in str(caught.value)
    assert not isinstance(caught.value.__cause__, DBAPIError)


@pytest.mark.parametrize("url", ["mysql://u@h/d", "not a url", "sqlite:///x.db"])
def test_another_kind_of_store_is_wrong_usage(tmp_path, url):
    with pytest.raises(WrongUsage, match=r"state\.url"):
        State(tmp_path / "s.db", url)
