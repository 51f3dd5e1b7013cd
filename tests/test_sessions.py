"""Sessions in the store: one role, one purpose, one id at a time; an old id is dead, a lost right is lost at once, reading writes nothing."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from uptake.acts import Act
from uptake.acts import sessions as acts
from uptake.errors import NotPermitted, Unreachable
from uptake.jobs import State
from uptake.settings import Settings, read_settings
from uptake.state import audit, rights
from uptake.web.sessions import LIFE, Session, Sessions, viewer_of

NOW = dt.datetime(2026, 11, 24, 9)
SIGN_IN = '[sign_in]\nissuer = "https://idp.example"\n[sign_in.roles]\n'
GROUPS = {"g1": "compliance", "g2": "lob_lead", "g3": "executive"}


def stored(folder: Path, groups: dict[str, str] = GROUPS) -> tuple[Settings, State]:
    """A home in which B reports to A, and groups give roles."""
    (folder / "settings.toml").write_text(SIGN_IN + "".join(f'{name} = "{role}"\n' for name, role in groups.items()))
    settings = read_settings(folder)
    state = State(settings.state_file)
    seat(state, ("A", None), ("B", "A"))
    return settings, state


def seat(state, *people):
    rights.write(state, rights.tree(rights.Employee(who, boss, "L", "D", "T", "E") for who, boss in people)[0])


def sessions(state, now=NOW):
    return Sessions(state, lambda: now, lambda: "p" * 64)


def viewer(settings, state, session):
    return viewer_of(settings, state, session, local=False)


@pytest.fixture
def home(tmp_path):
    return stored(tmp_path)


@pytest.fixture
def site_state(home):
    return home[1]


def test_a_session_outlives_the_process(site_state):
    held = sessions(site_state)
    made = held.open(("manager", "self"), "A")
    again = sessions(State(site_state.file))
    assert again.of(held.cookie(made)) == made


def test_a_cookie_of_another_home_is_nobody(site_state, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    foreign = sessions(State(other / "state.db"))
    cookie = foreign.cookie(foreign.open("self", "A"))
    held = sessions(site_state)
    assert held.of(cookie) is None
    assert foreign.of(held.cookie(held.open("self", "A"))) is None


def test_reading_a_session_writes_nothing(site_state, monkeypatch):
    held = sessions(site_state)
    cookie = held.cookie(held.open("self", "A"))
    monkeypatch.setattr(State, "writing", lambda _self: pytest.fail("a write"))
    assert held.of(cookie) is not None


def test_where_a_change_cannot_be_written_down_the_old_session_holds(site_state, monkeypatch):
    held = sessions(site_state)
    made = held.open(("manager", "self"), "A")

    def full(*_args, **_more):
        raise Unreachable("full")

    with monkeypatch.context() as patched:
        patched.setattr(audit, "append", full)
        for change in (lambda: held.wear(made, "training"), lambda: held.close(made), lambda: held.open("self", "B")):
            with pytest.raises(Unreachable):
                change()
    assert held.of(held.cookie(made)) == made
    with site_state.reading() as connection:
        assert audit.verify(connection)[2] is None


LOST = [
    # role, person, who is in the tree afterwards, groups afterwards, still holds
    ("self", "B", [("A", None), ("B", "A")], GROUPS, True),
    ("self", "B", [("A", None)], GROUPS, False),
    ("manager", "A", [("A", None), ("B", "A")], GROUPS, True),
    ("manager", "A", [("A", None), ("B", None)], GROUPS, False),
    ("lob_lead", "A", [("A", None), ("B", "A")], GROUPS, True),
    ("lob_lead", "A", [("A", None), ("B", "A")], {"g1": "compliance"}, False),
    ("lob_lead", "A", [("B", None)], GROUPS, False),
    ("compliance", None, [], GROUPS, True),
    ("compliance", None, [], {"g2": "lob_lead"}, False),
    ("executive", "A", [("A", None)], GROUPS, True),
    ("executive", "A", [("A", None)], {"g1": "compliance"}, False),
    ("executive", "A", [("B", None)], GROUPS, False),
]


@pytest.mark.parametrize(("role", "person", "tree", "groups", "holds"), LOST)
def test_rights_are_those_of_now_not_those_of_the_sign_in(tmp_path, role, person, tree, groups, holds):
    settings, state = stored(tmp_path)
    made = sessions(state).open(role, person, "officer:x" if person is None else "")
    assert viewer(settings, state, made) is not None
    settings, _ = stored(tmp_path, groups)
    seat(state, *tree)
    assert (viewer(settings, state, made) is not None) == holds


def test_a_move_takes_effect_at_the_next_request(home):
    settings, state = home
    made = sessions(state).open("self", "B")
    assert viewer(settings, state, made).unit == "L/D/T"
    moved = rights.Employee("B", None, "L2", "D2", "T2", "E")
    rights.write(state, rights.tree([moved])[0])
    assert (viewer(settings, state, made).unit, viewer(settings, state, made).lob) == ("L2/D2/T2", "L2")


@pytest.mark.parametrize("role", ["self", "peer", "manager", "lob_lead"])
def test_no_officer_has_a_role_of_a_person(home, role):
    settings, state = home
    made = Session("x", "officer:x", (role,), sessions(state).open("manager", "A").hat, None, None, NOW + LIFE)
    assert viewer(settings, state, made) is None


def test_every_session_and_token_of_an_identity_ends_at_once_and_is_written_down(site_state):
    held, act = sessions(site_state), Act("t", "t", NOW, "os:t")
    mine, other = [held.open("self", "A") for _ in range(3)], held.open("self", "B")
    held.close(mine[2])
    wanted = acts.Token(
        0, "l", "person:A", "A", "self", "self", None, "person:A", act.time, "2026-12-01T00:00:00Z", None
    )
    acts.new_token(site_state, "p", wanted, 7, act)
    with pytest.raises(NotPermitted):
        acts.revoke_all(site_state, "p", "executive", "person:A", act)
    assert acts.revoke_all(site_state, "p", "administrator", "person:A", act) == (2, 1)
    assert acts.revoke_all(site_state, "p", "administrator", "person:A", act) == (0, 0)
    assert [held.of(held.cookie(one)) for one in mine] == [None] * 3
    assert held.of(held.cookie(other)) == other
    with site_state.reading() as connection:
        texts = [str(row.record) for row in connection.execute(audit.AUDIT.select())]
    assert sum('"action":"revoke_sessions"' in text for text in texts) == 2
    assert not any("person:A" in text for text in texts)


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["open", "close", "restart", "later"]).map(lambda word: (word, "")),
        st.tuples(st.just("wear"), st.sampled_from(["self", "support", "training", "board", "compliance", "nothing"])),
        st.tuples(st.just("enter"), st.sampled_from(["C-1", "C-2", "", "a/b"])),
    ),
    max_size=12,
)


class Walk:
    """One person who signs in, changes hats and goes, while the process is started anew now and then."""

    def __init__(self, folder: str, roles: tuple[str, ...], person: str | None) -> None:
        self.state, self.now, self.who = State(Path(folder) / "state.db"), NOW, (roles, person)
        self.alive: Session | None = None
        self.dead: list[str] = []
        self.restart("")

    def restart(self, _value):
        self.held = Sessions(State(self.state.file), lambda: self.now, lambda: "p")

    def later(self, _value):
        self.now += dt.timedelta(hours=5)
        self.alive = self.alive if self.alive and self.alive.ends > self.now else None

    def close(self, _value):
        if self.alive:
            self.held.close(self.alive)
        self.alive = None

    def open(self, _value):
        self.close("")
        roles, person = self.who
        self.alive = self.held.open(roles, person, "" if person else "officer:x")

    def wear(self, value):
        self.alive = self.alive and self.held.wear(self.alive, value)

    def enter(self, value):
        self.alive = self.alive and self.held.enter(self.alive, value)

    def step(self, word, value):
        before = self.alive
        try:
            getattr(self, word)(value)
        except NotPermitted:
            assert word in ("wear", "enter")
        if before not in (None, self.alive):
            self.dead.append(self.held.cookie(before))


@limits(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from([(("manager", "self"), "A"), (("compliance",), None), (("compliance", "self"), "A")]))
def test_whatever_is_done_one_id_lives_and_says_what_was_chosen_last(steps, who):
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(folder, *who)
        for word, value in steps:
            walk.step(word, value)
            found = walk.alive and walk.held.of(walk.held.cookie(walk.alive))
            assert found == walk.alive
            assert [walk.held.of(cookie) for cookie in walk.dead] == [None] * len(walk.dead)
            if found:
                assert found.hat.role in {*who[0], "peer"}
                assert found.case_id is None or (found.hat.role, found.hat.purpose) == ("compliance", "assurance")
        with walk.state.reading() as connection:
            assert audit.verify(connection)[2] is None
