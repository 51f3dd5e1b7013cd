"""Pure parts: intervals of change, rank bands, words, quarters, defaults of the frame, sentences that follow the data."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.charts import Change
from uptake.policy import Policy, Viewer
from uptake.web import figures, render, standing, words
from uptake.web.address import Address
from uptake.web.pages import adoption, common, effect, forms, health, me_score, overview, spending, units, value
from uptake.web.pages.compare import COMPARE
from uptake.web.pages.frame import NoSuchUnit, look
from uptake.web.pages.overview import OVERVIEW
from uptake.web.pages.shape import Facts, SourceState, first_day, last_day, parent, quarters_back

UNITS = ("(company)", "Cards", "Cards/One", "Risk")
FACTS = Facts(
    {"2026Q2": UNITS, "2026Q3": UNITS, "2026Q4": UNITS},
    ("copilot",),
    (SourceState("copilot-users", dt.date(2026, 9, 30), 0),),
)


class Snapshot:
    def __init__(self, as_of):
        self.as_of, self.id, self.published_at, self.score_version, self.scores_digest = as_of, 1, as_of, "v", "d" * 64
        self.restated: dict[str, str] = {}
        self.released: dict[str, str] = {}


def seen(page=OVERVIEW, as_of="2026-10-16", viewer=None, **state):
    who = (viewer or Viewer(role="executive"), Policy())
    return look(page, page.slug, Address(**state), FACTS, who, (Snapshot(as_of), True, str))


@pytest.mark.parametrize(
    ("as_of", "page", "quarter"),
    [
        ("2026-10-16", OVERVIEW, "2026Q3"),
        ("2026-10-28", OVERVIEW, "2026Q3"),
        ("2026-10-29", OVERVIEW, "2026Q4"),
        ("2026-10-13", COMPARE, "2026Q2"),
        ("2026-10-14", COMPARE, "2026Q3"),
        ("2026-12-20", COMPARE, "2026Q3"),
    ],
)
def test_the_default_quarter(as_of, page, quarter):
    assert seen(page, as_of).quarter == quarter


def test_a_quarter_is_provisional_until_fourteen_days_after_its_end():
    assert seen(as_of="2026-10-13", quarter="2026Q3").provisional
    assert not seen(as_of="2026-10-14", quarter="2026Q3").provisional


def test_a_running_quarter_is_compared_with_nothing():
    assert seen(as_of="2026-12-30", quarter="2026Q4").before is None
    assert seen(as_of="2026-12-30", quarter="2026Q3").before == "2026Q2"
    assert seen(quarter="2026Q2").before is None, "no figures of the quarter before"
    assert seen(compare="none").before is None


@pytest.mark.parametrize(
    ("viewer", "scope"),
    [
        (Viewer(role="executive"), "(company)"),
        (Viewer(role="lob_lead", unit="Risk"), "Risk"),
        (Viewer(role="self", unit="Cards/One/A"), "Cards"),
        (Viewer(role="manager", unit="Cards/One/A"), "Cards/One"),
        (Viewer(role="manager", unit="Small/X"), "(company)"),
    ],
)
def test_the_default_unit_is_the_smallest_released_one_of_the_viewer(viewer, scope):
    assert seen(viewer=viewer).scope == scope


@pytest.mark.parametrize("state", [{"scope": "Nowhere"}, {"quarter": "2020Q1"}, {"tool": "cursor"}])
def test_what_is_not_there_is_no_such_unit(state):
    with pytest.raises(NoSuchUnit):
        seen(**state)


def test_quarters_and_parents():
    assert [quarters_back("2026Q2", n) for n in (0, 1, 2, 4)] == ["2026Q2", "2026Q1", "2025Q4", "2025Q2"]
    assert (first_day("2026Q3"), last_day("2026Q4")) == (dt.date(2026, 7, 1), dt.date(2026, 12, 31))
    assert [parent(scope) for scope in UNITS] == [None, "(company)", "Cards", "(company)"]
    assert seen().children == ("Cards", "Risk")
    assert seen(scope="Cards").children == ("Cards/One",)


def test_the_interval_of_newcombe():
    """Example of the paper (table II, 56/70 against 48/80, method 10): 0.0524 to 0.3339."""
    found = figures.change((56, 70), (48, 80))
    assert (found.value, found.low, found.high) == (
        200_000,
        pytest.approx(52_400, abs=60),
        pytest.approx(333_900, abs=60),
    )


@given(st.integers(1, 5000), st.integers(1, 5000), st.data())
def test_an_interval_holds_its_change_and_stays_in_bounds(whole, before, data):
    found = figures.change((data.draw(st.integers(0, whole)), whole), (data.draw(st.integers(0, before)), before))
    assert -1_000_001 <= found.low <= found.value <= found.high <= 1_000_001


def test_no_change_without_both_numbers():
    assert figures.change((None, 10), (1, 10)) is None
    assert figures.change((1, 10), (1, 0)) is None


def test_a_verb_needs_a_clear_change():
    assert common.moved(Change(18_000, 14_000, 22_000)) == ", up 1.8 points"
    assert common.moved(Change(-18_000, -22_000, -14_000)) == ", down 1.8 points"
    assert common.moved(Change(18_000, -1, 40_000)) == ": no clear change"
    assert common.moved(None) == ""


def row(scope, quarter, engineers, active, **more):
    base = {
        "scope": scope,
        "quarter": quarter,
        "engineers": engineers,
        "active": active,
        "heavy": 0,
        "accounts": None,
        "active_accounts": None,
    }
    return {**base, "provisioned": engineers, "regular": None, "effective": None, "bound": None, **more}


def test_a_headline_follows_the_data():
    rows = [row("(company)", "2026Q3", 1000, 400), row("(company)", "2026Q2", 1000, 300)]
    sentence = overview._headline(seen(), {"figures": rows}).sentence
    assert sentence == "40\u202f% of engineers used an AI tool in Q3, up 10.0 points."
    fallen = [row("(company)", "2026Q3", 1000, 300), row("(company)", "2026Q2", 1000, 400)]
    assert "down 10.0 points" in overview._headline(seen(), {"figures": fallen}).sentence
    hidden = [row("(company)", "2026Q3", 1000, None, bound="active: fewer than 3")]
    assert "is not shown" in overview._headline(seen(), {"figures": hidden}).sentence
    assert "Q3" in overview._headline(seen(), {"figures": []}).sentence


def test_the_units_that_rise_and_fall_are_counted():
    weeks = [
        {
            "scope": "(company)",
            "week": dt.date(2026, 9, 21),
            "quarter": "2026Q3",
            "people": 900,
            "active": 300,
            "active_share": 333_333,
            "bound": None,
        }
    ]
    now = [row("Cards", "2026Q3", 1000, 500), row("Risk", "2026Q3", 1000, 100)]
    before = [row("Cards", "2026Q2", 1000, 300), row("Risk", "2026Q2", 1000, 300)]
    found = adoption._headline(seen(), {"weeks": weeks, "figures": now + before}).sentence
    assert found.endswith("it grows in 1 of 2 units and falls in 1.")
    level = [replace_quarter(item) for item in now]
    found = adoption._headline(seen(), {"weeks": weeks, "figures": now + level}).sentence
    assert found.endswith("None of 2 units shows a clear change since Q2 2026.")
    found = adoption._headline(seen(), {"weeks": weeks, "figures": [now[0], level[0]]}).sentence
    assert found.endswith("The only unit shown has no clear change since Q2 2026.")


@pytest.mark.parametrize(
    ("corner", "said"),
    [("effective", "effective"), ("frequent, not effective", "not effective"), ("not clear", "not clear")],
)
def test_a_single_department_with_frequent_use_is_no_share_of_one(corner, said):
    rows = [
        {"unit": "Cards/Cards 01", "corner": corner, "use": 40_000_000},
        {"unit": "Cards/Cards 02", "corner": "not yet", "use": 5_000_000},
    ]
    found = effect._headline(seen(), {"quadrant": rows})
    assert found.sentence == f"The only department with frequent use is {said}."
    assert "of them: not clear" not in found.lede


def test_seats_without_use_are_said_of_engineers():
    rows = [row("(company)", "2026Q3", 1000, 400, accounts=1100, active_accounts=410)]
    unused = [{"segment": "non_user", "people": 40, "scope": "(company)", "reason": "seat_never_used"}]
    lede = overview._headline(seen(), {"figures": rows, "act": unused}).lede
    assert "410 of 1,100 accounts were active, and 40 engineers hold a seat and did not use it at all." in lede


def test_an_account_that_two_sources_name_is_one_account():
    rows = [
        {"source": "copilot-seats", "tool": "copilot", "account": "5001105", "records": 28},
        {"source": "copilot-users", "tool": "copilot", "account": "5001105", "records": 30},
        {"source": "seats", "tool": "claude_code", "account": "5001105", "records": 1},
    ]
    assert standing.unmatched(rows).startswith("2 accounts with 59 records;")
    assert health._lede({"unmatched": rows[:2]}) == "1 account belongs to nobody."


def test_cost_of_which_a_part_is_withheld_says_so_for_every_figure():
    known = {"bound": "cost: without copilot, withheld", "cost": 20_000, "seats_cost": 18_000, "calls_cost": 600, "training_cost": 1_400,
             "missing": None, "active": 120, "cost_per_active": None, "cost_per_change": None, "cost_per_retained_line": None}  # fmt: skip
    figures_of = value._figures(seen(), known)
    assert figures_of.count("A part of the cost is withheld") == 3
    assert "not loaded" not in figures_of
    assert "Not all that was paid for is in it, for a few people hold the rest: Copilot." in str(
        value._foot(seen(), [known], {})
    )
    assert "Merged changes are not loaded" in value._figures(seen(), known | {"bound": None})


def test_calls_without_a_price_are_at_least_those_that_are_shown():
    shown = {"unpriced_requests": 2500, "unpriced_tokens": 11_375_000, "seats_unpriced": 0, "bound": None}
    hidden = {
        "unpriced_requests": None,
        "unpriced_tokens": None,
        "seats_unpriced": 0,
        "bound": "unpriced requests: withheld",
    }
    assert ": 2,500 calls with 11,375,000 tokens." in spending.unpriced([shown])
    assert ": at least 2,500 calls with 11,375,000 tokens." in spending.unpriced([shown, hidden])


def test_a_job_whose_input_was_refused_is_told_in_words():
    failed = {"last_done": None, "next_run": None, "result": "InputRefused", "next_step": "Run it"}
    assert standing.run(failed) == "never done yet; its input was refused"
    assert standing.run(failed | {"result": "KeyError"}) == "never done yet; KeyError"


def test_the_days_of_a_tool_are_points_and_no_percent():
    day = dt.date(2026, 9, 28)
    rows = [
        {"tool": "all", "day": day + dt.timedelta(place), "score_micro": 45_000_000 + 10_000_000 * place}
        for place in range(3)
    ]
    drawn = str(me_score.drawn_tools(seen(), rows, {}))
    assert ">65<" in drawn
    assert "65 on 30 Sep." in drawn
    assert "%" not in re.sub(r'="[^"]*"', "", drawn)


def replace_quarter(item):
    return {**item, "quarter": "2026Q2"}


def test_units_whose_intervals_overlap_share_a_band():
    ranked = [(0.7, 0.9), (0.6, 0.8), None, (0.4, 0.6), (0.1, 0.3), (0.2, 0.4), None]
    assert units.bands(ranked) == ["1\u20132", "1\u20132", "\u2013", "3", "4\u20135", "4\u20135", "\u2013"]
    assert units.bands([]) == []


def test_a_loss_with_a_hidden_part_is_not_parted():
    segments = [{"segment": "non_user", "people": None}, {"segment": "lapsed", "people": 10}]
    assert overview._losses("active", 50, segments) == ()
    known = [{"segment": "non_user", "people": 30}, {"segment": "lapsed", "people": 10}]
    assert [loss.people for loss in overview._losses("active", 50, known)] == [30, 10, 10]
    assert overview._losses("active", 35, known) == ()


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(None, "people", "\u2013"), (12_400, "people", "12,400"), (-5, "count", "\u22125"), (340_000, "ppm", "34\u202f%"),
     (45_312_500, "micro-points", "45.3"), (6_550, "centi-days", "65.5"), ("2026Q3", "quarter", "Q3 2026"),
     (dt.date(2026, 10, 4), "day", "4 Oct 2026"), (True, "yes/no", "yes"), (0, "yes/no", "no"), ("x", "text", "x")],
)  # fmt: skip
def test_cells_in_words(value, kind, text):
    assert words.cell(value, kind) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2026-11-30T21:20:15Z", "30 Nov 2026, 21:20:15 UTC"), ("2026-02-30T21:20:15Z", None), ("2026-11-30T25:20:15Z", None),
     ("2026-11-30", None), ("a 2026-11-30T21:20:15Z", None), ("no_review", None)],
)  # fmt: skip
def test_a_time_in_words_and_a_name_that_looks_like_one(text, shown):
    assert words.moment(text) == (shown or text)


def test_only_words_of_ours_lose_their_underscores():
    said = {
        name: render._cell(name, "ana_ex", "text").text
        for name in ("exposure", "missing_item", "repository", "account", "team")
    }
    assert said == {
        "exposure": "ana ex",
        "missing_item": "ana ex",
        "repository": "ana_ex",
        "account": "ana_ex",
        "team": "ana_ex",
    }


def test_units_in_words():
    assert [words.unit(scope) for scope in ("(company)", "A/(others)", "A/B~1C", "~2odd)", "A/(joiners)/X~3Y")] == [
        "Whole company", "Other units", "B/C", "(odd)", "X, Y"]  # fmt: skip


def test_no_negative_zero():
    assert words.scaled(-400, 4, 0) == "0"
    assert words.scaled(-14_000, 4, 1) == "\u22121.4"


def test_months_read_as_words_in_either_form():
    assert [words.month_of(text) for text in ("2026-07", "2026-13", "2026", "none")] == [
        "Jul 2026",
        "2026-13",
        "2026",
        "none",
    ]
    cells = [render._cell("month", value, unit) for value, unit in (("2026-07", "text"), (dt.date(2026, 7, 1), "day"))]
    assert [(cell.text, cell.kind) for cell in cells] == [("Jul 2026", "d")] * 2


def test_a_long_text_keeps_its_width_and_a_short_one_does_not():
    assert [render._cell("missing", "x" * letters, "text").kind for letters in (14, 15, 24, 25)] == [
        "",
        "mid",
        "mid",
        "long",
    ]


def test_numbers_of_a_plain_table_stand_at_the_right():
    found = forms.plain_table("T", ("What", "Low"), [("Seats", "3")], numbers={1})
    assert '<th scope="col">What</th><th scope="col" class="n">Low</th>' in found
    assert '<td>Seats</td><td class="n">3</td>' in found


def test_within_a_sentence_all_tools_begin_small():
    assert [words.tool_within(name) for name in ("all", "copilot")] == ["all tools", "Copilot"]


def test_a_cost_that_leaves_tools_out_names_them_as_people_do():
    cell = render._cell("bound", "cost: without claude_code, copilot, withheld", "text")
    assert cell.text == "cost without Claude Code, Copilot, which is withheld"
    assert cell.raw == "cost: without claude_code, copilot, withheld"
    assert render._cell("bound", "regular: withheld", "text").text == "regular: withheld"


def test_a_text_that_is_empty_is_no_blank_cell():
    assert render._cell("account", "", "text").text == words.DASH
    assert render._cell("account", "", "text").raw == ""
