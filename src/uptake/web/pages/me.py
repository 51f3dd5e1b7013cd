"""What is held on me, and why? The own score taken apart down to days, counts and states. Only the person sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from uptake.charts import Day, Marker, Svg, calendar, calendar_key, key, standing
from uptake.charts.core import block, esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, first_day, last_day

STATES = {"active": "value", "zero": "zero", "not_observed": "not_observed", "no_seat": "no_seat"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _own(look: Look, cards: Cards) -> Row | None:
    return common.row_of(cards["quarters"], quarter=look.quarter)


def _headline(look: Look, cards: Cards) -> Headline:
    row = _own(look, cards)
    if row is None:
        return Headline(
            f"Nothing is held on you for {words.quarter(look.quarter)}.",
            "Choose another quarter, or look at what is held below.",
        )
    observed, expected = (words.scaled(row[name] or 0, 2, 0) for name in ("observed_days", "expected_days"))
    lede = (
        f"You used AI tools on {words.plural(row['active_days'] or 0, 'day')}; {observed} of {expected} expected days are observed. "
        "Nothing on this page is for your appraisal."
    )
    if row["segment"] in ("insufficient", "excluded") or row["score_micro"] is None:
        return Headline(f"You are not compared in {look.short_quarter}: {words.reason(row['reason'])}.", lede)
    return Headline(f"Your score for {look.short_quarter} is {words.score(row['score_micro'])}{_against(row)}.", lede)


def _against(row: Row) -> str:
    """The fair comparison, in words; none where policy of the measure gives none."""
    median = {"median": row["lob_median_micro"], "active_median": row["lob_active_median_micro"]}.get(row["comparison"])
    if median is None or not row["score_micro"]:
        return ""
    side = "above" if row["score_micro"] > median else "below" if row["score_micro"] < median else "at"
    whose = "the median" if row["comparison"] == "median" else "the median of active engineers"
    return f", {side} {whose} in {row['lob']}"


def _days_of(look: Look) -> Filters:
    return Filters(tool=look.tool, first=first_day(look.quarter), last=last_day(look.quarter))


def _days(look: Look, rows: Rows) -> list[Day]:
    """Every day of the quarter up to the data: weekends without use are not expected; a day without a row is left blank."""
    held = {row["day"]: row for row in rows}
    end = min(last_day(look.quarter), common.known_until(look))
    found = []
    for number in range((end - first_day(look.quarter)).days + 1):
        day = first_day(look.quarter) + dt.timedelta(days=number)
        row = held.get(day)
        state = "not_expected" if row is None else STATES[row["state"]]
        if state != "value" and day.weekday() >= common.WORKING_DAYS:
            state = "not_expected"
        found.append(Day(day, state, row["score_micro"] if row and state == "value" else None))
    return found


def _calendar(look: Look, rows: Rows, _others: Cards) -> str:
    return Svg(calendar(_days(look, rows)) + _worked(rows))


def _worked(rows: Rows) -> str:
    """The highest day, taken apart as far as the counts go."""
    active = [row for row in rows if row["score_micro"]]
    if not active:
        return ""
    best = max(active, key=lambda row: (row["score_micro"], row["day"]))
    text = (
        f"<b>{WEEKDAYS[best['day'].weekday()]} {words.day(best['day'])}, {words.score(best['score_micro'])} points.</b> "
        f"{words.count(best['proactive'] or 0)} things you started and {words.count(best['passive'] or 0)} that you accepted count on "
        "that day. What you start weighs three times as much; more of the same adds less and less."
    )
    return block("worked", text)


def _calendar_key(look: Look, rows: Rows, _others: Cards) -> str:
    return calendar_key(_days(look, rows))


def _scores(look: Look, rows: Rows, _others: Cards) -> str | None:
    row = common.row_of(rows, quarter=look.quarter)
    if row is None:
        return None
    pairs = [
        ("Score", _or_dash(row["score_micro"], lambda micro: f"{words.score(micro)} of 100")),
        ("Segment", _segment(row)),
        ("Expected days", words.cell(row["expected_days"], "centi-days")),
        ("Of these observed", words.cell(row["observed_days"], "centi-days")),
        ("Active days", words.cell(row["active_days"], "days")),
        ("Engaged share", words.cell(row["engaged_share"], "ppm")),
        ("Share of your group below", words.cell(row["percentile"], "ppm")),
        ("Your place in the group", _place(row)),
        ("Days estimated from sessions", words.cell(row["estimated_days"], "days")),
        ("Line and team", f"{row['lob'] or words.DASH}, {row['team'] or words.DASH}"),
    ]
    return Svg(
        '<dl class="held">' + "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in pairs) + "</dl>"
    )


def _or_dash(value: Any, written: Callable[[Any], str]) -> str:
    return words.DASH if value is None else written(value)


def _place(row: Row) -> str:
    return (
        words.DASH if row["lob_rank"] is None else f"{words.count(row['lob_rank'])} of {words.count(row['lob_people'])}"
    )


def _segment(row: Row) -> str:
    sure = "clear" if row["certainty"] == "clear" else f"close to {words.segment(row['certainty'].partition(':')[2])}"
    return f"{words.segment(row['segment'])}, {sure}: {words.reason(row['reason'])}"


def _newest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: row["quarter"], reverse=True)


def _this_quarter(look: Look, rows: Rows) -> Rows:
    return [row for row in rows if row["quarter"] == look.quarter]


def _standing(_look: Look, rows: Rows, _others: Cards) -> str | None:
    row = rows[0]
    if row["score_micro"] is None or row["segment"] in ("insufficient", "excluded"):
        return None
    markers = [
        Marker(name, micro, kind)
        for name, micro, kind in (
            ("all", row["lob_median_micro"], "median"), ("active", row["lob_active_median_micro"], "active_median"),
            ("you", row["score_micro"], "you"),
        )
        if micro is not None
    ]  # fmt: skip
    return standing(markers)


def _standing_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    row = rows[0]
    said = {
        "median": f"The fair comparison in {row['lob']} is the median of all.",
        "active_median": f"The median of {row['lob']} says little here; the fair comparison is the median of those who are active.",
        "adoption_only": f"Too few people in {row['lob']} are active for a fair comparison; no ratio is made.",
        "rolled_up": "Your line is too small to be compared; the whole company stands in its place.",
    }
    return said.get(row["comparison"], "")


def _newest_day_first(_look: Look, rows: Rows) -> Rows:
    ordered = sorted(rows, key=lambda row: (row["tool"], row["surface"] or "", row["feature"] or ""))
    return sorted(ordered, key=lambda row: row["day"], reverse=True)


def _usage_of(look: Look) -> Filters:
    tool = None if look.tool == "all" else look.tool
    return Filters(tool=tool, first=first_day(look.quarter), last=last_day(look.quarter))


ME = Page(
    "me",
    "My data",
    "What is held on me, and why?",
    (
        Card(
            "days", "Which days make up the score?", "day_scores", _days_of, picture=_calendar, key=_calendar_key, width=8,
            deck=lambda look, _rows, _others: f"{words.tool(look.tool)}, score of each day from 0 to 100. Weekends are not expected.",
            foot=lambda _look, _rows, _others: (
                "The quarter score takes the best observed days of each week, as many as were expected: a 0 on leave or a holiday costs nothing."
            ),
            terms=("day score", "quarter score", "expected day", "not_observed"),
            columns=("day", "tool", "state", "proactive", "passive", "score_micro", "estimated"),
            empty="No day of this quarter is held on you.",
        ),
        Card(
            "score", "What is the score made of?", "quarter_scores", lambda look: Filters(quarter=look.quarter), picture=_scores, width=4,
            terms=("quarter score", "certainty", "percentile", "engaged_share"), empty="No score of this quarter is held on you.",
            foot=lambda _look, rows, _others: f"Score version {rows[0]['score_version']}.",
        ),
        Card(
            "standing", "Against the medians of your line", "quarter_scores", lambda look: Filters(quarter=look.quarter), keep=_this_quarter,
            picture=_standing, deck=_standing_deck, width=6, key=lambda _look, _rows, _others: key([("median", "median of all"), ("ring", "median of active")]),
            columns=("quarter", "lob", "lob_people", "lob_median_micro", "lob_active_median_micro", "comparison", "ratio", "percentile", "lob_rank"),
            foot=lambda _look, _rows, _others: "No peer's score is shown to you.", terms=("comparison", "ratio"),
            empty="No score of this quarter is held on you.",
        ),
        Card(
            "quarters", "Which quarters are held?", "quarter_scores", lambda _look: Filters(), keep=_newest_first, width=6,
            columns=("quarter", "score_micro", "segment", "reason", "certainty", "coverage", "provisional"), terms=("heavy", "light", "lapsed"),
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'quarter')}, one segment each. The files hold every column.",
            empty="No quarter is held on you.",
        ),
        Card(
            "usage", "What did each tool count?", "usage_days", _usage_of, keep=_newest_day_first, size=50,
            columns=("day", "tool", "surface", "feature", "prompts", "generations", "accept_user", "reject_user", "plans", "sessions", "requests"),
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'record')} of the quarter, newest first. The files hold every column.",
            foot=lambda _look, _rows, _others: "Never held: the text of prompts, answers or code, file names, addresses. En dash: the source cannot say.",
            empty="No use of this quarter is held on you.", terms=("proactive", "passive", "session estimate"),
        ),
        Card(
            "seats", "Which seats do you hold?", "seats", lambda _look: Filters(),
            columns=("tool", "account", "first_day", "last_day", "last_seen", "granted_by", "monthly_cost"),
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'seat')}.", empty="You hold no seat on record.",
        ),
    ),
    _headline,
    viewers=frozenset({"self"}),
    controls=("quarter", "tool"),
    closed=True,
    menu="own",
    purposes=("self",),
)  # fmt: skip
