"""Is the data whole and fresh? Completeness of each source by day; for operators also what could not be placed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from uptake.charts import SourceDay, SourceRow, Svg, coverage, coverage_key
from uptake.charts.core import esc
from uptake.reads import Filters
from uptake.web import standing, words
from uptake.web.pages import common
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Rows, SourceState, first_day, last_day

MOST_APART = 25
LATE = 3
"""Weekdays without complete data after which a source counts as stale."""


def _of_days(look: Look) -> Filters:
    return Filters(first=first_day(look.quarter), last=last_day(look.quarter))


def _by_source(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["source"], row["tenant"], row["day"]))


def _strips(look: Look, rows: Rows, others: Cards) -> str:
    found = []
    for (source, tenant), days in groupby(rows, key=lambda row: (row["source"], row["tenant"])):
        held = list(days)
        name = f"{words.source(source)}, {tenant}" if tenant else words.source(source)
        found.append(SourceRow(name, tuple(SourceDay(row["day"], common.day_state(row)) for row in held), _until(held)))
    return Svg(coverage(found) + _sources(look, rows, others))


def _sources(look: Look, rows: Rows, others: Cards) -> str:
    """A row per source: how far it reaches, how late it is, and what of it could not be placed, where that may be seen."""
    known = {source.name: source for source in look.facts.sources}
    columns: list[tuple[str, Callable[[str], str]]] = [
        ("Last complete day", lambda name: _last(known.get(name))),
        ("Lag in weekdays", lambda name: _lag(known.get(name))),
        ("Days not complete", lambda name: words.count(_gaps(_of(rows, name))) if name in known else words.DASH),
    ]
    names = set(known)
    if "quarantine" in others:
        columns.append(("Records in quarantine", lambda name: words.count(len(_of(others["quarantine"], name)))))
        names |= {row["source"] for row in others["quarantine"]}
    if "unmatched" in others:
        columns.append(("Accounts of nobody", lambda name: words.count(len(_of(others["unmatched"], name)))))
        columns.append(("Their records", lambda name: words.count(_records(_of(others["unmatched"], name)))))
        names |= {row["source"] for row in others["unmatched"]}
    body = "".join(_line(words.source(name), [said(name) for _, said in columns]) for name in sorted(names))
    return _table("Sources", ["Source", *(head for head, _ in columns)], body, "sources")


def _of(rows: Rows, source: str) -> Rows:
    return [row for row in rows if row["source"] == source]


def _records(rows: Rows) -> int:
    return sum(row["records"] for row in rows)


def _last(source: SourceState | None) -> str:
    return words.day(source.last, year=True) if source and source.last else words.DASH


def _lag(source: SourceState | None) -> str:
    return words.count(source.late) if source and source.last else words.DASH


def _gaps(rows: Rows) -> int:
    return sum(common.day_state(row) not in ("complete", common.NOT_EXPECTED) for row in rows)


def _line(name: str, cells: list[str], text: str = "") -> str:
    more = f"<td>{esc(text)}</td>" if text else ""
    return (
        f'<tr><th scope="row">{esc(name)}</th>{more}{"".join(f"<td class=n>{esc(cell)}</td>" for cell in cells)}</tr>'
    )


def _table(title: str, heads: list[str], body: str, name: str, texts: int = 1) -> str:
    head = "".join(
        f'<th scope="col"{" class=n" if place >= texts else ""}>{esc(text)}</th>' for place, text in enumerate(heads)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(title)}"><table class="{name}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _apart(_look: Look, rows: Rows, _others: Cards) -> Svg:
    """Totals that differ, the largest difference first; the table view and the files hold the equal ones too."""
    apart = [row for row in rows if row["difference"] != 0]
    if not apart:
        return Svg(f'<p class="empty">All {words.plural(len(rows), "daily total")} are equal.</p>')
    body = "".join(
        _line(
            f"{words.source(row['source'])}, {words.day(row['day'])}",
            [words.count(row[name]) for name in ("ours", "vendor", "difference")],
            words.measure(row["measure"]),
        )
        for row in apart[:MOST_APART]
    )
    more = f'<p class="paging">{len(apart) - MOST_APART} more in the table.</p>' if len(apart) > MOST_APART else ""
    causes = sorted({str(row["explanation"]) for row in apart})
    why = f'<p class="paging">Why they differ: {esc("; ".join(causes))}.</p>'
    return Svg(
        _table("Totals that differ", ["Source and day", "Measure", "Ours", "Vendor's", "Difference"], body, "apart", 2)
        + more
        + why
    )


def _until(rows: Rows) -> str:
    whole = [row["day"] for row in rows if row["state"] == "complete"]
    return f"complete to {words.day(max(whole))}" if whole else "no complete day"


def _deck(_look: Look, rows: Rows, _others: Cards) -> str:
    return standing.complete([common.day_state(row) for row in rows], common.NOT_EXPECTED)


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
    gaps = _gaps(cards["days"])
    second = (
        f" {words.plural(gaps, 'day')} of {look.short_quarter} {'is' if gaps == 1 else 'are'} not complete."
        if gaps
        else ""
    )
    return Headline(first + second, _lede(cards))


def _lede(cards: Cards) -> str:
    parts = []
    if "unmatched" in cards:
        number = standing.of_nobody(cards["unmatched"])
        parts.append(f"{words.plural(number, 'account')} {'belongs' if number == 1 else 'belong'} to nobody")
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


def _unseen(_look: Look, rows: Rows, _others: Cards) -> str | None:
    """What hides use, and what mends it, in the words of the doctor."""
    if not rows:
        return None
    body = "".join(f"<dt>{esc(standing.unseen(row))}</dt><dd>{esc(standing.mended(row))}.</dd>" for row in rows)
    return Svg(f'<dl class="held">{body}</dl>')


def _alerts_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    waits = sum("waits" in (row["told"] or "") for row in rows)
    return f"{words.plural(len(rows), 'alert')} open{f'; {words.count(waits)} still to be told' if waits else ''}."


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
            "alerts", "What needs somebody's attention?", "alerts", _nothing, empty="No alert is open.", size=12, deck=_alerts_deck,
            foot=lambda _look, _rows, _others: "Each is told once by mail or webhook where one is set up, daily while it lasts, and when it is over.",
            columns=("kind", "subject", "detail", "since", "told"),
        ),
        Card(
            "unseen", "What hides use from us?", "not_observed", _nothing, picture=_unseen, empty="Nothing is known to hide use.",
            deck=lambda _look, rows, _others: standing.not_observed(rows), terms=("not_observed",),
            foot=lambda _look, _rows, _others: "Accounts and people as counts, as of the snapshot. People whose tool is hidden are not observed, never non-users.",
            columns=("tool", "reason", "number", "records", "since"),
        ),
        Card(
            "unmatched", "Which accounts belong to nobody?", "unmatched_accounts", _nothing,
            deck=lambda _look, rows, _others: standing.unmatched(rows), foot=lambda _look, _rows, _others: f"A row for each source that names an account. {standing.MAP}",
            empty="Every account belongs to somebody.", width=7, size=8,
            columns=("source", "account", "reason", "first_day", "last_day", "records"),
        ),
        Card(
            "quarantine", "Which records were not taken?", "quarantine", _nothing, empty="No record is in quarantine.",
            deck=lambda _look, rows, _others: standing.quarantine(rows), width=5,
        ),
        Card(
            "runs", "What ran last, and how did it end?", "job_runs", _nothing, empty="Nothing ran yet.", size=12, deck=lambda _look, rows, _others: standing.runs(rows),
            foot=lambda _look, _rows, _others: "Times in UTC. What failed is run again by itself where it is scheduled. `uptake doctor` says the same.",
            columns=("job", "begun", "result", "last_done", "next_run", "next_step"),
        ),
        Card(
            "reconciliation", "Do our totals equal the vendors' own?", "reconciliation", _of_days, keep=_largest_first, picture=_apart,
            deck=lambda _look, rows, _others: standing.reconciliation(rows),
            foot=lambda _look, _rows, _others: "Largest difference first. The table and the files hold the equal totals too.",
            empty="No vendor total is loaded for this period.", size=25,
        ),
    ),
    _headline,
    viewers=frozenset({"administrator", "compliance", "internal_audit", "validator", "executive"}),
    controls=("quarter",),
)  # fmt: skip
