"""What is held on a person, who looked at it, and the form by which they report an error."""

from __future__ import annotations

import datetime as dt
import json

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.web import words
from uptake.web.address import link
from uptake.web.pages import forms
from uptake.web.pages.shape import Cards, Look, Row, Rows

CATEGORIES = {
    "leave": "Leave is missing or wrong", "part_time": "Working time is wrong", "shared_account": "Account is shared",
    "wrong_team": "Wrong team or line", "wrong_identity": "These are not my accounts",
    "vendor_gap": "My use was not reported", "other": "Something else",
}  # fmt: skip
ROLES = {
    "manager": "Your manager", "lob_lead": "The lead of your line", "compliance": "Compliance officer",
    "licence": "Licence manager", "peer": "Peers, on the board", "executive": "Executive",
}  # fmt: skip
QUESTIONS = {
    "quarter_scores": "segment and score of the quarter", "not_using": "list of who is not using it", "idle_seats": "idle seats",
    "seats": "seats", "day_scores": "scores of days", "usage_days": "counts of days", "leaderboard": "board of people",
}  # fmt: skip


def drawn_held(look: Look, rows: Rows, others: Cards) -> str:
    """Kinds of records with their number, span, and the file that holds all of each."""
    lines = [
        (words.tool(tool), _counted([row for row in rows if row["tool"] == tool], "day"), "usage")
        for tool in sorted({row["tool"] for row in rows})
    ]
    quarters = others["quarters"]
    lines += [
        ("Scores of days", _counted(others["days"], "day"), "days"),
        ("Scores of quarters", f"{words.plural(len(quarters), 'quarter')}, one segment each", "quarters"),
        ("Seats", f"{words.plural(len(others['seats']), 'seat')} with dates, last use and price", "seats"),
        (
            "Who looked",
            f"{words.plural(sum(row['times'] for row in others['looked']), 'reading')} of your rows",
            "looked",
        ),
    ]
    body = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)} {_file(look, card)}</dd>" for name, text, card in lines)
    body += "<dt>Directory</dt><dd>team, line, site, working time, leave days, manager: from the HR files</dd>"
    body += "<dt>Never held</dt><dd>text of prompts, answers or code, file names, addresses</dd>"
    return Svg(f'<dl class="held">{body}</dl>')


def _counted(rows: Rows, column: str) -> str:
    if not rows:
        return "nothing in this quarter"
    days = sorted({row[column] for row in rows})
    return f"{words.plural(len(rows), 'record')}, {words.day(days[0], year=True)} to {words.day(days[-1], year=True)}"


def _file(look: Look, card: str) -> str:
    path = "/me.json" if card == "days" else f"/me/{card}.json"
    return f'<a href="{esc(link(path, look.address, view="picture", after=None))}" download>JSON</a>'


def newest_first(_look: Look, rows: Rows) -> Rows:
    """The newest day first."""
    return sorted(rows, key=lambda row: (row["day"], row["role"], row["question"]), reverse=True)


def drawn_looks(_look: Look, rows: Rows, _others: Cards) -> str:
    """A line a day, role and purpose; what was read in words."""
    shown = "".join(
        f"<dt>{esc(words.day(row['day'], year=True))}</dt><dd>{esc(_looked(row))}</dd>" for row in rows[:MOST]
    )
    return Svg(f'<dl class="held">{shown}</dl>')


MOST = 8


def _looked(row: Row) -> str:
    times = "" if row["times"] == 1 else f", {words.count(row['times'])} times"
    what = QUESTIONS.get(row["question"], row["question"].replace("_", " "))
    return f"{ROLES.get(row['role'], row['role'])}, purpose {row['purpose']}: {what}{times}"


def looks_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    """How often others read rows about this person."""
    total = sum(row["times"] for row in rows)
    return f"{words.plural(total, 'reading')} of rows with your name by others." if rows else ""


def drawn_cases(_look: Look, rows: Rows, _others: Cards) -> str:
    """The own cases, newest first."""
    return Svg("".join(_case(row) for row in reversed(rows)))


def _case(row: Row) -> str:
    where = words.quarter(row["quarter"]) if row["day"] is None else words.day(row["day"], year=True)
    closed = row["state"] == "closed"
    tag = '<span class="tag">Closed</span>' if closed else '<span class="tag amber">Under review</span>'
    said = "" if closed else f" {words.LEFT_OUT}"
    opened, due = words.day(row["opened"], year=True), words.day(row["due"], year=True)
    decided = f" {row['decision'].capitalize()}." if row["decision"] else ""
    figures = both_values(row["before"], row["after"]) if row["after"] else ""
    what = f"{CATEGORIES.get(row['category'], row['category'])}, {where}"
    return f'<p class="case">{tag} Case {words.count(row["id"])}, opened {esc(opened)}: {esc(what)}. Answer due {esc(due)}.{esc(decided)}{esc(said)}</p>{figures}'


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


def both_values(before: str | None, after: str | None) -> str:
    """Both values of each figure that a recompute made anew."""
    old, new = json.loads(before or "{}"), json.loads(after or "{}")
    rows = [
        (name.replace("_", " "), str(old.get(name, words.DASH)), str(new.get(name, words.DASH))) for name in old | new
    ]
    return forms.plain_table("Before and after", ("Figure", "Before", "After"), rows)
