"""A directory provisions people: the shapes of Entra and Okta, errors in SCIM's form, and the same people history as a file gives."""

from __future__ import annotations

import datetime as dt
import json
import pathlib

import pytest
from starlette.testclient import TestClient

from tests.product import uptake, uptake_answer
from tests.receive.directory import ENTERPRISE, KEY, PATCH_OP, home_of, patch, user
from uptake.errors import InputRefused
from uptake.jobs import State, provisioning
from uptake.receive.scim import change
from uptake.receive.scim.problem import ScimError
from uptake.settings import read_settings
from uptake.state import directory
from uptake.state.tables import DIRECTORY, DIRECTORY_CHANGES
from uptake.warehouse.connect import opened
from uptake.web import app, scim_routes

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "samples" / "scim"
BEARER = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/scim+json"}
DAY = dt.timedelta(days=1)


class Site:
    """An app of a home, a clock set by hand, and a directory that speaks to it."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.home = home_of(folder)
        self.settings = read_settings(self.home)
        self.state = State.of(self.settings)
        self.now = dt.datetime(2026, 11, 2, 9)
        made = app(self.settings, self.state, clock=lambda: self.now)
        self.http = TestClient(made, base_url="http://127.0.0.1:8321", raise_server_exceptions=False)

    def ask(self, method: str, path: str, body=None, **headers: str):
        sent = None if body is None else json.dumps(body)
        return self.http.request(method, f"/scim/v2/{path}", content=sent, headers={**BEARER, **headers})

    def create(self, *people: dict) -> list[str]:
        return [self.ask("POST", "Users", one).json()["id"] for one in people]

    def patched(self, identity: str, *operations: dict) -> dict:
        answer = self.ask("PATCH", f"Users/{identity}", patch(*operations))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def drain(self, *, complete: bool = False):
        return provisioning.drain(self.settings, self.state, lambda: self.now, complete=complete)

    def history(self, person: str) -> list[tuple]:
        with opened(self.settings.warehouse_file) as connection:
            return connection.execute(
                "select effective_from, department, manager_id, end_date from people where person_id = ? order by 1",
                [person],
            ).fetchall()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One site for tests that take away what they made."""
    made = Site(tmp_path_factory.mktemp("directory"))
    yield made
    made.state.close()


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.state.close()


def test_bodies_are_bounded_each_and_all_together(tmp_path, monkeypatch):
    monkeypatch.setattr(scim_routes, "LARGEST", 2_000)
    monkeypatch.setattr(scim_routes, "IN_HAND_BYTES", 1_000)
    made = Site(tmp_path)
    answers = [made.ask("POST", "Users", {"userName": "x" * length}) for length in (5_000, 1_500)]
    assert [(one.status_code, one.headers.get("retry-after"), one.json()["status"]) for one in answers] == [
        (413, None, "413"),
        (429, "10", "429"),
    ]
    assert made.ask("POST", "Users", user(1)).status_code == 201
    made.state.close()


def test_what_was_sent_is_read_back_without_what_is_not_kept(site):
    answer = site.ask("POST", "Users", user(1))
    assert (answer.status_code, answer.headers["content-type"], answer.headers["etag"]) == (
        201,
        "application/scim+json",
        'W/"1"',
    )
    made = answer.json()
    assert answer.headers["location"] == made["meta"]["location"] == f"http://127.0.0.1:8321/scim/v2/Users/{made['id']}"
    assert site.ask("GET", f"Users/{made['id']}").json() == made
    assert made[ENTERPRISE] == {"employeeNumber": "P1", "department": "Payments", "division": "Retail"}
    assert made["emails"] == [{"value": "P1@bank.example", "type": "work", "primary": True}]
    with site.state.reading() as connection:
        stored = [*connection.execute(DIRECTORY.select()).all(), *connection.execute(DIRECTORY_CHANGES.select()).all()]
    assert "canary" not in f"{made}{stored}"


