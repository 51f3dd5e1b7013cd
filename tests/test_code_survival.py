"""`code_survival` from the repository to the answer: what blame says of the branch a horizon after each commit, through loads of growing histories."""

import datetime as dt
import json
import random

import pytest

from tests import git_histories as gh
from tests.product import uptake, uptake_answer
from uptake.facts.survival_shares import Sums, kaplan_meier, make

MARK = "work\n\nCo-Authored-By: Claude <noreply@anthropic.com>"


def asked(home, *words):
    rows = json.loads(uptake_answer(home, "ask", "code_survival", *words))
    return {(row["marked"], row["horizon_days"]): (row["at_risk"], row["alive"]) for row in rows}


def expected(history, tip, since=dt.date.min):
    """From the drawn truth alone, without a line of the product: reachable commits that are no merges, and the state of the branch later."""
    reach = gh.ancestors(history, tip)
    newest = max(history[number].at for number in reach)
    counts = {(marked, days): [0, 0] for marked in (False, True) for days in (14, 21, 90)}
    for number in sorted(reach):
        commit = history[number]
        born = sum(owner == number for lines in commit.owners.values() for owner in lines.values())
        if len(commit.parents) > 1 or dt.datetime.fromtimestamp(commit.at, dt.UTC).date() < since:
            continue
        for days in (14, 21, 90):
            when = commit.at + days * gh.DAY
            if when <= newest:
                state = history[gh.state_at(history, number, when, tip)]
                alive = sum(owner == number for lines in state.owners.values() for owner in lines.values())
                held = counts[commit.message == MARK, days]
                held[0] += born
                held[1] += alive
    return {key: tuple(held) for key, held in counts.items()}


@pytest.mark.parametrize("seed", [40])
def test_the_answer_is_the_known_fate_of_every_line(tmp_path, seed):
    draw = random.Random(seed)
    history = gh.unique_history(draw, 60)
    for commit in history:
        commit.message = draw.choice([MARK, "work"])
    repository, home = tmp_path / "r", tmp_path / "home"
    gh.write(repository, history)
    assert uptake(home, "init") == 0
    chain = [len(history) - 1]
    while history[chain[-1]].parents:
        chain.append(history[chain[-1]].parents[0])
    stops = [chain[len(chain) // 2], chain[0]]
    for stop in stops:
        gh.git(repository, "update-ref", "refs/heads/main", history[stop].name)
        report = json.loads(uptake_answer(home, "ingest", "git", repository))
        assert report["records_in"] == len(gh.ancestors(history, stop))
        assert report["records_in"] == report["loaded"] + report["duplicate"]
    scored = json.loads(uptake_answer(home, "score", "--as-of", "2026-10-31"))
    assert asked(home) == expected(history, chain[0])
    days = sorted({dt.datetime.fromtimestamp(history[n].at, dt.UTC).date() for n in gh.ancestors(history, chain[0])})
    middle = days[len(days) // 2]
    assert asked(home, "--from", str(middle)) == expected(history, chain[0], middle)
    assert any(alive < at_risk for at_risk, alive in asked(home).values())
    fresh = tmp_path / "fresh"
    assert uptake(fresh, "init") == 0
    uptake_answer(fresh, "ingest", "git", repository)
    again = json.loads(uptake_answer(fresh, "score", "--as-of", "2026-10-31"))
    assert (again["inputs_digest"], again["scores_digest"]) == (scored["inputs_digest"], scored["scores_digest"])


def test_the_share_of_kaplan_and_meier_by_hand():
    """10 lines followed for 20 days, 4 die on day 5; 10 lines followed for 3 days: 20 at risk on days 1 to 3, 10 on day 5."""
    old = [(20, 0, 10), (20, 5, 4)]
    assert kaplan_meier({"0": old, "1": [(3, 0, 10)]}, 14)[0] == 600_000
    assert kaplan_meier({"0": [*old, (20, 2, 2)], "1": [(3, 0, 10)]}, 14)[0] == 450_000  # 18/20, then 4 of 8
    assert kaplan_meier({"0": [(3, 0, 10)]}, 14) == (None, None, None)
    assert kaplan_meier({}, 14) == (None, None, None)
    assert kaplan_meier({"0": [(20, 0, 5), (20, 2, 5)]}, 14)[0] == 0


def test_an_interval_is_that_of_commits_and_not_of_lines():
    """Ten commits that live or die whole tell as much as ten lines; a thousand lines that die one by one tell more."""
    whole, single = Sums(), Sums()
    for number in range(10):
        whole.add(100, 100 * (number % 2))
    for number in range(1000):
        single.add(1, number % 2)
    share, low, high = whole.share()
    assert share == 500_000
    assert (low, high) == pytest.approx((222_000, 778_000), abs=16_000)  # Wilson for 5 of 9
    _, low, high = single.share()
    assert (low, high) == pytest.approx((469_000, 531_000), abs=1_000)
    assert Sums().share() == (None, None, None)


def test_rows_of_both_marks_stand_for_every_first_day():
    day = dt.date(2026, 1, 1)
    lives = [("r", day, True, 10, 30 * 86400, 1, 2, 5), ("r", day + dt.timedelta(9), False, 4, 20 * 86400, 1, 1, 1)]
    rows = {(row[1], row[2], row[3]): row[4:6] for row in make(lives, [])}
    assert rows[day, True, 14] == (10, 9)
    assert rows[day, True, 21] == (10, 8)
    assert rows[day, True, 90] == (0, 0)
    assert rows[day, False, 14] == (4, 3)
    assert rows[day + dt.timedelta(9), True, 14] == (0, 0)
    assert len(rows) == 12
