"""One HTML page with every picture in its states, to be looked at: python -m tests.gallery OUT.html [--tokens FILE]."""

import argparse
import pathlib

from tests.gallery_rows import CARDS, Card
from uptake import charts
from uptake.charts.core import esc

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKS = ROOT / "src" / "uptake" / "charts" / "marks.css"
TOKENS = ROOT / "src" / "uptake" / "web" / "static" / "tokens.css"
PAGE_CSS = """
:root { color-scheme: light dark; } body { margin: 0; background: var(--page); color: var(--ink); font: var(--t-body); }
main { box-sizing: border-box; max-width: 1280px; margin: 0 auto; padding: 24px var(--margin);
  display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); column-gap: 40px; row-gap: 52px; }
.card { grid-column: span 12; border-top: 2px solid var(--ink); padding-top: 12px; }
.w4 { grid-column: span 4; } .w5 { grid-column: span 5; } .w6 { grid-column: span 6; } .w7 { grid-column: span 7; } .w8 { grid-column: span 8; }
h2 { margin: 0; font: var(--t-card); } .deck { margin: 2px 0 14px; font: var(--t-small); color: var(--ink-2); }
.card > .key { margin-bottom: 12px; } td { padding: 4px 12px 4px 0; font: var(--t-small); }
@media (max-width: 900px) { main { padding: 16px; display: block; } .card { margin-bottom: 52px; } }
"""


def card_html(card: Card) -> str:
    return (
        f'<section class="card w{card.columns}"><h2>{esc(card.title)}</h2><p class="deck">{esc(card.deck)}</p>'
        f"{card.key}{card.picture}</section>"
    )


def page(tokens: str) -> str:
    """The whole gallery as one file: style sheets inside, so that it opens from disk."""
    body = "".join(card_html(card) for card in CARDS)
    styles = f"<style>{tokens}</style><style>{MARKS.read_text(encoding='utf-8')}</style><style>{PAGE_CSS}</style>"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gallery</title>{styles}'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body>{charts.patterns()}<main>{body}</main></body></html>'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--tokens", type=pathlib.Path, default=TOKENS)
    arguments = parser.parse_args()
    arguments.out.write_text(page(arguments.tokens.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
