"""Every accepted form of a JSON file gives the same records, in bounded memory, and nothing in it can crash a reader."""

import gzip
import io
import json
import sys
import tracemalloc
import zlib

import msgspec
import pytest
from reading_files import FORMS, LISTS, pieces, records

from uptake.model.outcome import InputFile, Refused
from uptake.sources.reading import Broken, Envelope, RawRecord, decode, json_records, open_binary, streams
from uptake.sources.reading.decoding import explain
from uptake.sources.reading.window import CHUNK, outline

PARTS = [{"id": number, "n": {"text": 'a "quoted" ]}{[ text', "list": [1, [2]]}} for number in range(4)]
RAWS = [json.dumps(part).encode() for part in PARTS]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_form_gives_the_same_records(form):
    assert records(FORMS[form](RAWS)) == PARTS


@pytest.mark.parametrize("form", sorted(FORMS))
def test_records_that_cross_the_edge_of_the_window_come_whole(form):
    parts = [{"id": number, "text": "x" * (CHUNK // 3 + number)} for number in range(8)]
    assert records(FORMS[form]([json.dumps(part).encode() for part in parts])) == parts


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t", b"null", b'""', b"[]", b"\xef\xbb\xbf", b"null\n", b'{"data":[]}', b'{"data":null}']
)
def test_an_empty_answer_holds_no_records(data):
    assert records(data) == []


def test_one_pretty_printed_object_is_one_record():
    assert records(json.dumps(PARTS[0], indent=4).encode()) == PARTS[:1]


def test_what_stands_beside_a_record_list_is_told():
    """Scalars, short lists of strings and small objects of scalars only: nothing deeper, never a long list."""
    data = b'{"first":"2026-05-01","links":["a","b"],"page":{"x":1},"deep":{"x":{"y":1}},"many":%s,"data":[{"id":1}],"total":7,"odd":[1]}'
    told = pieces(data % json.dumps(["s"] * 5000).encode())
    assert told[0] == Envelope({"first": "2026-05-01", "links": ["a", "b"], "page": {"x": 1}})
    assert isinstance(told[1], RawRecord)
    assert told[2] == Envelope({"total": 7})


def test_an_object_without_a_record_list_is_a_record():
    assert records(b'{"download_links":["u"],"report_day":"2026-05-01"}') == [
        {"download_links": ["u"], "report_day": "2026-05-01"}
    ]


def test_lines_are_those_of_the_file():
    data = b'{\n"data": [\n{"id":1},\n\n{"id":tru},\n{"id":3}\n]}'
    assert [piece.line for piece in pieces(data) if not isinstance(piece, Envelope)] == [3, 5, 6]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!doctype html><html>502</html>", "HTML"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        ('{"id":1}'.encode("utf-16"), "UTF-16"),
        (b"date,user\n2026-05-01,x\n", "not JSON"),
        (b'"date","user"\n"2026-05-01","x"\n', "not JSON"),
        (b"upstream timed out", "not JSON"),
    ],
)
def test_a_file_that_is_no_json_is_refused(data, what):
    with pytest.raises(Refused, match=what):
        pieces(data)


@pytest.mark.parametrize("value", [b"1", b'"x"', b"true", b"null", b"[1]", b"[[1]]"])
def test_a_value_in_place_of_a_record_is_broken(value):
    reason = [one for one in records(b'{"data":[{"id":1},' + value + b',{"id":2}]}') if isinstance(one, str)]
    assert len(reason) == 1
    assert reason[0].startswith("expected an object, got ")


# --- memory ---------------------------------------------------------------------------------------------------------


