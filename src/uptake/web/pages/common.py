"""What several pages say and draw alike: bounds in words, changes of shares, weeks, and key figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from uptake.charts import Change, Point, Svg, change, interval
from uptake.charts.core import block, esc
from uptake.web import figures, words
from uptake.web.pages.shape import Headline, Look, Row, Rows, last_day

WORKING_DAYS = 5
NOT_EXPECTED = "not_expected"


def row_of(rows: Rows, **wanted: object) -> Row | None:
    """The first row that holds these values."""
    first, *rest = wanted.items()
    for row in rows:
        if row[first[0]] == first[1] and all(row[name] == value for name, value in rest):
            return row
    return None


def said(row: Row, name: str) -> str:
    """What stands in place of a count that is not shown: `fewer than 3`, `withheld`, or nothing."""
    parts = (part.strip().partition(":") for part in (row["bound"] or "").split(";"))
    return next((words.strip() for key, _, words in parts if key == name), "")


def state(look: Look, row: Row, name: str) -> str:
    """The words of PAGES.md for a count that is not shown."""
    text = said(row, name)
    if not text or text == "withheld":
        return look.withheld
    return text


def share_change(now: Row | None, before: Row | None, part: str, whole: str) -> Change | None:
    """Change of `part` over `whole` since the quarter compared with, with its 95 % interval."""
    if now is None or before is None:
        return None
    return figures.change((now[part], now[whole]), (before[part], before[whole]))


def moved(found: Change | None) -> str:
    """A change inside a sentence: `, up 1.8 points`; a verb only where the interval excludes no change."""
    if found is None:
        return ""
    if not found.clear:
        return ": no clear change"
    points = words.scaled(abs(found.value), 4, 1)
    return f", {'up' if found.value > 0 else 'down'} {points} points"


def when(look: Look) -> str:
    """`in Q3`, or `so far in Q4`."""
    return f"so far in {look.short_quarter}" if look.running else f"in {look.short_quarter}"


def who(look: Look) -> str:
    """`engineers`, or `engineers in Payments`."""
    return "engineers" if look.scope == words.COMPANY else f"engineers in {look.unit}"


def of_a_median(look: Look) -> int:
    """People behind a median that others read: twice the smallest group, and 25 whatever that is (GOVERNANCE.md section 5)."""
    return max(2 * look.policy.k, 25)


def used(look: Look) -> str:
    """`an AI tool`, or the tool that the page is limited to."""
    return "an AI tool" if look.tool == "all" else words.tool(look.tool)


def point(look: Look, row: Row) -> Point:
    """A week of a unit; one with fewer than five working days in the quarter, or not over yet, is partial."""
    start = row["week"]
    end = min(start + dt.timedelta(days=6 - start.weekday()), last_day(row["quarter"]))
    days = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    whole = sum(day.weekday() < WORKING_DAYS for day in days) == WORKING_DAYS and end <= known_until(look)
    if row["active_share"] is None:
        return Point(start, None, "withheld")
    return Point(start, row["active_share"], "observed" if whole else "partial")


def known_until(look: Look) -> dt.date:
    """Last day that every source has data of."""
    ends = [source.last for source in look.facts.sources if source.last]
    return min(ends, default=look.today)


def points(look: Look, rows: Rows, scope: str) -> tuple[Point, ...]:
    """The weeks of one unit, oldest first."""
    return tuple(
        point(look, row) for row in sorted((row for row in rows if row["scope"] == scope), key=lambda row: row["week"])
    )


def figure(title: str, value: str, of: str, found: Change | None, reach: int) -> str:
    """A key figure: title, number, denominator, change since the quarter compared with, and its interval."""
    parts = block("figure-title", esc(title)) + block("figure-value", f"<b>{esc(value)}</b> {esc(of)}")
    if found is not None:
        parts += block("figure-change", change(found, bounds=True)) + interval(found, reach, f"{title}: change")
    return block("figure", parts)


def strip(figures: Iterable[str]) -> Svg:
    """Key figures side by side."""
    return Svg(block("figures", "".join(figures)))


def reach(found: Sequence[Change | None]) -> int:
    """One scale for the intervals of a card."""
    return max([10_000, *(abs(end) for item in found if item for end in (item.low, item.high, item.value))])


def dated(look: Look) -> str:
    """`1 Jul to 30 Sep`: the days of the period that data reach."""
    first, last = look.period
    return f"{words.day(first)} to {words.day(max(first, min(known_until(look), last)))}"


def day_state(row: Row) -> str:
    """The state of a source day; a weekend day without data is nothing that anybody expected."""
    state = str(row["state"])
    return NOT_EXPECTED if state == "missing" and row["day"].weekday() >= WORKING_DAYS else state


def below(look: Look) -> tuple[str, ...]:
    """The units right below whose figures may exist: those of single tools exist for the company and its lines only."""
    return look.children if look.tool == "all" or look.scope == words.COMPANY else ()


def unseen(look: Look) -> Headline:
    """The headline where nothing of the unit is shown: it is small, or single tools are not parted further than into lines."""
    of_tool = look.tool != "all" and "/" in look.scope
    why = look.too_small if look.facts.small else words.TOOLS_WHERE if of_tool else look.withheld
    return Headline(f"Use of {used(look)} by {who(look)} is not shown.", why)


def tool_note(look: Look) -> str:
    """Said below the company where a page is limited to one tool."""
    return words.TOOLS_WHERE if look.tool != "all" and look.scope != words.COMPANY else ""


def notes(texts: Iterable[str]) -> str:
    """Sentences of a foot, one after the other."""
    return " ".join(text for text in texts if text)
