"""What is held on me, and why? The own score taken apart down to days, counts and states. Only the person sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uptake.charts import Svg, key
from uptake.charts.core import esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common, me_cases, me_held, me_outcomes, me_score, me_told
from uptake.web.pages.offers import OFFERS_CARD
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows, first_day, last_day


def _own(look: Look, cards: Cards) -> Row | None:
    return common.row_of(cards["quarters"], quarter=look.quarter)


def _headline(look: Look, cards: Cards) -> Headline:
    row = _own(look, cards)
    if row is None:
        return Headline(
            f"Nothing is held on you for {words.quarter(look.quarter)}.",
            "Choose another quarter, or look at what is held below.",
        )
    observed, expected = (words.scaled(row[name] or 0, 2, 0) for name in ("observed_days", "expected_days"))
    lede = (
        f"You used AI tools on {words.plural(row['active_days'] or 0, 'day')}; {observed} of {expected} expected days are observed. "
        "Nothing on this page is for your appraisal."
    )
    tags = _tags(cards)
    if row["segment"] in ("insufficient", "excluded") or row["score_micro"] is None:
        return Headline(f"You are not compared in {look.short_quarter}: {words.reason(row['reason'])}.", lede, tags)
    first = f"Your score for {look.short_quarter} is {words.score(row['score_micro'])}{_against(row)}."
    return Headline(first + _mostly(look, cards["days"]), lede, tags)


def _tags(cards: Cards) -> tuple[tuple[str, str], ...]:
    """How many cases of the person are open, and how many notices are new."""
    number = sum(row["state"] != "closed" for row in cards.get("contest", ()))
    new = sum(not row["read"] for row in cards.get("notices", ()))
    said = (
        (number, f"{words.plural(number, 'case')} under review", "amber"),
        (new, words.plural(new, "new notice"), ""),
    )
    return tuple((text, colour) for shown, text, colour in said if shown)


def _mostly(look: Look, days: Rows) -> str:
    """Where more than half of the points of all tools come from; nothing where a tool is chosen or there is no use."""
    total = sum(row["score_micro"] or 0 for row in days)
    if look.tool != "all" or not total:
        return ""
    passive = sum(row["passive_micro"] or 0 for row in days)
    if 2 * passive == total:
        return ""
    return f" Most of it comes from {'suggestions you accepted' if 2 * passive > total else 'prompts you started'}."


def _against(row: Row) -> str:
    """The fair comparison, in words; none where policy of the measure gives none."""
    median = {"median": row["lob_median_micro"], "active_median": row["lob_active_median_micro"]}.get(row["comparison"])
    if median is None or not row["score_micro"]:
        return ""
    side = "above" if row["score_micro"] > median else "below" if row["score_micro"] < median else "at"
    whose = "the median" if row["comparison"] == "median" else "the median of active engineers"
    return f", {side} {whose} in {row['lob']}"


def _scores(look: Look, rows: Rows, _others: Cards) -> str | None:
    row = common.row_of(rows, quarter=look.quarter)
    if row is None:
        return None
    pairs = [
        ("Score", _or_dash(row["score_micro"], lambda micro: f"{words.score(micro)} of 100")),
        ("Segment", _segment(row)),
        *([("Restated", _restated(row))] if row["restated"] else []),
        ("Expected days", words.cell(row["expected_days"], "centi-days")),
        ("Of these observed", words.cell(row["observed_days"], "centi-days")),
        ("Active days", words.cell(row["active_days"], "days")),
        ("Engaged share", words.cell(row["engaged_share"], "ppm")),
        ("Share of your group below, ties by half", words.cell(row["percentile"], "ppm")),
        ("Share of your group at zero", words.cell(row["lob_zero_share"], "ppm")),
        ("Your place in the group", _place(row)),
        ("Minutes with an agent or a prompt", _or_dash(row["minutes"], lambda found: words.plural(found, "minute"))),
        ("Kinds of work, effective number", words.cell(row["breadth"], "hundredths")),
        ("Days estimated from sessions", words.cell(row["estimated_days"], "days")),
        ("Line and team", f"{row['lob'] or words.DASH}, {row['team'] or words.DASH}"),
    ]
    return Svg(
        '<dl class="held">' + "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in pairs) + "</dl>"
    )


def _or_dash(value: Any, written: Callable[[Any], str]) -> str:
    return words.DASH if value is None else written(value)


def _place(row: Row) -> str:
    return (
        words.DASH if row["lob_rank"] is None else f"{words.count(row['lob_rank'])} of {words.count(row['lob_people'])}"
    )


def _restated(row: Row) -> str:
    was = _or_dash(row["was_micro"], words.score)
    return f"{words.day(row['restated'], year=True)}, was {was} ({words.segment(row['was_segment'])})"


def _segment(row: Row) -> str:
    sure = "clear" if row["certainty"] == "clear" else f"close to {words.segment(row['certainty'].partition(':')[2])}"
    return f"{words.segment(row['segment'])}, {sure}: {words.reason(row['reason'])}"


def _newest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: row["quarter"], reverse=True)


def _this_quarter(look: Look, rows: Rows) -> Rows:
    return [row for row in rows if row["quarter"] == look.quarter]


def _newest_day_first(_look: Look, rows: Rows) -> Rows:
    ordered = sorted(rows, key=lambda row: (row["tool"], row["surface"] or "", row["feature"] or ""))
    return sorted(ordered, key=lambda row: row["day"], reverse=True)


def _usage_of(look: Look) -> Filters:
    tool = None if look.tool == "all" else look.tool
    return Filters(tool=tool, first=first_day(look.quarter), last=last_day(look.quarter))


ME = Page(
    "me",
    "My data",
    "What is held on me, and why?",
    (
        Card(
            "days", "Which days make up the score?", "day_scores", me_score.days_of, keep=me_score.of_the_tool, picture=me_score.drawn_days, key=me_score.days_key, width=8,
            deck=me_score.days_deck, terms=("day score", "quarter score", "expected day", "not_observed"),
            foot=lambda _look, _rows, _others: (
                "The quarter score takes the best observed days of each week, as many as were expected: a 0 on leave or a holiday costs nothing."
            ),
            columns=("day", "tool", "state", "calendar", "proactive", "passive", "score_micro", "passive_micro", "estimated"),
            empty="No day of this quarter is held on you.",
        ),
        Card(
            "split", "Asked or accepted?", "day_scores", me_score.days_of, keep=me_score.of_the_tool, picture=me_score.drawn_weeks, key=me_score.weeks_key, width=4,
            deck=lambda _look, _rows, _others: "What you start weighs three times as much as suggestions you accept.",
            foot=lambda _look, _rows, _others: "Mean per observed day of each week. Weeks without an expected day stay empty.",
            columns=("day", "tool", "proactive", "passive", "score_micro", "passive_micro"), terms=("proactive", "passive", "day score"),
            empty="No day of this quarter is held on you.",
        ),
        Card(
            "standing", "Against the medians of your line", "quarter_scores", lambda _look: Filters(), keep=_this_quarter,
            picture=me_score.drawn_standing, deck=me_score.standing_deck, width=4,
            key=lambda _look, _rows, _others: key([("median", "median of all"), ("ring", "median of active")]),
            columns=("quarter", "lob", "lob_people", "lob_median_micro", "lob_active_median_micro", "comparison", "ratio", "percentile", "lob_rank"),
            foot=lambda _look, _rows, _others: "No peer's score is shown to you, and yours to no peer but on a board that policy opens.",
            terms=("comparison", "ratio"), empty="No score of this quarter is held on you.",
        ),
        Card(
            "usage", "What is held on you?", "usage_days", _usage_of, keep=_newest_day_first, size=50, width=4, picture=me_held.drawn_held,
            columns=("day", "tool", "surface", "feature", "prompts", "generations", "accept_user", "reject_user", "plans", "sessions", "requests"),
            deck=lambda _look, _rows, _others: "Every record of the quarter can be opened and taken away.",
            foot=lambda _look, _rows, _others: "The table lists what each tool counted. En dash: the source cannot say.",
            empty="No use of this quarter is held on you.", terms=("proactive", "passive", "session estimate"),
        ),
        Card(
            "looked", "Who looked?", "who_looked", lambda _look: Filters(), keep=me_held.newest_first, picture=me_held.drawn_looks, width=4,
            deck=me_held.looks_deck, columns=("day", "role", "purpose", "question", "columns", "way", "times"),
            foot=lambda _look, _rows, _others: "Since records are kept. Counts of groups without names are not listed.",
            empty="Nobody else has read a row with your name.",
        ),
        Card(
            "contest", "Is something wrong?", "my_contests", lambda _look: Filters(), picture=me_cases.drawn_cases, form=me_cases.form,
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'case')} of yours. While one is open you are left out of lists and rankings.",
            columns=("id", "opened", "due", "category", "quarter", "day", "state", "decision", "closed"),
            foot=lambda _look, _rows, _others: "A case is decided by a second person within 10 working days, never by your manager alone.",
            empty="Say what is wrong. You get a case number at once; while it is open you are left out of lists and rankings.",
        ),
        Card(
            "notices", "What were you told?", "my_notices", lambda _look: Filters(), keep=me_told.newest_first, picture=me_told.drawn_notices,
            deck=lambda _look, rows, _others: f"{words.plural(sum(not row['read'] for row in rows), 'new notice')} of {len(rows)}.",
            columns=("id", "kind", "ref", "delivered", "read"), form=me_told.read_form, width=6,
            foot=lambda _look, _rows, _others: "Before your name may be shown to your manager or peers you are told, 10 business days ahead.",
            empty="You were told nothing yet: your name is shown to no manager and no peer.",
        ),
        OFFERS_CARD,
        Card(
            "periods", "Which use is known by week or month only?", "period_use", lambda _look: Filters(), keep=me_held.newest_period_first,
            deck=me_held.periods_deck, columns=("tool", "source", "cadence", "first_day", "last_day", "used", "messages", "credits"),
            foot=lambda _look, _rows, _others: "Never spread over days and never scored. It only keeps a quarter from being called unused.",
            empty="No use is held on you by week or month.", terms=("not_observed",), size=25,
        ),
        Card(
            "tools", "How was each tool used from day to day?", "day_scores", me_score.days_of, picture=me_score.drawn_tools,
            deck=lambda _look, _rows, _others: "Score of each working day, 0 to 100 points, one panel a tool; the number is that of the last day.",
            foot=lambda _look, _rows, _others: "Hatched: not observed. All tools together are no sum of the tools.",
            columns=("tool", "day", "state", "proactive", "passive", "score_micro"), terms=("day score",),
            empty="No day of this quarter is held on you.",
        ),
        Card(
            "score", "What is the score made of?", "quarter_scores", lambda _look: Filters(), keep=_this_quarter, picture=_scores, width=6,
            terms=("quarter score", "certainty", "percentile", "engaged_share"), empty="No score of this quarter is held on you.",
            foot=lambda _look, rows, _others: f"Score version {rows[0]['score_version']}.",
        ),
        Card(
            "quarters", "Which quarters are held?", "quarter_scores", lambda _look: Filters(), keep=_newest_first, width=6,
            columns=("quarter", "score_micro", "segment", "reason", "certainty", "coverage", "provisional"), terms=("heavy", "light", "lapsed"),
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'quarter')}, one segment each. The files hold every column.",
            empty="No quarter is held on you.",
        ),
        Card(
            "lineage", "Where does the score come from?", "lineage", lambda look: Filters(quarter=look.quarter), picture=me_told.drawn_lineage,
            deck=lambda _look, _rows, _others: "With these anybody can compute it again, to the bit.", form=me_told.token_form,
            foot=lambda _look, _rows, _others: "A correction makes a new version; the old value stays in your case.",
            empty="No score of this quarter is held on you.", terms=("quarter score",),
        ),
        Card(
            "outcome", "How sound are your changes made with AI?", "my_outcomes", lambda look: Filters(quarter=look.quarter), width=12,
            picture=me_outcomes.drawn_outcome, deck=me_outcomes.outcome_deck, foot=me_outcomes.outcome_foot, terms=("outcome", "corner"),
            columns=("quarter", "changes", "assisted", "use", "outcome", "low", "high", "corner", "reason"),
            empty="No merged change of this quarter is known to be yours.",
        ),
        Card(
            "months", "What became of your changes, month by month?", "my_months", lambda look: Filters(quarter=look.quarter), width=12,
            deck=me_outcomes.outcome_deck, terms=("outcome",), columns=me_outcomes.OF_MONTHS,
            empty="No change that you merged or reviewed in this quarter is known.",
        ),
        Card(
            "seats", "Which seats do you hold?", "seats", lambda _look: Filters(),
            columns=("tool", "account", "first_day", "last_day", "last_seen", "granted_by", "monthly_cost"),
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'seat')}.", empty="You hold no seat on record.",
        ),
    ),
    _headline,
    viewers=frozenset({"self"}),
    controls=("quarter", "tool"),
    closed=True,
    menu="own",
    purposes=("self",),
)  # fmt: skip
