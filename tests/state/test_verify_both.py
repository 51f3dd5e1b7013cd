"""Verification on both stores: records of few, many and no people, and a list beside a record that is another one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.state.test_both import EVENT, NOW
from uptake.state import audit, heads, verify

CASES = {
    "added": "insert into audit_subjects (seq, subject) values (1, '0')",
    "added to many": "insert into audit_subjects (seq, subject) values (3, '0')",
    "of no record": "insert into audit_subjects (seq, subject) values (9, '0')",
    "gone": "delete from audit_subjects where seq = 2",
    "one of many gone": "delete from audit_subjects where seq = 3 and subject = (select max(subject) from audit_subjects where seq = 3)",
    "another one": "update audit_subjects set subject = 'x' where seq = 2 and subject = (select min(subject) from audit_subjects where seq = 2)",
}


@pytest.fixture
def log(state):
    for people in ((), ("a", "b", "c"), [f"p{number}" for number in range(70)], ("a",)):
        audit.record(state, EVENT, people)
    return state


def found(state, kept=()):
    with state.reading() as connection:
        return verify.log(connection, kept, state.signer.public_key)


def test_a_whole_log_is_whole_against_its_heads(log):
    with log.reading() as connection:
        count, ending, _ = audit.verify(connection)
    assert found(log, [log.signer.head(count, ending, NOW)]).reasons == []
    assert (found(log).records, found(log).head) == (4, ending)
    later = log.signer.head(5, ending, NOW)
    assert found(log, [later]).reasons == [f"the log ends before record 5, which a head of {later.time} names"]
    assert len(found(log, [heads.Head(4, ending, later.time, later.signature)]).reasons) == 1


@pytest.mark.parametrize("case", CASES)
def test_a_list_beside_a_record_that_is_another_one_is_found(log, case):
    with log.writing() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("select name from sqlite_master where type = 'trigger'")).scalars().all()
            for name in rows:
                connection.execute(text(f"drop trigger {name}"))
        else:
            connection.execute(text("alter table audit_subjects disable trigger user"))
        connection.execute(text(CASES[case]))
    verdict = found(log)
    assert verdict.first_bad == {"added": 1, "gone": 2, "another one": 2, "of no record": 9}.get(case, 3)
    assert not verdict.ok
