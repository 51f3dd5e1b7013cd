"""The made-up vendor of "Add a source", taken from the page itself: one folder, one line, and everything else finds it."""

from __future__ import annotations

import datetime as dt
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "how-to" / "add-a-source.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- (file|line): (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
PEOPLE = "person_id,email,lob\nP1,ana@example.com,Cards\nP2,ben@example.com,Cards\nP3,dan@example.com,Cards\n"
QUARTER = [str(dt.date(2026, 4, 1) + dt.timedelta(days=number)) for number in range(91)]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree with what the page says, and nothing else."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("src", "tests", "tools", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    for name in ("pyproject.toml", "Makefile", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, copy / name)
    for kind, path, text in BLOCK.findall(PAGE):
        target = copy / path
        if kind == "file":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        else:
            listed = target.read_text(encoding="utf-8").replace("AMAZON_Q,", "ACME, AMAZON_Q,", 1)
            target.write_text(listed.replace("from uptake.sources.amazon_q", f"{text}from uptake.sources.amazon_q", 1))
    ran(copy, "-m", "tests.sources.regenerate")
    return copy


def ran(tree, *words, code=0):
    done = subprocess.run(
        [sys.executable, *words], cwd=tree, check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}"},
    )  # fmt: skip
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_it_is_one_folder_and_one_line(tree):
    """Beside its folder one file of the program differs from ours: by the import and the name in the list."""
    changed = [
        path.relative_to(tree).as_posix()
        for path in sorted((tree / "src").rglob("*.*"))
        if path.is_file() and "__pycache__" not in path.parts
        and not ((ROOT / path.relative_to(tree)).exists() and (ROOT / path.relative_to(tree)).read_bytes() == path.read_bytes())
    ]  # fmt: skip
    folder = "src/uptake/sources/acme"
    assert changed == [
        "src/uptake/sources/__init__.py", f"{folder}/README.md", f"{folder}/__init__.py", f"{folder}/fixtures/acme.days.expected",
        f"{folder}/fixtures/acme.days.in", f"{folder}/parse.py",
    ]  # fmt: skip


def test_its_fixture_says_what_the_page_says(tree):
    expected = json.loads((tree / "src/uptake/sources/acme/fixtures/acme.days.expected").read_text())
    assert [one["outcome"] for one in expected[:4]] == ["Taken", "Taken", "Rejected", "Rejected"]
    assert expected[4] == {"unknown_keys": {"comment": 1}}
    assert "anything" not in json.dumps(expected)


def test_the_tests_of_all_readers_take_it_in(tree):
    ran(
        tree,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/sources/test_fixtures.py",
        "tests/attack/test_any_source.py",
        "-k",
        "acme or every",
    )
    ran(tree, "-m", "tools.reference")
    assert "| `acme` | Acme: questions by user and day |" in (tree / "docs/reference/sources.md").read_text()


def test_its_use_is_told_and_nobody_who_used_it_is_called_a_non_user(tree, tmp_path):
    """P1 and P2 hold a seat of Copilot that nobody uses. P1 used Acme, P2 did not: the difference between them is the source."""
    home = tmp_path / "home"
    days = [{"user": "ana@example.com", "date": day, "questions": 2} for day in QUARTER]
    accounts = "source,account,person_id\nchatgpt,a1,P1\nchatgpt,b2,P2\n"
    seats = "tool,account,first_day\nchatgpt,a1,2026-01-01\nchatgpt,b2,2026-01-01\n"
    zeros = "public_id,day,messages\n" + "".join(f"x9,{day},1\n" for day in QUARTER)
    files = {
        "hr-people": PEOPLE,
        "accounts": accounts,
        "seats": seats,
        "chatgpt-days": zeros,
        "acme": "\n".join(map(json.dumps, days)),
    }
    ran(tree, "-m", "uptake", "init", "--home", home)
    for source, text in files.items():
        (tmp_path / source).write_text(text)
        ran(
            tree,
            "-m",
            "uptake",
            "ingest",
            source,
            tmp_path / source,
            "--home",
            home,
            *(("--from", "2026-04-01", "--to", "2026-06-30") if source == "chatgpt-days" else ()),
        )
    ran(tree, "-m", "uptake", "score", "--as-of", "2026-07-20", "--home", home)
    code = (
        "import sys; from uptake import pipeline; from uptake.settings import read_settings; import pathlib\n"
        "with pipeline.of_home(read_settings(pathlib.Path(sys.argv[1]))) as c:\n"
        "    print(*(f'{a}={b}' for a, b in c.execute(\"select person_id, segment from quarter_scores where quarter = '2026Q2'\").fetchall()))\n"
        "    print(c.execute(\"select sum(prompts) from usage where tool = 'acme'\").fetchone()[0])"
    )
    segments, prompts = ran(tree, "-c", code, home).splitlines()
    told = dict(one.split("=") for one in segments.split())
    assert prompts == str(2 * len(QUARTER))
    assert (told["P1"], told["P2"]) == ("insufficient", "non_user")