OPS = {
    "Entra: active as text": ([{"op": "Replace", "path": "active", "value": "False"}], {"active": False}),
    "Okta: no path": ([{"op": "replace", "value": {"active": False}}], {"active": False}),
    "Entra: manager as text": ([{"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "m2"}], {"manager": {"value": "m2"}}),
    "RFC: manager": ([{"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": "m1"}}], {"manager": {"value": "m1"}}),
    "manager by reference": ([{"op": "add", "path": f"{ENTERPRISE}:manager", "value": [{"$ref": "../Users/m3"}]}], {"manager": {"value": "m3"}}),
    "manager taken away": ([{"op": "add", "path": f"{ENTERPRISE}:manager", "value": "m"}, {"op": "Remove", "path": f"{ENTERPRISE}:manager"}], {"manager": None}),
    "flat key": ([{"op": "Replace", "value": {f"{ENTERPRISE}:department": "Fraud", "displayName": "x"}}], {"department": "Fraud"}),
    "nested extension": ([{"op": "add", "value": {ENTERPRISE: {"department": "Fraud"}}}], {"department": "Fraud"}),
    "case of names": ([{"op": "REPLACE", "path": f"{ENTERPRISE.upper()}:DEPARTMENT", "value": "Fraud"}], {"department": "Fraud"}),
    "a list of one": ([{"op": "Replace", "path": "externalId", "value": [{"value": "x-9"}]}], {"externalId": "x-9"}),
    "work address": ([{"op": "Replace", "path": 'emails[type eq "work"].value', "value": "new@bank.example"}],
                     {"emails": [{"value": "new@bank.example", "type": "work", "primary": True}]}),
    "an address that is not there": ([{"op": "remove", "path": "emails"}, {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "n@b.example"}],
                                     {"emails": [{"value": "n@b.example", "type": "work"}]}),
    "an address less": ([{"op": "add", "path": "emails", "value": [{"value": "home@x.example", "type": "home"}]}, {"op": "remove", "path": 'emails[type eq "home"]'}],
                        {"emails": [{"value": "P1@bank.example", "type": "work", "primary": True}]}),
    "primary as text": ([{"op": "replace", "path": "emails", "value": [{"value": "a@b.example", "primary": "True"}]}],
                        {"emails": [{"value": "a@b.example", "primary": True}]}),
    "the department of another extension": ([{"op": "Add", "path": "urn:bank:2.0:User:department", "value": "x"}, {"op": "Add", "value": {"urn:bank:1.0": {"a": 1}, "2 b": 3}}],
                                            {"department": "Payments"}),
    "what is not kept": ([{"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "1"}, {"op": "Add", "path": "name.givenName", "value": "x"}], {}),
}  # fmt: skip


@pytest.mark.parametrize("name", OPS)
def test_changes_in_the_shapes_of_the_vendors(shared, name):
    site = shared
    operations, wanted = OPS[name]
    (identity,) = site.create(user(1))
    before = site.ask("GET", f"Users/{identity}").json()
    found = site.patched(identity, *operations)
    for attribute, value in wanted.items():
        assert found.get(attribute, found[ENTERPRISE].get(attribute)) == value, name
    unchanged = {"id", "userName"} | ({*before} if not wanted else set())
    assert {key: found[key] for key in unchanged} == {key: before[key] for key in unchanged}
    assert site.ask("DELETE", f"Users/{identity}").status_code == 204


WRONG = {
    "no user name": ("POST", "Users", {"active": True}, 400, "invalidValue"),
    "the name of another": ("POST", "Users", {"userName": "p1@BANK.example"}, 409, "uniqueness"),
    "no JSON": ("POST", "Users", None, 400, "invalidSyntax"),
    "no object": ("POST", "Users", [1], 400, "invalidSyntax"),
    "a truth that is none": ("PATCH", "Users/{id}", patch({"op": "replace", "path": "active", "value": "maybe"}), 400, "invalidValue"),
    "an operation that is none": ("PATCH", "Users/{id}", patch({"op": "move", "path": "active"}), 400, "invalidSyntax"),
    "no operations": ("PATCH", "Users/{id}", {"schemas": [PATCH_OP]}, 400, "invalidSyntax"),
    "a path that is none": ("PATCH", "Users/{id}", patch({"op": "add", "path": "emails[", "value": 1}), 400, "invalidPath"),
    "remove without a path": ("PATCH", "Users/{id}", patch({"op": "remove"}), 400, "noTarget"),
    "the name taken away": ("PATCH", "Users/{id}", patch({"op": "remove", "path": "userName"}), 400, "invalidValue"),
    "a filter we have not": ("GET", 'Users?filter=userName gt "a"', None, 400, "invalidFilter"),
    "an attribute we have not": ("GET", 'Users?filter=title eq "a"', None, 400, "invalidFilter"),
    "a page that is none": ("GET", "Users?startIndex=one", None, 400, "invalidValue"),
    "nobody": ("GET", "Users/nobody", None, 404, None),
    "no id": ("GET", "Users/%00", None, 404, None),
    "no text": ("GET", 'Users?filter=userName eq "%00"', None, 400, "invalidFilter"),
    "nobody to change": ("PUT", "Users/nobody", {"userName": "x"}, 404, None),
    "nobody to delete": ("DELETE", "Users/nobody", None, 404, None),
    "what can only be read": ("POST", "ServiceProviderConfig", {}, 405, None),
    "a search that is none": ("POST", "Users/.search", [], 400, "invalidSyntax"),
    "in bulk": ("POST", "Bulk", {}, 404, None),
    "another version": ("DELETE", "Users/{id}", None, 412, None),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_in_the_form_of_the_standard_and_tell_no_value(shared, name):
    site = shared
    method, path, body, status, kind = WRONG[name]
    (identity,) = site.create(user(1))
    headers = {"If-Match": 'W/"7"'} if status == 412 else {}
    before = site.ask("GET", f"Users/{identity}").content
    answer = site.ask(method, path.format(id=identity), body, **headers)
    found = answer.json()
    assert (answer.status_code, found["status"], found.get("scimType")) == (status, str(status), kind)
    assert found["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert not any(value in answer.text for value in ("BANK.example", "maybe", "canary", identity))
    assert site.ask("GET", f"Users/{identity}").content == before
    site.ask("DELETE", f"Users/{identity}")


@pytest.mark.parametrize("key", ["", "Bearer ", "Bearer wrong", "Basic eDp5"])
def test_nobody_without_a_key_is_let_in(shared, key):
    for method, path in (("GET", "Users"), ("POST", "Users"), ("GET", "ServiceProviderConfig"), ("DELETE", "Users/x")):
        answer = shared.http.request(method, f"/scim/v2/{path}", headers={"Authorization": key} if key else {})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_lists_are_paged_and_filtered(site):
    ids = site.create(*(user(number) for number in range(1, 8)))
    page = site.ask("GET", "Users?startIndex=3&count=2").json()
    assert (
        [one["id"] for one in page["Resources"]],
        page["totalResults"],
        page["startIndex"],
        page["itemsPerPage"],
    ) == (ids[2:4], 7, 3, 2)
    assert site.ask("GET", "Users?count=0").json()["Resources"] == []
    for text in ('userName eq "p3@BANK.EXAMPLE"', 'externalId eq "x-3"', 'emails.value eq "p3@bank.example"', f'{ENTERPRISE}:employeeNumber eq "P3"',
                 'externalId eq "x-3" and active eq true', f'id eq "{ids[2]}"'):  # fmt: skip
        found = site.ask("GET", f"Users?filter={text}").json()
        assert [one["id"] for one in found["Resources"]] == [ids[2]], text
    assert site.ask("GET", 'Users?filter=externalId eq "X-3"').json()["totalResults"] == 0
    assert site.ask("GET", 'Users?filter=userName eq "nobody"').json()["totalResults"] == 0
    asked = {"filter": 'userName eq "p3@bank.example"', "attributes": ["userName"], "startIndex": 1, "count": 5}
    (found,) = site.ask("POST", "Users/.search", asked).json()["Resources"]
    assert (found["id"], found["userName"], len(found)) == (ids[2], "P3@bank.example", 3)
    group = site.ask("POST", "Groups", {"displayName": "all"}).json()["id"]
    found = site.ask("POST", ".search", {"startIndex": 7, "count": 5}).json()
    assert ([one["id"] for one in found["Resources"]], found["totalResults"]) == ([ids[6], group], 8)
    only = site.ask("GET", f"Users/{ids[0]}?attributes=userName").json()
    assert set(only) == {"schemas", "id", "userName"}


def test_versions(site):
    (identity,) = site.create(user(1))
    assert site.ask("GET", f"Users/{identity}", **{"If-None-Match": 'W/"1"'}).status_code == 304
    site.patched(identity, {"op": "replace", "path": "active", "value": True})
    assert site.ask("GET", f"Users/{identity}").headers["etag"] == 'W/"1"', "nothing changed"
    site.patched(identity, {"op": "replace", "path": "externalId", "value": "x"})
    assert site.ask("PUT", f"Users/{identity}", user(1), **{"If-Match": 'W/"1"'}).status_code == 412
    assert site.ask("PUT", f"Users/{identity}", user(1), **{"If-Match": 'W/"2"'}).status_code == 200


def test_a_put_without_the_extension_keeps_it(site):
    (identity,) = site.create(user(1))
    sent = {name: value for name, value in user(1, active=False).items() if name != ENTERPRISE}
    found = site.ask("PUT", f"Users/{identity}", sent).json()
    assert (found["active"], found[ENTERPRISE]["department"]) == (False, "Payments")


def test_groups_and_their_members(site):
    made = site.ask(
        "POST", "Groups", {"displayName": "Payments", "members": [{"value": "a"}, {"value": "b", "display": "canary"}]}
    )
    assert (made.status_code, made.json()["members"]) == (201, [{"value": "a"}, {"value": "b"}])
    path = f"Groups/{made.json()['id']}"
    steps = (
        ({"op": "Add", "path": "members", "value": [{"value": "c"}, {"value": "a"}]}, "abc"),
        ({"op": "Remove", "path": "members", "value": [{"value": "a"}]}, "bc"),
        ({"op": "remove", "path": 'members[value eq "b"]'}, "c"),
        ({"op": "replace", "path": "members", "value": [{"value": "d"}]}, "d"),
        ({"op": "replace", "value": {"displayName": "Cards", "id": "other"}}, "d"),
        ({"op": "remove", "path": "members"}, ""),
    )
    for operation, left in steps:
        found = site.ask("PATCH", path, patch(operation)).json()
        assert "".join(one["value"] for one in found.get("members", [])) == left
    assert (
        site.ask("GET", 'Groups?filter=displayName eq "cards"&excludedAttributes=members').json()["totalResults"] == 1
    )
    assert site.ask("DELETE", path).status_code == 204
    assert site.ask("GET", path).status_code == 404
    assert site.drain() is None, "groups are nobody's team"


def test_what_the_service_says_of_itself(shared):
    site = shared
    config = site.ask("GET", "ServiceProviderConfig").json()
    assert (
        config["patch"]["supported"],
        config["filter"]["supported"],
        config["bulk"]["supported"],
        config["etag"]["supported"],
    ) == (True, True, False, True)
    assert [one["endpoint"] for one in site.ask("GET", "ResourceTypes").json()["Resources"]] == ["/Users", "/Groups"]
    for one in site.ask("GET", "Schemas").json()["Resources"]:
        assert site.ask("GET", f"Schemas/{one['id']}").json() == one
    assert site.ask("GET", "ResourceTypes/User").json()["schemaExtensions"][0]["schema"] == ENTERPRISE
    assert site.ask("GET", "Schemas/nothing").status_code == 404


@pytest.mark.skipif(not SAMPLES.exists(), reason="no vendor samples here")
def test_the_examples_of_the_standard(site):
    for file in sorted(SAMPLES.glob("rfc7643-8.[1234]-*.json")):
        body = json.loads(file.read_text())
        kind = "Groups" if "8.4" in file.name else "Users"
        body["userName"] = f"{file.stem}@bank.example"
        assert site.ask("POST", kind, body).status_code == 201, file.name
    stored = {"userName": "x", "emails": [{"value": "old@x.example", "type": "home"}]}
    group = {"displayName": "g", "members": [{"value": "2819c223-7f76-...413861904646"}, {"value": "z"}]}
    for file in sorted(SAMPLES.glob("rfc7644-3.5.2*-patch_op-*.json")):
        body = json.loads(file.read_text())
        change.changed("Group" if "member" in file.name else "User", group if "member" in file.name else stored, body)
    bulk = json.loads((SAMPLES / "rfc7644-3.7.2-bulk_request-enterprise_user.json").read_text())
    assert site.ask("POST", "Bulk", bulk).status_code == 404
    added = json.loads((SAMPLES / "rfc7644-3.5.2.1-patch_op-add_emails.json").read_text())
    assert len(change.changed("User", stored, added)["emails"]) == 2
    gone = json.loads((SAMPLES / "rfc7644-3.5.2.2-patch_op-remove_one_member.json").read_text())
    assert change.changed("Group", group, gone)["members"] == [{"value": "z"}]
    emptied = json.loads((SAMPLES / "rfc7644-3.5.2.2-patch_op-remove_all_members.json").read_text())
    assert "members" not in change.changed("Group", group, emptied)
    with pytest.raises(ScimError):
        change.whole("User", {"schemas": []})


def test_days_become_history_as_snapshots_do(site):
    boss, ana, ben = site.create(user(1), user(2), user(3))
    site.patched(ana, {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": boss})
    site.patched(ben, {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "id-of-another-system"})
    report = site.drain()
    assert (report.loaded, report.managers_cut) == (3, 1)
    site.now += DAY
    site.patched(ana, {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Fraud"})
    site.now += DAY
    site.patched(ana, {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Cards"})
    site.now += 5 * DAY
    site.drain(complete=True)
    start = dt.date.min
    assert site.history("P2") == [
        (start, "Payments", "P1", None),
        (dt.date(2026, 11, 3), "Fraud", "P1", None),
        (dt.date(2026, 11, 4), "Cards", "P1", None),
    ]
    assert site.history("P3") == [(start, "Payments", None, None)]
    site.patched(ana, {"op": "Replace", "path": "active", "value": "False"})
    site.ask("DELETE", f"Users/{ben}")
    assert site.ask("GET", f"Users/{ben}").status_code == 404
    with pytest.raises(InputRefused, match="no longer active"):
        site.drain()
    site.drain(complete=True)
    for person in ("P2", "P3"):
        assert site.history(person)[-1][3] == site.now.date() - DAY
    assert (site.drain(), list(site.settings.spool_folder.glob("scim-*"))) == (None, [])
    with site.state.reading() as connection:
        assert directory.Book(connection, site.state).of("User", ben) is None
        assert len(connection.execute(DIRECTORY.select()).all()) == 2


def test_a_drain_that_is_cut_off_after_the_load_loads_nothing_twice(site, monkeypatch):
    site.create(user(1), user(2))
    with monkeypatch.context() as patched:
        patched.setattr(directory.Book, "settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            site.drain()
    report = site.drain()
    assert (report.loaded, report.duplicate) == (0, 2)
    assert len(site.history("P1")) == 1


def test_a_user_who_cannot_be_placed_is_kept_and_told(site, capsys):
    whole = user(1)
    del whole[ENTERPRISE]["division"]
    site.create(whole, user(2))
    assert uptake(site.home, "ingest", "scim") == 4
    assert "1 quarantined" in capsys.readouterr().out
    uptake(site.home, "doctor")
    assert "everything that came is loaded" in capsys.readouterr().out


def test_cuts_are_shown_by_the_load_and_by_the_doctor(site, capsys):
    (one,) = site.create(user(1, boss="elsewhere"))
    assert json.loads(uptake_answer(site.home, "ingest", "scim"))["managers_cut"] == 1
    checks = {row["name"]: row["detail"] for row in provisioning.checks(site.settings, site.state)}
    assert checks["reporting lines"].startswith("1 people have a manager outside the directory")
    site.now = dt.datetime(2026, 11, 3, 9)
    site.patched(one, {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": one})
    uptake(site.home, "ingest", "scim")
    checks = {row["name"]: row["detail"] for row in provisioning.checks(site.settings, site.state)}
    assert checks["reporting lines"].startswith("1 people have a manager who is missing, themselves")
    capsys.readouterr()
