"""The slice from a vendor's pages to the warehouse: paging, days whole or not at all, restated days, outages, resume."""

from __future__ import annotations

import json

import pytest

from tests.fetch.answers import KEY, Answer, as_json
from tests.fetch.conftest import NOW, ONE_DAY, ago, claude
from tests.fetch.vendors import always
from tests.test_contract import assert_shape
from uptake.errors import WrongUsage

PATH = "usage_report/claude_code"
NAMES = ("ana", "ben", "cem", "dee", "eva")


def sessions(home) -> dict[tuple[str, str], int]:
    """(account, day) -> sessions, of all that the warehouse holds."""
    return home.held("select account || ' ' || day, sessions from usage where source = 'claude-code'")


@pytest.fixture(autouse=True)
def days(vendor):
    vendor.days["claude-code"] = {ago(n): [claude(name, ago(n), n) for name in NAMES] for n in range(10)}
    return vendor.days["claude-code"]


def test_all_pages_of_the_days_of_the_window_are_loaded_once(home, vendor):
    report = home.fetch("claude-code")
    assert report.whole == [ago(2), ago(1)]
    assert report.load().loaded == 10
    assert sessions(home) == {f"{name}@x.example {ago(n)}": n for name in NAMES for n in (1, 2)}
    assert vendor.counted() == {f"GET /v1/organizations/{PATH}": 6}
    assert home.fetch("claude-code").load().duplicate == 10
    assert len(sessions(home)) == 10


def test_the_key_goes_as_the_vendor_wants_it(home, vendor):
    home.fetch("claude-code")
    assert {(one.headers["x-api-key"], one.headers["anthropic-version"]) for one in vendor.seen} == {
        (KEY, "2023-06-01")
    }


def test_a_day_that_is_restated_replaces_what_was_loaded_and_what_it_lacks_is_gone(home, days):
    home.fetch("claude-code")
    days[ago(1)] = [claude("ana", ago(1), 9), claude("ben", ago(1), 1)]
    home.now += ONE_DAY / 24
    report = home.fetch("claude-code")
    assert (report.load().loaded, report.load().duplicate) == (1, 6)
    held = sessions(home)
    assert {key: value for key, value in held.items() if str(ago(1)) in key} == {
        f"ana@x.example {ago(1)}": 9,
        f"ben@x.example {ago(1)}": 1,
    }
    assert len(held) == 7


def test_a_row_of_another_day_declares_nothing_of_that_day(home, days):
    days[ago(1)].append(claude("ana", ago(5)))
    found = home.fetch("claude-code", ago(1), ago(1)).load()
    assert found.ignored_reasons == {"outside --from and --to": 1}
    assert home.held("select last_day, first_day from spans where source = 'claude-code'") == {ago(1): ago(1)}


def test_an_outage_of_three_days_is_caught_up_by_the_next_run(home, vendor, days):
    home.fetch("claude-code")
    days |= {ago(-n): [claude(name, ago(-n), 1) for name in NAMES] for n in range(4)}
    for n in range(1, 4):
        home.now, vendor.down = NOW + n * ONE_DAY, True
        report = home.fetch("claude-code")
        assert not report.whole
        assert report.why().exit_code == 6
    home.now, vendor.down = NOW + 4 * ONE_DAY, False
    report = home.fetch("claude-code")
    # The day before the first run had come whole a day after it, too early to be final.
    assert report.whole == [ago(n) for n in (1, 0, -1, -2, -3)]
    assert not report.failed
    assert {key.split()[1] for key in sessions(home)} == {str(ago(n)) for n in range(2, -4, -1)}


def test_a_vendor_that_is_down_is_not_asked_for_day_after_day(home, vendor):
    vendor.down = True
    report = home.fetch("claude-code", ago(8), ago(1))
    assert (list(report.failed), report.left) == ([ago(8), ago(7)], [ago(n) for n in range(6, 0, -1)])
    assert not home.held_files("claude-code")


def test_a_bad_day_does_not_hold_up_the_days_after_it(home, vendor):
    vendor.once(lambda seen: Answer(400) if seen.query.get("starting_at") == str(ago(2)) else None, 99)
    report = home.fetch("claude-code")
    assert (report.whole, list(report.failed)) == ([ago(1)], [ago(2)])
    vendor.tricks.clear()
    assert home.fetch("claude-code").whole == [ago(2), ago(1)]


def test_a_day_without_rows_is_not_declared_and_is_asked_for_again(home, days):
    days[ago(2)] = []
    report = home.fetch("claude-code")
    assert (report.whole, report.empty) == ([ago(1)], [ago(2)])
    days[ago(2)] = [claude("ana", ago(2))]
    home.now += 9 * ONE_DAY
    assert ago(2) in home.fetch("claude-code").whole


