"""What should this manager do this week? Released counts of the unit; by name only where policy opens lists, for a purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from uptake.charts import SegmentRow, Svg, segment_bar, segment_key
from uptake.charts.core import esc
from uptake.charts.rows import Part
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common, overview, team_offers
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Rows, of_quarter, too_small
from uptake.web.pages.team_offers import left_out

NEVER = ("non_user", "non_adopter")
USING = ("heavy", "light")
REASONED = ("non_user", "non_adopter", "lapsed", "insufficient", "excluded")


def _headline(look: Look, cards: Cards) -> Headline:
    people, rows = cards.get("people"), cards.get("not_using")
    if people is not None and rows is not None:
        return _named(look, people, rows, cards)
    own = cards["unit"][0] if cards["unit"] else None
    offers = " Help can still be offered to everybody." if team_offers.has_buttons(look) else ""
    if not _is_released(look):
        return Headline(
            f"Counts of your own unit are not shown.{offers}",
            f"{look.withheld} The figures below are of {look.unit}, above it.",
        )
    if own is None or own["active"] is None:
        return Headline(
            f"Use in {look.unit} is not shown.{offers}", common.state(look, own, "active") if own else look.too_small
        )
    return Headline(
        f"{words.count(own['active'])} of {words.plural(own['engineers'], 'engineer')} in {look.unit} used {common.used(look)} "
        f"{common.when(look)}.",
        "Names are not shown to you under this policy and purpose. What stands here are released counts.",
    )


def _is_released(look: Look) -> bool:
    """Whether a manager's own unit may be counted at all; a lead of a line is asked for a unit that is."""
    own = look.viewer.unit
    return look.viewer.role != "manager" or own is None or own in look.facts.units.get(look.quarter, ())


def _engineers(people: Rows) -> Rows:
    return [row for row in people if row["reason"] != "not_engineer"]


def _named(look: Look, people: Rows, rows: Rows, cards: Cards) -> Headline:
    held = _engineers(people)
    using, unused = sum(row["segment"] in USING for row in held), sum(row["segment"] in NEVER for row in rows)
    first = f"{words.count(using)} of your {words.plural(len(held), 'engineer')} used an AI tool {common.when(look)}."
    second = (
        f" {words.count(unused)} {'has' if unused == 1 else 'have'} a working seat and did not use it."
        if unused
        else ""
    )
    lapsed = sum(row["segment"] == "lapsed" for row in rows)
    unknown = sum(row["segment"] == "insufficient" for row in held)
    lede = []
    if lapsed:
        lede.append(f"{words.count(lapsed)} used a tool before and stopped.")
    if unknown:
        them = "it is not counted as not using" if unknown == 1 else "they are not counted as not using"
        lede.append(f"For {words.count(unknown)} the data do not say, and {them}.")
    contested = left_out(cards, "people")
    tags = ((f"{words.plural(contested, 'person', 'people')} under review", ""),) if contested else ()
    return Headline(first + second, " ".join(lede), tags)


def _of_people(look: Look) -> Filters:
    return Filters(quarter=look.quarter)


def _row(look: Look, rows: Rows, others: Cards) -> SegmentRow:
    own = others["unit"][0] if others.get("unit") else None
    parts = tuple(Part(row["segment"], row["people"], row["bound"] or "") for row in rows)
    return SegmentRow(look.unit, own["engineers"] if own else None, parts, text=look.withheld)


def _unit(look: Look, rows: Rows, others: Cards) -> str | None:
    """The bar of the unit, and the reasons behind the parts that do not use it."""
    counted = [(row["segment"], row["reason"], row["people"], row["bound"]) for row in rows if row["people"] != 0]
    return Svg(segment_bar(_row(look, rows, others)) + _reasons(counted))


def _reasons(counted: Iterable[tuple[str, str, int | None, str | None]]) -> str:
    """Segment, reason and people, a line each, of the segments that have reasons; a text where the count is not shown."""
    lines = "".join(
        f"<dt>{esc(words.segment(segment).capitalize())}: {esc(words.reason(reason))}</dt>"
        f"<dd>{words.count(people) if people is not None else esc(bound or words.DASH)}</dd>"
        for segment, reason, people, bound in counted
        if segment in REASONED
    )
    return f'<dl class="held why">{lines}</dl>' if lines else ""


def _figures(_look: Look, rows: Rows, _others: Cards) -> str:
    row = rows[0]
    shown = []
    for title, name in (
        ("With a seat", "provisioned"),
        ("Active", "active"),
        ("Regular", "regular"),
        ("Heavy", "heavy"),
    ):
        value = row[name]
        if value is None:
            shown.append(common.figure(title, words.DASH, common.said(row, name) or "not shown", None, 1))
            continue
        of = f"{words.share(words.ratio(value, row['engineers']))} of {words.count(row['engineers'])}"
        shown.append(common.figure(title, words.count(value), of, None, 1))
    return common.strip(shown)


def _has_segments(rows: Rows) -> bool:
    """The purpose training has no segment: its rows are a list of breadth."""
    return bool(rows) and "segment" in rows[0]


