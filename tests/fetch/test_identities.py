"""Identities behind logins of GitHub: asked by GraphQL, whole or not at all, and whose account it is by them."""

from __future__ import annotations

import json

import pytest

from tests.changes.payloads import Pull
from tests.contract.test_ingest import user_day
from tests.fetch.answers import as_json
from tests.fetch.conftest import ONE_DAY, ago
from tests.fetch.graphs import identity, refusal
from tests.fetch.vendors import always

SOURCE = "github-identities"
OWNERS = "select account, string_agg(person_id, ' ' order by person_id) from account_people where tool = 'copilot' group by account"


@pytest.fixture
def staff(home, vendor):
    """Five people with addresses and without logins, of whom GitHub knows number, login and identity; each uses Copilot."""
    vendor.identities = [identity(n) for n in range(1, 6)]
    vendor.days["copilot-users"] = {ago(2): [user_day(n, 3, ago(2)) for n in range(1, 6)]}
    people(home, {})
    home.fetch("copilot-users", ago(2), ago(2))
    return home


def people(home, logins: dict[int, str], count: int = 5) -> None:
    lines = [f"E-{n},e{n}@x.example,{logins.get(n, '')},Payments" for n in range(1, count + 1)]
    (home.path / "hr.csv").write_text("\n".join(["person_id,email,github_login,lob", *lines]) + "\n")
    assert home.run("ingest", "hr-people", home.path / "hr.csv").code == 0


def owners(home) -> dict[str, str]:
    home.score(ago(0))
    found: dict[str, str] = home.held(OWNERS)
    return found


def test_an_account_without_a_login_in_the_hr_row_finds_its_person_by_its_identity(staff, vendor):
    assert owners(staff) == {}
    found = staff.fetch(SOURCE).load()
    assert (found.records_in, found.loaded, found.quarantined) == (5, 5, 0)
    assert owners(staff) == {str(n): f"E-{n}" for n in range(1, 6)}
    kept = staff.all_bytes()
    assert not any(word in kept for word in (b"guid-1", b"me1@home.example"))
    # The next list says it again, and what it says otherwise counts from then on.
    staff.now += ONE_DAY
    vendor.identities[0] = identity(1, samlIdentity=None, scimIdentity={"username": "gone@x.example"})
    vendor.identities.pop()
    again = staff.fetch(SOURCE).load()
    assert (again.loaded, again.duplicate) == (1, 3)
    # Who is missing from it has left, and what they did stays theirs.
    assert owners(staff) == {str(n): f"E-{n}" for n in range(2, 6)}


def test_an_identity_makes_no_account_and_the_number_decides_where_a_login_has_passed_on(staff, vendor):
    renamed = identity(1) | {"user": {"login": "new-name", "databaseId": 1}}
    taker = identity(9) | {"user": {"login": "dev1", "databaseId": 9}}
    vendor.identities = [renamed, taker]
    people(staff, {}, 9)
    staff.fetch(SOURCE)
    assert owners(staff) == {"1": "E-1"}
    assert {row["account"] for row in staff.rows("unmatched_accounts")} == {"2", "3", "4", "5"}


def test_the_hr_row_goes_before_an_identity_and_two_people_behind_one_account_are_nobody(staff, vendor):
    people(staff, {2: "dev1"})
    both = {"nameId": "e3@x.example", "emails": [{"value": "e4@x.example"}]}
    vendor.identities = [identity(1), identity(3, samlIdentity=both)]
    staff.fetch(SOURCE)
    assert owners(staff) == {"1": "E-2", "3": "E-3 E-4"}
    shared = staff.held("select account, bool_and(shared) from account_people where tool = 'copilot' group by account")
    assert shared == {"1": False, "3": True}


