"""What is held on a person, and who looked at it."""

from __future__ import annotations

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.web import words
from uptake.web.address import link
from uptake.web.pages.shape import Cards, Look, Row, Rows

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
    if others["periods"]:
        lines.append(("Use by week or month", periods_deck(look, others["periods"], others).rstrip("."), "periods"))
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


def newest_period_first(_look: Look, rows: Rows) -> Rows:
    """The newest period first."""
    return sorted(rows, key=lambda row: (row["last_day"], row["first_day"], row["tool"]), reverse=True)


def periods_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    """How many periods, and in how many of them there was use."""
    used = sum(bool(row["used"]) for row in rows)
    return f"{words.plural(len(rows), 'period')}, {words.count(used)} with use."


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
WAYS = {"page": "", "file": ", taken as a file", "api": ", by a program", "command": ", at the command line"}


def _looked(row: Row) -> str:
    times = "" if row["times"] == 1 else f", {words.count(row['times'])} times"
    what = QUESTIONS.get(row["question"], row["question"].replace("_", " "))
    return f"{ROLES.get(row['role'], row['role'])}, purpose {row['purpose']}: {what}{WAYS[row['way']]}{times}"


def looks_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    """How often others read rows about this person."""
    total = sum(row["times"] for row in rows)
    return f"{words.plural(total, 'reading')} of rows with your name by others." if rows else ""
