"""`code_rework`: against a plain count over random lives of lines; nothing of few authors is told, nor follows; and from a repository to the answer."""

from __future__ import annotations

import functools
import random
from importlib import resources

import duckdb
import pytest

from tests.attack.drive import home_with_roles, run
from tests.git_repositories import Made, made
from uptake.model.macros import MACROS

K = 5
DAYS_21 = 1_814_400
JULY = 1_782_900_000
MONTHS = ("2026-05", "2026-06", "2026-07")
COUNTS = ("commits", "lines", "corrective", "reverted", "adaptive")
CLAUDE = b"s\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
SEEDS = 16


def lives(rng):
    """(repository, sha, month, marked, author, lines, followed, lost, corrective, reverted) of random repositories."""
    rows = []
    for number in range(4):
        for month in MONTHS:
            people, young = rng.choice((3, 5, 6, 12, 14, 14, 14, 14)), rng.choice((0, 0, 0.1, 0.5))
            part = rng.choice((0, 0.5, 0.5))
            for one in range(rng.randint(60, 90) if people > 3 else rng.randint(0, 5)):
                lines = rng.randint(1, 30)
                lost = rng.randint(0, lines)
                mended = rng.randint(0, lost)
                followed = DAYS_21 + rng.choice((-1, 0, 1)) if rng.random() < young else 10 * DAYS_21
                rows.append((
                    f"r{number}", f"{number}-{month}-{one}", month, rng.random() < part, f"a{rng.randint(1, people)}",
                    lines, followed, lost, mended, rng.randint(0, lost - mended),
                ))  # fmt: skip
    return rows


@functools.cache
def world(seed):
    given = lives(random.Random(seed))
    with duckdb.connect(":memory:", config={"threads": 1}) as engine:
        engine.execute(MACROS)
        engine.execute(
            "create table line_lives (repository varchar, sha varchar, month varchar, marked boolean, author varchar, lines bigint,"
            " followed_seconds bigint, lost_21 bigint, corrective_21 bigint, reverted_21 bigint)"
        )
        engine.executemany("insert into line_lives values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", given)
        fact = (resources.files("uptake.facts") / "line_rework.sql").read_text()
        engine.execute(f"create table line_rework as {fact}")
        query = (resources.files("uptake.snapshot") / "groups" / "code_rework.sql").read_text()
        done = engine.execute(query, {"k": K})
        names = [column[0] for column in done.description]
        return given, [dict(zip(names, row, strict=True)) for row in done.fetchall()]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_figures_are_those_of_a_plain_count(seed):
    given, rows = world(seed)
    old = [one for one in given if one[6] >= DAYS_21]
    assert {(row["repository"], row["month"], row["marked"]) for row in rows} == {(one[0], *one[2:4]) for one in old}
    for row in rows:
        mine = [one for one in old if (one[0], *one[2:4]) == (row["repository"], row["month"], row["marked"])]
        lost, mended, back = (sum(one[place] for one in mine) for place in (7, 8, 9))
        assert [row[name] for name in COUNTS] == [
            len(mine),
            sum(one[5] for one in mine),
            mended,
            back,
            lost - mended - back,
        ]
        assert abs(row["corrective_share"] * row["lines"] - 1_000_000 * mended) * 2 <= row["lines"]
        assert abs(row["adaptive_share"] * row["lines"] - 1_000_000 * (lost - mended - back)) * 2 <= row["lines"]


def authors(rows):
    return len({one[4] for one in rows})


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_of_few_authors_is_released_or_follows(seed):
    given, rows = world(seed)
    shown = {(row["repository"], row["month"], row["marked"]) for row in rows if row["released"]}
    for repository in {row["repository"] for row in rows if row["released"]}:
        own = [one for one in given if one[0] == repository]
        for marked in (True, False):
            side = [one for one in own if one[3] == marked]
            old = [one for one in side if one[6] >= DAYS_21]
            rest = [one for one in old if (repository, one[2], marked) not in shown]
            assert authors(rest) == 0 or authors(rest) > K  # beside the lines of the whole history
            for month in {key[1] for key in shown if key[0] == repository}:
                of_month = [one for one in side if one[2] == month]
                followed = [one for one in of_month if one[6] >= DAYS_21]
                young = [one for one in of_month if one[6] < DAYS_21]  # beside the lines of the month
                assert all(not part or authors(part) > K for part in (followed, young))


def test_both_kinds_of_answer_come_about():
    found = [row["released"] for seed in range(SEEDS) for row in world(seed)[1]]
    assert min(found.count(True), found.count(False)) > 10


def test_from_a_repository_to_the_answer(tmp_path):
    """Eleven people add two lines each with a mark; four lines are mended, two are changed, and eleven without a mark keep theirs."""
    home = home_with_roles(tmp_path / "home", "administrator", "executive", "licence")
    history = [
        Made({b"src/%s%d.py" % (kind, n): b"%d a\n%d b\n" % (n, n)}, text, b"N <dev%d@example.com>" % n, JULY + n)
        for kind, text in ((b"m", CLAUDE), (b"u", b"work"))
        for n in range(11)
    ]
    week, later = JULY + 7 * 86_400, JULY + 40 * 86_400
    history += [
        Made({b"src/m0.py": None, b"src/m1.py": None}, b"fix: wrong rate", b"N <dev3@example.com>", week),
        Made({b"src/m2.py": None}, b"feat: another way", b"N <dev4@example.com>", week + 60),
        Made({b"README": b"x\n"}, b"docs", b"N <dev5@example.com>", later),
    ]
    made(tmp_path / "acme", history)
    assert run(home, "ingest", "git", tmp_path / "acme", "--json").code == 0
    assert run(home, "score", "--as-of", "2026-10-31").code == 0
    rows = run(home, "ask", "code_rework", "--as", "executive", "--json").json()
    figures = {row["marked"]: [row[name] for name in COUNTS] for row in rows if row["month"] == "2026-07"}
    assert figures == {True: [11, 22, 4, 0, 2], False: [11, 22, 0, 0, 0]}
    assert run(home, "ask", "code_rework", "--as", "licence", "--json").code == 5
