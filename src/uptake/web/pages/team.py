"""What should this manager do this week? Released counts of the unit; by name only where policy opens lists, for a purpose."""

from __future__ import annotations

from itertools import groupby

from uptake.charts import SegmentRow, Svg, segment_bar, segment_key
from uptake.charts.core import block, esc
from uptake.charts.rows import Part
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common, overview
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, of_quarter

GROUPS = (
    ("Seat not used", ("non_user", "non_adopter")), ("Lapsed", ("lapsed",)), ("Not known", ("insufficient",)), ("Excluded", ("excluded",)),
)  # fmt: skip
NEVER = ("non_user", "non_adopter")


def _headline(look: Look, cards: Cards) -> Headline:
    people, rows = cards.get("people"), cards.get("not_using")
    if people is not None and rows is not None:
        return _named(look, people, rows)
    own = cards["unit"][0] if cards["unit"] else None
    if own is None or own["active"] is None:
        text = common.state(own, "active") if own else "Withheld: fewer than 11 people."
        return Headline(f"Use in {look.unit} is not shown.", f"{text} Help can still be offered to everybody.")
    return Headline(
        f"{words.count(own['active'])} of {words.plural(own['engineers'], 'engineer')} in {look.unit} used {common.used(look)} "
        f"{common.when(look)}.",
        "Names are not shown under this policy: counts of the smallest released unit stand here.",
    )


def _named(look: Look, people: Rows, rows: Rows) -> Headline:
    judged = [row for row in people if row["segment"] != "excluded"]
    using = sum(row["segment"] in ("heavy", "light") for row in people)
    unused = sum(row["segment"] in NEVER for row in rows)
    first = f"{words.count(using)} of {words.plural(len(judged), 'engineer')} of yours {'uses' if using == 1 else 'use'} an AI tool."
    second = (
        f" {words.count(unused)} {'has' if unused == 1 else 'have'} a working seat and did not use it."
        if unused
        else ""
    )
    lapsed = sum(row["segment"] == "lapsed" for row in rows)
    unknown = sum(row["segment"] == "insufficient" for row in people)
    lede = []
    if lapsed:
        lede.append(f"{words.count(lapsed)} used a tool before and stopped.")
    if unknown:
        lede.append(f"For {words.count(unknown)} the data do not say, and they are not counted as not using.")
    if look.provisional:
        lede.append(f"{words.quarter(look.quarter)} is provisional.")
    return Headline(first + second, " ".join(lede))


def _of_people(look: Look) -> Filters:
    return Filters(quarter=look.quarter)


def _unit(look: Look, rows: Rows, others: Cards) -> str | None:
    own = others["unit"][0] if others["unit"] else None
    parts = tuple(Part(row["segment"], row["people"], row["bound"] or "") for row in rows)
    return segment_bar(
        SegmentRow(
            look.unit, own["engineers"] if own else None, parts, text="Withheld: would reveal a group of fewer than 11."
        )
    )


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


def _by_group(_look: Look, rows: Rows) -> Rows:
    order = [name for _, names in GROUPS for name in names]
    return sorted(rows, key=lambda row: (order.index(row["segment"]), row["reason"], row["person_id"]))


def _list(_look: Look, rows: Rows, _others: Cards) -> str:
    """The list by reason, not by person: each group under its name and count."""
    title = {name: group for group, names in GROUPS for name in names}
    body = "".join(_group(name, list(inside)) for name, inside in groupby(rows, key=lambda row: title[row["segment"]]))
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Engineer", "Team", "Why on this list", "Next step"))
    return Svg(
        '<div class="scroll" tabindex="0" role="region" aria-label="Who is not using it, and why"><table>'
        f"<thead><tr>{heads}</tr></thead>{body}</table></div>"
    )


def _group(name: str, rows: list[Row]) -> str:
    head = f'<tr><th scope="colgroup" colspan="4" class="group">{esc(name)} <span>{words.count(len(rows))}</span></th></tr>'
    return f"<tbody>{head}{''.join(_person(row) for row in rows)}</tbody>"


