"""Records that fill a line each are taken many at a time: what comes out is what comes out of one at a time, whatever is damaged."""

import datetime as dt
import io
import random
from pathlib import Path

import msgspec
import pytest
from copilot_files import counters, lines, user
from tests.fuzz import payloads

from uptake.model.outcome import InputFile, Refused
from uptake.sources import SOURCES
from uptake.sources.copilot.shapes import StrictUserDay
from uptake.sources.reading import Decoded, RawRecord, decoded_records, forms
from uptake.sources.reading.lines import MOST
from uptake.sources.reading.window import CHUNK

READERS = ("copilot-users", "copilot-user-teams", "copilot-aggregate")
STRICT = msgspec.json.Decoder(StrictUserDay)
GOOD = lines(user(totals_by_feature=[counters("chat_inline", 3, 2, 1)], totals_by_language_model=[{"a": 1}]))


def said(source, data):
    """All that a reader says of a payload, and whether it refused it."""
    file = InputFile("f", io.BytesIO(data), "tenant", dt.datetime(2026, 6, 1, 12))
    told = []
    try:
        told += [repr(outcome) for outcome in SOURCES[source].parse(file)]
    except Refused as refused:
        told.append(refused.reason)
    return told, file.unknown_keys


@pytest.fixture
def one_at_a_time(monkeypatch):
    """Answers what a reader says when no line is taken ahead."""

    def asked(source, data):
        with monkeypatch.context() as patched:
            patched.setattr(forms, "take_lines", lambda *_: None)
            return said(source, data)

    return asked


@pytest.fixture
def taken(monkeypatch):
    """How many records were taken as whole lines."""
    counted = []
    found = forms.take_lines

    def counting(*given):
        decoded = found(*given)
        counted.append(len(decoded.values) if decoded else 0)
        return decoded

    monkeypatch.setattr(forms, "take_lines", counting)
    return counted


def report(number):
    """A report of a few windows, with one to ten damaged lines."""
    draw = random.Random(number)
    rows = [
        lines(user(user_id=row + 1, totals_by_feature=[counters("chat_inline", row)], note="x" * draw.randrange(400)))
        if draw.random() < 0.01
        else lines(
            user(user_id=row + 1, totals_by_feature=[counters("code_completion", row % 7, row % 5)] * draw.randrange(3))
        )
        for row in range(draw.choice((5, 1_200)))
    ]
    for _ in range(draw.choice((1, 10))):
        place = draw.randrange(len(rows))
        rows[place] = payloads.damaged(rows[place], draw, "copilot-users")
    return b"".join(rows)


@pytest.mark.parametrize("source", READERS)
def test_damaged_payloads_come_to_the_same(source, one_at_a_time, taken):
    for number in range(80):
        data = payloads.mutated(source, number)
        assert said(source, data) == one_at_a_time(source, data), number
    assert sum(taken) > 0


def test_damaged_reports_come_to_the_same(one_at_a_time, taken):
    for number in range(8):
        data = report(number)
        assert said("copilot-users", data) == one_at_a_time("copilot-users", data), number
    assert sum(taken) > 1_000


def pieces(data):
    return list(decoded_records(InputFile("f", io.BytesIO(data)), ("day_totals",), STRICT))


def test_a_clean_report_is_taken_ahead_but_for_its_first_record():
    count = 3 * MOST + CHUNK // len(GOOD)
    first, *rest = pieces(GOOD * count)
    assert isinstance(first, RawRecord)
    assert all(isinstance(piece, Decoded) for piece in rest)
    assert sum(len(piece.values) for piece in rest) == count - 1
    assert max(len(piece.values) for piece in rest) == MOST


def test_the_line_of_a_record_is_that_of_the_file():
    bad = lines(user(user_id=0))
    found = pieces(GOOD * 3 + b"\r\n\n" + GOOD * 2 + bad + GOOD * 2)
    assert [piece.line for piece in found] == [1, 2, 6, 8, 9]
    outcomes, _ = said("copilot-users", GOOD * 2 + lines(user(day="2031-01-01")) + GOOD)
    assert "Rejected(line=3, reason='day out of range', field='day', day=None)" in outcomes


@pytest.mark.parametrize(
    "line",
    [
        lines(user(totals_by_language_model=[1, user()])),
        GOOD.rstrip() + GOOD,
        GOOD.rstrip() + b"}\n",
        lines(user(new_key=1)),
        lines({"day_totals": [user()]}),
        GOOD.rstrip()[:-1],
        GOOD.replace(b'"chat_inline"', b'"\xff"'),
    ],
    ids=["holds another", "two in a line", "stray bracket", "unknown key", "envelope", "cut", "no UTF-8"],
)
def test_what_is_not_surely_one_good_record_is_left_to_the_other_way(line):
    one, *rest = pieces(GOOD + line + GOOD)
    assert isinstance(one, RawRecord)
    assert not isinstance(rest[0], Decoded)


def test_a_reader_whose_records_know_the_key_of_a_list_takes_none_ahead():
    file = InputFile("f", io.BytesIO(GOOD * 3))
    assert not [piece for piece in decoded_records(file, ("totals_by_ide",), STRICT) if isinstance(piece, Decoded)]


def test_fixtures_of_every_reader_that_takes_lines_ahead_are_tried():
    used = {
        path.parent.name
        for path in Path(forms.__file__).parents[1].glob("*/*.py")
        if "decoded_records(" in path.read_text()
    }
    assert used == {"reading", "copilot"}
