"""A directory of people, days of ChatGPT counted from a log that holds content, bills of one user: from the vendor into the warehouse."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.fetch.answers import Answer, as_json
from tests.fetch.conftest import ONE_DAY, ago
from tests.fetch.lists import WORDS, message, person
from tests.fetch.test_bills_and_events import ITEM
from tests.fetch.vendors import always
from uptake.errors import WrongUsage
from uptake.fetch.chatgpt_days import reduced
from uptake.fetch.problems import NotFetched

# a directory


@pytest.fixture
def directory(vendor):
    vendor.people = [person(n) for n in range(1, 22)]
    return vendor


def ended(home) -> dict[str, str]:
    sql = "select person_id, cast(max(end_date) as varchar) from people where source = 'scim' group by person_id"
    return {who: day for who, day in home.held(sql).items() if day}


def test_a_directory_is_a_snapshot_of_today_and_who_has_left_it_ends(home, directory):
    assert home.fetch("scim").load().loaded == 21
    assert [one.query["startIndex"] for one in directory.seen] == ["1"]
    home.now += ONE_DAY
    directory.people.pop()
    assert home.fetch("scim").load().quarantined == 0
    assert ended(home) == {"E-21": str(ago(0))}


def test_a_directory_that_loses_many_is_held_and_one_that_breaks_off_ends_nobody(home, directory):
    home.fetch("scim")
    home.now += ONE_DAY
    whole, directory.people = directory.people, directory.people[:5]
    assert list(home.fetch("scim").failed) == [ago(-1)]
    directory.people, directory.page = whole, 4
    directory.once(lambda seen: Answer(200) if seen.query["startIndex"] == "9" else None, 9)
    assert home.fetch("scim").failed
    directory.tricks.clear()
    short = {"totalResults": 21, "Resources": whole[:20]}
    directory.once(lambda seen: as_json(short | {"Resources": []} if seen.query["startIndex"] != "1" else short), 99)
    assert "as many people" in str(home.fetch("scim").failed[ago(-1)])
    assert ended(home) == {}


def test_whom_github_gives_no_line_of_business_has_that_of_the_settings(home, directory):
    directory.people = [person(1, division=""), person(2, division="Risk")]
    home.extra["scim"] = 'lob = "Group IT"'
    home.write()
    assert home.fetch("scim").load().loaded == 2
    assert home.held("select person_id, lob from people where source = 'scim'") == {"x1": "Group IT", "E-2": "Risk"}
    assert b"Name 1" not in home.all_bytes()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('enterprise = "a"\norganization = "b"', "two directories"),
        ("", "where the directory lies"),
    ],
)
def test_a_directory_must_be_named_once(home, lines, why):
    (home.path / "settings.toml").write_text(f'[fetch.scim]\nkey = "k"\n{lines}\n')
    with pytest.raises(WrongUsage, match=why):
        home.land("scim")


# days of ChatGPT


@pytest.fixture
def talks(vendor):
    """Two people: one with answers beside her messages, in two conversations; one who wrote on one day only."""
    vendor.days["chatgpt-days"] = {
        ago(n): [
            *[
                message(number, ago(n), "ana", role, f"c{number % 2}")
                for number in range(4)
                for role in ("user", "assistant")
            ],
            *([message(9, ago(n), "ben")] if n == 2 else []),
        ]
        for n in (3, 2)
    }
    return vendor


def test_the_log_is_counted_in_memory_and_only_counts_are_loaded(home, talks, caplog, capfd):
    caplog.set_level(10)
    home.limits["keep_days"] = 5
    home.write()
    found = home.fetch("chatgpt-days")
    assert (found.whole, found.load().loaded, found.load().quarantined) == ([ago(3), ago(2)], 3, 0)
    sql = "select account || ' ' || day, cast((prompts, sessions, tenant, email) as varchar) from usage"
    assert home.held(sql) == {
        f"ana {ago(3)}": "(4, 2, ws-1, ana@x.example)",
        f"ana {ago(2)}": "(4, 2, ws-1, ana@x.example)",
        f"ben {ago(2)}": "(1, 1, ws-1, ben@x.example)",
    }
    assert WORDS not in caplog.text + "".join(capfd.readouterr())
    assert WORDS.encode() not in home.all_bytes()
    assert (home.path / "fetched" / "chatgpt-days" / f"{ago(2)}.csv").read_text().splitlines()[1:] == [
        f"{ago(2)},ana,ana@x.example,ws-1,4,2,1",
        f"{ago(2)},ben,ben@x.example,ws-1,1,1,0",
    ]
    assert talks.signed == 2


def test_a_message_that_two_files_hold_is_one_message(home, talks):
    talks.days["chatgpt-days"][ago(2)] += talks.days["chatgpt-days"][ago(3)]
    home.land("chatgpt-days")
    assert home.landed[ago(3)].splitlines()[1] == f"{ago(3)},ana,ana@x.example,ws-1,4,2,1"


def test_nobody_reads_a_log_that_nobody_approved(home, vendor):
    (home.path / "settings.toml").write_text(
        f'[fetch.chatgpt-days]\nkey = "k"\nworkspace = "ws-1"\nbase_url = "{vendor.base}"\n'
    )
    with pytest.raises(WrongUsage, match="approved_by"):
        home.land("chatgpt-days")
    assert not vendor.seen


DAY = dt.date(2026, 11, 25)


def without(row: dict, name: str) -> dict:
    held = {key: value for key, value in row.items() if key != name}
    return held | {"message": {key: value for key, value in row["message"].items() if key != name}}


@pytest.mark.parametrize("name", ["conversation_id", "id", "author", "created_at"])
def test_a_line_that_does_not_say_enough_is_not_passed_over(name):
    with pytest.raises(NotFetched, match="not understood"):
        reduced(without(message(1, DAY), name))


def test_what_no_person_sent_counts_for_nothing():
    assert [reduced(message(1, DAY, role=role)) for role in ("assistant", "system", "tool")] == [None] * 3
    assert reduced({"event_type": "AUTH_LOG"}) is None
    nobody = {key: value for key, value in message(1, DAY).items() if not key.startswith("user")}
    with pytest.raises(NotFetched, match="user_id"):
        reduced(nobody)
    by_actor = reduced(nobody | {"actor": {"id": "u9", "email": "U9@x.example"}, "timestamp": "x"})
    assert by_actor is not None
    assert (by_actor["user"], by_actor["email"], by_actor["day"]) == ("u9", "u9@x.example", "2026-11-25")
    assert WORDS not in str(by_actor)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-25T23:30:00-02:00", "2026-11-26"),
        ("2026-11-25T23:30:00Z", "2026-11-25"),
        (1764115199, "2025-11-25"),
    ],
)
def test_a_message_is_of_its_utc_day(moment, day):
    row = message(1, DAY)
    row["message"]["created_at"] = moment
    found = reduced(row)
    assert found is not None
    assert found["day"] == day


# bills of users


def test_a_bill_by_user_is_asked_for_whoever_has_a_seat_and_is_kept_apart_from_the_sum(home, vendor):
    vendor.seats = [
        {"created_at": "2026-01-05T00:00:00Z", "assignee": {"login": name, "id": n}}
        for n, name in enumerate(("Ana", "ben"))
    ]
    vendor.days["copilot-billing"] = {ago(2): [ITEM | {"grossQuantity": 9}]}
    vendor.days["copilot-billing-users"] = {ago(2): [ITEM | {"of": "Ana", "grossQuantity": 7}]}
    home.fetch("copilot-billing", ago(2), ago(2))
    home.now += ONE_DAY / 24
    found = home.fetch("copilot-billing-users", ago(2), ago(2))
    assert (found.whole, found.load().loaded) == ([ago(2)], 1)
    sql = "select scope || '|' || account, cast(quantity as int) from spends"
    assert home.held(sql) == {"enterprise|": 9, "enterprise user|ana": 7}


@pytest.mark.parametrize("said", [{}, {"user": "somebody-else"}])
def test_a_bill_of_somebody_else_is_booked_on_nobody(home, vendor, said):
    vendor.seats = [{"created_at": "2026-01-05T00:00:00Z", "assignee": {"login": "ana", "id": 1}}]
    when = {"year": ago(2).year, "month": ago(2).month, "day": ago(2).day}
    vendor.once(always(as_json({"timePeriod": when, "usageItems": [ITEM]} | said), "billing/ai_credit"), 9)
    assert "somebody else" in str(home.land("copilot-billing-users", ago(2), ago(2)).failed[ago(2)])
