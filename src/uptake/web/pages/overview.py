"""Are we using what we bought, and does it help? Funnel, weekly use of the units below, and where to act."""

from __future__ import annotations

from uptake.charts import Change, Line, Loss, Panel, Step, Svg, funnel, key, multiples
from uptake.charts.core import block, esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.address import link
from uptake.web.pages import common
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, of_quarter

STEPS = (
    ("With a seat", "provisioned"), ("Active", "active"), ("Regular", "regular"), ("Heavy", "heavy"), ("Effective", "effective"),
)  # fmt: skip


def _own(look: Look, rows: Rows) -> Row | None:
    return common.row_of(rows, scope=look.scope, quarter=look.quarter)


def _before(look: Look, rows: Rows) -> Row | None:
    return common.row_of(rows, scope=look.scope, quarter=look.before) if look.before else None


def _headline(look: Look, cards: Cards) -> Headline:
    now, before = _own(look, cards["figures"]), _before(look, cards["figures"])
    if now is None:
        hidden = look.tool != "all" or look.facts.small
        return common.unseen(look) if hidden else Headline(f"No data for {look.short_quarter} yet.")
    if now["active"] is None:
        return Headline(
            f"Use of {common.used(look)} by {common.who(look)} is not shown.", common.state(look, now, "active")
        )
    share = words.share(words.ratio(now["active"], now["engineers"]))
    moved = common.moved(common.share_change(now, before, "active", "engineers"))
    first = f"{share} of {common.who(look)} used {common.used(look)} {common.when(look)}{moved}."
    return Headline(f"{first}{_second(look, now)}", _lede(look, cards, now))


def _second(look: Look, now: Row) -> str:
    if look.tool != "all" or look.running or not now["heavy"]:
        return ""
    return f" {words.share(words.ratio(now['heavy'], now['engineers']))} use it heavily."


def _lede(look: Look, cards: Cards, now: Row) -> str:
    parts = [f"{words.count(now['active'])} of {words.plural(now['engineers'], 'engineer')}"]
    if now["active_accounts"] is not None and now["accounts"]:
        parts.append(f"{words.count(now['active_accounts'])} of {words.plural(now['accounts'], 'account')} were active")
    unused = people(cards.get("act", ()), "non_user", "non_adopter")
    if unused and look.tool == "all":
        parts.append(
            f"{words.plural(unused, 'engineer')} {'holds' if unused == 1 else 'hold'} a seat and did not use it at all"
        )
    said = ", ".join(parts[:1]) + "; " + ", and ".join(parts[1:]) + "." if parts[1:] else f"{parts[0]} used it."
    return common.notes([said, common.tool_note(look)])


def both_quarters(look: Look, rows: Rows) -> Rows:
    """The scope first, then the units below by name; this quarter before the one compared with."""
    wanted = [row for row in rows if row["quarter"] in (look.quarter, look.before)]
    ordered = sorted(wanted, key=lambda row: row["quarter"], reverse=True)
    return sorted(ordered, key=lambda row: (row["scope"] != look.scope, row["scope"]))


def here_and_below(look: Look) -> frozenset[str]:
    """The scope and the released units right below it."""
    return frozenset({look.scope, *common.below(look)})


def _figures(look: Look, rows: Rows, _others: Cards) -> str | None:
    now, before = _own(look, rows), _before(look, rows)
    if now is None:
        return None
    wanted = [
        ("Engineers with a seat", "provisioned", "engineers"), ("Active engineers", "active", "engineers"),
        ("Active accounts", "active_accounts", "accounts"), ("Heavy use", "heavy", "engineers"),
    ]  # fmt: skip
    changes = [common.share_change(now, before, part, whole) for _, part, whole in wanted]
    reach = common.reach(changes)
    return common.strip(_figure(now, *item, found, reach) for item, found in zip(wanted, changes, strict=True))


def _figure(now: Row, title: str, part: str, whole: str, found: Change | None, reach: int) -> str:
    value, of = now[part], now[whole]
    if value is None or of is None:
        why = (
            "counted over all tools"
            if part == "heavy" and not common.said(now, part)
            else common.said(now, part) or "withheld"
        )
        return common.figure(title, words.DASH, why, None, reach)
    denominator = f"{words.share(words.ratio(value, of))} of {words.count(of)}"
    return common.figure(title, words.count(value), denominator, found, reach)


