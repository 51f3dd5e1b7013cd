"""Files of the cards: the workbook holds text as text and numbers as numbers, the CSV may carry what the file is."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
import tempfile
import zipfile
from decimal import Decimal

import pyarrow as pa
import pytest

from uptake.errors import WrongUsage
from uptake.reads import Answer
from uptake.tabular import remark, safe
from uptake.web import files
from uptake.web.pages import BY_SLUG

ABOUT = {"title": "=A card", "scope": "A\n# B", "not_for": "No review."}
ROWS = [
    {"team": '=HYPERLINK("http://evil.example")', "people": 12, "cost": Decimal("1.50"), "day": dt.date(2026, 7, 1), "held": True},
    {"team": "-2+3", "people": -4, "cost": None, "day": None, "held": False},
    {"team": "http://evil.example", "people": 0, "cost": Decimal(0), "day": dt.date(2026, 7, 2), "held": None},
    {"team": "007", "people": 1, "cost": None, "day": None, "held": None},
]  # fmt: skip


def sheets(body: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """Sheet name -> rows of (type, text), read from the parts of the workbook."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        parts = [book.read(f"xl/worksheets/sheet{place}.xml").decode() for place in range(1, len(names) + 1)]
        texts = re.findall(r"<t[^>]*>(.*?)</t>", book.read("xl/sharedStrings.xml").decode(), re.DOTALL)
    found = {}
    for name, part in zip(names, parts, strict=True):
        assert "<f>" not in part
        assert "hyperlink" not in part.lower().replace("hyperlink(&quot;", "").replace('hyperlink("', "")
        found[name] = [
            [(kind or "n", html.unescape(texts[int(value)] if kind == "s" else value)) for kind, value in
             re.findall(r'<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="(\w+)")?><v>(.*?)</v></c>', line, re.DOTALL)]
            for line in re.findall(r"<row [^>]*>(.*?)</row>", part, re.DOTALL)
        ]  # fmt: skip
    return found


def test_a_workbook_says_first_what_it_is_and_holds_text_as_text():
    found = sheets(files.as_xlsx(tuple(ROWS[0]), ROWS, ABOUT))
    assert list(found) == ["About", "Rows"]
    assert [row[0][1] for row in found["About"]] == list(ABOUT)
    assert found["About"][0][1] == ("s", "'=A card")
    assert [text for _, text in found["Rows"][0]] == list(ROWS[0])
    assert found["Rows"][1][0] == ("s", "'" + ROWS[0]["team"])
    assert found["Rows"][2][0] == ("s", "'-2+3")
    assert found["Rows"][3][0] == ("s", "http://evil.example")
    assert found["Rows"][4][0] == ("s", "007")
    assert found["Rows"][1][1:] == [("n", "12"), ("n", "1.5"), ("n", "46204"), ("b", "1")]
    assert found["Rows"][2][1] == ("n", "-4")


def test_the_same_rows_give_the_same_workbook():
    made = [files.as_xlsx(tuple(ROWS[0]), ROWS, ABOUT) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("form", sorted(files.FORMS))
def test_a_file_about_people_is_made_in_memory(form, monkeypatch):
    """A temporary file would outlive a server that is killed in the middle of it."""

    def refused(*_: object, **__: object) -> None:
        pytest.fail("a temporary file")

    for name in ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory"):
        monkeypatch.setattr(tempfile, name, refused)
    table = pa.table({name: [row[name] for row in ROWS] for name in ("team", "people", "day")})
    assert files.file_of(form, Answer(("team", "people", "day"), table, None), ABOUT)


def test_a_workbook_of_too_many_rows_says_what_to_take_instead():
    rows = [{"n": n} for n in range(files.MOST_XLSX_ROWS + 1)]
    with pytest.raises(WrongUsage, match="20,001 rows") as error:
        files.as_xlsx(("n",), rows, {})
    assert "Parquet" in error.value.next_step
    assert len(sheets(files.as_xlsx(("n",), rows[:50], {}))["Rows"]) == 51


def test_a_csv_with_a_header_keeps_each_key_on_its_own_line():
    table = pa.table({"team": [row["team"] for row in ROWS], "people": [row["people"] for row in ROWS]})
    answer = Answer(("team", "people"), table, None)
    text = files.file_of("csv", answer, ABOUT, header=True).decode()
    lines = text.splitlines()
    assert lines[:3] == ["# title: =A card", "# scope: A # B", "# not_for: No review."]
    assert lines[3:] == files.file_of("csv", answer, ABOUT).decode().splitlines()
    assert lines[4].startswith("\"'=HYPERLINK")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        "\u00a0=1",
        "\ufeff=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert safe(text) == f"'{text}"
    assert sheets(files.as_xlsx(("a",), [{"a": text}], {}))["Rows"][1][0][1].startswith("'")


@pytest.mark.parametrize("text", ["a = b", "Payments - Cards", "ana@example.com", "", "5"])
def test_other_text_stays_as_it_is(text):
    assert safe(text) == text


@pytest.mark.parametrize("between", [",", ", ", ";", "; ,"])
def test_no_line_of_the_envelope_holds_a_cell_that_runs(between):
    line = remark(f"scope: Payments{between}=HYPERLINK(1){between}-2+3")
    cells = [cell.strip() for part in line.split(",") for cell in part.split(";")]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("slug", ["overview", "adoption", "admin", "definitions"])
def test_each_card_has_a_workbook_with_the_rows_of_its_other_files(demo, slug):
    client = demo.client()
    for card in BY_SLUG[slug].cards:
        stem = f"/{slug}" if card is BY_SLUG[slug].cards[0] else f"/{slug}/{card.name}"
        answer = client.get(f"{stem}.xlsx?quarter=2026Q3")
        assert answer.headers["content-type"] == files.FORMS["xlsx"]
        assert answer.headers["content-disposition"].endswith('.xlsx"')
        book = sheets(answer.content)
        about = {row[0][1]: row[1][1] for row in book["About"]}
        assert about["question"] == card.question
        assert "individual performance review" in about["not_for"]
        as_csv = list(csv.reader(io.StringIO(client.get(f"{stem}.csv?quarter=2026Q3").text)))
        assert len(book["Rows"]) == len(as_csv)
        assert [text for _, text in book["Rows"][0]] == as_csv[0]


def test_a_csv_of_a_page_carries_its_envelope_when_asked(demo):
    text = demo.client().get("/adoption.csv?quarter=2026Q3&header=1").text
    assert text.startswith("# title: Adoption: ")
    head = dict(line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# "))
    assert {"scope", "quarter", "from", "to", "purpose", "role", "score_version", "policy_version", "not_for"} <= set(
        head
    )
    assert (head["from"], head["to"]) == ("2026-07-01", "2026-09-30")
    assert demo.client().get("/adoption.json?header=1").status_code == 400
    assert demo.client().get("/adoption?header=1").status_code == 400
