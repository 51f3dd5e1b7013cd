"""Changes to code on the Assurance page: which of those with exposure to AI a person verified, what is missing, and what followed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from heapq import nsmallest

from uptake.charts import Svg, VerifiedRow, verified_key, verified_rows
from uptake.charts.core import esc
from uptake.reads import Filters, Order, Tally
from uptake.web import words
from uptake.web.address import STATUSES, link
from uptake.web.pages.shape import Card, Cards, Listing, Look, Row, Rows

MOST_BARS = 8
"""Repositories that are drawn one by one; the table has all of them."""
TIERS = ("critical", "high", "medium", "low", "not rated")
STATUS = ("verified", "partly", "missing")
OWNERS = {"met": "one did", "missing": "none did", "unknown": "it is not known"}
"""What became of the approval of an owner, in words."""
_EFFECTS = {
    "revert": "a revert",
    "hotfix": "a hotfix",
    "incident": "an incident",
    "defect": "a defect",
    "downstream": "a revert after others had been built on them",
}


def _everything(_look: Look) -> Filters:
    return Filters()


def _of_days(look: Look) -> Filters:
    return Filters(first=look.address.since, last=look.address.until)


def sums(rows: Rows) -> dict[str, int]:
    """Changes by status, over all rows."""
    return {status: sum([row[status] for row in rows]) for status in STATUS}


def sentence(rows: Rows) -> str:
    """How much is verified, in words; empty where there is no change."""
    found = sums(rows)
    whole = sum(found.values())
    if not whole:
        return ""
    share = words.share(words.ratio(found["verified"], whole))
    return f"{share} of {words.plural(whole, 'merged change')} with exposure to AI {'is' if whole == 1 else 'are'} verified by a person."


def _bars(look: Look, rows: Rows, others: Cards) -> str | None:
    """By risk tier, then where an owner of the code has to approve, then the repositories with most that is not verified."""
    if not rows:
        return None
    tiers: dict[str, list[Row]] = defaultdict(list)
    missing: dict[str, int] = defaultdict(int)
    for row in rows:
        tiers[row["risk_tier"]].append(row)
        missing[row["repository"]] += row["missing"]
    drawn = [_bar(_all_of(tier), tiers[tier]) for tier in TIERS if tier in tiers]
    worst = nsmallest(MOST_BARS, missing, key=lambda name: (-missing[name], name))
    repositories = {name: [row for row in rows if row["repository"] == name] for name in worst}
    # the register may be narrowed to days, which the counts by repository are not
    owned = [] if look.address.since or look.address.until else _owned(others.get("gaps", ()))
    if owned:
        status = _counted(owned, "status")
        drawn.append(_drawn("Where an owner of the code has to approve", {name: status[name] for name in STATUS}))
    return verified_rows([*drawn, *(_bar(name, repositories[name]) for name in worst)])


def _all_of(tier: str) -> str:
    return "All without a risk tier" if tier == TIERS[-1] else f"All of risk tier {tier}"


def _bar(name: str, rows: Rows) -> VerifiedRow:
    return _drawn(name, sums(rows))


def _drawn(name: str, found: Mapping[str, int]) -> VerifiedRow:
    rest = [f"{words.count(found[status])} {words.verification(status)}" for status in STATUS[1:] if found[status]]
    note = "; ".join([words.plural(sum(found.values()), "change"), *rest])
    return VerifiedRow(name, found["verified"], found["partly"], found["missing"], note)


def _owned(rows: Rows) -> list[Row]:
    """Changes that an owner of the code had to approve, or of which the host says whether one did."""
    return [row for row in rows if row["owner_approval"]]


def _counted(counts: Rows, name: str) -> Counter[str]:
    """Changes by a column of the counts."""
    found: Counter[str] = Counter()
    for row in counts:
        found[row[name]] += row["rows"]
    return found


def _key(_look: Look, rows: Rows, _others: Cards) -> str | None:
    return verified_key() if rows else None


def _lacking(counts: Rows) -> dict[str, Counter[str]]:
    """What is missing -> the changes that lack it, by status; most often first. A change may lack several."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in counts:
        for item in filter(None, (row["missing_item"] or "").split(", ")):
            found[item][row["status"]] += row["rows"]
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))


def _gaps(look: Look, rows: Rows, _others: Cards) -> str | None:
    """All changes by status, and below those that lack something by what they lack, on a scale of their own: they are few."""
    if not rows:
        return None
    status = _counted(rows, "status")
    drawn = [_drawn("All changes with exposure to AI", {name: status[name] for name in STATUSES})]
    lacking = sum(row["rows"] for row in rows if row["missing_item"])
    for item, found in _lacking(rows).items():
        href = f"{link('', look.address, lacks=item, status=None, after=None)}#register"
        name, note = words.code(item).capitalize(), words.plural(found.total(), "change")
        drawn.append(VerifiedRow(name, 0, found["partly"], found["missing"], note, lacking, href))
    return verified_rows(drawn)


def _missing(_look: Look, rows: Rows, _others: Cards) -> str:
    """What is missing most often, and what became of the approval of owners, among all rows of the list."""
    return " ".join(filter(None, (_most_often(rows), _approved(rows))))


def _chosen(look: Look) -> Filters:
    """Of the days, the status and the gap that the address names."""
    return replace(_of_days(look), status=look.address.status, lacks=look.address.lacks)


def _listed(look: Look, rows: Rows, others: Cards) -> str:
    """Which changes the register lists, in words."""
    status, lacks = look.address.status, look.address.lacks
    listed = sum(row["rows"] for row in rows)
    if not status and not lacks:
        return f"{words.plural(listed, 'change')}, the worst and the newest first."
    named = [words.verification(status)] if status else []
    named += [f"that lack: {words.code(lacks)}"] if lacks else []
    every = sum(row["rows"] for row in others.get("gaps", ()))
    return f"{words.count(listed)} of {words.plural(every, 'change')}: only those {' and '.join(named)}."