_RISING = {
    "provisioned": "engineers with a seat",
    "active": "active engineers",
    "active_accounts": "active accounts",
    "heavy": "heavy use",
}
_WHOLE = {"active_accounts": "accounts"}


def _figures_deck(look: Look, rows: Rows, _others: Cards) -> str:
    """How many of those with a seat use it, and which figures move; counted, never a fixed sentence."""
    now, before = _own(look, rows), _before(look, rows)
    if now is None:
        return ""
    seats, active = now["provisioned"], now["active"]
    text = ""
    if seats and active is not None and active <= seats:
        share = words.share(words.ratio(active, seats))
        text = f"{words.count(active)} of {words.plural(seats, 'engineer')} with a {_seat(look)} used it, {share}."
    changes = {name: common.share_change(now, before, name, _WHOLE.get(name, "engineers")) for name in _RISING}
    if not any(changes.values()):
        return text
    since = words.quarter(look.before or "")
    up = [_RISING[name] for name, item in changes.items() if item and item.clear and item.value > 0]
    down = [_RISING[name] for name, item in changes.items() if item and item.clear and item.value < 0]
    moved = [f"{verb} since {since}: {', '.join(names)}." for verb, names in (("Up", up), ("Down", down)) if names]
    return common.notes([text, *(moved or [f"No figure rises or falls clearly since {since}."])])


def _figures_foot(look: Look, _rows: Rows, _others: Cards) -> str:
    if look.before is None:
        return (
            "No change is shown: the quarter is running, or nothing is chosen to compare with." if look.running else ""
        )
    return f"Change since {words.quarter(look.before)}. Bar: 95 % interval, the two quarters taken as independent; tick: no change."


def _funnel(look: Look, rows: Rows, others: Cards) -> str | None:
    now = _own(look, rows)
    segments = others.get("act", ()) if look.tool == "all" else ()
    return funnel(_steps(look, now, segments)) if now else None


def _steps(look: Look, now: Row, segments: Rows) -> list[Step]:
    accounts = f"{words.plural(now['accounts'], 'account')}" if now["accounts"] else ""
    found = [Step("Engineers", now["engineers"], note=accounts)]
    above, shown = now["engineers"], True
    for name, column in STEPS:
        held = now[column]
        if held is None or held > above:
            found.append(Step(name, None, text=_why(look, now, column)))
            shown = False
            continue
        found.append(Step(name, held, _losses(column, above - held, segments, _seat(look)) if shown else ()))
        above, shown = held, True
    return found


def _why(look: Look, now: Row, column: str) -> str:
    if column == "effective" and not common.said(now, column):
        return "not yet measured: no unit has a known outcome"
    if look.tool != "all" and column in ("regular", "heavy"):
        return "counted over all tools together"
    return common.state(look, now, column) if now[column] is None else "not a part of the step before"


def _seat(look: Look) -> str:
    return "seat" if look.tool == "all" else f"{words.tool(look.tool)} seat"


LOST = {
    "regular": "active in under 3/4 of their weeks, or in fewer than 6",
    "heavy": "score under 30, or active on under half of the days",
    "effective": "in a unit whose outcome is not effective, or not clear",
}
"""Steps that are lost for one reason."""


def _losses(column: str, drop: int, segments: Rows, seat: str = "seat") -> tuple[Loss, ...]:
    """The reasons of a drop; segments count all tools together. Where a count is not shown the drop stays whole: the rest of
    a sum would give it away.
    """
    if not drop:
        return ()
    if column == "provisioned":
        return (Loss(f"no {seat}", drop),)
    if column in LOST:
        return (Loss(LOST[column], drop),)
    unused, lapsed = people(segments, "non_user", "non_adopter"), people(segments, "lapsed")
    rest = drop - (unused or 0) - (lapsed or 0)
    if column != "active" or unused is None or lapsed is None or rest < 0:
        return ()
    return (Loss("seat not used", unused), Loss("stopped", lapsed), Loss("not known or excluded", rest, known=False))


def people(segments: Rows, *names: str) -> int | None:
    """People of segments together; None where a part of them is not shown."""
    parts = [row["people"] for row in segments if row["segment"] in names]
    return None if None in parts else sum(parts)


