"""One damaged record never takes its neighbours with it, in any form of file."""

import contextlib
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_files import FORMS, pieces, records

from uptake.model.outcome import Refused
from uptake.sources.reading import MAX_RECORD, Broken, Envelope
from uptake.sources.reading.window import CHUNK

texts = st.text(max_size=12)
counts = st.integers(0, 10**6)
features = st.lists(st.fixed_dictionaries({"feature": texts, "n": counts}), max_size=3)


@st.composite
def real_shaped(draw):
    """A vendor-like record: key first, nested objects, lists of objects, lists of scalars, any text."""
    return {
        "user_id": draw(counts),
        "day": "2026-05-04",
        "actor": {"type": draw(texts), "mail": draw(texts)},
        "totals": draw(features),
        "codes": draw(st.lists(counts, max_size=3)),
        "note": draw(texts),
    }


KEY = len('{"user_id":')


@st.composite
def damaged(draw, *, first_key_safe):
    """How a record is damaged: cut off, a byte lost, a bracket or quote lost, or a value that is no JSON."""
    kind = draw(st.sampled_from(["cut", "lost", "lost mark", "bad value"]))
    where = draw(st.floats(0, 1, exclude_max=True))
    return kind, where, draw(st.sampled_from('{}[]":,')), first_key_safe


def damage(raw, kind, where, mark, first_key_safe):
    low = raw.index(b":") + 2 if first_key_safe else 1
    at = low + int(where * (len(raw) - low))
    if kind == "cut":
        return raw[:at]
    if kind == "bad value":
        return raw.replace(b'"2026-05-04"', b"tru")
    if kind == "lost mark":
        at = max(raw.rfind(mark.encode(), low, at), low)
    return raw[:at] + raw[at + 1 :]


def files(*, first_key_safe):
    """Records, each with its damage or None."""
    parts = st.tuples(real_shaped(), st.none() | damaged(first_key_safe=first_key_safe))
    return st.lists(parts, min_size=1, max_size=7)


def read(parts, form, indent=None):
    """What is read of the records in this form, and the good ones among what was written."""
    raws = []
    for record, harm in parts:
        raw = json.dumps(record, indent=indent, separators=(",", ":"), ensure_ascii=False).encode()
        raws.append(damage(raw, *harm) if harm else raw)
    return records(FORMS[form](raws)), [record for record, harm in parts if harm is None]


def in_order(found, good):
    rest = iter(found)
    return all(any(one == item for item in rest) for one in good)


separated = st.sampled_from(sorted(set(FORMS) - {"concatenated"}))
deterministic = settings(max_examples=400, deadline=None, derandomize=True)


@deterministic
@given(parts=files(first_key_safe=True), form=separated, indent=st.sampled_from([None, 1]))
def test_all_good_records_survive_and_no_damaged_one_is_forgotten(parts, form, indent):
    found, good = read(parts, form, indent)
    assert in_order(found, good)
    assert len(found) >= len(parts)


@deterministic
@given(parts=files(first_key_safe=False), form=separated)
def test_all_good_records_survive_damage_anywhere(parts, form):
    found, good = read(parts, form)
    assert in_order(found, good)


@deterministic
@given(parts=files(first_key_safe=True), form=st.sampled_from(["lines", "lines with BOM"]))
def test_outcomes_equal_records_in_lines(parts, form):
    found, _ = read(parts, form)
    assert len(found) == len(parts)


@deterministic
@given(parts=st.lists(st.tuples(real_shaped(), st.none()), max_size=7), form=st.sampled_from(sorted(FORMS)))
def test_outcomes_equal_records_without_damage_in_every_form(parts, form):
    found, good = read(parts, form, 1)
    assert found == good


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.binary(max_size=200) | st.text('[]{}":,\\ntruefalse0159. -', max_size=80).map(str.encode))
def test_any_bytes_end_in_outcomes_or_a_refusal(data):
    with contextlib.suppress(Refused):
        assert all(piece.reason for piece in pieces(data) if isinstance(piece, Broken))


GOOD, LAST = {"id": 1, "n": [1]}, {"id": 9, "n": []}
BROKEN = "malformed JSON"


@pytest.mark.parametrize(
    "middle",
    [
        b'{"id":2,"n":tru}',
        b'{"id":2,"n":NaN}',
        b'{"id":2,"n":[',
        b'{"id":2,"n":"open}',
        b'{"id":2,"n":"\\ud800"}',
        b'{"id":2,"n":"raw \x01 control"}',
        b'{"id":2,"n":\xff\xfe}',
        b'{"id":2,,}',
        b'{"id":2 "n":3}',
        b'"id":2,"n":3}',
        b'{"id":2,"n":{"a":[{"b":1}]',
        b'{"id":2,"n":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id":2,"n":' + b'{"a":' * 100_000,
    ],
    ids=lambda middle: middle[:24].decode("latin-1").encode("unicode_escape").decode(),
)
@pytest.mark.parametrize("form", ["lines", "array", "array over lines", "envelope"])
def test_a_broken_record_leaves_its_neighbours(middle, form):
    parts = [json.dumps(GOOD).encode(), middle, json.dumps(LAST).encode()]
    assert records(FORMS[form](parts)) == [GOOD, BROKEN, LAST]


