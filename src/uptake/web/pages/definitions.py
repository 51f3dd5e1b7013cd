"""What exactly does this number mean? Every word and formula, as the score version that made the figures has them."""

from __future__ import annotations

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.policy import ROLES
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Rows


def anchor(term: str) -> str:
    """The place of a term on the page."""
    return term.replace(" ", "-").replace("_", "-").lower()


def _list(_look: Look, rows: Rows, _others: Cards) -> str:
    items = "".join(
        f'<div id="{esc(anchor(row["term"]))}"><dt>{esc(row["term"].replace("_", " "))}</dt><dd>{esc(row["text"])}'
        f"{_formula(row['formula'])}</dd></div>"
        for row in rows
    )
    return Svg(f'<dl class="terms">{items}</dl>')


def _formula(text: str) -> str:
    return f"<code>{esc(text)}</code>" if text else ""


def _headline(look: Look, cards: Cards) -> Headline:
    rows = cards["terms"]
    if not rows:
        return Headline("No definitions are held yet.")
    version = rows[0]["score_version"]
    return Headline(
        f"{words.plural(len(rows), 'word')} and their formulas, as version {version} computes them.",
        f"The figures of snapshot {look.snapshot.id} are made by exactly these. All arithmetic is in whole numbers.",
    )


DEFINITIONS = Page(
    "definitions",
    "Definitions",
    "What exactly does this number mean?",
    (
        Card(
            "terms", "What does each word mean?", "definitions", lambda _look: Filters(), picture=_list,
            deck=lambda _look, _rows, _others: "rhe(a, b) is the only rounding: to the nearest whole number, ties to even.",
            foot=lambda _look, rows, _others: f"Score version {rows[0]['score_version']}.",
        ),
    ),
    _headline,
    viewers=frozenset(ROLES),
    controls=(),
)  # fmt: skip