def _own_row(rows: Rows) -> SegmentRow:
    held = _engineers(rows)
    return SegmentRow("Your people", len(held), tuple(Part(row["segment"], 1) for row in held))


def _own_segments(_look: Look, rows: Rows, _others: Cards) -> str | None:
    if not _has_segments(rows):
        return None
    counted = Counter((row["segment"], row["reason"]) for row in _engineers(rows))
    order = sorted(
        counted.items(), key=lambda item: (REASONED.index(item[0][0]) if item[0][0] in REASONED else 0, item[0])
    )
    return Svg(segment_bar(_own_row(rows)) + _reasons((*key, people, None) for key, people in order))


def _own_key(_look: Look, rows: Rows, _others: Cards) -> str | None:
    return segment_key([_own_row(rows)]) if _has_segments(rows) else None


def _own_deck(look: Look, rows: Rows, others: Cards) -> str:
    if not _has_segments(rows):
        return f"{words.plural(len(rows), 'person', 'people')} below you now. This purpose shows how broad use is, and no segment."
    contested = left_out(others, "people")
    more = f" Not in it: {words.plural(contested, 'person', 'people')} under review." if contested else ""
    return f"{words.plural(len(_engineers(rows)), 'engineer')} below you now, by segment of {words.quarter(look.quarter)}.{more}"


def _by_segment(_look: Look, rows: Rows) -> Rows:
    order = list(words.SEGMENTS)
    return sorted(rows, key=lambda row: (order.index(row["segment"]) if "segment" in row else 0, row["person_id"]))


def _steps_foot(look: Look, _rows: Rows, _others: Cards) -> str:
    if not team_offers.has_buttons(look):
        return "Offers are made on the last closed quarter only."
    return "An offer stands for 6 weeks and is not made twice. Each one is recorded with its purpose."


def _list_foot(look: Look, rows: Rows, _others: Cards) -> str:
    proven = sum(row["segment"] in NEVER for row in rows)
    return f"{words.count(proven)} at zero with proof. Purpose: {look.viewer.purpose}. Only a proven zero counts as not using; not known does not."


TEAM = Page(
    "team",
    "Team",
    "What should this manager do this week?",
    (
        Card(
            "unit", "How much is it used there?", "funnel", of_quarter, picture=_figures, terms=("active", "regular", "heavy", "released"),
            deck=lambda look, _rows, _others: f"{look.unit}, {words.tool_within(look.tool)}: released counts.",
            foot=lambda look, _rows, _others: f"Engineers on the roster of the first day of {words.quarter(look.quarter)}.",
            columns=("scope", "quarter", "engineers", "provisioned", "active", "regular", "heavy", "accounts", "bound"),
            empty=too_small, form=team_offers.blind, width=5, place=2,
        ),
        Card(
            "segments", "How does the unit stand?", "segments", lambda look: Filters(scope=look.scope, quarter=look.quarter),
            keep=overview.by_segment, picture=_unit, key=lambda look, rows, others: segment_key([_row(look, rows, others)]),
            deck=lambda look, _rows, _others: f"{look.unit}, all tools together: released counts.",
            foot=lambda _look, _rows, _others: "What would reveal a small group is left open at the right of the bar.",
            columns=("segment", "reason", "people", "share", "bound"), terms=("heavy", "light", "lapsed", "non_adopter", "non_user"),
            empty=too_small, width=7, place=1,
        ),
        Card(
            "people", "How do your people stand?", "quarter_scores", _of_people, keep=_by_segment, picture=_own_segments,
            key=_own_key, deck=_own_deck,
            foot=lambda _look, _rows, _others: "No score stands here. Every opening is logged, and the people in it can see that it was opened.",
            columns=("person_id", "team", "segment", "reason", "certainty", "coverage", "breadth"), terms=("certainty", "coverage"), width=7,
            empty="Nobody below you has a figure for this quarter.",
        ),
        Card(
            "steps", "What to do this week", "not_using", _of_people, keep=team_offers.by_group, picture=team_offers.steps, width=5,
            deck=lambda _look, _rows, _others: "The step that each reason suggests. People read the offer on their own page.",
            foot=_steps_foot, columns=("suggestion", "reason", "segment", "person_id", "offered"),
            empty="Nobody is on the list of this quarter.",
        ),
        Card(
            "not_using", "Who is not using it, and why", "not_using", _of_people, keep=team_offers.by_group, picture=team_offers.people,
            deck=lambda _look, _rows, _others: (
                "Names show for the purpose adoption support. Every opening of this list is logged and the people on it can see that it was opened."
            ),
            foot=_list_foot, form=team_offers.below_list,
            columns=("person_id", "team", "segment", "reason", "suggestion", "offered"),
            terms=("non_user", "non_adopter", "lapsed", "not_observed"), empty="Nobody is on the list of this quarter.",
        ),
    ),
    _headline,
    viewers=frozenset({"manager", "lob_lead"}),
    controls=("scope", "quarter", "tool"),
    closed=True,
    split_by_tool=False,
)  # fmt: skip
