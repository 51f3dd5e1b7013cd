"""Is AI-assisted code as sound? Changes with AI beside others of the same units: volume on its own axis, quality on another."""

from __future__ import annotations

import datetime as dt

from uptake.charts import Line, Point, Svg, Volume, key, line, volumes
from uptake.charts.core import block, esc
from uptake.reads import Filters
from uptake.web import figures, words
from uptake.web.pages import common
from uptake.web.pages.effect import EMPTY, READERS, WORDS
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

ASSISTED, OTHER = "assisted", "other"
NOT_BY_HAND = "Other changes: nothing says that AI was used, which does not mean that it was not."
COLUMNS = (
    "scope", "week", "kind", "changes", "lines_added", "retained", "rework", "reverted", "review_minutes", "first_checks", "incidents",
    "by_line", "by_change", "attribution",
)  # fmt: skip
OF_MONTHS = (
    "scope", "month", "changes", "lines_added", "lines_deleted", "lead_minutes", "review_minutes", "review_rounds", "first_checks", "reverted",
    "hotfixes", "defects", "incidents",
)  # fmt: skip
OF_QUARTER = tuple(name for name in COLUMNS if name != "week")
SHARES = (
    ("Taken back within 21 days", "reverted", 1), ("Cause of an incident", "incidents", 1),
    ("Lines alive after 21 days", "retained", 0), ("Lines taken out to mend", "rework", 0),
)  # fmt: skip
"""Title, column and decimals of a share."""
RETAINED_DAYS = 21


def _of_scope(look: Look) -> Filters:
    return Filters(quarter=look.quarter, scope=look.scope)


def _whole(look: Look, rows: Rows) -> Rows:
    """The quarter as a whole, changes with AI first."""
    return sorted(
        (row for row in rows if row["week"] is None and row["scope"] == look.scope), key=lambda row: row["kind"]
    )


def _weeks(look: Look, rows: Rows) -> Rows:
    """The weeks of the scope, oldest first, changes with AI first."""
    inside = [row for row in rows if row["week"] is not None and row["scope"] == look.scope]
    return sorted(inside, key=lambda row: (row["week"], row["kind"]))


def _months(look: Look, rows: Rows) -> Rows:
    """The months of the scope, oldest first."""
    return sorted((row for row in rows if row["scope"] == look.scope), key=lambda row: row["month"])


def _units(look: Look, rows: Rows) -> Rows:
    """The units right below, by name."""
    below = set(look.children)
    return sorted(
        (row for row in rows if row["week"] is None and row["scope"] in below),
        key=lambda row: (row["scope"], row["kind"]),
    )


def _pair(rows: Rows) -> tuple[Row | None, Row | None]:
    return common.row_of(rows, kind=ASSISTED), common.row_of(rows, kind=OTHER)


def _headline(look: Look, cards: Cards) -> Headline:
    assisted, other = _pair(cards["quarter"])
    if assisted is None or other is None:
        why = look.withheld if cards["quarter"] else EMPTY
        return Headline(f"Quality of changes by {common.who(look)} is not shown for {look.short_quarter}.", why)
    share = words.share(words.ratio(assisted["changes"], assisted["changes"] + other["changes"]))
    first = f"{share} of changes by {common.who(look)} were made with AI."
    return Headline(f"{first} {_compared(assisted, other)}", _lede(assisted, other))