def _kinds(look: Look, _rows: Rows, others: Cards) -> str | None:
    """How many there are of each status, each of which leads to its changes."""
    every = others.get("gaps", ())
    if not every:
        return None
    found = _counted(every, "status")
    chosen = look.address.status if look.address.lacks is None else ""
    kinds = [
        (None, "All", found.total()),
        *((name, words.verification(name).capitalize(), found[name]) for name in STATUSES if found[name]),
    ]
    said = "".join(
        f'<a href="{esc(link("", look.address, status=name, lacks=None, after=None) or "?")}#register"{" aria-current=true" if name == chosen else ""}>{esc(text)} {words.count(number)}</a>'
        for name, text, number in kinds
    )
    return Svg(f'<p class="next">{said}</p>')


def _approved(rows: Rows) -> str:
    """Whether owners of the code approved where they had to."""
    found = _counted(_owned(rows), "owner_approval")
    if not found:
        return ""
    said = ", ".join(f"of {words.count(found[name])} {what}" for name, what in OWNERS.items() if found[name])
    return f"An owner of the code had to approve {words.plural(sum(found.values()), 'change')}: {said}."


def _most_often(rows: Rows) -> str:
    found = list(_lacking(rows).items())[:3]
    if not found:
        return "Nothing is missing."
    named = ", ".join(f"{words.code(item)} ({words.count(counts.total())})" for item, counts in found)
    return f"Missing most often: {named}."


def _tenths(ppm: int) -> str:
    """These shares are small, and are compared."""
    return f"{words.scaled(ppm, 4, 1)}\u202f%"


def _followed(_look: Look, rows: Rows, _others: Cards) -> str:
    """The company's reverts by explicit id in words; no direction where the intervals meet."""
    for row in rows:
        if row["scope"] == words.COMPANY and row["basis"] == "explicit_id" and row["share"] is not None:
            said = f"{_tenths(row['share'])} of {words.count(row['changes'])} marked changes were followed by {_EFFECTS[row['effect']]} within {row['days']} days"
            if row["other_share"] is None:
                return f"{said}; others of the same kind cannot be shown."
            meet = row["low"] <= row["other_high"] and row["other_low"] <= row["high"]
            return f"{said}, {_tenths(row['other_share'])} of others of the same kind: {'no clear difference' if meet else 'the intervals do not meet'}."
    return "Too little to say how often something followed."


_REPOSITORIES = Listing(tally=Tally(("repository", "risk_tier"), STATUS))
_WORST_FIRST = Listing(
    (Order("status", ranks=STATUSES), Order("risk_tier", ranks=TIERS), Order("day", descending=True), Order("change")),
    Tally(("status", "missing_item", "owner_approval")),
)  # fmt: skip
_SHOWN_FIRST = Listing((Order("bound", ranks=("withheld",)), Order("scope"), Order("effect"), Order("basis")))
"""What is withheld stands behind all that is shown, and the company before its repositories."""

CARDS = (
    Card(
        "verified", "Which changes with exposure to AI did a person verify?", "verification", _everything,
        picture=_bars, key=_key, listing=_REPOSITORIES, size=10,
        deck=lambda _look, rows, _others: sentence(rows) or "No change with exposure to AI is known.",
        foot=lambda _look, _rows, _others: "Verified: approved before the merge, on the merged commit, by a person other than the author, with the checks passed that the rules of the branch require, or all that ran where the rules are not known, and by an owner of the code where they require one: where the host does not say whether one approved, in part.",
        columns=("repository", "risk_tier", "exposure", "changes", "verified", "partly", "missing", "verified_share"),
        empty="No change with exposure to AI is known yet: connect pull requests.", place=-1,
    ),
    Card(
        "gaps", "What is missing, and how often?", "change_register", _of_days, listing=_WORST_FIRST, picture=_gaps, key=_key, deck=_missing, size=20,
        foot=lambda _look, _rows, _others: "Below the first bar the width is that of all changes that lack something; a change that lacks several stands in several bars. A name leads to the changes that lack it, in the register below.",
        columns=("change", "status", "missing_item", "day"), empty="No change with exposure to AI was merged in these days.", place=-1,
    ),
    Card(
        "register", "What is missing, change by change?", "change_register", _chosen, listing=_WORST_FIRST, key=_kinds, size=20, deck=_listed,
        foot=lambda _look, _rows, _others: "A change without a mark or use is not listed: nothing is known of it. Files hold every row and column.",
        columns=("change", "status", "missing_item", "day", "risk_tier", "exposure", "tool", "reviewed_at", "checks", "required_checks", "owner_approval"),
        empty="No such change with exposure to AI was merged in these days.", place=-1,
    ),
    Card(
        "followed", "What followed, beside changes without marks?", "error_propagation", _everything, listing=_SHOWN_FIRST, size=12, deck=_followed,
        foot=lambda look, _rows, _others: (
            "Associated with, not caused by. Others: changes without a mark in the same repository, language and kind of task; "
            f"unknown, not made by hand. Downstream: taken back after other changes had been built on it. Shown where more than {look.policy.k} people made the changes on both sides."
        ),
        columns=("scope", "effect", "basis", "confidence", "changes", "followed", "share", "low", "high", "other_changes", "other_share", "other_low", "other_high", "bound"),
        empty="Nothing is known to have followed any change.", place=-1,
    ),
)  # fmt: skip
