"""Several organisations of one vendor in one home: settings, keys, notes, rows, schedule and doctor, each by itself."""

from __future__ import annotations

import json

import pytest

from tests.fetch.answers import Answer
from tests.fetch.conftest import NOW, ONE_DAY, ago, claude
from tests.fetch.vendors import Vendor
from uptake.errors import WrongUsage
from uptake.jobs import State, fetching, schedule
from uptake.settings import read_settings
from uptake.state import runs

SECOND = "claude-enterprise@emea"
KEYS = ("vendor-key-4711", "second-key-0815")


@pytest.fixture
def other():
    """The vendor of the second organisation, with a key of its own."""
    made = Vendor()
    made.key = KEYS[1]
    yield made
    made.close()


@pytest.fixture
def two(home, vendor, other):
    """Both organisations have the person of one id on the same days: nothing in a row tells them apart."""
    for one, names in ((vendor, ("ana", "ben")), (other, ("ana", "cem"))):
        one.days["claude-enterprise"] = {ago(n): [member(name) for name in names] for n in (3, 2)}
        one.days["claude-code"] = {ago(n): [claude(name, ago(n)) for name in names] for n in (2, 1)}
    home.extra["claude-enterprise"] = (
        f'every = 12\n[fetch.claude-enterprise.tenants.emea]\nkey = "{KEYS[1]}"\nbase_url = "{other.base}"\nevery = 6'
    )
    home.write()
    return home


def member(name: str) -> dict:
    chat = {"message_count": 5, "distinct_conversation_count": 2}
    return {"user": {"id": name, "email_address": f"{name}@x.example", "type": "user"}, "chat_metrics": chat}


def accounts(home) -> dict[str, int]:
    return home.held(
        "select tenant || '|' || account, count(distinct day) from usage where source = 'claude-enterprise' and tool = 'claude' group by all"
    )


def test_two_organisations_stand_side_by_side_and_take_nothing_from_each_other(two, vendor, other):
    two.fetch("claude-enterprise", ago(3), ago(2))
    two.now += ONE_DAY / 24
    two.fetch(SECOND, ago(3), ago(2))
    assert accounts(two) == {"|ana": 2, "|ben": 2, "emea|ana": 2, "emea|cem": 2}
    del other.days["claude-enterprise"][ago(2)][1:]
    two.now += ONE_DAY / 24
    two.fetch(SECOND, ago(2), ago(2))
    assert accounts(two) == {"|ana": 2, "|ben": 2, "emea|ana": 2, "emea|cem": 1}
    assert {one.headers["x-api-key"] for one in vendor.seen} == {KEYS[0]}
    assert {one.headers["x-api-key"] for one in other.seen} == {KEYS[1]}
    assert two.files(SECOND) == ["lock"]


def test_an_outage_of_one_organisation_holds_up_no_other(two, other):
    other.down = True
    assert two.land(SECOND).failed
    assert two.land("claude-enterprise").whole == [ago(3), ago(2)]
    other.down = False
    assert two.land(SECOND).whole == [ago(3), ago(2)]
    assert json.loads((two.path / "fetched" / SECOND / "days.json").read_text())["asked"].keys() == {
        str(ago(3)),
        str(ago(2)),
    }


def test_each_organisation_has_its_own_schedule_run_and_check(two, other):
    settings = read_settings(two.path)
    state = State.of(settings)
    assert {one.source for one in fetching.outlooks(settings, state, NOW)} >= {"claude-enterprise", SECOND}
    assert runs.scheduled(settings)[f"fetch {SECOND}"] == 6
    assert schedule.command(settings, SECOND)[3:5] == ["fetch", SECOND]
    other.once(lambda _: Answer(401), 99)
    done = two.run("fetch", SECOND, "--json")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "refuses the key" in json.loads(done.out)["error"]
    checks = {one["name"]: one for one in json.loads(two.run("doctor", "--json").out)["checks"]}
    assert not checks[f"fetch {SECOND}"]["ok"]
    assert checks[f"fetch {SECOND}"]["next_step"] == f"Run `uptake fetch {SECOND}` and see what it says"
    assert "never whole yet" in checks["fetch claude-enterprise"]["detail"]
    assert "refuses the key" in runs.last(state, f"fetch {SECOND}").result


def test_keys_of_all_organisations_are_masked_and_come_from_the_environment_too(two, monkeypatch):
    monkeypatch.setenv("UPTAKE_FETCH__CLAUDE_ENTERPRISE__TENANTS__APAC__KEY", "third-key-1")
    for words in (("config", "show"), ("config", "show", "--json")):
        shown = two.run(*words).out
        assert not any(key in shown for key in (*KEYS, "third-key-1"))
        assert "fetch.claude_enterprise.tenants.emea" in shown
    names = [name for name, _ in read_settings(two.path).fetch.set_up()]
    assert names[names.index("claude-enterprise") :][:3] == ["claude-enterprise", SECOND, "claude-enterprise@apac"]


def test_a_token_that_loses_its_rights_half_way_keeps_what_came_and_says_what_is_left(two, vendor):
    vendor.once(lambda _: Answer(403) if len(vendor.seen) > 1 else None, 99)
    done = two.run("fetch", "claude-code", "--from", ago(2), "--to", ago(1), "--json")
    found = json.loads(done.out)
    assert (done.code, found["loaded"], found["fetched"]) == (2, 2, [str(ago(2))])
    assert list(found["failed"]) == [str(ago(1))]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("claude-enterprise@nowhere", "claude-enterprise@emea"),
        ("cursor@emea", "none is set up"),
        ("cursor@", "none is set up"),
    ],
)
def test_a_tenant_that_is_not_set_up_is_told_with_those_that_are(two, name, why):
    with pytest.raises(WrongUsage, match=why):
        two.fetch(name)


def test_a_source_of_tenants_alone_says_their_names(two):
    (two.path / "settings.toml").write_text(
        f'[fetch.cursor.tenants.emea]\nkey = "{KEYS[0]}"\n[fetch.cursor.tenants.apac]\n'
    )
    with pytest.raises(WrongUsage) as told:
        two.fetch("cursor")
    assert "cursor@emea or cursor@apac" in told.value.next_step


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('[fetch.cursor.tenants.a]\naccount = "x"\n[fetch.cursor.tenants.b]\naccount = "x"\n', "one `account`"),
        ('[fetch.cursor]\naccount = "b"\n[fetch.cursor.tenants.b]\n', "one `account`"),
        ("[fetch.cursor.tenants.a.tenants.b]\n", "no tenants"),
        ('[fetch.cursor.tenants."A B"]\n', "another form"),
    ],
)
def test_settings_in_which_two_organisations_would_meet_are_refused(two, table, why):
    (two.path / "settings.toml").write_text(table)
    with pytest.raises(WrongUsage, match=why):
        read_settings(two.path)


def test_there_is_one_directory_of_people(two):
    (two.path / "settings.toml").write_text(f'[fetch.scim.tenants.emea]\nkey = "{KEYS[0]}"\nenterprise = "acme"\n')
    with pytest.raises(WrongUsage, match="one of it only"):
        two.fetch("scim@emea")
