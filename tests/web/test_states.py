"""The state of a page in its URL: days of one's own choice, single tools, links that lead on, and sentences that follow the data."""

from __future__ import annotations

import datetime as dt
import html
import pathlib
import re
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from tests import product
from tests.web.conftest import TITLES, Site
from tests.web.test_pages import MATRIX
from tests.web.test_words import FACTS, Snapshot, row, seen
from uptake.errors import WrongUsage
from uptake.policy import Policy, Viewer
from uptake.web import render, words
from uptake.web.address import Address, link, read
from uptake.web.pages import adoption, definitions, frame, overview
from uptake.web.pages.adoption import ADOPTION
from uptake.web.pages.frame import look
from uptake.web.pages.shape import Facts

SPEC = pathlib.Path(__file__).resolve().parents[1] / "specs" / "worked-example.txt"
PERIOD = "from=2026-08-03&to=2026-08-30"


def plain(text):
    """What a reader reads in the main part of a page."""
    main = text.split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


# Days


@pytest.mark.parametrize(
    "query",
    ["quarter=2026Q3&from=2026-08-03&to=2026-08-30", "from=2026-08-03", "to=2026-08-03", "from=2026-08-30&to=2026-08-03",
     "from=yesterday&to=2026-08-03"],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_in_words(demo, query):
    with pytest.raises(WrongUsage):
        read(parse_qsl(query))
    answer = demo.client().get(f"/adoption?{query}")
    assert answer.status_code == 400
    assert "from" in answer.text


def test_days_survive_writing_and_reading():
    state = Address(since=dt.date(2026, 8, 3), until=dt.date(2026, 8, 30))
    assert link("/adoption", state) == f"/adoption?{PERIOD}"
    assert read(parse_qsl(PERIOD)) == state


def test_days_narrow_the_weeks_the_days_and_their_files(demo):
    client = demo.client()
    weeks = client.get(f"/adoption.json?{PERIOD}").json()
    assert {row["week"] for row in weeks["rows"]} == {"2026-08-03", "2026-08-10", "2026-08-17", "2026-08-24"}
    assert (weeks["from"], weeks["to"]) == ("2026-08-03", "2026-08-30")
    days = {row["day"] for row in client.get(f"/adoption/days.json?{PERIOD}").json()["rows"]}
    assert (min(days), max(days), len(days)) == ("2026-08-03", "2026-08-30", 28)
    page = client.get(f"/adoption?{PERIOD}").text
    assert "3 Aug to 30 Aug 2026" in page
    assert "in the week of 24 Aug" in plain(page)
    assert 'name="quarter"' not in page, "the filters keep the days: a quarter beside them is an error"
    assert "Whole quarter" in page


def test_days_of_two_quarters_and_days_without_a_week(demo):
    client = demo.client()
    weeks = {row["week"] for row in client.get("/adoption.json?from=2026-06-15&to=2026-07-12").json()["rows"]}
    assert weeks == {"2026-06-15", "2026-06-22", "2026-06-29", "2026-07-01", "2026-07-06"}
    assert "No week begins in this period." in client.get("/adoption?from=2026-08-04&to=2026-08-05").text
    assert client.get("/adoption?from=2031-01-01&to=2031-02-01").status_code == 404


@pytest.mark.parametrize(
    "slug", [slug for slug in MATRIX if "nobody" in MATRIX[slug] and slug not in {"adoption", "me", "team"}]
)
def test_other_pages_say_that_they_show_whole_quarters(demo, slug):
    answer = demo.client().get(f"/{slug}?{PERIOD}")
    assert answer.status_code == 400
    assert "whole quarters" in answer.text


# The same state, the same page


@pytest.mark.parametrize(
    "url", ["/overview?quarter=2026Q3&compare=none", f"/adoption?{PERIOD}", "/admin?quarter=2026Q2"]
)
def test_a_copied_url_gives_the_same_bytes_in_a_fresh_session(demo, url):
    first, second = demo.signed_in("executive"), demo.signed_in("executive")
    assert first.cookies["uptake_session"] != second.cookies["uptake_session"]
    demo.app.state.site.cache._held.clear()
    before = first.get(url)
    demo.app.state.site.cache._held.clear()
    assert before.status_code == 200
    assert second.get(url).content == before.content


def test_a_link_carries_no_rights(demo):
    """A narrower viewer gets the 404 where the link names a scope, and the own default where it names none."""
    lead = demo.signed_in("lob_lead")
    own = lead.get("/adoption").text.split("<title>")[1].split("</title>")[0]
    assert "Whole company" not in own
    assert "Whole company" in demo.signed_in("executive").get("/adoption").text.split("<title>")[1].split("</title>")[0]
    line = html.unescape(own).split("\u2013 ")[1].split(",")[0]
    others = {row["scope"] for row in demo.client().get("/api/v1/funnel?quarter=2026Q3").json()} - {"(company)"}
    foreign = next(scope for scope in sorted(others) if scope.split("/")[0] not in {line, "(others)"})
    answer = lead.get("/adoption", params={"scope": foreign})
    assert (answer.status_code, answer.content) == (404, lead.get("/nothing").content)


# Single tools


def scopes(demo):
    """The company, a line and a department, if any is released."""
    units = [row["scope"] for row in demo.client().get("/api/v1/funnel?quarter=2026Q3").json()]
    department = next((unit for unit in units if unit.count("/") == 1), None)
    return ["(company)", next(u for u in units if u[0] != "(" and "/" not in u), *([department] if department else [])]


@pytest.mark.parametrize("slug", ["overview", "adoption", "compare", "licences", "admin"])
def test_every_page_stands_for_one_tool_in_every_kind_of_unit(demo, slug):
    for scope in scopes(demo):
        assert demo.client().get(f"/{slug}", params={"scope": scope, "tool": "copilot"}).status_code == 200, scope


@pytest.mark.parametrize("slug", ["overview", "adoption"])
def test_a_tool_in_a_line_is_withheld_never_absent_or_not_observed(demo, slug):
    for scope in scopes(demo):
        text = plain(demo.client().get(f"/{slug}", params={"scope": scope, "tool": "copilot"}).text)
        assert "Not observed." not in text
        assert "No data" not in text


def test_a_tool_in_a_department_is_said_in_words():
    view = seen(ADOPTION, scope="Cards/One", tool="copilot")
    nothing = {"weeks": [], "figures": []}
    for headline in (overview._headline(view, nothing), adoption._headline(view, nothing)):
        assert headline.sentence == "Use of Copilot by engineers in One is not shown."
        assert headline.lede == "Figures of single tools are shown for the whole company and its lines."
    empty = {card.name: render._empty(view, card) for card in ADOPTION.cards}
    assert [name for name, text in empty.items() if text == words.TOOLS_WHERE] == ["weeks", "figures", "heat"]
    line = seen(ADOPTION, scope="Cards", tool="copilot")
    assert adoption._headline(line, nothing).lede.startswith("Withheld")
    assert overview.here_and_below(line) == {"Cards"}, "departments have no figures of single tools"
    assert overview.here_and_below(seen(tool="copilot")) == {"(company)", "Cards", "Risk"}


def test_a_tool_keeps_its_own_denominators_and_no_reason_of_all_tools():
    state = seen(tool="copilot")
    now = row("(company)", "2026Q3", 1000, 300, provisioned=600, accounts=600, active_accounts=300, heavy=None)
    segments = [{"segment": "non_user", "people": 200}, {"segment": "lapsed", "people": 50}]
    drawn = overview._funnel(state, [now], {"act": segments})
    assert "seat not used" not in drawn
    assert "no Copilot seat" in drawn
    assert "seat not used" in overview._funnel(seen(), [{**now, "heavy": 0}], {"act": segments})
    assert overview._figures_deck(state, [now], {}) == "300 of 600 engineers with a Copilot seat used it, 50\u202f%."


# Sentences that follow the data


def company(falling, lines=12):
    """Facts and rows of a company of which so many of its lines fall and the others rise, all clearly."""
    names = tuple(f"Line {n:02}" for n in range(lines))
    units = ("(company)", *names)
    now = [row(name, "2026Q3", 1000, 200 if n < falling else 400) for n, name in enumerate(names)]
    before = [row(name, "2026Q2", 1000, 300) for name in names]
    whole = [row("(company)", "2026Q3", 12_000, 3600), row("(company)", "2026Q2", 12_000, 3600)]
    weeks = [
        {"scope": name, "week": dt.date(2026, 9, 21), "quarter": "2026Q3", "people": 1000, "active": 300,
         "active_share": 300_000, "bound": None}
        for name in units
    ]  # fmt: skip
    facts = Facts({"2026Q2": units, "2026Q3": units}, ("copilot",), FACTS.sources)
    view = look(
        ADOPTION,
        "adoption",
        Address(quarter="2026Q3"),
        facts,
        (Viewer(role="executive"), Policy()),
        (Snapshot("2026-10-16"), True, str),
    )
    return view, {"weeks": weeks, "figures": [*whole, *now, *before]}


@pytest.mark.parametrize("falling", [0, 3, 6, 12])
def test_no_text_says_most_where_half_of_the_lines_fall(falling):
    view, cards = company(falling)
    said = [
        adoption._headline(view, cards).sentence,
        overview._headline(view, cards).sentence,
        overview.multiples_deck(view, cards["weeks"], cards),
        overview._figures_deck(view, cards["figures"], cards),
    ]
    text = " ".join(said)
    assert "most" not in text
    assert f"it grows in {12 - falling} of 12 units and falls in {falling}." in said[0]
    assert said[1].endswith("in Q3: no clear change.")
    counted = {0: "12 rise.", 3: "9 rise and 3 fall.", 6: "6 rise and 6 fall.", 12: "12 fall."}
    assert said[2].endswith(f"Since Q2 2026, of 12 lines {counted[falling]}")
    assert said[3].endswith("No figure rises or falls clearly since Q2 2026.")


def test_the_deck_says_what_moves_and_nothing_where_nothing_does():
    view, cards = company(0)
    flat = [{**item, "active": 300} if item["scope"] != "(company)" else item for item in cards["figures"]]
    deck = overview.multiples_deck(view, cards["weeks"], {**cards, "figures": flat})
    assert deck.endswith("No line rises or falls clearly since Q2 2026.")
    risen = [row("(company)", "2026Q3", 1000, 400, heavy=50), row("(company)", "2026Q2", 1000, 300, heavy=150)]
    assert overview._figures_deck(view, risen, {}).endswith(
        "Up since Q2 2026: active engineers. Down since Q2 2026: heavy use."
    )


def test_a_gap_is_named_only_where_a_week_is_withheld():
    view, cards = company(0)
    assert "gap" not in overview.weeks_foot(view, cards["weeks"], cards)
    hidden = [{**cards["weeks"][1], "active_share": None}]
    assert "A gap is a week that is withheld" in overview.weeks_foot(view, hidden, cards)


def test_the_stamp_counts_complete_days_of_those_expected():
    view, _ = company(0)
    days = [("complete", 1), ("complete", 2), ("missing", 3), ("missing", 4), ("incomplete", 6)]
    rows = [{"state": state, "day": dt.date(2026, 7, day), "source": "a"} for state, day in days]
    facts = replace(view.facts, complete=frame._complete(rows))
    assert facts.complete == {"2026Q3": (2, 4)}, "Saturday 4 July: nothing was expected"
    assert ("Coverage 50\u202f%", "") in render.stamp(overview.OVERVIEW, replace(view, facts=facts))
    assert not any("Coverage" in text for text, _ in render.stamp(overview.OVERVIEW, view)), (
        "left out where it may not be asked"
    )


# Links that lead on


@pytest.mark.parametrize("role", ["nobody", *TITLES])
def test_every_next_step_and_every_how_computed_leads_somewhere(demo, role):
    client = demo.client() if role == "nobody" else demo.signed_in(role)
    places = set(re.findall(r'id="([^"]+)"', client.get("/definitions").text))
    steps = 0
    for slug in (slug for slug, roles in MATRIX.items() if role in roles):
        text = client.get(f"/{slug}").text
        linked = re.findall(r'href="/definitions#([^"]+)"', text)
        assert set(linked) <= places, slug
        for block in re.findall(r'<div class="next">(.*?)</div>', text):
            for href in re.findall(r'href="([^"]+)"', block):
                assert client.get(html.unescape(href)).status_code == 200, href
                steps += 1
    assert steps >= (2 if role in MATRIX["overview"] and role in MATRIX["adoption"] else 0)


def test_the_worked_example_is_the_one_that_the_engine_is_tested_with(demo):
    spec = SPEC.read_text(encoding="utf-8")
    for (_, _, _, micro), day in zip(definitions.EXAMPLE, range(1, 6), strict=True):
        found = re.search(rf"\| Ana +\| 2029-01-0{day} \| all +\| \w+ +\|[^|]*\|[^|]*\| ([\d,]+) +\|", spec)[1]
        assert int(found.replace(",", "")) == (micro or 0)
    assert f"{definitions.EXAMPLE_SCORE:,}" in spec
    text = demo.client().get("/definitions").text
    assert "Worked example." in text
    assert "(50.00 + 56.25 + 18.75 + 56.25) / 4 expected days" in text
    rows = demo.client().get("/api/v1/definitions").json()
    assert text.count(f"<small>{rows[0]['score_version']}") == len(rows)
    assert text.count("<code>") == sum(bool(row["formula"]) for row in rows) + len(definitions.EXAMPLE)


def test_totals_that_differ_are_drawn_and_all_are_in_the_table(demo):
    client = demo.client()
    rows = client.get("/admin/reconciliation.json?quarter=2026Q3").json()["rows"]
    apart = sum(row["difference"] != 0 for row in rows)
    section = client.get("/admin?quarter=2026Q3").text.split('id="reconciliation"')[1].split("</section>")[0]
    assert f"{words.count(len(rows) - apart)} of {words.count(len(rows))} daily totals are equal." in section
    assert section.count("<tr>") - 1 == min(apart, 25)
    assert client.get("/admin?quarter=2026Q3").text.count('class="sources"') == 1


@pytest.mark.parametrize(("role", "slug"), [("executive", "compare"), ("manager", "team")])
def test_a_page_of_all_tools_says_so_when_the_address_names_one(demo, role, slug):
    client = demo.signed_in(role)
    said = "All tools together: scores and segments are not split by tool"
    assert said not in plain(client.get(f"/{slug}").text)
    page = client.get(f"/{slug}?tool=copilot").text
    assert said in plain(page)
    printed = page.split('<p class="printed">')[1].split("</p>")[0]
    assert "All tools" in printed
    assert ", Copilot." not in printed


# Nothing yet


def test_a_home_without_scores_says_what_to_do_first(tmp_path):
    home = tmp_path / "home"
    assert product.uptake(home, "init") == 0
    answer = Site(home).client().get("/overview")
    assert answer.status_code >= 400
    said = plain(answer.text)
    assert "There are no scores yet." in said
    assert "What is shown is what was scored, and nothing was scored in this home." in said
    assert "Load people first ( uptake ingest hr-people FILE )" in said
    assert "then run uptake score ; uptake doctor says what is missing. The server need not be started anew." in said
    assert "<code>uptake ingest hr-people FILE</code>" in answer.text
    assert "`" not in said
    assert "To the overview" not in said  # it would lead to this page
    assert '<a href="">Look again</a>' in answer.text


def test_where_nobody_may_be_counted_every_card_of_groups_says_so(tmp_path):
    """Three people are a group of fewer than 11: what is loaded and scored is withheld, not absent."""
    home, people, use = tmp_path / "home", tmp_path / "people.csv", tmp_path / "use.ndjson"
    rows = "".join(f"{n},p{n}@example.com,p{n}-ex,Payments,2024-01-01\n" for n in range(1, 4))
    people.write_text(f"person_id,email,github_login,lob,start_date\n{rows}", encoding="utf-8")
    day = '{"day":"2026-07-%02d","enterprise_id":"7","user_id":1,"user_login":"p1-ex","user_initiated_interaction_count":4,"totals_by_feature":[]}\n'
    use.write_text("".join(day % number for number in range(1, 8)), encoding="utf-8")
    assert product.uptake(home, "init") == 0
    assert product.uptake(home, "ingest", "hr-people", people) == 0
    assert product.uptake(home, "ingest", "copilot-users", use) == 0
    assert product.uptake(home, "score", "--as-of", "2026-08-13") == 0
    client = Site(home).client()
    for slug, cards in (("overview", 4), ("adoption", 4), ("compare", 5), ("licences", 2)):
        said = plain(client.get(f"/{slug}").text)
        assert said.count("Withheld: fewer than 11 people.") >= cards, slug
        assert "No data for" not in said
        assert "is not shown" in said or "may be shown" in said or "are not shown" in said
    assert "Withheld" not in plain(client.get("/definitions").text)
    with (home / "settings.toml").open("a") as settings:
        settings.write("\n[groups]\nk = 14\n")
    client = Site(home).client()
    for slug in ("overview", "adoption", "compare", "licences"):
        said = plain(client.get(f"/{slug}").text)
        assert "fewer than 11" not in said, slug
        assert "fewer than 15" in said, slug


def test_no_page_has_the_smallest_group_in_its_words():
    """It is a setting: `Look` says it by the policy in force."""
    folder = pathlib.Path(words.__file__).parent
    texts = {
        file.name: file.read_text(encoding="utf-8") for kind in ("py", "html") for file in folder.rglob(f"*.{kind}")
    }
    assert {"licences.py", "value.py", "base.html"} <= texts.keys()
    said = re.compile(r"fewer than \d\d(?! working days)|\b1[01] (?:people|engineers)")
    assert {name: found for name, text in texts.items() if (found := said.findall(text))} == {}


def test_commands_in_the_words_of_a_card_are_code(demo):
    assert "<code>uptake doctor</code> says the same." in demo.signed_in("administrator").get("/admin").text


def test_markup_in_an_error_is_text(demo):
    answer = demo.client().get("/overview", params={"quarter": "`<b>x</b>`"})
    assert answer.status_code == 400
    assert "<b>x" not in answer.text


def test_a_restated_quarter_says_so():
    view, _ = company(0)
    assert not any("Restated" in text for text, _ in render.stamp(overview.OVERVIEW, view))
    view.snapshot.restated[view.quarter] = "2026-11-20"
    assert ("Restated 20 Nov 2026", "amber") in render.stamp(overview.OVERVIEW, view)
    assert not any("Restated" in text for text, _ in render.stamp(overview.OVERVIEW, replace(view, quarter="2026Q2")))


def test_figures_of_groups_that_stand_for_the_week_say_of_which_day_they_are():
    view, _ = company(0)
    assert not any("weekly" in text for text, _ in render.stamp(overview.OVERVIEW, view))
    view.snapshot.released[view.quarter] = "2026-10-12"
    assert ("Groups as of 12 Oct 2026, released weekly", "") in render.stamp(overview.OVERVIEW, view)
