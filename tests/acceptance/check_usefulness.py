"""Useful under protection: at the demo's defaults most departments and people are in a released cell of their own unit or its parent.

UPTAKE_ACCEPT_DEMO changes the number of people.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import pathlib

from bench import measure

from tests import usefulness
from tests.acceptance import frame

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_DEMO", "5000"))
QUARTERS = {"2026Q2": dt.date(2026, 4, 1), "2026Q3": dt.date(2026, 7, 1)}
DEPARTMENTS, OF_PEOPLE = 0.70, 0.60
ASKED = f"demo of {PEOPLE}: >= {DEPARTMENTS:.0%} of departments and >= {OF_PEOPLE:.0%} of people in a released cell of their own unit or its parent"


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "home"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    found = {quarter: _of(home, quarter, day) for quarter, day in QUARTERS.items()}
    held = all(one.departments_near >= DEPARTMENTS and one.people_near >= OF_PEOPLE for one in found.values())
    return frame.Seen("; ".join(f"{quarter}: {one.text()}" for quarter, one in found.items()), held=held)


def _of(home: pathlib.Path, quarter: str, day: dt.date) -> usefulness.Useful:
    answer = home / f"{quarter}.json"
    measure.uptake("ask", "funnel", "--quarter", quarter, "--format", "json", "--out", answer, "--home", home)
    released = {row["scope"] for row in json.loads(answer.read_text())}
    return usefulness.useful(usefulness.roster(home / "vendor" / "hr-people", day), released)


if __name__ == "__main__":
    frame.alone(__spec__)
