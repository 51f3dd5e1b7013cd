"""Errors that a person reported: where each case stands, both values once it is recomputed, and the form of a new one."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.web import words
from uptake.web.pages import forms
from uptake.web.pages.shape import Cards, Look, Row, Rows

CATEGORIES = {
    "leave": "Leave is missing or wrong", "part_time": "Working time is wrong", "shared_account": "Account is shared",
    "wrong_team": "Wrong team or line", "wrong_identity": "These are not my accounts",
    "vendor_gap": "My use was not reported", "other": "Something else",
}  # fmt: skip
STATES = {
    "restricted": "nobody has taken it yet", "under_review": "a reviewer works on it", "decided": "waits for the next score run",
    "closed": "closed",
}  # fmt: skip
NAMES = {"lob": "line", "score_micro": "score", "observed_days": "observed of the expected days"}
KINDS = {"score_micro": "micro-points", "coverage": "ppm", "expected_days": "centi-days", "observed_days": "centi-days"}


def words_of(name: str) -> str:
    """A column, role or question in words."""
    return NAMES.get(name, name.replace("_", " "))


def figure(name: str, value: Any) -> str:
    """A figure of a quarter as people read it."""
    if value is None:
        return words.DASH
    if name in ("segment", "reason"):
        return words.segment(value) if name == "segment" else words.reason(value)
    if name == "certainty":
        return "clear" if value == "clear" else f"close to {words.segment(value.partition(':')[2])}"
    return words.cell(value, "quarter" if name == "quarter" else KINDS.get(name, "text"))


def both_values(before: str | None, after: str | None) -> str:
    """Both values of each figure that a recompute made anew, what changed first."""
    old, new = json.loads(before or "{}"), json.loads(after or "{}")
    rows = [(words_of(name), figure(name, old.get(name)), figure(name, new.get(name))) for name in old | new]
    rows.sort(key=lambda row: row[1] == row[2])
    if rows and all(row[1] == row[2] for row in rows):
        return Svg('<p class="said">The correction changed no figure of the quarter.</p>')
    return forms.plain_table("Before and after", ("Figure", "Before", "After"), rows)


def drawn_cases(_look: Look, rows: Rows, _others: Cards) -> str:
    """The own cases, newest first."""
    return Svg("".join(_case(row) for row in reversed(rows)))


def _case(row: Row) -> str:
    where = words.quarter(row["quarter"]) if row["day"] is None else words.day(row["day"], year=True)
    closed = row["state"] == "closed"
    tag = '<span class="tag">Closed</span>' if closed else '<span class="tag amber">Under review</span>'
    opened, due = words.day(row["opened"], year=True), words.day(row["due"], year=True)
    said = f"Answer due {due}. {words.LEFT_OUT}"
    if closed:
        said = f"{row['decision'].capitalize()}, closed {words.day(row['closed'], year=True)}."
    elif row["state"] != "restricted":
        said = f"{STATES[row['state']].capitalize()}. {said}"
    figures = both_values(row["before"], row["after"]) if row["after"] else ""
    what = f"{CATEGORIES.get(row['category'], row['category'])}, {where}"
    return f'<p class="case">{tag} Case {words.count(row["id"])}, opened {esc(opened)}: {esc(what)}. {esc(said)}</p>{figures}'


def form(look: Look, _rows: Rows, others: Cards) -> str:
    """The form: what is wrong, in which quarter, on which day if it is one. It needs no script."""
    options = "".join(f'<option value="{name}">{esc(text)}</option>' for name, text in CATEGORIES.items())
    held = [row["quarter"] for row in others["quarters"]] or [look.quarter]
    quarters = "".join(
        f'<option value="{esc(name)}"{" selected" if name == look.quarter else ""}>{esc(words.quarter(name))}</option>'
        for name in held
    )
    first = dt.date(int(held[-1][:4]), 1, 1)
    return Svg(
        '<form method="post" action="/me/contest" class="act report">'
        f'<label>What is wrong <select name="category">{options}</select></label>'
        f'<label>In which quarter <select name="quarter">{quarters}</select></label>'
        f'<label>On which day, if one <input type="date" name="day" min="{first}" max="{look.today}"></label>'
        '<button class="filled">Report an error</button></form>'
    )
