"""What two tables say together: ways to take one figure from another, each tried as a reader would (decision 0078)."""

from __future__ import annotations

import pytest

from tests.attack.drive import home_with_roles, run
from tests.git_repositories import Made, made
from tests.outcomes import oracle
from tests.outcomes.random_companies import random_company
from tests.outcomes.worlds import COMPANY, tables
from uptake.errors import NotPermitted
from uptake.policy import QUESTIONS, ROLES, Policy, Viewer, decide, guarded
from uptake.policy.guards import GUARDS

K = 5
JULY, DAY = 1_782_900_000, 86_400
CLAUDE = b"s\n\nCo-Authored-By: Claude <noreply@anthropic.com>"


def cells_of(company, person):
    at = {one.name: one.cell for one in company.people}.get(person)
    while at is not None:
        yield at
        at = None if at == COMPANY else company.parents.get(at, COMPANY)


@pytest.mark.parametrize("seed", range(6))
def test_changes_of_the_quadrant_taken_from_those_of_quality_are_of_nobody_or_of_more_than_k(seed):
    company = random_company(seed)
    found, plain = tables(company, K), oracle.Oracle(company)
    counted = {row[1]: row[8] for row in found["quadrant"] if row[8] is not None}
    quarter = {row[1]: row[4] for row in found["quality"] if row[2] is None and row[3] == "assisted"}
    left_out = [one for one in plain.rows if one.exposure and plain.cell(one) and plain.z(one) is None]
    for unit in counted.keys() & quarter.keys():
        own = [one for one in left_out if unit in set(cells_of(company, one.person))]
        assert quarter[unit] - counted[unit] == len(own)
        assert not own or len({one.person for one in own}) > K


def ask(home, question, *words):
    return run(home, "ask", question, *words, "--json").json()


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Eleven people add lines in July, with a mark and without; in the last days one alone adds some."""
    folder = tmp_path_factory.mktemp("young")
    home = home_with_roles(folder / "home", "administrator", "executive")
    history = [
        Made({b"src/%s%d.py" % (kind, n): b"%d a\n%d b\n" % (n, n)}, text, b"N <dev%d@example.com>" % n, JULY + n)
        for kind, text in ((b"m", CLAUDE), (b"u", b"work"))
        for n in range(11)
    ]
    history.append(Made({b"src/last.py": b"x\ny\nz\n"}, CLAUDE, b"N <dev3@example.com>", JULY + 25 * DAY))
    path = made(folder / "young", history)
    assert run(home, "ingest", "git", path).code == 0
    assert run(home, "score", "--as-of", "2026-10-31").code == 0
    return home


def test_lines_too_young_for_survival_do_not_follow_from_the_volume(repository):
    """All months are told, so lines of a month less those at risk are those of the last days: three lines of one author."""
    volume = ask(repository, "code_volume", "--as", "executive")
    told = ask(repository, "code_survival", "--as", "executive")
    assert [row["marked_lines_added"] for row in volume] == [25]
    young = {(row["marked"], row["horizon_days"]) for row in ask(repository, "code_survival") if row["at_risk"] == 22}
    assert (True, 14) in young
    assert {row["marked"] for row in told if row["at_risk"]} == {False}


def test_verification_says_no_more_than_the_register_to_the_same_readers():
    """Repositories of few authors stand in it, as each change of them does in the register, which GOVERNANCE 12 asks for. That it is a count
    of the register is held by `tests/changes/test_register.py`.
    """
    assert readers("verification") == readers("change_register") == {"compliance", "internal_audit", "validator"}
    told = {"repository", "risk_tier", "exposure", "status", "day"}
    assert told <= set(QUESTIONS["change_register"].names)
    counted = {"changes", "verified", "partly", "missing", "verified_share", "first_day", "last_day"}
    assert set(QUESTIONS["verification"].names) == counted | (told - {"status", "day"})


def readers(question):
    found = set()
    for role in ROLES:
        try:
            decide(question, Viewer(role=role), Policy())
        except NotPermitted:
            continue
        found.add(role)
    return found


def test_accounts_of_a_day_are_told_to_operators_alone():
    for role in ROLES:
        grant = decide("coverage", Viewer(role=role), Policy())
        assert grant.guarded == (role not in ("administrator", "compliance", "internal_audit"))
    assert set(GUARDS["coverage"]) == {"expected_accounts", "reporting_accounts"}
    assert guarded("coverage", "state", 10) == "q.state"
    assert (
        guarded("coverage", "reporting_accounts", 10)
        == "case when false then q.reporting_accounts end as reporting_accounts"
    )
