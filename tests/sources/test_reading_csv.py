"""CSV rows: columns by name, one damaged line never takes another with it."""

import gzip
import io

import pytest

from uptake.model.outcome import InputFile, Refused
from uptake.sources.reading import Broken, csv_rows, open_binary
from uptake.sources.reading.table import MAX_LINE

KNOWN, REQUIRED = ("a", "b", "c"), ("a", "b")


def rows(data):
    file = InputFile("f", io.BytesIO(data))
    told = list(csv_rows(file, KNOWN, REQUIRED))
    return [(row.line, row.reason if isinstance(row, Broken) else row.cells) for row in told], file.unknown_keys


def test_columns_come_by_name_in_any_order_with_bom_and_crlf():
    found, unknown = rows(b'\xef\xbb\xbf B ,x,"A"\r\n 2 ,9,"1, one "\r\n\r\n4,9,3')
    assert found == [(2, {"b": "2", "a": "1, one"}), (4, {"b": "4", "a": "3"})]
    assert unknown == {"x": 1}


def test_a_known_column_that_is_not_required_may_be_missing_and_a_blank_line_may_come_first():
    assert rows(b"\n\na,b,c\n1,2,3\n")[0] == [(4, {"a": "1", "b": "2", "c": "3"})]
    assert rows(b"a,b\n1,2\n")[0] == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", b"c,d\n1,2\n", b"1,2\n", b"a;b\n1;2\n", b"\xff\xfea\0b\0", b'"a,b\n1,2\n']
)
def test_a_file_without_the_required_columns_is_refused_by_their_names(data):
    with pytest.raises(Refused, match="a, b"):
        rows(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a;b\n1;2\n", "separated by semicolons"),
        (b"\xef\xbb\xbfa;b;c, d\n1;2;3\n", "separated by semicolons"),
        (b'"a";"b"\n', "separated by semicolons"),
        (b"a\tb\n1\t2\n", "separated by tabs"),
        (b"a|b\n", "separated by bars"),
        ("a,b\n1,2\n".encode("utf-16"), "written in UTF-16"),
    ],
    ids=["semicolons", "semicolons and a mark", "quoted", "tabs", "bars", "UTF-16"],
)
def test_a_header_of_another_kind_of_file_says_which(data, said):
    with pytest.raises(Refused, match=f"lacks the columns .*: it is {said}"):
        rows(data)


def test_the_missing_column_alone_is_named_and_a_column_twice_is_refused():
    with pytest.raises(Refused, match=r"lacks the columns b$"):
        rows(b"a,c\n")
    with pytest.raises(Refused, match="given twice: c"):
        rows(b"a,b,c,C\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "ragged line: 1 cells under 2 columns"),
        (b"1,2,3", "ragged line: 3 cells under 2 columns"),
        (b"1,\0", "NUL byte"),
        (b"1,\xff", "not UTF-8"),
        (b'1,"open', "malformed line"),
        (b'1,"a"b', "malformed line"),
        (b"1," + b"x" * (2 * MAX_LINE), "line too long"),
        (b"1," + b"x" * 200_000, "malformed line"),
    ],
    ids=["few", "many", "nul", "utf8", "quote", "text behind a quote", "long line", "long cell"],
)
def test_a_damaged_line_leaves_its_neighbours(line, reason):
    found, _ = rows(b"a,b\n1,2\n" + line + b"\n3,4\n")
    assert found == [(2, {"a": "1", "b": "2"}), (3, reason), (4, {"a": "3", "b": "4"})]


def test_a_truncated_gzip_ends_in_one_broken(tmp_path):
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 50_000)[:-6])
    with open_binary(path) as stream:
        told = list(csv_rows(InputFile("f", stream), KNOWN, REQUIRED))
    assert told[-1].reason == "truncated gzip"
    assert len(told) > 1


def test_a_header_name_that_could_be_content_is_not_kept():
    assert rows(b"a,b,person@example.org\n1,2,3\n")[1] == {"(not a plain name)": 1}
