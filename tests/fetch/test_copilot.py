"""GitHub: envelopes with signed links, expired ones, and a seat list of 700 pages."""

from __future__ import annotations

import datetime as dt
import gzip
import json

import pytest

from tests.contract.test_ingest import copilot_envelope, seat, user_day
from tests.fetch.answers import KEY, SIGNATURE, Answer, Seen, as_json
from tests.fetch.conftest import NOW, ONE_DAY, ago
from tests.fetch.vendors import always
from uptake.errors import WrongUsage

PEOPLE = range(1, 6)


@pytest.fixture(autouse=True)
def days(vendor):
    vendor.days["copilot-users"] = {ago(n): [user_day(number, 3, ago(n)) for number in PEOPLE] for n in range(1, 10)}
    return vendor.days["copilot-users"]


def people(home, day) -> list[int]:
    return sorted(row["user_id"] for row in home.landed_rows(day))


def test_all_links_of_all_days_of_the_window_are_read(home, vendor):
    vendor.parts = 3
    report = home.land("copilot-users")
    assert report.whole == [ago(n) for n in range(7, 0, -1)]
    assert people(home, ago(1)) == [*PEOPLE]
    assert sum("/signed/" in one.path for one in vendor.seen) == 21


def test_a_report_is_loaded_and_no_part_of_it_twice(home):
    report = home.fetch("copilot-users", ago(2), ago(1))
    assert (report.load().records_in, report.load().loaded) == (10, 10)
    home.now += ONE_DAY / 24
    assert home.fetch("copilot-users", ago(2), ago(1)).load().duplicate == 10


def test_a_signed_link_goes_without_the_key_and_is_written_down_nowhere(home, vendor, caplog):
    caplog.set_level(10)
    done = home.run("fetch", "copilot-users", "--from", ago(1), "--to", ago(1), "--json")
    assert done.code == 0, done.err
    signed = [one for one in vendor.seen if "/signed/" in one.path]
    assert signed
    assert not any(KEY in str(one.headers) for one in signed)
    for text in (caplog.text, done.out, done.err):
        assert SIGNATURE not in text
    assert SIGNATURE.encode() not in home.all_bytes()


def test_links_that_are_over_are_asked_for_again_once(home, vendor):
    vendor.expire_links = 1
    assert home.land("copilot-users", ago(1), ago(1)).whole == [ago(1)]
    assert people(home, ago(1)) == [*PEOPLE]
    assert vendor.signed == 2
    vendor.expire_links = 9
    report = home.land("copilot-users", ago(2), ago(2))
    assert "link of the vendor is over" in str(report.failed[ago(2)])
    assert vendor.signed == 4


def test_a_link_that_is_over_half_way_gives_each_row_once(home, vendor):
    def over_at_the_second(seen: Seen) -> Answer | None:
        return Answer(403) if "part-1" in seen.path else None

    vendor.once(over_at_the_second)
    assert home.land("copilot-users", ago(1), ago(1)).whole == [ago(1)]
    assert people(home, ago(1)) == [*PEOPLE]


def test_a_report_that_was_made_anew_meanwhile_is_not_mixed_with_the_old_one(home, vendor):
    def anew(seen: Seen) -> Answer | None:
        if "part-1" not in seen.path:
            return None
        vendor.parts = 3
        return Answer(410)

    vendor.once(anew)
    assert home.land("copilot-users", ago(1), ago(1)).failed


@pytest.mark.parametrize("answer", [Answer(404), Answer(204), Answer(200, b'""'), Answer(200, b"null"), Answer(200)])
def test_no_report_is_no_zero(home, vendor, answer):
    vendor.once(lambda seen: answer if seen.query.get("day") == str(ago(2)) else None, 99)
    report = home.land("copilot-users", ago(3), ago(1))
    assert (report.whole, report.empty, report.failed) == ([ago(3), ago(1)], [ago(2)], {})


