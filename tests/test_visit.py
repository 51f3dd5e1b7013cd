"""The session of a visit: what one was lent is its own, and each question is lent it anew."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from tests.demo_home import made
from uptake.errors import NotPermitted
from uptake.jobs import State
from uptake.policy import Policy, Viewer
from uptake.reads import Caller, Filters, Visit, policies
from uptake.settings import read_settings
from uptake.state import notices, rights

ENTITY = rights.RIGHTS_COLUMNS.index("legal_entity")
NOW = dt.datetime(2026, 11, 24, 9)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = read_settings(made(tmp_path_factory.mktemp("visit") / "home", 80, 1))
    return settings, State.of(settings)


def visit(home, viewer, policy=None):
    return Visit(*home, policy or Policy(), viewer, Caller("test", "test", NOW), None)


def own(person):
    return Viewer(role="self", purpose="self", person_id=person)


def told(home, person, day):
    with home[1].writing() as connection:
        notices.deliver(connection, notices.POLICY, f"of {day}", [(person, "NL")], f"{day}T09:00:00Z")


def test_visits_that_overlap_see_what_each_was_lent_and_what_came_meanwhile(home):
    ann, ben = sorted(str(row[0]) for row in rights.read(home[1]))[:2]

    def refs(asking):
        """Of the notices of this test: the demo has told everybody of its policy."""
        found = [str(row["ref"]) for row in asking.ask("my_notices", Filters()).rows()]
        return [ref for ref in found if ref.startswith("of ")]

    told(home, ann, "2026-10-01")
    with visit(home, own(ann)) as of_ann, visit(home, own(ben)) as of_ben:
        assert (refs(of_ann), refs(of_ben)) == (["of 2026-10-01"], [])
        told(home, ann, "2026-10-02")
        assert (refs(of_ann), refs(of_ben)) == (["of 2026-10-01", "of 2026-10-02"], [])
        for person, asking in ((ann, of_ann), (ben, of_ben)):
            rows = asking.ask("quarter_scores", Filters()).rows()
            assert {row["person_id"] for row in rows} <= {person}


def test_what_policy_forbids_from_now_on_is_not_answered_out_of_what_was_asked_before(home):
    rows = rights.read(home[1])
    manager = next(str(row[1]) for row in rows if row[1])
    entities = frozenset(str(row[ENTITY]) for row in rows if row[ENTITY])
    with home[1].writing() as connection:
        notices.deliver(connection, notices.POLICY, "7", [(str(row[0]), str(row[ENTITY])) for row in rows if row[ENTITY]], "2026-06-01T09:00:00Z")  # fmt: skip
    refs = tuple((entity, "7") for entity in sorted(entities))
    said = {"profile": "managed", "manager_depth": 9, "noticed_entities": entities, "notice_refs": refs}
    viewer = Viewer(role="manager", purpose="support", person_id=manager)
    with visit(home, viewer, Policy(**said)) as before:
        assert before.ask("quarter_scores", Filters()).rows()
    another = Policy(**{**said, "notice_refs": tuple((entity, "8") for entity in sorted(entities))})
    with visit(home, viewer, another) as untold:
        assert untold.ask("quarter_scores", Filters()).rows() == []
    with visit(home, viewer, Policy(**said, lockdown=True)) as locked, pytest.raises(NotPermitted):
        locked.ask("quarter_scores", Filters())


def test_what_is_kept_of_loads_speaks_of_quarters_alone_and_is_of_one_snapshot(home):
    person = min(str(row[0]) for row in rights.read(home[1]))
    with visit(home, own(person)) as first, visit(home, own(person)) as second:
        one, two = (asking.ask("lineage", Filters()).rows() for asking in (first, second))
    assert one == two
    assert all(row["person_id"] == person and row["loads"] for row in one)


def test_a_score_was_made_of_the_days_that_are_told_of_it(home):
    """The snapshot keeps their number; the days themselves stand in `day_scores`."""
    people = sorted(str(row[0]) for row in rights.read(home[1]))[:40]
    counted = 0
    for person in people:
        with visit(home, own(person)) as asking:
            made, days = asking.ask("lineage", Filters()).rows(), asking.ask("day_scores", Filters()).rows()
        told = Counter(f"{day.year}Q{(day.month + 2) // 3}" for day in {row["day"] for row in days})
        assert {row["quarter"]: row["days"] for row in made} == {row["quarter"]: told[row["quarter"]] for row in made}
        counted += sum(row["days"] for row in made)
    assert counted > 500


def test_how_far_a_notice_is_is_counted_anew_once_notices_or_people_change(home):
    _, state = home

    def far(ref):
        with state.reading() as connection:
            return policies.notified(state, connection, ref)

    rows = rights.read(state)
    people = [(str(row[0]), str(row[ENTITY])) for row in rows if row[ENTITY]][:3]
    assert far("99").told == 0
    with state.writing() as connection:
        notices.deliver(connection, notices.POLICY, "99", people, "2026-06-01T09:00:00Z")
    before = far("99")
    assert (before.told, sum(one.still_there for one in before.reached.values())) == (3, 3)
    assert far("99") is before
    left = [dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rows if str(row[0]) != people[0][0]]
    rights.write(state, left)
    after = far("99")
    assert (after.told, sum(one.still_there for one in after.reached.values())) == (3, 2)
    assert sum(after.people.values()) == sum(before.people.values()) - 1
