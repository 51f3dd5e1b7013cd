"""Help that was offered to oneself: a card of the page Me. Only the person sees it."""

from __future__ import annotations

from uptake.acts.offers import STEPS
from uptake.charts import Svg
from uptake.charts.core import block, esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages.shape import Card, Cards, Look, Row, Rows


def _newest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["state"] != "open", -row["made"].toordinal(), row["step"]))


def _picture(_look: Look, rows: Rows, _others: Cards) -> str:
    return Svg(f'<ul class="steps own">{"".join(_offer(row) for row in rows)}</ul>')


def _offer(row: Row) -> str:
    title, why = STEPS.get(row["step"], (row["step"], ""))
    state = (
        f"open until {words.day(row['expires'])}" if row["state"] == "open" else f"expired {words.day(row['expires'])}"
    )
    text = block("what", f"<b>{esc(title)}</b><span>offered {words.day(row['made'])}; reason: {esc(why)}</span>")
    return f'<li>{text}<span class="told">{esc(state)}</span></li>'


def _deck(_look: Look, rows: Rows, _others: Cards) -> str:
    standing = sum(row["state"] == "open" for row in rows)
    return f"{words.plural(standing, 'offer')} {'stands' if standing == 1 else 'stand'}. Taking one up is your choice; to leave it has no effect."


OFFERS_CARD = Card(
    "offers", "What help was offered to you?", "my_offers", lambda _look: Filters(), keep=_newest_first, picture=_picture, deck=_deck,
    foot=lambda _look, _rows, _others: "An offer stands for 6 weeks. Where names are not shown, whoever made it does not know that it reached you.",
    columns=("made", "step", "expires", "state"), empty="No help has been offered to you.", width=6,
)  # fmt: skip
