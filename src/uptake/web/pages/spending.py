"""Money by tool and month, as the pages Licences and Value show it: estimate, bill, credits and seats beside each other, never added."""

from __future__ import annotations

from uptake.web import words
from uptake.web.pages.shape import Cards, Look, Rows

NO_MONTH = "No month of this quarter is over yet. Money is shown for whole months."
COLUMNS = (
    *("month", "tool", "seats", "seats_cost", "estimate", "billed", "billed_seats", "credits"),
    *("unpriced_requests", "unpriced_tokens", "seats_unpriced", "bound"),
)


def line_of(look: Look) -> str:
    """Money is shown for the company and its lines only."""
    return look.scope.split("/")[0]


def newest_first(look: Look, rows: Rows) -> Rows:
    """Months of the unit, newest first."""
    here = [row for row in rows if row["scope"] == line_of(look)]
    return sorted(here, key=lambda row: (-row["month"].toordinal(), row["tool"]))


def deck(look: Look, rows: Rows, _others: Cards) -> str:
    """Where, and what of it has no price."""
    return f"{words.unit(line_of(look))}, by tool and month. {unpriced(rows)}"


def foot(_look: Look, _rows: Rows, _others: Cards) -> str:
    """What must not be done with these numbers."""
    return "Estimate, bill, credits and seats tell of overlapping things and are never added. US dollars; months that are over."


def unpriced(rows: Rows) -> str:
    """What has no price, in words; also that nothing is without one."""
    calls, tokens = (sum(row[name] or 0 for row in rows) for name in ("unpriced_requests", "unpriced_tokens"))
    seats = max((row["seats_unpriced"] or 0 for row in rows), default=0)
    least = "at least " if any("unpriced" in (row["bound"] or "") for row in rows) else ""
    said = [f"{least}{words.plural(calls, 'call')} with {words.count(tokens)} tokens"] if calls or tokens else []
    said += [words.plural(seats, "seat")] if seats else []
    return (
        f"Without a price, and in no amount of this table: {', '.join(said)}."
        if said
        else "Nothing that is shown is without a price."
    )