def _person(row: Row) -> str:
    team = words.unit(row["team"]) if row["team"] else words.DASH
    step = row["suggestion"] if row["suggestion"] != "nothing" else "none"
    cells = (row["person_id"], team, words.reason(row["reason"]), step)
    return "<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in cells) + "</tr>"


def _steps(_look: Look, rows: Rows, _others: Cards) -> str | None:
    counted: dict[str, int] = {}
    for row in rows:
        if row["suggestion"] != "nothing":
            counted[row["suggestion"]] = counted.get(row["suggestion"], 0) + 1
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    shown = [
        block("figure", block("figure-value", f"<b>{words.count(number)}</b> {'engineer' if number == 1 else 'engineers'}")
              + block("figure-words", esc(step)))
        for step, number in ordered
    ]  # fmt: skip
    return Svg(block("figures places", "".join(shown))) if shown else None


def _own_segments(_look: Look, rows: Rows, _others: Cards) -> str:
    return segment_bar(SegmentRow("Your people", len(rows), tuple(Part(row["segment"], 1) for row in rows)))


def _by_segment(_look: Look, rows: Rows) -> Rows:
    order = list(words.SEGMENTS)
    return sorted(
        rows,
        key=lambda row: (order.index(row["segment"]), row["person_id"]) if "segment" in row else (0, row["person_id"]),
    )


TEAM = Page(
    "team",
    "Team",
    "What should this manager do this week?",
    (
        Card(
            "unit", "How does the unit stand?", "funnel", of_quarter, picture=_figures, terms=("active", "regular", "heavy", "released"),
            deck=lambda look, _rows, _others: f"{look.unit}: the smallest released unit that is yours.",
            foot=lambda look, _rows, _others: f"Engineers on the roster of the first day of {words.quarter(look.quarter)}.",
            columns=("scope", "quarter", "engineers", "provisioned", "active", "regular", "heavy", "accounts", "bound"),
            empty="Withheld: fewer than 11 people.",
        ),
        Card(
            "segments", "Which segments make it up?", "segments", lambda look: Filters(scope=look.scope, quarter=look.quarter),
            keep=overview.by_segment, picture=_unit, key=lambda _look, _rows, _others: segment_key(),
            deck=lambda _look, _rows, _others: "One bar for the unit. What would reveal a small group is left open at the right.",
            columns=("segment", "reason", "people", "share", "bound"), terms=("heavy", "light", "lapsed", "non_adopter", "non_user"),
        ),
        Card(
            "people", "Where do your people stand?", "quarter_scores", _of_people, keep=_by_segment, picture=_own_segments,
            key=lambda _look, rows, _others: segment_key([SegmentRow("", len(rows), tuple(Part(row["segment"], 1) for row in rows))]),
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'person', 'people')} below you now, by segment of the quarter.",
            foot=lambda _look, _rows, _others: "Names show under the purpose of this session. Every opening is recorded and shown to the person.",
            columns=("person_id", "team", "segment", "reason", "certainty", "coverage"), terms=("certainty", "coverage"), width=7,
            empty="Nobody below you has a figure for this quarter.",
        ),
        Card(
            "steps", "What to do this week?", "not_using", _of_people, keep=_by_group, picture=_steps, width=5,
            deck=lambda _look, _rows, _others: "The step that each reason suggests, largest first.",
            columns=("suggestion", "reason", "segment", "person_id"), empty="Nobody is on the list of this quarter.",
        ),
        Card(
            "not_using", "Who is not using it, and why?", "not_using", _of_people, keep=_by_group, picture=_list,
            deck=lambda _look, _rows, _others: "By reason, not by person. Only a proven zero counts as not using; not known is not.",
            foot=lambda look, _rows, _others: f"Purpose: {look.viewer.purpose}. Export for appraisal is refused by policy.",
            columns=("person_id", "team", "segment", "reason", "suggestion"), terms=("non_user", "non_adopter", "lapsed", "not_observed"),
            empty="Nobody is on the list of this quarter.",
        ),
    ),
    _headline,
    viewers=frozenset({"manager", "lob_lead"}),
    controls=("scope", "quarter", "tool"),
    closed=True,
)  # fmt: skip
