"""What a person's own row says of the others of the line: no more than the table of lines, whoever asks (decision 0086)."""

from __future__ import annotations

import pytest

from tests.attack.drive import COMPLIANCE, run

PERCENT = 10_000


@pytest.fixture(scope="module")
def told(scored_home):
    """(quarter, line) -> the released share at zero, as everybody may read it."""
    rows = run(scored_home, "ask", "lob_compare", "--json").json()
    return {(row["quarter"], row["lob"]): row["zero_share"] for row in rows}


@pytest.fixture(scope="module")
def pairs(scored_home, snapshot):
    """The exact row of one person at zero and of one above it, in each line and quarter, beside what that person is answered."""
    chosen = snapshot.execute(
        "select quarter, min(person_id) from person_quarter_scores where percentile is not null and quarter = (select max(quarter) "
        "from person_quarter_scores where percentile is not null) group by quarter, lob, comparison, score_micro > 0 order by all"
    ).fetchall()
    return [(exact_row(snapshot, *one), own_row(scored_home, *one)) for one in chosen]


def exact_row(snapshot, quarter, person):
    found = snapshot.execute(
        "select * from person_quarter_scores where quarter = ? and person_id = ?", [quarter, person]
    )
    return dict(zip([part[0] for part in found.description], found.fetchone(), strict=True))


def own_row(home, quarter, person):
    (row,) = run(
        home, "ask", "quarter_scores", "--as", person, "--purpose", "self", "--quarter", quarter, "--json"
    ).json()
    return row


def test_a_member_reads_of_zeros_what_the_table_of_lines_tells(pairs, told):
    lines = 0
    for exact, own in pairs:
        group = "(company)" if exact["comparison"] == "rolled_up" else exact["lob"]
        released = told.get((exact["quarter"], group))
        assert own["lob_zero_share"] == released
        assert released is None or released % PERCENT == 0
        lines += released is not None and released != exact["lob_zero_share"]
    assert lines > 3, "the exact share would have been another one"


def test_nobody_counts_the_people_at_zero_from_the_own_place(pairs):
    """The ties of somebody at zero are the zeros: an exact percentile or rank would be their number."""
    at_zero = [(exact, own) for exact, own in pairs if exact["score_micro"] == 0]
    assert len(at_zero) > 3
    for exact, own in at_zero:
        share = own["lob_zero_share"]
        assert own["lob_rank"] is None
        assert own["percentile"] == (None if share is None else share // 2)
        assert exact["lob_rank"] is not None
    assert any(own["percentile"] != exact["percentile"] for exact, own in at_zero)


def test_above_zero_the_own_place_stands(pairs):
    above = [(exact, own) for exact, own in pairs if exact["score_micro"] and exact["lob_people"] > 10]
    assert len(above) > 3
    for exact, own in above:
        assert [own[name] for name in ("percentile", "lob_rank")] == [exact["percentile"], exact["lob_rank"]]


def test_assurance_reads_the_exact_share_under_a_case(scored_home, pairs):
    exact, _own = next((exact, own) for exact, own in pairs if exact["lob_zero_share"] != own["lob_zero_share"])
    rows = run(scored_home, "ask", "quarter_scores", *COMPLIANCE, "--quarter", exact["quarter"], "--json").json()
    assert [row["lob_zero_share"] for row in rows if row["person_id"] == exact["person_id"]] == [
        exact["lob_zero_share"]
    ]
