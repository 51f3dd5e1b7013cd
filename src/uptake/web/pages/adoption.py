"""Where is use growing or stalled? Weeks of the units below, their change with its interval, and each tool by day."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from uptake.charts import HeatCell, HeatRow, Panel, Point, Svg, heat_key, heat_map, key, multiples
from uptake.charts.core import esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.address import DEFAULTS, link
from uptake.web.pages import common, overview
from uptake.web.pages import units as beside
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

MOST_ROWS = 40
MOST_WEEKS = 16


def _units(look: Look) -> tuple[str, ...]:
    """The units below, or the unit itself where nothing below is shown."""
    return common.below(look) or (look.scope,)


def _headline(look: Look, cards: Cards) -> Headline:
    own = [row for row in cards["weeks"] if row["scope"] == look.scope and row["active"] is not None]
    weeks = [row for row in own if common.point(look, row).state == "observed"] or own
    if not weeks and look.tool == "all" and not look.facts.small:
        asked = any(row["scope"] == look.scope for row in cards["weeks"])
        return Headline(
            f"Weekly use by {common.who(look)} is not shown.",
            look.withheld if asked else "No week begins in this period.",
        )
    if not weeks:
        return common.unseen(look)
    last = max(weeks, key=lambda row: row["week"])
    ranked = [unit for unit in beside.units(look, cards["figures"], common.below(look)) if unit.change]
    up = sum(unit.change.clear and unit.change.value > 0 for unit in ranked if unit.change)
    down = sum(unit.change.clear and unit.change.value < 0 for unit in ranked if unit.change)
    share = words.share(last["active_share"])
    first = f"{share} of {common.who(look)} used {common.used(look)} in the week of {words.day(last['week'])}."
    count = f"{words.count(last['active'])} of {words.plural(last['people'], 'engineer')}; people on leave stay in the count."
    counted = common.notes([count, common.tool_note(look)])
    if not ranked:
        return Headline(first, counted)
    since = words.quarter(look.before or "")
    if not up and not down:
        which = "The only unit shown has no" if len(ranked) == 1 else f"None of {len(ranked)} units shows a"
        return Headline(f"{first} {which} clear change since {since}.", counted)
    second = f" Since {since} it grows in {up} of {words.plural(len(ranked), 'unit')} and falls in {down}."
    return Headline(first + second, counted)


def _changes(look: Look, rows: Rows, _others: Cards) -> str | None:
    ranked = beside.units(look, rows, _units(look))
    return beside.table(look, ranked) if ranked else None


def _changes_foot(look: Look, _rows: Rows, _others: Cards) -> str:
    bars = " Bar: 95 % interval of the change; tick: no change." if look.before else ""
    return f"Active at least once in the quarter. Small figures: 95 % interval of the share (Wilson).{bars}"


def _heat(look: Look, rows: Rows, _others: Cards) -> str | None:
    found, weeks = _heat_rows(look, rows)
    return heat_map(found, weeks) if found else None


def _heat_rows(look: Look, rows: Rows) -> tuple[list[HeatRow], list[dt.date]]:
    weeks = sorted({row["week"] for row in rows})[-MOST_WEEKS:]
    held = {(row["scope"], row["week"]): row for row in rows}
    wanted = [unit for unit in (look.scope, *common.below(look)) if any(unit == scope for scope, _ in held)][:MOST_ROWS]
    return [_heat_row(look, unit, [held.get((unit, week)) for week in weeks]) for unit in wanted], weeks


def _heat_row(look: Look, unit: str, rows: list[Row | None]) -> HeatRow:
    cells = tuple(_heat_cell(row) for row in rows)
    hidden = all(cell.state == "withheld" for cell in cells)
    text = look.withheld if hidden else ""
    return HeatRow(words.unit(unit), cells, link(f"/{look.path}", look.address, scope=unit), text)


def _heat_cell(row: Row | None) -> HeatCell:
    if row is None:
        return HeatCell("outside")
    if row["active_share"] is None:
        return HeatCell("withheld")
    return HeatCell("value", row["active_share"]) if row["active_share"] else HeatCell("zero")


def _heat_key(look: Look, rows: Rows, _others: Cards) -> str:
    return heat_key(_heat_rows(look, rows)[0])


def _heat_foot(look: Look, rows: Rows, _others: Cards) -> str:
    more = (
        f" The first {MOST_ROWS} of {len(look.children)} units are drawn; the table holds all."
        if len(look.children) > MOST_ROWS
        else ""
    )
    weeks = len({row["week"] for row in rows})
    newest = f" The newest {MOST_WEEKS} of {weeks} weeks are drawn." if weeks > MOST_WEEKS else ""
    return f"Units in the order of the hierarchy, the whole first. En dash: withheld.{more}{newest}"


def _days(look: Look, rows: Rows, _others: Cards) -> str | None:
    panels = [
        Panel(words.tool(tool), tuple(map(_day, weekdays)), text=look.withheld)
        for tool, days in groupby(rows, key=lambda row: row["tool"])
        if (weekdays := [row for row in days if row["day"].weekday() < common.WORKING_DAYS])
    ]
    return multiples(panels, period="day") if panels else None


def _day(row: Row) -> Point:
    return Point(row["day"], row["active_share"], "observed" if row["active_share"] is not None else "withheld")


def _tools_and_days(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["tool"] != "all", row["tool"], row["day"]))


def _days_of(look: Look) -> Filters:
    if look.address.since is not None:
        return Filters(scope=look.scope, first=look.address.since, last=look.address.until)
    return Filters(scope=look.scope, quarter=look.quarter)


def _period(look: Look, _rows: Rows, _others: Cards) -> Svg:
    """Days of the reader's own choice: a plain form, so that the URL holds them."""
    since, until = look.period
    kept = {
        "scope": look.address.scope,
        "compare": look.address.compare,
        "tool": look.address.tool,
        "view": look.address.view,
    }
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{esc(value)}">'
        for name, value in kept.items()
        if value and value != getattr(DEFAULTS, name)
    )
    days = "".join(
        f'<label>{text} <input type="date" name="{name}" value="{day.isoformat()}" required></label>'
        for text, name, day in (("From", "from", since), ("to", "to", until))
    )
    whole = link(f"/{look.path}", look.address, since=None, until=None, quarter=look.quarter)
    back = f'<a href="{esc(whole)}">Whole quarter</a>' if look.address.since else ""
    return Svg(
        f'<form class="act period" method="get" action="/{look.path}">{hidden}{days}'
        f'<button class="second">Show these days</button>{back}</form>'
    )