@pytest.mark.parametrize("data", [b'{"id":1}\n{"id":2}}\n{"id":3}', b'[{"id":1},{"id":2}}],{"id":3}'])
def test_a_stray_bracket_is_one_piece(data):
    found = records(data)
    assert [one for one in found if one != "stray bracket"] == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert found.count("stray bracket") >= 1


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[{"id":1},{"id":', [{"id": 1}, "truncated file"]),
        (b'[{"id":1},{"id":2}', [{"id": 1}, {"id": 2}, "truncated file"]),
        (b'[{"id":1},', [{"id": 1}, "truncated file"]),
        (b'{"id":1}\n{"id":2,"n":"abc', [{"id": 1}, "truncated file"]),
        (b'{"data":[{"id":1},{"id":2}', [{"id": 1}, {"id": 2}, "truncated file"]),
        (b'{"data":[{"id":1}],"has_m', [{"id": 1}, "truncated file"]),
    ],
)
def test_a_truncated_file_gives_its_good_records_and_one_broken(data, found):
    assert records(data) == found


def test_a_record_cut_off_inside_a_list_does_not_hide_its_neighbours():
    """The brackets at the end of the file close the list and the record: the whole parses, and hides two records."""
    data = b'{"data":[{"id":1,"items":[{"name":"x"},{"id":2,"items":[]},{"id":3,"items":[]}]}'
    assert records(data) == [BROKEN, {"id": 2, "items": []}, {"id": 3, "items": []}]


def test_nested_objects_that_begin_like_their_record_are_no_damage():
    tree = {"id": 1, "children": [{"id": 2, "children": []}, {"id": 3, "children": []}]}
    assert records(json.dumps([tree, tree]).encode()) == [tree, tree]
    uneven = {"id": 1, "items": [{"name": "x", "id": 2}, {"id": 3}, 4]}
    assert records(json.dumps([uneven, uneven]).encode()) == [uneven, uneven]


def test_a_broken_record_tells_its_day_and_not_that_of_its_neighbour():
    with_day, without = b'{"id":2,"day":"2026-05-04","n":tru}', b'{"id":2,"n":tru}'
    told = [pieces(FORMS["array"]([part, b'{"id":3,"day":"2026-05-05"}']))[0] for part in (with_day, without)]
    assert [piece.day for piece in told] == [dt.date(2026, 5, 4), None]


def test_broken_pieces_hold_no_value():
    secret = b"SECRET-4711"
    data = b'[{"id":1,"note":"%s","n":tru},{"id":2},"%s",%s,{"id":3,"%s' % (secret, secret, secret, secret)
    broken = [piece for piece in pieces(data) if isinstance(piece, Broken)]
    assert len(broken) >= 3
    assert secret.decode() not in repr(broken)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[[{"id":1,"n":"],[{"id":2}]]', [BROKEN, {"id": 2}]),
        (b'[[{"id":1},{"id":2,"n":["],[{"id":3}]]', [{"id": 1}, BROKEN, {"id": 3}]),
        (b'{"a":{"data":[{"x":1}],"id":7},"id":1}', [{"a": {"data": [{"x": 1}], "id": 7}, "id": 1}]),
        (b'{"data":[{"id":1},{"id":2,"n":[1},"has_more":false}', [{"id": 1}, BROKEN]),
    ],
)
def test_brackets_lost_with_a_record_are_not_reported_again(data, found):
    assert records(data) == found


def test_a_spread_object_that_does_not_close_ends_where_the_next_one_begins():
    data = b'{\n "a": "x,\n "b": {\n }\n}\n{\n "z": 1\n}\n{\n "a": {\n  "b": 2\n\n{\n "y": 3\n}\n'
    assert records(data) == [BROKEN, {"z": 1}, BROKEN, {"y": 3}]


@pytest.mark.parametrize("form", ["lines", "array", "array over lines", "envelope"])
@pytest.mark.parametrize("edge", [4 * 1024, 12 * 1024, CHUNK])
def test_the_end_of_a_damage_may_lie_on_any_edge_of_what_is_in_memory(form, edge):
    last = {"id": 3, "n": [{"m": 1}]}
    for distance in range(-60, 60, 3):
        text = b"x" * (edge + distance)
        for middle in (
            b'{"id":2,"n":"%s","m":tru}' % text,
            b'{"id":2,"n":["%s' % text,
            b'{"id":2,"n":{"%s":[{"a":2},' % text,
        ):
            parts = [b'{"id":1}', middle, json.dumps(last).encode()]
            assert records(FORMS[form](parts)) == [{"id": 1}, BROKEN, last]


def test_a_complete_record_above_the_limit_is_broken():
    huge = b'{"id":1,"text":"' + b"x" * (MAX_RECORD + 1_000_000) + b'"}'
    assert records(b"[" + huge + b',{"id":2}]') == ["record larger than 16 MiB", {"id": 2}]


@pytest.mark.parametrize("part", [b'{"data":[', b'{"a":[0,', b'{"x":1,"data":[{"a":[', b"[", b'{"a":1,', b"[{"])
def test_a_pile_of_open_brackets_ends(part):
    """No depth of nesting ends in a RecursionError, whatever opens the levels."""
    assert all(isinstance(piece, Broken | Envelope) for piece in pieces(part * 20_000))
