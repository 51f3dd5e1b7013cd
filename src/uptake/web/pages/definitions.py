"""What exactly does this number mean? Every word and formula, as the score version that made the figures has them."""

from __future__ import annotations

from uptake.charts import Svg
from uptake.charts.core import block, esc
from uptake.policy import ROLES
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Rows

EXAMPLE_VERSION = "engagement-1.0.0"
EXAMPLE = (
    ("Monday", "4 prompts, 16 accepts", "75 * (1 - 1/2) + 25 * (1 - 1/2)", 50_000_000),
    ("Tuesday", "8 prompts", "75 * (1 - 1/4)", 56_250_000),
    ("Wednesday", "on leave: not an expected day", "", None),
    ("Thursday", "32 accepts", "25 * (1 - 1/4)", 18_750_000),
    ("Friday", "4 prompts in Copilot, 4 in ChatGPT", "75 * (1 - 1/4)", 56_250_000),
)
"""The week of Ana in tests/specs/worked-example.txt: what was done, how it counts, the score of the day in micro-points."""
EXAMPLE_SCORE = 45_312_500


def anchor(term: str) -> str:
    """The place of a term on the page."""
    return term.replace(" ", "-").replace("_", "-").lower()


def _list(_look: Look, rows: Rows, _others: Cards) -> str:
    items = "".join(
        f'<div id="{esc(anchor(row["term"]))}"><dt>{esc(row["term"].replace("_", " "))}</dt><dd>{esc(row["text"])}'
        f"{_formula(row['formula'])}<small>{esc(row['score_version'])}{'' if row['formula'] else ', a rule in words'}</small></dd></div>"
        for row in rows
    )
    example = _example() if rows[0]["score_version"] == EXAMPLE_VERSION else ""
    return Svg(f'{example}<dl class="terms">{items}</dl>')


def _formula(text: str) -> str:
    return f"<code>{esc(text)}</code>" if text else ""


def _example() -> str:
    """One week of one invented person, step by step."""
    body = "".join(
        f'<tr><th scope="row">{day}</th><td>{done}</td><td><code>{how}</code></td>'
        f'<td class="n">{words.DASH if micro is None else words.scaled(micro, 6, 2)}</td></tr>'
        for day, done, how, micro in EXAMPLE
    )
    head = '<tr><th scope="col">Ana</th><th scope="col">does</th><th scope="col">counts as</th><th scope="col" class="n">day score</th></tr>'
    scores = " + ".join(words.scaled(micro, 6, 2) for _, _, _, micro in EXAMPLE if micro is not None)
    days = sum(micro is not None for *_, micro in EXAMPLE)
    text = (
        "<p><b>Worked example.</b> Ana is invented. Every 4 prompts, and every 16 accepts, halve what is missing to full "
        "points: 75 for what a person starts, 25 for what a person accepts.</p>"
    )
    total = f"<p>Score of the period: ({scores}) / {days} expected days = <b>{words.scaled(EXAMPLE_SCORE, 6, 2)}</b>. That is 30 or more, on most days: heavy.</p>"
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="Worked example"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'
    return block("worked example", text + scroll + total)


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
