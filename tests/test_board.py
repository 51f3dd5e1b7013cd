"""The board of people in its three modes, asked through the gate."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests import demo_home
from uptake.acts import Act, board, contests
from uptake.errors import NotPermitted
from uptake.jobs import State, policy_of
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import read_settings
from uptake.state import audit, choices, rights, switches

NOW = dt.datetime(2026, 11, 24, 9)
CALLER = Caller("test", "test", NOW)
ACT = Act("test", "test", NOW)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("board") / "home", 300)


@pytest.fixture
def world(home):
    settings = read_settings(home)
    state = State(settings.state_file)
    people = [str(row[0]) for row in rights.read(state)]
    choices.choose(state, people, choices.BOARD, choices.OUT, "2026-11-24T09:00:00Z")
    return settings, state, people


def policy(settings, **changes):
    return dataclasses.replace(policy_of(settings, State(settings.state_file), NOW.date()), **changes)


def line_of(state, person):
    return rights.of_person(state, person)["lob"]


def seen(world, person, rule):
    settings, state, _ = world
    viewer = Viewer(role="peer", purpose="self", person_id=person, lob=line_of(state, person))
    return ask(settings, state, rule, "leaderboard", viewer, Filters(), CALLER)


def a_line(world):
    """The line with most scored people, and these people, highest score first."""
    settings, state, people = world
    opened = policy(
        settings, profile="open-board", board_entities=frozenset({str(row[8]) for row in rights.read(state)})
    )
    found = {}
    for person in people:
        line = line_of(state, person)
        if line not in found:
            found[line] = [row["person_id"] for row in seen(world, person, opened).rows()]
    return max(found.values(), key=len), opened


def test_off_answers_nobody(world):
    settings, _, people = world
    for profile in ("team-first", "managed"):
        with pytest.raises(NotPermitted):
            seen(world, people[0], policy(settings, profile=profile))


def test_bands_show_who_opted_in_and_nothing_but_a_band_and_a_pseudonym(world):
    settings, state, _ = world
    line, _ = a_line(world)
    assert len(line) > 14
    chosen = line[::2][:11]
    choices.choose(state, chosen, choices.BOARD, choices.IN, "2026-11-24T09:00:00Z")
    bands = policy(settings, profile="managed", board_bands=True)
    answer = seen(world, chosen[0], bands)
    rows = answer.rows()
    assert answer.columns == ("band", "pseudonym", "mine")
    assert len(rows) == 11
    assert [row["band"] for row in rows if row["mine"]] == [10]
    assert {row["band"] for row in rows} <= {10, 25, 50, 100}
    text = str(rows)
    assert not any(person in text for person in line)
    assert rows == sorted(rows, key=lambda row: (row["band"], row["pseudonym"])), "no order inside a band"
    outside = seen(world, line[1], bands).rows()
    assert [row["mine"] for row in outside] == [False] * 11


def test_ten_people_in_bands_are_too_few(world):
    settings, state, _ = world
    line, _ = a_line(world)
    choices.choose(state, line[:10], choices.BOARD, choices.IN, "2026-11-24T09:00:00Z")
    bands = policy(settings, profile="managed", board_bands=True)
    assert seen(world, line[0], bands).rows() == []
    choices.choose(state, line[10:11], choices.BOARD, choices.IN, "2026-11-24T09:00:00Z")
    assert len(seen(world, line[0], bands).rows()) == 11


def test_who_is_under_review_does_not_make_a_board_large_enough(world):
    settings, state, _ = world
    line, _ = a_line(world)
    choices.choose(state, line[:11], choices.BOARD, choices.IN, "2026-11-24T09:00:00Z")
    bands = policy(settings, profile="managed", board_bands=True)
    assert len(seen(world, line[0], bands).rows()) == 11
    own = Viewer(role="self", purpose="self", person_id=line[5])
    contests.open_contest(state, bands, own, contests.Claim("other", "2026Q3"), dt.date(2026, 10, 16), ACT)
    assert seen(world, line[0], bands).rows() == []
    choices.choose(state, line[11:12], choices.BOARD, choices.IN, "2026-11-24T09:00:00Z")
    assert len(seen(world, line[0], bands).rows()) == 11
    with state.writing() as connection:
        connection.exec_driver_sql("delete from contests")


def test_who_has_moved_stands_on_no_board_until_they_are_ranked_where_they_are(world):
    """A reader of the line as it is now would see one mover, and know who it is."""
    settings, state, _ = world
    line, _ = a_line(world)
    choices.choose(state, line[:13], choices.BOARD, choices.IN, "2026-11-24T09:00:00Z")
    bands, before = policy(settings, profile="managed", board_bands=True), line_of(state, line[0])
    assert len(seen(world, line[0], bands).rows()) == 13
    moved = f"update rights set lob = 'New Line' where person_id in ('{line[0]}', '{line[1]}')"
    with state.writing() as connection:
        connection.exec_driver_sql(moved)
        switches.write(connection, rights.STAMP, "moved", "", "test")
    try:
        assert seen(world, line[0], bands).rows() == []
        assert len(seen(world, line[2], bands).rows()) == 11
    finally:
        with state.writing() as connection:
            connection.exec_driver_sql(f"update rights set lob = '{before}' where lob = 'New Line'")
            switches.write(connection, rights.STAMP, "moved back", "", "test")


def test_pseudonyms_are_of_the_quarter_and_no_hash_of_the_id(world):
    _, state, people = world
    names = {state.pseudonym(people[0], f"board-{quarter}")[:8] for quarter in ("2026Q2", "2026Q3")}
    assert len(names) == 2


def test_open_lists_the_own_line_with_scores(world):
    line, opened = a_line(world)
    answer = seen(world, line[3], opened)
    assert {"rank", "person_id", "score", "segment", "weeks"} <= set(answer.columns)
    assert not {"band", "pseudonym", "mine"} & set(answer.columns)
    assert {line_of(world[1], row["person_id"]) for row in answer.rows()} == {line_of(world[1], line[3])}
    assert not {row["segment"] for row in answer.rows()} & {"insufficient", "excluded"}


def test_the_choice_is_the_own_one_and_is_written_down(world):
    settings, state, people = world
    bands = policy(settings, profile="managed", board_bands=True)
    mine = Viewer(role="peer", purpose="self", person_id=people[0])
    board.choose(state, bands, mine, "in", ACT)
    assert choices.of(state, choices.BOARD, choices.IN) == [people[0]]
    board.choose(state, bands, mine, "out", ACT)
    assert choices.of(state, choices.BOARD, choices.IN) == []
    with state.reading() as connection:
        last = connection.exec_driver_sql("select record from audit order by seq desc limit 1").scalar()
        assert '"action":"choose"' in last
        assert people[0] not in last
        assert audit.verify(connection)[2] is None


@pytest.mark.parametrize(
    ("role", "purpose", "value", "changes"),
    [
        ("manager", "support", "in", {"board_bands": True}),
        ("peer", None, "in", {"board_bands": True}),
        ("peer", "self", "in", {}),
        ("peer", "self", "in", {"profile": "open-board"}),
        ("peer", "self", "maybe", {"board_bands": True}),
    ],
)
def test_other_choices_are_refused_and_change_nothing(world, role, purpose, value, changes):
    settings, state, people = world
    viewer = Viewer(role=role, purpose=purpose, person_id=people[0])
    with pytest.raises(NotPermitted):
        board.choose(state, policy(settings, **changes), viewer, value, ACT)
    assert choices.of(state, choices.BOARD, choices.IN) == []