def _funnel_deck(look: Look, rows: Rows, _others: Cards) -> str:
    now = _own(look, rows)
    if now is None or None in (now["provisioned"], now["active"]):
        return "Each step holds only people of the step before."
    return (
        f"Each step holds only people of the step before. Between a seat and its use "
        f"{words.count(now['provisioned'] - now['active'])} are lost."
        if now["provisioned"] >= now["active"]
        else "Each step holds only people of the step before."
    )


def _funnel_key(_look: Look, _rows: Rows, _others: Cards) -> str:
    return key([("heavy", "in this step"), ("outline", "lost since the step before"), ("hatched", "not known")])


def weeks_of(look: Look) -> Filters:
    """All released units of the period, by week, for the tool of the page."""
    if look.address.since is not None:
        return Filters(tool=look.tool, first=look.address.since, last=look.address.until)
    return Filters(quarter=look.quarter, tool=look.tool)


def panels(look: Look, rows: Rows, figures: Rows) -> list[Panel]:
    """A panel per unit below the scope: its weeks, and the change of its active share since the quarter compared with."""
    found = []
    for unit in common.below(look) or (look.scope,):
        now = common.row_of(figures, scope=unit, quarter=look.quarter)
        before = common.row_of(figures, scope=unit, quarter=look.before) if look.before else None
        change = common.share_change(now, before, "active", "engineers")
        href = link(f"/{look.path}", look.address, scope=unit)
        found.append(Panel(words.unit(unit), common.points(look, rows, unit), change, href, look.withheld))
    return found


def multiples_of(look: Look, rows: Rows, others: Cards) -> str | None:
    """A panel per unit below, or of the unit itself where nothing below is shown."""
    drawn = panels(look, rows, others["figures"])
    if drawn and not _any_shown(drawn):
        own = common.points(look, rows, look.scope)
        drawn = [Panel(look.unit, own, None, "", look.withheld)]
        return multiples(drawn)
    return multiples(drawn, _reference(look, rows) if common.below(look) else None) if drawn else None


def _any_shown(drawn: list[Panel]) -> bool:
    return any(point.ppm is not None for panel in drawn for point in panel.points)


def _reference(look: Look, rows: Rows) -> Line:
    name = "company" if look.scope == words.COMPANY else "whole unit"
    return Line(name, common.points(look, rows, look.scope))


def multiples_deck(look: Look, rows: Rows, others: Cards) -> str:
    """How many units rise and fall, counted; never a fixed sentence."""
    drawn = panels(look, rows, others["figures"])
    text = "Engineers active in a week, of all engineers of the unit."
    if common.below(look) and not _any_shown(drawn):
        return f"{text} Each {_kind(look)} is withheld: it {look.reveals}."
    if _any_shown(drawn):
        text = common.notes([text, common.tool_note(look)])
    changes = [panel.change for panel in drawn if panel.change]
    if not changes or look.before is None:
        return text
    up = sum(item.clear and item.value > 0 for item in changes)
    down = sum(item.clear and item.value < 0 for item in changes)
    flat = len(changes) - up - down
    since, kind = words.quarter(look.before), _kind(look)
    if not up and not down:
        return f"{text} No {kind} rises or falls clearly since {since}."
    verbs = (("rises", "rise"), ("falls", "fall"), ("shows no clear change", "show no clear change"))
    said = [f"{n} {verb[n != 1]}" for n, verb in zip((up, down, flat), verbs, strict=True) if n]
    counted = f"{', '.join(said[:-1])} and {said[-1]}" if said[1:] else said[0]
    return f"{text} Since {since}, of {words.plural(len(changes), kind)} {counted}."


def _kind(look: Look) -> str:
    """What the panels are: lines of the company, departments of a line, teams of a department."""
    if not common.below(look):
        return "unit"
    return "line" if look.scope == words.COMPANY else ("department", "team")[min(1, look.scope.count("/"))]


def multiples_key(look: Look, rows: Rows, others: Cards) -> str:
    """Key of the lines."""
    parted = common.below(look) and _any_shown(panels(look, rows, others["figures"]))
    reference = [("ref", _reference(look, ()).name)] if parted else []
    return key([("line", "this unit"), *reference])


def weeks_foot(look: Look, rows: Rows, _others: Cards) -> str:
    """How the weeks are drawn, which days they hold, and what a gap is."""
    drawn = common.below(look) or (look.scope,)
    hidden = any(row["scope"] in drawn and row["active_share"] is None for row in rows)
    gaps = "A gap is a week that is withheld: its few active people would be known." if hidden else ""
    text = "Sorted by the last week, one scale from 0. Weeks that are not whole are dashed."
    return common.notes([text, gaps, f"{common.dated(look)}."])


