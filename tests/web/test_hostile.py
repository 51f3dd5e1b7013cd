"""Hostile names: a unit called like a script, a formula, a path. Pages hold them as text, files as harmless cells."""

import csv
import html
import io
import re
import shutil

import duckdb
import pytest

from tests.web.conftest import Site

NAMES = {
    "Payments": "<script>alert(1)</script>",
    "Markets": '=HYPERLINK("http://evil.example")',
    "Risk": "-2+3",
    "Treasury": '"><img src=x onerror=alert(1)>',
}


@pytest.fixture(scope="module")
def hostile(demo_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile") / "home"
    shutil.copytree(demo_home, home)
    with duckdb.connect(str(home / "snapshots" / "1.duckdb")) as connection:
        for old, new in NAMES.items():
            for table, column in (
                ("funnel", "scope"),
                ("adoption_weeks", "scope"),
                ("segments", "scope"),
                ("lob_compare", "lob"),
            ):
                connection.execute(
                    f"update {table} set {column} = replace({column}, ?, ?)", [old, new.replace("/", "~1")]
                )
        connection.execute("update unmatched_accounts set account = '<script>alert(2)</script>'")
        connection.execute("update definitions set text = '<b onclick=alert(3)>x</b>'")
    return Site(home)


@pytest.mark.parametrize("path", ["/overview", "/adoption", "/compare", "/licences", "/admin", "/definitions"])
@pytest.mark.parametrize("view", ["", "?view=table"])
def test_a_name_is_never_markup(hostile, path, view):
    text = hostile.client().get(path + view).text
    assert not re.search(r"<script>|<img|<b onclick|onerror=alert\(1\)>(?!&)", text.replace("&gt;", "&"))
    assert set(re.findall(r"<script[^>]*>", text)) == set(re.findall(r'<script src="/static/[^"]+" defer>', text))


def test_a_hostile_name_is_a_unit_like_any_other(hostile):
    client = hostile.client()
    units = {row["scope"] for row in client.get("/api/v1/funnel?quarter=2026Q3").json()}
    odd = sorted(unit for unit in units if any(name.replace("/", "~1") in unit for name in NAMES.values()))
    assert odd
    for unit in odd:
        answer = client.get("/overview", params={"scope": unit})
        assert answer.status_code == 200, unit
        assert unit.rsplit("/", 1)[-1].replace("~1", "/") in html.unescape(answer.text), unit


def test_no_cell_of_a_file_is_a_formula(hostile):
    for path in ("/compare.csv", "/overview.csv", "/api/v1/lob_compare.csv"):
        cells = [cell for row in csv.reader(io.StringIO(hostile.client().get(path).text)) for cell in row]
        assert any(cell.startswith("'=HYPERLINK") for cell in cells), path
        assert not any(
            cell.startswith(("=", "+", "@")) or (cell.startswith("-") and not re.fullmatch(r"-\d+", cell))
            for cell in cells
        )