class Generated(io.RawIOBase):
    """A file made while it is read: head, the same record again and again, tail."""

    def __init__(self, head, part, between, tail, size):
        self._source = self._make(head, part, between, tail, size)
        self._rest = b""

    @staticmethod
    def _make(head, part, between, tail, size):
        block = (part + between) * (1 + 65_536 // len(part))
        yield head
        for _ in range(size // len(block)):
            yield block
        yield part + tail

    def read(self, size=-1):
        while len(self._rest) < size and (more := next(self._source, None)) is not None:
            self._rest += more
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


RECORD = json.dumps({"date": "2026-05-04", "actor": {"email": "a@example.org"}, "totals": [{"n": 1}] * 1000}).encode()


@pytest.mark.parametrize(
    ("head", "between", "tail"),
    [(b"", b"\n", b"\n"), (b"[", b",", b"]"), (b'{"data":[', b",", b'],"has_more":false}'), (b"[\n ", b",\n ", b"\n]")],
    ids=["lines", "array", "envelope", "array over lines"],
)
def test_60_mb_stream_in_under_20_mb(head, between, tail):
    source = Generated(head, RECORD, between, tail, 60_000_000)
    tracemalloc.start()
    count = sum(isinstance(piece, RawRecord) for piece in json_records(InputFile("f", source), LISTS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count * len(RECORD) > 55_000_000
    assert peak < 20_000_000


@pytest.mark.parametrize(("head", "between"), [(b"", b"\n"), (b"[", b",")], ids=["lines", "array"])
def test_a_record_above_16_mib_is_broken_and_costs_no_memory_beyond_it(head, between):
    """What lies above the limit is read past and not kept."""
    huge = b'{"id":1,"text":"' + b"x" * 60_000_000 + b'"}'
    data = head + huge + between + b'{"id":2}' + (b"]" if head else b"\n")
    tracemalloc.start()
    found = records(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["record larger than 16 MiB", {"id": 2}]
    assert peak < 80_000_000


# --- gzip -----------------------------------------------------------------------------------------------------------


def opened(tmp_path, data):
    path = tmp_path / "f.json"
    path.write_bytes(data)
    return InputFile("f", open_binary(path))


def read_file(tmp_path, data):
    with opened(tmp_path, data).stream as stream:
        told = json_records(InputFile("f", stream), LISTS)
        return [json.loads(one.raw) if isinstance(one, RawRecord) else one.reason for one in told]


MANY = [{"id": number, "text": str(number * 7919) * 5} for number in range(5000)]
PACKED = gzip.compress(FORMS["lines"]([json.dumps(one).encode() for one in MANY]))


def test_gzip_is_seen_by_its_magic_bytes_not_by_its_name(tmp_path):
    assert read_file(tmp_path, PACKED) == MANY
    assert read_file(tmp_path, b'{"id":1}') == [{"id": 1}]
    assert read_file(tmp_path, b"") == []


def test_members_of_a_gzip_follow_each_other(tmp_path):
    data = gzip.compress(b'{"id":1}\n') + gzip.compress(b'{"id":2}\n') + b"\0" * 512
    assert read_file(tmp_path, data) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("cut", [12, len(PACKED) // 2, len(PACKED) - 4])
def test_a_truncated_gzip_gives_what_it_can_and_one_broken(tmp_path, cut):
    found = read_file(tmp_path, PACKED[:cut])
    assert found[-1] == "truncated gzip"
    assert found[:-1] == MANY[: len(found) - 1]


def test_a_corrupt_gzip_gives_what_it_can_and_one_broken(tmp_path):
    middle = len(PACKED) // 2
    found = read_file(tmp_path, PACKED[:middle] + bytes(64) + PACKED[middle + 64 :])
    assert "gzip" in found[-1]
    assert found[0] == MANY[0]
    assert "gzip" in read_file(tmp_path, PACKED + b"garbage behind it")[-1]


def test_a_gzip_bomb_ends_early(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "_BOMB_BYTES", 1_000_000)
    assert read_file(tmp_path, gzip.compress(b" " * 50_000_000 + b'{"id":1}')) == ["gzip expands too far"]


def test_standard_input_may_be_gzip(monkeypatch):
    class Fake:
        buffer = io.BytesIO(zlib.compress(b'{"id":1}', wbits=31))

    monkeypatch.setattr(sys, "stdin", Fake)
    with open_binary("-") as stream:
        assert stream.read() == b'{"id":1}'
    assert not Fake.buffer.closed


# --- decoding -------------------------------------------------------------------------------------------------------


class Part(msgspec.Struct, kw_only=True):
    n: int
    text: str = ""


class Whole(msgspec.Struct, kw_only=True):
    day: str
    parts: list[Part] | None = None
    inner: Part | None = None


class StrictPart(Part, forbid_unknown_fields=True):
    pass


class StrictWhole(Whole, forbid_unknown_fields=True):
    parts: list[StrictPart] | None = None
    inner: StrictPart | None = None


STRICT, LENIENT = msgspec.json.Decoder(StrictWhole), msgspec.json.Decoder(Whole)


def decoded(raw):
    file = InputFile("f", io.BytesIO())
    return decode(RawRecord(3, raw), STRICT, LENIENT, file), file.unknown_keys


def test_a_record_without_unknown_keys_is_decoded_by_the_strict_decoder():
    value, unknown = decoded(b'{"day":"d","parts":[{"n":1}]}')
    assert type(value) is StrictWhole
    assert unknown == {}


def test_unknown_keys_are_counted_by_dotted_name_and_dropped():
    value, unknown = decoded(
        b'{"day":"d","parts":[{"n":1,"new":2},{"n":1,"new":{"x":1}}],"inner":{"n":1,"b":0},"z":[]}'
    )
    assert value.inner.n == 1
    assert unknown == {"parts.new": 2, "inner.b": 1, "z": 1}


def test_a_key_that_could_be_content_is_not_kept():
    _, unknown = decoded(b'{"day":"d","person@example.org":1,"wie geht das?":2}')
    assert unknown == {"(not a plain name)": 2}


def test_the_number_of_unknown_names_is_bounded():
    _, unknown = decoded(json.dumps({"day": "d", **{f"k{n}": 0 for n in range(1000)}}).encode())
    assert len(unknown) <= 201
    assert sum(unknown.values()) == 1000


@pytest.mark.parametrize(
    ("raw", "reason", "field"),
    [
        (b'{"day":"d","inner":{"n":"SECRET"}}', "expected int, got str", "inner.n"),
        (b'{"day":"d","parts":[{"n":1},{}]}', "required field missing", "parts[].n"),
        (b'{"parts":[]}', "required field missing", "day"),
        (b'{"day":"d","inner":{"n":5.0}}', "expected int, got float", "inner.n"),
        (b'{"day":"d","inner":{"n":%s}}' % (b"9" * 5000), "value out of range", "inner.n"),
        (b'{"day":"\\ud800"}', "malformed JSON", ""),
        (b'{"day":"\xff"}', "not UTF-8", ""),
        (b'{"day":"d","z":"\xff"}', "not UTF-8", ""),
        (b'{"day":"d","z":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply", ""),
        (b'{"day":NaN}', "malformed JSON", ""),
        (b'{"day":"a\x01"}', "malformed JSON", ""),
        (b"{", "malformed JSON", ""),
    ],
)
def test_a_record_that_cannot_be_decoded_says_why_without_its_values(raw, reason, field):
    value, _ = decoded(raw)
    assert value == Broken(3, reason, field)


def test_a_message_of_unknown_wording_is_not_passed_on():
    error = msgspec.ValidationError("Invalid value 'SECRET' - at `$.parts[0].kind`")
    assert explain(error) == ("invalid value", "parts[].kind")


def test_of_a_key_given_twice_the_last_counts():
    assert decoded(b'{"day":"a","day":"b"}')[0].day == "b"


def test_the_outline_of_a_value_is_found_as_msgspec_words_it_today():
    """The fast path reads the offset in a message of msgspec. Another wording would make the reader slow, not wrong."""
    assert outline(b'x{"a":[1,"}"]}  ,{"b":2}', 1) == (14, False)
    assert outline(b'{"a":1', 0) == (None, True)
    assert outline(b'{"a":tru}', 0) == (None, False)