def test_authors_of_commits_and_of_pull_requests_are_found_by_their_identity(staff):
    commit = {
        "sha": "a" * 40, "parents": [], "author": "7+dev1@users.noreply.github.com", "authored": "2026-06-01T09:00:00Z",
        "committed": "2026-06-01T09:00:00Z", "co_author_trailers": [], "generated_line": False, "files": [],
    }  # fmt: skip
    (staff.path / "facts.ndjson").write_text(json.dumps(commit) + "\n")
    assert staff.run("ingest", "git", staff.path / "facts.ndjson", "--account", "acme/api").code == 0
    pull = Pull(1, author="dev2")
    (staff.path / "pull.json").write_text(
        "\n".join(json.dumps(one) for one in (pull.answer(), pull.review("dev3", "APPROVED")))
    )
    assert staff.run("ingest", "github-prs", staff.path / "pull.json").code == 0
    authors = "select 'git', string_agg(person_id, ' ') from author_people union all"
    authors += " select tool || ' ' || account, string_agg(person_id, ' ') from code_people group by all"
    people(staff, {3: "dev3"})
    staff.score(ago(0))
    assert staff.held(authors) == {"git": None, "github dev3": "E-3"}
    staff.fetch(SOURCE)
    staff.score(ago(0))
    assert staff.held(authors) == {"git": "E-1", "github dev2": "E-2", "github dev3": "E-3"}


def test_an_account_that_is_known_by_its_login_alone_is_met_by_it(home, vendor):
    people(home, {})
    seat = f"tool,account,first_day\ncopilot,dev1,{ago(60)}\n"
    (home.path / "seats.csv").write_text(seat)
    assert home.run("ingest", "seats", home.path / "seats.csv").code == 0
    vendor.identities = [identity(1)]
    home.fetch(SOURCE)
    assert owners(home) == {"dev1": "E-1"}


@pytest.mark.parametrize("provider", ["samlIdentityProvider", "oidcProvider"])
def test_an_enterprise_has_one_of_two_providers(home, vendor, provider):
    vendor.identities, vendor.provider, vendor.page = [identity(n) for n in range(1, 6)], provider, 2
    assert home.land(SOURCE).whole == [ago(0)]
    said = json.loads(home.landed[ago(0)])
    assert said["totalCount"] == len(said["nodes"]) == 5
    asked = (
        {one.path for one in vendor.seen},
        {one.method for one in vendor.seen},
        {one.body["variables"]["name"] for one in vendor.seen},
    )
    assert asked == ({"/graphql"}, {"POST"}, {"acme"})
    assert not any("amily" in one.body["query"] or "iven" in one.body["query"] for one in vendor.seen)


def test_an_organization_is_asked_for_its_own(home, vendor):
    vendor.identities = [identity(1)]
    settings = home.path / "settings.toml"
    own = '[fetch.github-identities]\nkey = "vendor-key-4711"\n'
    settings.write_text(settings.read_text().replace(f"{own}enterprise", f"{own}organization"))
    assert home.land(SOURCE).whole == [ago(0)]
    assert all("organization(login:$name)" in one.body["query"] for one in vendor.seen)


def listed(*rows: dict, total: int, more: object = False, cursor: str | None = None) -> dict:
    page = {"hasNextPage": more, "endCursor": cursor}
    found = {"totalCount": total, "pageInfo": page, "nodes": list(rows)}
    return {"data": {"enterprise": {"ownerInfo": {"samlIdentityProvider": {"externalIdentities": found}}}}}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (listed(identity(1), total=2), "as many identities"),
        (listed(identity(1), identity(1), total=2), "as many identities"),
        (listed(identity(1), total=1, more=None), "whether and where"),
        (listed(identity(1), total=2, more=True), "whether and where"),
        (listed(identity(1), total=2, more=True, cursor="c"), "circle"),
        (listed(None, total=1), "no list `nodes`"),
        ({"data": {"enterprise": {"ownerInfo": None}}}, "no single sign-on"),
        ({"data": None}, "no `data`"),
        (refusal("FORBIDDEN"), "refuses the key"),
        (refusal("NOT_FOUND"), "no such name"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_whole_is_not_loaded(staff, vendor, answer, why):
    vendor.once(always(as_json(answer)), 99)
    found = staff.fetch(SOURCE)
    assert why in str(found.why())
    assert (found.whole, found.loads) == ([], [])
    assert "Canary" not in str(found.why())
    assert owners(staff) == {}


def test_points_that_come_later_than_patience_lasts_end_the_run(home, vendor):
    vendor.identities, vendor.page = [identity(n) for n in range(1, 6)], 2
    vendor.points, vendor.cost = 45, 20
    found = home.fetch(SOURCE)
    assert "points" in str(found.why())
    assert len(vendor.seen) == 2
