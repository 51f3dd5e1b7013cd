"""Properties of event grain (MEASUREMENT.md sections 2 and 9: 1, 2, 5, 6): all events lie inside 40 minutes, else a session-counting bug lives."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.world import Canonical
from tests.small_worlds import CLOSED, MONDAY, Sketch, bulk, workdays
from uptake.model import SlotUse, TelemetryEvent, Usage
from uptake.sources.otlp.days import rows

NINE = dt.timedelta(hours=9)
KINDS = ("prompt", "prompt", "request", "accept", "auto")

minutes = st.one_of(st.sampled_from((0, 9, 10, 11)), st.integers(0, 39))
acts = st.lists(st.tuples(minutes, st.sampled_from(KINDS), st.integers(0, 2)), min_size=1, max_size=40)
dense = st.lists(st.tuples(minutes, st.sampled_from(KINDS), st.integers(0, 2)), min_size=30, max_size=40)
"""Minute after nine, what, in which session."""


def events(
    person: str, day: dt.date, told: list[tuple[int, str, int]], surfaces: int = 1, sessions: int = 3
) -> list[TelemetryEvent]:
    """What a client would have sent; number `i` of them is of surface `i % surfaces`."""
    found = []
    for number, (minute, kind, session) in enumerate(told):
        detail = {"accept": "accept", "auto": "auto"}.get(kind)
        found.append(
            TelemetryEvent(
                tool="gemini_cli", account=person.lower(), surface=f"ide{number % surfaces}", day=day,
                happened_at=dt.datetime.combine(day, dt.time()) + NINE + dt.timedelta(minutes=minute, seconds=number),
                kind="decision" if detail else kind, basis="logs", session=f"s{session % sessions}",
                series=f"{number}", detail=detail,
            )
        )  # fmt: skip
    return found


def points(told: list[tuple[int, str, int]], cap: int = 5) -> int:
    """By the definition, event for event."""
    prompts: Counter[int] = Counter(minute // 10 for minute, kind, _ in told if kind == "prompt")
    begun = {}
    for number, (minute, kind, session) in enumerate(told):
        if kind == "prompt":
            begun[session] = min(begun.get(session, (minute, number)), (minute, number))
    worked = {
        minute // 10
        for number, (minute, kind, session) in enumerate(told)
        if kind != "prompt" and session in begun and begun[session] <= (minute, number)
    }
    return sum(min(count, cap) for count in prompts.values()) + len(worked - set(prompts))


def enter(sketch: Sketch, person: str, found: list[TelemetryEvent]) -> None:
    """As the loader would: the day rows of the events, with their slots."""
    for taken in rows(found, MONDAY):
        usage = taken.rows[0]
        assert isinstance(usage, Usage)
        slots = [row for row in taken.rows if isinstance(row, SlotUse)]
        sketch.link(person, "gemini_cli")
        sketch.world.canonical.append(Canonical("otlp", usage, slots=slots))


@given(st.lists(acts | dense, min_size=8, max_size=16))
@bulk(5)
def test_a_slot_earns_no_more_than_its_cap_however_it_is_cut(days):
    """1 caps and bounds; 5 one session or many; 6 one surface or three. Prompts of one session do not begin another's turn."""
    sketch = Sketch()
    sketch.covered(MONDAY, CLOSED, ["otlp"])
    for name in ("Ada", "Surfaces", "Alone", "More"):
        sketch.person(name, seats=("gemini_cli",))
    for day, told in zip(workdays(len(days)), days, strict=True):
        alone = [(minute, kind, 0) for minute, kind, _ in told]
        enter(sketch, "Ada", events("Ada", day, told))
        enter(sketch, "Surfaces", events("Surfaces", day, told, surfaces=3))
        enter(sketch, "Alone", events("Alone", day, alone))
        enter(sketch, "More", events("More", day, [*told, (5, "prompt", 0)]))
    found, quarters = sketch.score(CLOSED)
    for day, told in zip(workdays(len(days)), days, strict=True):
        own, spread, alone, more = (found[name, day, "all"] for name in ("Ada", "Surfaces", "Alone", "More"))
        assert (own["proactive"] or 0) == points(told)
        assert (own["proactive"] or 0) <= 20
        assert spread == own
        assert (alone["proactive"] or 0) == points([(minute, kind, 0) for minute, kind, _ in told])
        assert more["score_micro"] >= (own["score_micro"] or 0)
    assert quarters["2029Q1", "Ada"]["minutes"] == quarters["2029Q1", "Surfaces"]["minutes"]
    assert quarters["2029Q1", "Ada"]["minutes"] <= 40 * len(days)


@given(acts)
def test_a_row_of_a_day_counts_its_own_slots(told):
    """The day row's `agent_slots` and `prompts` are the sums of its slots; the order in which events came changes nothing."""
    made = [taken.rows for taken in rows(events("Ada", MONDAY, told), MONDAY)]
    assert made == [taken.rows for taken in rows(reversed(events("Ada", MONDAY, told)), MONDAY)]
    usage, *slots = made[0]
    assert usage.prompts == sum(slot.prompts for slot in slots)
    assert usage.accept_user == sum(slot.accepts for slot in slots)
    assert usage.agent_slots == sum(slot.agent and not slot.prompts for slot in slots)
    assert [slot.slot for slot in slots] == sorted({slot.slot for slot in slots})