def _compared(assisted: Row, other: Row) -> str:
    """How often either was taken back, and whether that differs clearly."""
    if assisted["reverted"] is None or other["reverted"] is None:
        return "It is too early to say how often they are taken back."
    mine, theirs = (words.scaled(row["reverted"], 4, 1) for row in (assisted, other))
    found = figures.change(
        *((row["reverted"] * row["changes"] // 1_000_000, row["changes"]) for row in (assisted, other))
    )
    sure = "" if found is not None and found.clear else ": no clear difference"
    return f"{mine}\u202f% of them were taken back, {theirs}\u202f% of the others{sure}."


def _lede(assisted: Row, other: Row) -> str:
    known = f"Whether AI was used is known of {words.share(_known(assisted, other))} of {words.plural(assisted['changes'] + other['changes'], 'change')}"
    marked = words.share(assisted["by_line"] + assisted["by_change"])
    return f"{known}; {marked} of those with AI carry a mark, the rest are known by the author's week. {WORDS}"


def _known(assisted: Row, other: Row) -> int:
    changes: int = assisted["changes"] + other["changes"]
    known: int = assisted["attribution"] * assisted["changes"] + other["attribution"] * other["changes"]
    return known // changes


def _by_week(look: Look, rows: Rows, _others: Cards) -> str | None:
    """Volume above, one share of quality below, the same weeks."""
    if not rows:
        return None
    held = {(row["week"], row["kind"]): row for row in rows}
    days = sorted({row["week"] for row in rows})
    bars = [Volume(day, _value(held, day, ASSISTED, "changes"), _value(held, day, OTHER, "changes")) for day in days]
    mine, theirs = (tuple(_point(look, held, day, kind) for day in days) for kind in (ASSISTED, OTHER))
    checks = line(mine, "First checks passed, changes with AI", Line("other changes", theirs))
    return Svg(_titled("Merged changes") + volumes(bars) + _titled("First checks passed") + checks)


def _titled(title: str) -> str:
    return block("figure-title", esc(title))


def _value(held: dict[tuple[dt.date, str], Row], day: dt.date, kind: str, name: str) -> int | None:
    row = held.get((day, kind))
    return row[name] if row else None


def _point(look: Look, held: dict[tuple[dt.date, str], Row], day: dt.date, kind: str) -> Point:
    ppm = _value(held, day, kind, "first_checks")
    if ppm is None:
        return Point(day, None, "withheld")
    whole = (day + dt.timedelta(days=6)) <= common.known_until(look) and day.weekday() == 0
    return Point(day, ppm, "observed" if whole else "partial")


def _by_week_key(_look: Look, rows: Rows, _others: Cards) -> str | None:
    return (
        key([("heavy", "with AI"), ("outline", "other changes"), ("line", "with AI"), ("ref", "other changes")])
        if rows
        else None
    )


def _figures(_look: Look, rows: Rows, _others: Cards) -> str | None:
    assisted, other = _pair(rows)
    if assisted is None or other is None:
        return None
    shown = [
        common.figure(
            title,
            f"{words.scaled(assisted[name], 4, digits)}\u202f%",
            f"others {words.scaled(other[name], 4, digits)}\u202f%",
            None,
            1,
        )
        for title, name, digits in SHARES
        if assisted[name] is not None and other[name] is not None
    ]
    if assisted["review_minutes"] is not None and other["review_minutes"] is not None:
        mine, theirs = (f"{words.hours(row['review_minutes'])} h" for row in (assisted, other))
        shown.append(common.figure("First review to merge", mine, f"others {theirs}", None, 1))
    return common.strip(shown)


def _survival(_look: Look, rows: Rows) -> Rows:
    """Lines after 21 days, of all that were read of each released repository: with marks and without."""
    days = [
        row for row in rows if row["horizon_days"] == RETAINED_DAYS and row["released"] and row["share"] is not None
    ]
    first: dict[str, dt.date] = {}
    for row in days:
        first[row["repository"]] = min(row["since"], first.get(row["repository"], row["since"]))
    return sorted(
        (row for row in days if row["since"] == first[row["repository"]]),
        key=lambda row: (row["repository"], not row["marked"]),
    )


def _survival_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    marked = {row["repository"] for row in rows if row["marked"]}
    return f"Lines still there 21 days after they were added, in {words.plural(len({row['repository'] for row in rows}), 'repository', 'repositories')}; {len(marked)} with marks of AI. Without a mark it is not known who wrote them."


def _rework(_look: Look, rows: Rows) -> Rows:
    """Released months alone, with a mark first."""
    shown = [row for row in rows if row["released"]]
    return sorted(shown, key=lambda row: (row["repository"], row["month"], not row["marked"]))


def _mended(rows: Rows, column: str, *, marked: bool) -> tuple[Point, ...]:
    """Share of the lines of each month, all shown repositories together."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row["marked"] == marked:
            both = lines.setdefault(row["month"], [0, 0])
            both[0] += row[column]
            both[1] += row["lines"]
    return tuple(
        Point(dt.date.fromisoformat(f"{month}-01"), words.ratio(part, whole), "observed")
        for month, (part, whole) in sorted(lines.items())
        if whole
    )


def _by_month(_look: Look, rows: Rows, _others: Cards) -> str | None:
    """What was taken out to mend something, and below what was taken out for any other reason: they are not added."""
    drawn = ""
    for title, column in (("Taken out to mend something", "corrective"), ("Taken out for another reason", "adaptive")):
        mine, theirs = (_mended(rows, column, marked=marked) for marked in (True, False))
        if not mine and not theirs:
            return None
        reference = Line("without a mark", theirs) if theirs else None
        drawn += _titled(title) + line(mine, f"{title}, lines with a mark", reference, period="month")
    return Svg(drawn)


def _by_month_key(_look: Look, rows: Rows, _others: Cards) -> str | None:
    return key([("line", "lines with marks of AI"), ("ref", "lines without a mark")]) if rows else None


def _rework_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    repositories = words.plural(len({row["repository"] for row in rows}), "repository", "repositories")
    return f"Lines taken out again within 21 days, by the month in which they were added, in {repositories}. Lines that a revert took out stand in the table."


def _foot(look: Look, _rows: Rows, _others: Cards) -> str:
    return common.notes(
        [NOT_BY_HAND, f"A week is shown where more than {look.policy.k} authors stand behind either kind.", WORDS]
    )


QUALITY = Page(
    "quality",
    "Quality",
    "Is AI-assisted code as sound?",
    (
        Card(
            "weeks", "How many changes, and how sound, week by week?", "quality", _of_scope, keep=_weeks, picture=_by_week, key=_by_week_key,
            deck=lambda _look, _rows, _others: "Volume and quality stand on two axes; there is no sum of them.", foot=_foot, columns=COLUMNS,
            terms=("assisted change", "outcome"), empty="No week is shown here: weeks are shown for the company and its lines, where enough people merge changes.",
        ),
        Card(
            "quarter", "What became of them?", "quality", _of_scope, keep=_whole, picture=_figures, columns=OF_QUARTER,
            deck=lambda _look, _rows, _others: "Changes with AI, and others of the same unit. What shows itself later is counted 21 days after the merge.",
            foot=lambda _look, _rows, _others: "A figure that is not known of ten changes is left out.", terms=("assisted change",), empty=EMPTY,
        ),
        Card(
            "months", "And month by month?", "outcome_months", _of_scope, keep=_months, columns=OF_MONTHS, terms=("outcome",),
            deck=lambda _look, _rows, _others: "All merged changes together, with AI and others, by the month of the merge.",
            foot=lambda look, _rows, _others: f"A month is shown where more than {look.policy.k} authors stand behind it, and where nothing of fewer follows from it beside weeks and quarters.",
            empty="No month is shown here: months are shown for the company and its lines, where enough people merge changes.",
        ),
        Card(
            "units", "And in the units below?", "quality", lambda look: Filters(quarter=look.quarter), keep=_units, columns=OF_QUARTER,
            deck=lambda _look, _rows, _others: "Both kinds of each released unit of which enough people merge changes.", terms=("assisted change",),
            empty="No unit below is shown.",
        ),
        Card(
            "survival", "Is code with marks of AI kept as long?", "code_survival", lambda _look: Filters(), keep=_survival, deck=_survival_deck,
            columns=("repository", "marked", "since", "at_risk", "alive", "share", "low", "high"), terms=("assisted change",),
            foot=lambda _look, _rows, _others: "As git blame would find them; 95 % interval. Shown where enough authors stand behind a repository.",
            empty="No repository is read, or too few people work in it to show it. `uptake ingest git` reads one.",
        ),
        Card(
            "rework", "How much of it is mended, and how much is changed?", "code_rework", lambda _look: Filters(), keep=_rework,
            picture=_by_month, key=_by_month_key, deck=_rework_deck,
            columns=("repository", "month", "marked", "commits", "lines", "corrective", "corrective_share", "reverted", "adaptive", "adaptive_share"),
            terms=("rework",),
            foot=lambda _look, _rows, _others: "Why lines went is told by the commit that took them out; teams write this in their own words, so compare within a repository. Shown where enough authors stand behind a month.",
            empty="No month of a repository is shown: none is read, its lines are younger than 21 days, or too few people wrote them.",
        ),
    ),
    _headline,
    viewers=READERS,
    controls=("scope", "quarter"),
    closed=True,
    split_by_tool=False,
)  # fmt: skip
