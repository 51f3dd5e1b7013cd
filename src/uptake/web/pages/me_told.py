"""What a person was told, what their score was made of, and the keys that they made for programs."""

from __future__ import annotations

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.web import words
from uptake.web.pages import forms
from uptake.web.pages.shape import Cards, Look, Row, Rows

WORDS = {
    "policy": "Policy may show your name to your manager or on a board from 10 business days after this notice on, for the purposes that the page Policy lists.",
    "decided": "Your case {ref} was decided.",
    "mapped": "An account counts for you, or counts for you no more, by a decision in a case of somebody else (case {ref}). If that is wrong, report it here.",
    "recomputed": "The figures of your case {ref} were computed again; both values stand with the case.",
    "closed": "Your case {ref} is closed: you are in lists and rankings again.",
    "restated": "A figure that was shown to you was wrong and has been corrected (case {ref}). Do not use what you noted of it before.",
}


def newest_first(_look: Look, rows: Rows) -> Rows:
    """The newest notice first."""
    return sorted(rows, key=lambda row: row["id"], reverse=True)


def drawn_notices(_look: Look, rows: Rows, _others: Cards) -> str:
    """Each notice in words, unread ones marked."""
    return Svg("".join(_notice(row) for row in rows))


def _notice(row: Row) -> str:
    tag = "" if row["read"] else '<span class="tag amber">New</span> '
    said = str(WORDS.get(row["kind"], row["kind"])).format(ref=row["ref"])
    return f'<p class="case">{tag}{esc(words.day(row["delivered"], year=True))}: {esc(said)}</p>'


def read_form(_look: Look, rows: Rows, _others: Cards) -> str | None:
    """A button while something is unread."""
    if all(row["read"] for row in rows):
        return None
    return forms.form("/me/notices", [], "I have read this", kind="outlined")


def drawn_lineage(_look: Look, rows: Rows, _others: Cards) -> str:
    """Where the score of the quarter comes from, line by line."""
    row = rows[0]
    lines = [
        ("Days that it was made of", words.count(row["days"])), ("As of", words.day(row["as_of"], year=True)),
        ("Snapshot", f"{row['snapshot']}, published {row['published_at'].replace('T', ' ').replace('Z', ' UTC')}"),
        ("Score version", row["score_version"]), ("File of the version", row["version_sha256"]), ("Inputs", row["inputs_digest"]),
        ("Scores", row["scores_digest"]), ("Roster", words.quarter(row["roster"])), ("Policy", row["policy_version"]), ("Engine", row["engine"]),
        ("Loads", row["loads"] or words.DASH),
    ]  # fmt: skip
    return Svg(
        '<dl class="held">' + "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in lines) + "</dl>"
    )


def token_form(_look: Look, _rows: Rows, _others: Cards) -> str:
    """The form by which a person makes a key for a program that reads their own rows."""
    parts = [
        forms.field("A key for a program of yours, for", "label", more=' maxlength="60" required'),
        forms.field("Days", "days", "30", kind="number", more=' min="1" max="90"'),
    ]
    made = '<p class="paging"><a href="/me/tokens">Keys that you made</a></p>'
    return Svg(forms.form("/me/token", parts, "Make a key", kind="outlined") + made)
