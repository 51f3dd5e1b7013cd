"""Two sources of one tool: one that tells of use counts before one that tells of none, and exactly one counts (C8, decision 0038). Against the oracle."""

from __future__ import annotations

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st

from tests import product
from tests.oracle import oracle
from tests.oracle.world import Canonical, Link
from tests.small_worlds import CLOSED, MONDAY, Sketch, bulk, workdays
from uptake.model import ALL_FEATURES, SlotUse, Usage

TOLD = (
    {}, {"prompts": 0, "accept_user": 0, "sessions": 0}, {"prompts": 3}, {"accept_user": 2}, {"accept_auto": 5},
    {"accept_unsplit": 1}, {"reject_user": 1}, {"sessions": 1}, {"requests": 4, "tokens_in": 90}, {"lines_agent_added": 7},
)  # fmt: skip
"""What a row may say, of which some is use and some is not."""
SLOTS = ((), ((0, 2, True, 0),), ((0, 0, True, 0), (9, 0, True, 0)), ((3, 1, False, 1),))
report = st.none() | st.sampled_from(TOLD)
telemetry = st.none() | st.tuples(st.sampled_from(TOLD), st.sampled_from(SLOTS))
days = st.lists(st.tuples(report, telemetry, telemetry), min_size=30, max_size=60)
"""A report row of the first account; telemetry of the first and of a second one of the same person."""


def row(account: str, day: dt.date, said: dict[str, int]) -> Usage:
    return Usage(
        tool="codex", account=account, day=day, surface="codex", feature=ALL_FEATURES, feature_class="proactive", **said
    )


def enter(
    sketch: Sketch, account: str, day: dt.date, told: tuple[dict[str, int], tuple[tuple[int, int, bool, int], ...]]
) -> None:
    """A day of telemetry. Where it has times they are what it counts by, as in the rows of the reader."""
    said, times = told
    usage = row(account, day, said)
    slots = [
        SlotUse(
            tool="codex",
            account=account,
            day=day,
            surface="codex",
            slot=slot,
            prompts=prompts,
            agent=agent,
            accepts=accepts,
        )
        for slot, prompts, agent, accepts in times
    ]
    usage.prompts = sum(one.prompts for one in slots)
    usage.accept_user = sum(one.accepts for one in slots)
    usage.agent_slots = sum(one.agent and not one.prompts for one in slots)
    sketch.world.canonical.append(Canonical("otlp:codex", usage, slots=slots))


@given(days)
@example(
    [(TOLD[0], (TOLD[0], SLOTS[1]), None), (TOLD[2], (TOLD[0], SLOTS[1]), None), (TOLD[1], None, (TOLD[0], SLOTS[2]))]
    * 10
)
@bulk(2)
def test_who_tells_of_use_counts_before_who_tells_of_none(drawn) -> None:
    sketch = Sketch()
    sketch.covered(MONDAY, CLOSED, ["codex", "otlp:codex"])
    sketch.person("Ana", seats=("codex",))
    sketch.person("Ben", seats=("codex",))
    sketch.world.links.append(Link("codex", "ana2", "Ana"))
    sketch.world.canonical.append(Canonical("codex", row("ben", MONDAY, TOLD[2])))
    for day, (reported, first, second) in zip(workdays(len(drawn)), drawn, strict=True):
        if reported is not None:
            sketch.world.canonical.append(Canonical("codex", row("ana", day, reported)))
        for account, told in (("ana", first), ("ana2", second)):
            if told is not None:
                enter(sketch, account, day, told)
    found = sketch.score(CLOSED)
    wanted = oracle.expected(sketch.world, CLOSED)
    for ours, oracles in zip(found, wanted, strict=True):
        assert product.differences(ours, oracles) == []
