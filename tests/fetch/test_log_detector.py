"""The local detector over ChatGPT's compliance log: off unless two people switched it on, in memory, counts that lead to nobody."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import policies
from tests.fetch.conftest import NOW, ONE_DAY, Home, ago
from tests.fetch.lists import WORDS, message
from uptake import jobs
from uptake.jobs import State

CARD = "4012 8888 8888 1881"
MAIL = "cem.aydin@customer-bank.com"
SOURCE = "chatgpt-days"


def said(n: int, day: dt.date, content: object, who: str = "ana", role: str = "user") -> dict:
    row = message(n, day, who, role)
    return row | {"message": row["message"] | {"content": content}}


@pytest.fixture
def log(vendor):
    """Of each of two days three prompts with something in them, one without, and much that no person wrote."""
    vendor.days[SOURCE] = {
        ago(n): [
            said(1, ago(n), {"parts": [f"{CARD} {WORDS}", {"text": f"write to {MAIL}"}]}),
            said(2, ago(n), {"text": f"{CARD} {WORDS}"}, "ben"),
            said(3, ago(n), f"{WORDS} {MAIL}", "ben"),
            said(4, ago(n), {"parts": [WORDS, None, 7]}),
            said(5, ago(n), {"parts": [f"{CARD} {MAIL}"]}, role="assistant"),
            {**said(6, ago(n), {"parts": ["short"]}), "title": f"{CARD} {MAIL}"},
        ]
        for n in (9, 3, 2)
    }
    return vendor


def switch_on(home: Home, *classes: str) -> None:
    state = State.of(home.settings())
    policies.decided(state, NOW.date() - ONE_DAY, tell=False, detector=list(classes))
    state.close()


def counted(home: Home) -> dict[str, int]:
    """Day and class -> prompts, once the counts are loaded."""
    settings = home.settings()
    state = State.of(settings)
    jobs.drain(settings, state, lambda: home.now, source="data-classes")
    state.close()
    sql = (
        "select tool || ' ' || day || ' ' || data_class, cast(sum(prompts) as bigint) from content_classes group by all"
    )
    return home.held(sql)


BOTH = {f"chatgpt {ago(n)} {name}": 2 for n in (3, 2) for name in ("card", "email")}


@pytest.mark.usefixtures("log")
def test_nothing_is_looked_at_until_two_people_switch_it_on(home):
    assert len(home.fetch(SOURCE).whole) == 2
    assert not (home.path / "spool" / "data-classes").exists()
    assert counted(home) == {}


def test_a_prompt_is_counted_once_by_day_and_class_and_what_it_said_is_nowhere(home, log, caplog, capfd):
    caplog.set_level(10)
    switch_on(home, "card", "email")
    log.expire_links = 1
    # A file may hold again what an earlier one held: it is one prompt.
    log.days[SOURCE][ago(2)] += log.days[SOURCE][ago(3)]
    assert len(home.fetch(SOURCE).whole) == 2
    lines = b"".join(path.read_bytes() for path in (home.path / "spool" / "data-classes").iterdir() if path.is_file())
    assert lines.count(b"\n") == 8
    for word in (b"ana", b"ben", b"m-2026", b"ws-1", b"c1"):
        assert word not in lines
    assert counted(home) == BOTH
    # The days are read again by the next run, under other links: the same prompts are no new ones.
    home.now += ONE_DAY / 24
    assert len(home.fetch(SOURCE, ago(3), ago(2)).whole) == 2
    assert counted(home) == BOTH
    for secret in (WORDS, CARD, MAIL, CARD.replace(" ", "")):
        assert secret not in caplog.text + "".join(capfd.readouterr())
        assert secret.encode() not in home.all_bytes()


@pytest.mark.usefixtures("log")
def test_only_classes_that_are_on_are_kept_and_counts_of_people_are_what_they_are_without(home):
    switch_on(home, "card")
    home.fetch(SOURCE)
    assert counted(home) == {name: count for name, count in BOTH.items() if name.endswith("card")}
    sql = "select account || ' ' || day, prompts from usage"
    assert home.held(sql) == {f"{who} {ago(n)}": count for n in (3, 2) for who, count in (("ana", 3), ("ben", 2))}


def test_a_log_that_is_not_understood_is_not_counted_in_part(home, log):
    switch_on(home, "card", "email")
    log.days[SOURCE][ago(2)].append({"event_type": "CONVERSATION_MESSAGE", "message": {"author": {"role": "?"}}})
    assert home.fetch(SOURCE).failed
    assert counted(home) == {}