def by_unit_and_week(look: Look, rows: Rows) -> Rows:
    """The scope first, then the units by name; oldest week first."""
    return sorted(rows, key=lambda row: (row["scope"] != look.scope, row["scope"], row["week"]))


def _act(look: Look, rows: Rows, _others: Cards) -> str | None:
    shown = [
        _place(look, text, people(rows, *names), steps)
        for text, names, steps in PLACES
        if any(row["segment"] in names for row in rows)
    ]
    return Svg(block("figures places", "".join(shown))) if shown else None


PLACES = (
    (
        "hold a working seat and did not use it at all: a set-up clinic, or another holder",
        ("non_user", "non_adopter"),
        (("Plan support", ("team", "adoption")), ("Review idle seats", ("licences",))),
    ),
    ("used a tool before and stopped: ask what got in the way", ("lapsed",), (("Plan support", ("team", "adoption")),)),
    (
        "are not known: their data are not complete, so nothing is said of them",
        ("insufficient",),
        (("See the sources", ("admin",)),),
    ),
)
"""What is said, the segments that it counts, and the next steps with the pages for them, the first that opens."""


def _place(look: Look, text: str, number: int | None, steps: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    value = words.DASH if number is None else words.count(number)
    why = look.withheld if number is None else text
    unit = "" if number is None else ("engineer" if number == 1 else "engineers")
    parts = block("figure-value", f"<b>{value}</b> {unit}") + block("figure-words", esc(why))
    return block("figure", parts + _next_steps(look, steps))


def _next_steps(look: Look, steps: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    found = [(name, next((slug for slug in slugs if slug in look.opens), None)) for name, slugs in steps]
    here = {"view": "picture", "tool": "all", "after": None}
    links = (f'<a href="{esc(link(f"/{slug}", look.address, **here))}">{esc(name)}</a>' for name, slug in found if slug)
    return block("next", "".join(links)) if any(slug for _, slug in found) else ""


def by_segment(_look: Look, rows: Rows) -> Rows:
    """In the order in which segments are drawn."""
    order = list(words.SEGMENTS)
    return sorted(rows, key=lambda row: (order.index(row["segment"]), row["reason"]))


OVERVIEW = Page(
    "overview",
    "Overview",
    "Are we using what we bought, and does it help?",
    (
        Card(
            "figures", "How many use it?", "funnel", lambda look: Filters(tool=look.tool), here_and_below, both_quarters,
            _figures, deck=_figures_deck, foot=_figures_foot, terms=("active", "active account", "heavy", "released"),
            columns=("scope", "quarter", "engineers", "provisioned", "active", "heavy", "accounts", "active_accounts", "bound"),
        ),
        Card(
            "funnel", "Where do engineers drop out?", "funnel", of_quarter, keep=lambda _look, rows: rows[:1],
            picture=_funnel, key=_funnel_key, deck=_funnel_deck, terms=("active", "regular", "heavy"), width=7,
            columns=("engineers", "provisioned", "active", "regular", "heavy", "effective", "accounts", "active_accounts", "bound"),
            foot=lambda _look, _rows, _others: "Engineers on the roster of the quarter's first day. Effective: heavy, in a unit whose AI-assisted changes are clearly sounder.",
        ),
        Card(
            "act", "Where to act?", "segments", lambda look: Filters(scope=look.scope, quarter=look.quarter), keep=by_segment,
            picture=_act, deck=lambda _look, _rows, _others: "All tools together. Nobody is called a non-user without proof.",
            columns=("segment", "reason", "people", "share", "bound"), width=5,
            terms=("non_user", "non_adopter", "lapsed", "insufficient"),
        ),
        Card(
            "weeks", "Where is use growing or stalled?", "adoption_weeks", weeks_of, here_and_below, by_unit_and_week,
            multiples_of, multiples_key, multiples_deck, weeks_foot, ("scope", "week", "people", "active", "active_share", "bound"),
            ("active",),
        ),
    ),
    _headline,
    viewers=frozenset({"self", "manager", "lob_lead", "executive", "compliance", "administrator", "internal_audit", "validator"}),
)  # fmt: skip
