"""A store of the release before there were migrations is brought to this one with every row that it held."""

from __future__ import annotations

import multiprocessing
import sqlite3

from sqlalchemy import select, text

from uptake.jobs import State
from uptake.state import audit, contests, rights, schema
from uptake.state.tables import AUDIT

OLD = """
create table audit (seq integer not null primary key, record varchar not null, previous varchar not null, hash varchar not null);
create table audit_subjects (seq integer not null, subject varchar not null, primary key (seq, subject));
create index ix_audit_subjects_subject on audit_subjects (subject);
create table rights (person_id varchar not null primary key, manager_id varchar, lft integer not null, rgt integer not null,
    depth integer not null, lob varchar, department varchar, team varchar, legal_entity varchar);
create table runs (id integer not null primary key, job varchar not null, started_at varchar not null, ended_at varchar, result varchar);
create table contests (id integer not null primary key, person_id varchar not null, opened_at varchar not null, due varchar not null,
    category varchar not null, quarter varchar not null, day varchar, tool varchar, state varchar not null);
create index ix_contests_person_id on contests (person_id);
create table offers (id integer not null primary key, person_id varchar not null, made_at varchar not null, expires varchar not null,
    by_person varchar not null, unit varchar not null, step varchar not null, reason varchar not null, purpose varchar not null,
    blind integer not null, state varchar not null);
create index ix_offers_person_id on offers (person_id);
create index ix_offers_by_person on offers (by_person);
create table choices (person_id varchar not null, name varchar not null, value varchar not null, chosen_at varchar not null,
    primary key (person_id, name));
insert into rights values ('p', null, 1, 2, 0, 'A', null, null, 'NL');
insert into contests values (1, 'p', '2026-11-20', '2026-12-04', 'leave', '2026Q3', null, null, 'restricted');
insert into choices values ('p', 'board', 'in', '2026-11-20T09:00:00Z');
"""


def old(file):
    with sqlite3.connect(file) as connection:
        connection.executescript(OLD)
    connection.close()
    return file


def test_every_row_is_still_there_and_the_chain_goes_on(tmp_path):
    state = State(old(tmp_path / "state.db"))
    assert contests.under_review(state) == ["p"]
    assert rights.of_person(state, "p")["legal_entity"] == "NL"
    audit.record(state, {"action": "ask"}, ["p"])
    with state.reading() as connection:
        assert audit.verify(connection)[::2] == (1, None)
        assert connection.execute(text("select version_num from alembic_version")).scalar() == schema.HEAD
        assert connection.execute(select(AUDIT.c.seq)).scalar() == 1


def _open(file):
    with State(file).reading() as connection:
        connection.execute(select(AUDIT))


def test_two_processes_bring_it_up_at_once(tmp_path):
    file = old(tmp_path / "state.db")
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_open, args=(file,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert [one.exitcode for one in both] == [0, 0]
    assert contests.under_review(State(file)) == ["p"]
