"""The board of people: off, in rank bands under pseudonyms for those who opt in, or open; the mode is policy, never the page."""

from __future__ import annotations

from itertools import groupby

from uptake.charts import Svg
from uptake.charts.core import block, esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages.shape import Card, Cards, Look, Row, Rows

MOST = 25
BANDS = {10: "Top 10 %", 25: "Top 25 %", 50: "Top half", 100: "The rest"}
OFF = "A ranking of people is off by policy."


def foot_of(look: Look) -> str:
    """What Compare says of the board to everybody: its mode."""
    return {
        "off": OFF,
        "bands": "A board of people exists in rank bands, for those who opted in; engineers open it as peers.",
        "open": "The board of people is open within a line; engineers open it as peers.",
    }[look.policy.board]


def _picture(look: Look, rows: Rows, _others: Cards) -> str:
    return _bands(rows) if look.policy.board == "bands" else _ranks(rows)


def _bands(rows: Rows) -> str:
    """Each band with the pseudonyms in it; the own one is marked. Nobody is ordered inside a band."""
    parts = []
    for band, inside in groupby(rows, key=lambda row: row["band"]):
        names = "".join(_pseudonym(row) for row in inside)
        parts.append(block("band", f'<h3>{esc(BANDS[band])}</h3><ul class="names">{names}</ul>'))
    return Svg("".join(parts))


def _pseudonym(row: Row) -> str:
    own = " <b>you</b>" if row["mine"] else ""
    return f"<li>{esc(row['pseudonym'])}{own}</li>"


def _ranks(rows: Rows) -> str:
    heads = "".join(
        f'<th scope="col"{kind}>{name}</th>'
        for name, kind in (("Rank", ' class="n"'), ("Engineer", ""), ("Score", ' class="n"'), ("Segment", ""),
                           ("Since the quarter before", ' class="n"'))
    )  # fmt: skip
    body = "".join(_ranked(row) for row in rows[:MOST])
    return Svg(
        '<div class="scroll" tabindex="0" role="region" aria-label="The board of your line"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _ranked(row: Row) -> str:
    change = words.DASH if row["change"] is None else words.scaled(row["change"], 6, 0)
    numbers = (f'<td class="n">{words.count(row["rank"])}</td>', f"<td>{esc(row['person_id'])}</td>",
               f'<td class="n">{words.score(row["score"])}</td>', f"<td>{esc(words.segment(row['segment']))}</td>",
               f'<td class="n">{change}</td>')  # fmt: skip
    return f"<tr>{''.join(numbers)}</tr>"


def _deck(look: Look, rows: Rows, _others: Cards) -> str:
    if look.policy.board == "bands":
        return f"{words.plural(len(rows), 'person', 'people')} of your line chose to stand here. Names change every quarter."
    return "People of your line in the newest closed quarter. Who is under review or not known enough is left out."


def _foot(look: Look, rows: Rows, _others: Cards) -> str:
    if look.policy.board == "bands":
        return "Band among all scored people of the line. No score is shown, and no page ties a name here to a person."
    return f"The first {MOST} of {words.count(len(rows))}; the table holds all." if len(rows) > MOST else ""


def _choice(look: Look, rows: Rows, _others: Cards) -> str | None:
    """The button by which a person joins the board in bands, or leaves it."""
    if look.policy.board != "bands" or look.viewer.role != "peer":
        return None
    listed = any(row["mine"] for row in rows)
    value, text = ("out", "Leave the board") if listed else ("in", "Stand on the board")
    said = (
        "You stand on it."
        if listed
        else f"You are not on it, or fewer than {look.policy.k + 1} people of your line are."
    )
    button = f'<button class="second" name="value" value="{value}">{text}</button>'
    other = "" if listed else '<button class="plain" name="value" value="out">Take a choice back</button>'
    return Svg(f'<form method="post" action="/board" class="act"><p>{said}</p>{button}{other}</form>')


CARD = Card(
    "board", "Who stands where?", "leaderboard", lambda _look: Filters(), picture=_picture, deck=_deck, foot=_foot, form=_choice,
    columns=("rank", "person_id", "score", "ratio", "segment", "change", "band", "pseudonym", "mine"), terms=("heavy",),
    empty=lambda look: f"Nobody stands on the board: it is shown where {look.policy.k + 1} people or more of a line chose to.",
)  # fmt: skip
