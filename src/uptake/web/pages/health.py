"""Is the data whole and fresh? Completeness of each source by day; for operators also what could not be placed."""

from __future__ import annotations

from itertools import groupby

from uptake.charts import SourceDay, SourceRow, coverage, coverage_key
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, first_day, last_day

LATE = 3
"""Weekdays without complete data after which a source counts as stale."""
NOT_EXPECTED = "not_expected"


def _of_days(look: Look) -> Filters:
    return Filters(first=first_day(look.quarter), last=last_day(look.quarter))


def _by_source(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["source"], row["tenant"], row["day"]))


def _strips(_look: Look, rows: Rows, _others: Cards) -> str:
    found = []
    for (source, tenant), days in groupby(rows, key=lambda row: (row["source"], row["tenant"])):
        held = list(days)
        name = f"{words.source(source)}, {tenant}" if tenant else words.source(source)
        found.append(SourceRow(name, tuple(SourceDay(row["day"], _state(row)) for row in held), _until(held)))
    return coverage(found)


def _state(row: Row) -> str:
    """A state that the picture knows; a weekend day without data is nothing that anybody expected."""
    state = str(row["state"])
    return NOT_EXPECTED if state == "missing" and row["day"].weekday() >= common.WORKING_DAYS else state


def _until(rows: Rows) -> str:
    whole = [row["day"] for row in rows if row["state"] == "complete"]
    return f"complete to {words.day(max(whole))}" if whole else "no complete day"


def _deck(_look: Look, rows: Rows, _others: Cards) -> str:
    whole = sum(row["state"] == "complete" for row in rows)
    return f"{words.count(whole)} of {words.plural(len(rows), 'day')} of all sources and tenants are complete."


def _headline(look: Look, cards: Cards) -> Headline:
    known = look.facts.sources
    if not known:
        return Headline("No source has given data yet.")
    late = [source for source in known if source.late > LATE or source.last is None]
    if late:
        first = f"{len(late)} of {words.plural(len(known), 'source')} {'is' if len(late) == 1 else 'are'} late."
    else:
        every = {1: "The only source is", 2: "Both sources are"}.get(len(known), f"All {len(known)} sources are")
        first = f"{every} complete to {words.day(common.known_until(look))}{' or later' * (len(known) > 1)}."
    gaps = sum(row["state"] != "complete" for row in cards["days"])
    second = (
        f" {words.plural(gaps, 'day')} of {look.short_quarter} {'is' if gaps == 1 else 'are'} not complete."
        if gaps
        else ""
    )
    return Headline(first + second, _lede(cards))


def _lede(cards: Cards) -> str:
    parts = []
    if "unmatched" in cards:
        parts.append(f"{words.plural(len(cards['unmatched']), 'account')} belong to nobody")
    if "quarantine" in cards:
        parts.append(f"{words.plural(len(cards['quarantine']), 'record')} in quarantine")
    if "reconciliation" in cards:
        apart = sum(row["difference"] != 0 for row in cards["reconciliation"])
        parts.append(
            f"{words.plural(apart, 'daily total')} of {words.count(len(cards['reconciliation']))} differ from the vendor's"
        )
    return f"{', '.join(parts)}." if parts else "Days that are not complete are left out, never counted as zero."


def _largest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(
        rows, key=lambda row: (-abs(row["difference"]), row["source"], row["tenant"], row["day"], row["measure"])
    )


def _nothing(_look: Look) -> Filters:
    return Filters()


HEALTH = Page(
    "admin",
    "Sources and health",
    "Is the data whole and fresh?",
    (
        Card(
            "days", "Which days of each source are complete?", "coverage", _of_days, keep=_by_source, picture=_strips,
            key=lambda _look, _rows, _others: coverage_key(), deck=_deck, terms=("coverage", "not_observed", "observed day"),
            foot=lambda look, _rows, _others: f"{common.dated(look)}. A day that is not complete proves nobody's zero.",
        ),
        Card(
            "unmatched", "Which accounts belong to nobody?", "unmatched_accounts", _nothing,
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'account')}; their use is kept and given to nobody.",
            foot=lambda _look, _rows, _others: "Map them in the accounts file; no account is ever guessed.",
            empty="Every account belongs to somebody.", width=7, size=12,
            columns=("source", "account", "reason", "first_day", "last_day", "records"),
        ),
        Card(
            "quarantine", "Which records were not taken?", "quarantine", _nothing, empty="No record is in quarantine.",
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'record')}: field and reason, never a value.", width=5,
        ),
        Card(
            "reconciliation", "Do our totals equal the vendors' own?", "reconciliation", _of_days, keep=_largest_first,
            deck=lambda _look, rows, _others: (
                f"{words.count(sum(row['difference'] == 0 for row in rows))} of {words.plural(len(rows), 'daily total')} are equal. "
                "Largest difference first; shown, never corrected."
            ),
            empty="No vendor total is loaded for this period.", size=25,
        ),
    ),
    _headline,
    viewers=frozenset({"administrator", "compliance", "internal_audit", "validator", "executive"}),
    controls=("quarter",),
)  # fmt: skip