@pytest.mark.parametrize(
    "envelope",
    [
        {"download_links": "x"},
        {"links": []},
        {"download_links": ["", "x"]},
        {"download_links": ["not a link"], "report_day": str(ago(1))},
        {"download_links": ["https://a.example/1"], "report_day": str(ago(5))},
        {"download_links": ["https://a.example/1", "https://a.example/1"], "report_day": str(ago(1))},
        {"download_links": ["http://a.example/1"], "report_day": str(ago(1))},
        {"download_links": ["file:///etc/hosts"], "report_day": str(ago(1))},
    ],
)
def test_an_envelope_that_cannot_be_right_gives_no_day(home, vendor, envelope):
    vendor.once(always(as_json(envelope), "users-1-day"), 99)
    assert list(home.land("copilot-users", ago(1), ago(1)).failed) == [ago(1)]
    assert not home.held_files("copilot-users")


def bodies() -> dict[str, bytes]:
    rows = [user_day(number, 3, ago(1)) for number in PEOPLE]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    return {
        "lines": lines,
        "no-last-newline": lines.rstrip(),
        "crlf": lines.replace(b"\n", b"\r\n"),
        "array": json.dumps(rows).encode(),
        "indented": json.dumps(rows, indent=1).encode(),
        "envelope": json.dumps(copilot_envelope(rows)).encode(),
        "indented-envelope": b"\xef\xbb\xbf" + json.dumps(copilot_envelope(rows), indent=2).encode(),
        "gzip": gzip.compress(lines),
        "two-gzips": gzip.compress(lines[:900]) + gzip.compress(lines[900:]),
    }


@pytest.mark.parametrize("form", bodies())
def test_a_file_is_read_in_every_form(home, vendor, form):
    vendor.parts = 1
    vendor.once(always(Answer(200, bodies()[form]), "/signed/"), 10**6)
    assert home.land("copilot-users", ago(1), ago(1)).whole == [ago(1)]
    assert people(home, ago(1)) == [*PEOPLE]


@pytest.mark.parametrize("form", ["lines", "array", "indented-envelope", "gzip", "no-last-newline"])
@pytest.mark.parametrize("left", [0.3, 0.97])
def test_half_a_file_is_asked_for_again_and_never_taken(home, vendor, form, left):
    body = bodies()[form]
    vendor.parts = 1
    vendor.once(always(Answer(200, body[: int(len(body) * left)]), "/signed/"), 2)
    assert home.land("copilot-users", ago(1), ago(1)).whole == [ago(1)]
    assert people(home, ago(1)) == [*PEOPLE]


def test_a_line_that_is_damaged_in_the_middle_is_not_left_out(home, vendor):
    lines = bodies()["lines"].split(b"\n")
    damaged = b"\n".join([*lines[:2], lines[2][:40], *lines[3:]])
    vendor.parts = 1
    vendor.once(always(Answer(200, damaged), "/signed/"), 2)
    assert home.land("copilot-users", ago(1), ago(1)).whole == [ago(1)]
    assert people(home, ago(1)) == [*PEOPLE]
    vendor.once(always(Answer(200, damaged), "/signed/"), 10**6)
    assert home.land("copilot-users", ago(2), ago(2)).failed


def test_a_bomb_is_cut_short(home, vendor):
    home.limits["max_mb"] = 1
    home.write()
    vendor.once(always(Answer(200, gzip.compress(b" " * 5_000_000)), "/signed/"), 99)
    assert "too large" in str(home.land("copilot-users", ago(1), ago(1)).failed[ago(1)])


def test_days_that_the_vendor_has_no_more_are_not_asked_for(home, vendor):
    home.extra["copilot-users"] = "since = 2024-01-01"
    home.write()
    asked = home.planned("copilot-users")
    assert (asked[0], asked[-1], len(asked)) == (ago(365), ago(1), 365)
    home.now = home.now.replace(month=2)
    assert home.planned("copilot-users")[0] == dt.date(2025, 10, 10)
    assert not vendor.seen