@pytest.mark.parametrize("body", [b"", b"null", b'""', b"{}", b"[]", b'{"data": null}'])
def test_an_answer_that_holds_nothing_loads_nothing(home, vendor, body):
    vendor.once(always(Answer(200, body), PATH), 99)
    report = home.land("claude-code")
    assert (report.whole, report.empty) == ([], [ago(2), ago(1)])
    assert not home.held_files("claude-code")


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_nothing_where_a_page_was_to_follow_is_no_end_of_the_day(home, vendor, body):
    vendor.once(lambda seen: Answer(200, body) if "page" in seen.query else None, 99)
    report = home.land("claude-code")
    assert (report.whole, list(report.failed)) == ([], [ago(2), ago(1)])


def test_pages_in_a_circle_load_nothing_of_the_day(home, vendor):
    circle = as_json({"data": [claude("ana", ago(1))], "has_more": True, "next_page": "page-2"})
    vendor.once(lambda seen: circle if seen.query["starting_at"] == str(ago(1)) else None, 99)
    report = home.fetch("claude-code")
    assert report.whole == [ago(2)]
    assert "circle" in str(report.failed[ago(1)])
    assert {key.split()[1] for key in sessions(home)} == {str(ago(2))}


def test_more_without_a_place_is_no_whole_day(home, vendor):
    vendor.once(always(as_json({"data": [claude("ana", ago(1))], "has_more": True}), PATH), 99)
    assert not home.land("claude-code").whole


def test_files_go_after_they_are_loaded_and_stay_where_settings_say_so(home, vendor):
    home.land("claude-code")
    assert home.files("claude-code") == ["days.json", "lock"]
    home.limits["keep_days"] = 3
    home.write()
    home.land("claude-code")
    assert home.files("claude-code") == [f"{ago(2)}.ndjson", f"{ago(1)}.ndjson", "days.json", "lock"]
    home.limits["keep_days"] = 0
    home.write()
    vendor.down = True
    home.land("claude-code")
    assert home.files("claude-code") == ["days.json", "lock"]


def test_what_a_killed_run_left_half_written_is_not_read(home):
    folder = home.path / "fetched" / "claude-code"
    folder.mkdir(parents=True)
    (folder / f".{ago(1)}.ndjson.77").write_text(json.dumps(claude("ghost", ago(1))))
    (folder / f"{ago(3)}.ndjson").write_text(json.dumps(claude("ghost", ago(3))))
    home.land("claude-code")
    assert home.files("claude-code") == ["days.json", "lock"]


def test_days_that_are_named_are_fetched_and_change_nothing_of_the_plan(home):
    home.land("claude-code")
    assert home.land("claude-code", ago(9), ago(8)).whole == [ago(9), ago(8)]
    assert home.land("claude-code", ago(3)).whole == [ago(3), ago(2), ago(1)]
    assert home.land("claude-code").whole == [ago(2), ago(1)]


@pytest.mark.parametrize(("first", "last"), [(None, 1), (1, 2), (2, 0)])
def test_days_that_cannot_be_asked_for_are_refused(home, first, last):
    with pytest.raises(WrongUsage):
        home.fetch("claude-code", ago(first) if first is not None else None, ago(last))


def test_since_begins_earlier(home):
    home.extra["claude-code"] = f"since = {ago(5)}"
    home.write()
    assert home.land("claude-code").whole == [ago(n) for n in (5, 4, 3, 2, 1)]
    assert home.land("claude-code").whole == [ago(2), ago(1)]


def test_notes_of_another_organisation_do_not_count(home):
    home.extra["claude-code"] = f"since = {ago(5)}"
    home.write()
    home.land("claude-code")
    home.extra["claude-code"] += '\naccount = "other"'
    home.write()
    assert home.land("claude-code").whole == [ago(n) for n in (5, 4, 3, 2, 1)]


def test_yesterday_is_asked_for_only_when_the_vendor_has_it_whole(home):
    home.now = home.now.replace(hour=1)
    assert home.land("claude-code").whole == [ago(3), ago(2)]


def test_the_command_answers_as_ingest_does(home, vendor):
    words = ("fetch", "claude-code", "--from", ago(2), "--to", ago(1))
    done = home.run(*words, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert_shape("fetch", found)
    assert (found["loaded"], found["days"], found["fetched"]) == (
        10,
        [str(ago(2)), str(ago(1))],
        [str(ago(2)), str(ago(1))],
    )
    vendor.down = True
    failed = home.run(*words)
    assert failed.code == 6
    assert failed.err.count("\n") == 1
    assert "Run it again later" in failed.err
    assert home.run("fetch", "chatgpt").code == 2


def test_the_ledger_says_how_fetches_stand(home, vendor):
    home.extra["claude-code"] = "every = 6"
    home.write()
    home.fetch("claude-code")
    found = {check["name"]: check for check in json.loads(home.run("doctor", "--json").out)["checks"]}
    assert "last whole" in found["fetch claude-code"]["detail"]
    vendor.down = True
    home.fetch("claude-code")
    found = {check["name"]: check for check in json.loads(home.run("doctor", "--json").out)["checks"]}
    assert not found["fetch claude-code"]["ok"]
    assert "whole answer" in found["fetch claude-code"]["detail"]