_WEEK_COLUMNS = ("scope", "week", "people", "active", "active_share", "bound")

ADOPTION = Page(
    "adoption",
    "Adoption",
    "Where is use growing or stalled?",
    (
        Card(
            "weeks", "How does weekly use develop?", "adoption_weeks", overview.weeks_of, overview.here_and_below,
            overview.by_unit_and_week, overview.multiples_of, overview.multiples_key, overview.multiples_deck, overview.weeks_foot,
            _WEEK_COLUMNS, ("active",), form=_period,
            empty="No week begins in this period.",
        ),
        Card(
            "figures", "Which units clearly change?", "funnel", lambda look: Filters(tool=look.tool), overview.here_and_below,
            overview.both_quarters, _changes, foot=_changes_foot, terms=("active", "released"),
            deck=lambda _look, _rows, _others: "Engineers active at least once in the quarter, highest share first.",
            columns=("scope", "quarter", "engineers", "active", "bound"),
        ),
        Card(
            "heat", "Which weeks stand out?", "adoption_weeks", overview.weeks_of, overview.here_and_below, overview.by_unit_and_week,
            _heat, _heat_key, foot=_heat_foot, columns=_WEEK_COLUMNS, terms=("active", "released"),
            deck=lambda _look, _rows, _others: "Active engineers of each unit by week, in percent of its engineers.",
        ),
        Card(
            "days", "How is each tool used from day to day?", "adoption_days",
            _days_of, keep=_tools_and_days, picture=_days,
            key=lambda _look, _rows, _others: key([("line", "share of engineers active on a weekday")]),
            deck=lambda look, _rows, _others: f"{look.unit}, Monday to Friday. All tools counts a person once.",
            columns=("tool", "day", "people", "active", "active_share", "bound"), terms=("active",),
            foot=lambda _look, _rows, _others: "Shown for units of 25 people or more. Public holidays of a site are not taken out.",
            empty="Days are shown for released units of 25 people or more.",
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "validator"}),
    controls=("scope", "quarter", "period", "compare", "tool"),
)  # fmt: skip