def test_an_organisation_has_its_own_path_and_one_of_both_is_needed(home, vendor):
    home.extra["copilot-users"] = 'organization = "acme"'
    home.write()
    with pytest.raises(WrongUsage, match="one of"):
        home.land("copilot-users")
    (home.path / "settings.toml").write_text(
        (home.path / "settings.toml").read_text().replace('enterprise = "acme"\n', "")
    )
    vendor.once(lambda seen: Answer(204) if seen.path.startswith("/orgs/acme/") else None, 99)
    assert len(home.land("copilot-users").empty) == 7


# seats


@pytest.fixture
def many(vendor):
    vendor.seats = [seat(number) for number in range(1, 70_001)]
    return vendor


def test_700_pages_of_seats_are_one_list(home, many):
    many.once(always(Answer(429, b"", {"Retry-After": "0"}), "seats"), 3)
    report = home.land("copilot-seats")
    assert report.whole == [ago(0)]
    found = json.loads(home.landed[ago(0)])
    assert found["total_seats"] == 70_000
    assert [row["assignee"]["id"] for row in found["seats"]] == [*range(1, 70_001)]
    assert sum(one.path.endswith("seats") for one in many.seen) == 704


def test_a_seat_list_is_loaded_as_that_of_today(home, vendor):
    vendor.seats = [seat(number) for number in range(1, 251)]
    assert home.fetch("copilot-seats").load().loaded == 250
    home.now += ONE_DAY
    vendor.seats = vendor.seats[:249]
    assert home.fetch("copilot-seats").load().loaded == 249
    assert home.held("select cast(taken_at as varchar), stated from seat_lists") == {
        f"{NOW}": 250,
        f"{NOW + ONE_DAY}": 249,
    }


def test_a_list_that_changes_while_it_is_read_is_read_again(home, vendor):
    vendor.seats = [seat(number) for number in range(1, 251)]

    def one_less(seen: Seen) -> None:
        if seen.query.get("page") == "3":
            vendor.seats = vendor.seats[:240]

    vendor.once(one_less, 1)
    assert home.land("copilot-seats").whole == [ago(0)]
    assert len(json.loads(home.landed[ago(0)])["seats"]) == 240


def test_a_seat_of_two_teams_is_two_rows_of_one_seat(home, vendor):
    vendor.seats = [seat(1), {**seat(1), "assigning_team": {"slug": "b"}}, seat(2)]
    vendor.once(lambda _: as_json({"total_seats": 2, "seats": vendor.seats}), 1)
    assert len(json.loads((home.land("copilot-seats"), home.landed[ago(0)])[1])["seats"]) == 3


@pytest.mark.parametrize("body", [b"", b"{}", b'{"total_seats": 250, "seats": []}', b"null"])
def test_a_page_of_nothing_in_the_middle_ends_no_list(home, vendor, body):
    vendor.seats = [seat(number) for number in range(1, 251)]
    vendor.once(lambda seen: Answer(200, body) if seen.query["page"] == "2" else None, 99)
    assert list(home.land("copilot-seats").failed) == [ago(0)]


def test_a_page_that_comes_again_and_again_is_a_circle(home, vendor):
    vendor.seats = [seat(number) for number in range(1, 251)]
    vendor.once(always(as_json({"total_seats": 250, "seats": vendor.seats[:100]})), 10**6)
    assert "circle" in str(home.land("copilot-seats").failed[ago(0)])


def test_an_empty_seat_list_takes_no_seat_away(home, vendor):
    vendor.seats = [seat(number) for number in range(1, 4)]
    home.fetch("copilot-seats")
    vendor.seats = []
    home.now += ONE_DAY
    report = home.fetch("copilot-seats")
    assert (report.whole, report.empty) == ([], [ago(-1)])
    assert len(home.held("select cast(taken_at as varchar), stated from seat_lists")) == 1


def test_a_list_of_today_takes_no_days(home):
    with pytest.raises(WrongUsage, match="what holds now"):
        home.land("copilot-seats", ago(2), ago(1))
