"""Small parts of forms, escaped: what pages hand to the card's place for a form. They need no script."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.web import words


def form(action: str, parts: Iterable[str], button: str, *, kind: str = "filled", method: str = "post") -> str:
    """A form that is sent to an own path; one that only asks again for the page is a `get`."""
    return Svg(
        f'<form method="{method}" action="{esc(action)}" class="act report">{"".join(parts)}<button class="{kind}">{esc(button)}</button></form>'
    )


def field(label: str, name: str, value: str = "", *, kind: str = "text", more: str = "") -> str:
    """A labelled field. `more`: attributes of ours."""
    return f'<label>{esc(label)} <input type="{kind}" name="{esc(name)}" value="{esc(value)}" autocomplete="off"{more}></label>'


def choice(label: str, name: str, options: Mapping[str, str], chosen: str = "") -> str:
    """A labelled choice: value -> words."""
    made = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(text)}</option>'
        for value, text in options.items()
    )
    return f'<label>{esc(label)} <select name="{esc(name)}">{made}</select></label>'


def hidden(name: str, value: str) -> str:
    """A field that nobody fills in."""
    return f'<input type="hidden" name="{esc(name)}" value="{esc(value)}">'


def plain_table(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]], numbers: Container[int] = ()) -> str:
    """A table of texts; `numbers`: the places of columns of numbers, which stand at the right."""

    def at(place: int, text: str = "") -> str:
        return ' class="n"' if place in numbers else ' class="long"' if len(text) > words.LONG else ""

    head = "".join(f'<th scope="col"{at(place)}>{esc(name)}</th>' for place, name in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{at(place, cell)}>{esc(cell)}</td>" for place, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return Svg(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(title)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
