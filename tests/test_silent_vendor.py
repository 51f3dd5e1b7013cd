"""A vendor day without data makes people "not observed", whatever the kind of source; nobody becomes a non-user by it (GOVERNANCE 13)."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest

from tests.oracle import spec as specs
from tests.small_worlds import CLOSED, LAST, MONDAY, QUARTER, Sketch, after, workdays
from uptake.sources import SOURCES

KINDS = {source.name: source.tool for source in SOURCES.values() if source.grain and source.tool}
WITHOUT_TOOL = {source.name for source in SOURCES.values() if source.grain and not source.tool}
"""Sources that tell of several tools; they declare no day complete, so that nobody's zero follows from them (decision 0035)."""
SILENT = after(15)
"""One Tuesday in the middle of complete days."""
OUTAGE = dt.date(2029, 2, 1)
"""From here on the vendors gave nothing to anybody."""


@pytest.fixture(scope="module")
def scored():
    """Of each source one person who reports zeros and one who uses the tool, until the vendor falls silent. One run scores all."""
    world = Sketch()
    for name, tool in KINDS.items():
        for who in ("zero", "user"):
            world.person(f"{who} {name}", seats=[tool])
        used = "2S" if SOURCES[name].grain == "session" else "4P"
        with mock.patch.dict(specs.SOURCES, {tool: name}), mock.patch.dict(specs.FEATURES, {tool: "chat"}):
            for day in workdays(65):
                if day != SILENT and day < OUTAGE:
                    world.use(f"zero {name}", day, "0", tool)
                    world.use(f"user {name}", day, used, tool)
        for first, last in ((MONDAY, after(14)), (after(16), OUTAGE - dt.timedelta(days=1))):
            world.covered(first, last, [name])
    return world.score(CLOSED)


def test_every_kind_of_source_is_tried():
    assert {"otlp", "claude-transcripts"} == WITHOUT_TOOL
    assert len(KINDS) == len(set(KINDS.values())) >= 7


@pytest.mark.parametrize("source", KINDS)
def test_a_day_on_which_the_vendor_is_silent_is_not_observed(scored, source):
    days, quarters = scored
    tool = KINDS[source]

    def state(who: str, day: dt.date) -> str:
        return str(days[f"{who} {source}", day, tool]["state"])

    assert [state("zero", after(number)) for number in (14, 15, 16)] == ["zero", "not_observed", "zero"]
    assert [state("user", after(number)) for number in (14, 15, 16)] == ["active", "not_observed", "active"]
    late = [
        row["state"]
        for (who, day, of), row in days.items()
        if who == f"zero {source}" and of == tool and OUTAGE <= day <= LAST
    ]
    assert set(late) == {"not_observed"}
    own = quarters[QUARTER, f"zero {source}"]
    assert (own["segment"], own["reason"]) == ("insufficient", "vendor_gap")
