"""SCIM 2.0 users as a directory (SOURCES.md section 12, rules R-SC-1 to R-SC-6): what the reader makes of a resource."""

import datetime as dt
import io
import json
import pathlib

import pytest
from scim_users import ENTERPRISE, user

from uptake.model.outcome import Ignored, InputFile, Listed, Refused, Rejected, Taken
from uptake.sources import SOURCES

SOURCE = SOURCES["scim"]
SAMPLES = pathlib.Path(__file__).resolve().parents[2].parent / "shared/samples/scim"


def read(*records):
    data = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), "", dt.datetime(2026, 5, 6, 3))))


def person(record):
    (outcome,) = read(record)
    assert isinstance(outcome, Taken), outcome
    return outcome.rows[0]


# --- the reader -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enterprise", "more", "wanted"),
    [
        ({}, {}, "P1"),
        ({"employeeNumber": "007"}, {}, "007"),
        ({"employeeNumber": 7}, {}, "7"),
        ({"employeeNumber": None}, {"externalId": "ext"}, "ext"),
        ({"employeeNumber": " "}, {}, "id-1"),
    ],
)
def test_a_person_is_the_employee_number_else_the_external_id_else_the_id(enterprise, more, wanted):
    assert person(user(1, enterprise=enterprise, **more)).person_id == wanted


@pytest.mark.parametrize(
    ("emails", "wanted"),
    [
        ([], "p1@example.org"),
        ([{"value": "A@Work.org", "type": "work"}], "a@work.org"),
        ([{"value": "b@work.org", "type": "work"}, {"value": "a@work.org", "type": "WORK", "primary": True}], "a@work.org"),
        ([{"value": "h@home.org", "type": "home", "primary": True}, {"value": "a@work.org", "type": "work"}], "a@work.org"),
        ([{"value": "h@home.org", "type": "Home", "primary": True}], "p1@example.org"),
        ([{"value": "a@plain.org"}, {"VALUE": "b@work.org", "Type": "work", "Primary": "true"}], "b@work.org"),
        ([{"value": "no address", "type": "work"}], "p1@example.org"),
    ],
)  # fmt: skip
def test_the_email_is_of_work_the_primary_one_first_and_never_of_home(emails, wanted):
    assert person(user(1, emails=emails)).email == wanted


@pytest.mark.parametrize(
    ("enterprise", "lob"),
    [
        ({"division": "Retail", "organization": "Corp"}, "Retail"),
        ({"division": None, "organization": "Corp"}, "Corp"),
    ],
)
def test_r_sc_2_the_line_is_the_division_else_the_organization(enterprise, lob):
    assert person(user(1, enterprise=enterprise)).lob == lob


@pytest.mark.parametrize(
    ("manager", "wanted"),
    [
        ({"value": "id-2", "$ref": "../Users/other"}, "scim:id-2"),
        ({"$ref": "https://x.example.org/v2/Users/id-2/"}, "scim:id-2"),
        ({"VALUE": 2}, "scim:2"),
        ("id-2", "scim:id-2"),
        ({"displayName": "A name"}, None),
        (None, None),
    ],
)
def test_a_manager_is_told_by_the_scim_id_and_never_by_a_name(manager, wanted):
    assert person(user(1, enterprise={"manager": manager})).manager_id == wanted


@pytest.mark.parametrize(
    ("active", "ends"),
    [
        (True, None),
        (False, dt.date(2026, 5, 5)),
        ("False", dt.date(2026, 5, 5)),
        (None, None),
    ],
)
def test_r_sc_5_who_is_inactive_ends_the_day_before_the_snapshot(active, ends):
    assert person(user(1, active=active)).end_date == ends


def test_r_sc_1_names_of_attributes_are_case_blind():
    shouted = {name.upper(): value for name, value in user(1).items()}
    shouted[ENTERPRISE.upper()] = {name.upper(): value for name, value in shouted.pop(ENTERPRISE.upper()).items()}
    assert person(shouted) == person(user(1))


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (user(1, enterprise={"division": None}), "division", "required field missing"),
        (user(1, userName=None), "userName", "required field missing"),
        (user(1, active="perhaps"), "active", "expected true or false"),
        (user(1, emails={}), "emails", "expected an array"),
        (user(1, emails=["a@b.org"]), "emails", "expected an object"),
        (user(1, enterprise={"department": ["x"]}), f"{ENTERPRISE}.department", "expected text"),
        (user(1, enterprise={"department": "x" * 256}), f"{ENTERPRISE}.department", "text too long"),
        (user(1, enterprise={"employeeNumber": "scim:id-2"}), "id", "a name that is kept for managers outside the feed"),
        (user(1) | {"ID": "twice"}, "", "an attribute is given twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_names_the_attribute_and_never_the_value(record, field, reason):
    (outcome,) = read(record)
    assert (type(outcome), outcome.field, outcome.reason) == (Rejected, field, reason)


def test_lists_arrays_and_lines_give_the_same_people_and_a_list_its_total():
    people = [user(1), user(2)]
    plain = read(*people)
    assert [one.rows for one in read(people)] == [one.rows for one in plain]
    listed = read({"totalResults": 7, "Resources": people, "itemsPerPage": 2})
    assert listed[0] == Listed(7)
    assert [one.rows for one in listed[1:]] == [one.rows for one in plain]
    assert read({"Resources": people, "TotalResults": 7})[-1] == Listed(7)
    assert read({"schemas": [], "totalResults": 0}) == []


@pytest.mark.parametrize(("total", "told"), [(10**40, [Listed(2**63 - 1)]), (-1, []), (True, []), ("3", [])])
def test_a_total_is_a_count_or_none_and_less_than_nothing_makes_no_list_whole(total, told):
    found = read({"totalResults": total, "Resources": [user(1)]})
    assert [one for one in found if isinstance(one, Listed)] == told
    assert len(found) == 1 + len(told)


def test_groups_and_descriptions_are_ignored_and_changes_refused():
    group = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "g", "displayName": "x"}
    assert isinstance(read(group)[0], Ignored)
    assert isinstance(read({"id": "g", "meta": {"resourceType": "Group"}})[0], Ignored)
    with pytest.raises(Refused):
        read({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": []})


def test_the_samples():
    if not SAMPLES.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    kinds = {}
    for path in sorted([*SAMPLES.glob("*.json"), *SAMPLES.glob("openapi/examples/*.json")]):
        try:
            kinds[path.stem] = [type(one).__name__ for one in read(path.read_text())]
        except Refused:
            kinds[path.stem] = ["Refused"]
    assert kinds["rfc7643-8.3-enterprise_user"] == ["Taken"]
    assert kinds["rfc7643-8.4-group"] == ["Ignored"]
    assert kinds["rfc7644-3.7.1-list_response-circular_reference"] == ["Listed", "Ignored", "Ignored"]
    # Without the enterprise extension there is no line of business.
    assert kinds["rfc7643-8.1-user-minimal"] == ["Rejected"]
    assert {tuple(found) for name, found in kinds.items() if "patch" in name or "bulk" in name} == {("Refused",)}
    assert all(found for found in kinds.values())
