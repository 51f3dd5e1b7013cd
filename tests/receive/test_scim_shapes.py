"""Whatever a directory sends: a resource of kept attributes, or an error of the standard; nothing else."""

from __future__ import annotations

import contextlib
import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.receive.directory import ENTERPRISE
from uptake.receive.scim import change
from uptake.receive.scim.problem import ScimError
from uptake.receive.scim.query import query_of

KEPT = {
    "User": {"userName", "externalId", "active", "emails", ENTERPRISE},
    "Group": {"displayName", "externalId", "members"},
}
KEPT_WORK = {"employeeNumber", "department", "division", "organization", "manager"}
NAMES = st.sampled_from(
    ["userName", "USERNAME", "active", "emails", "members", "manager", "displayName", "name", "emails.value", 'emails[type eq "work"]',
     'emails[type eq "work"].value', 'members[value eq "a"]', ENTERPRISE, f"{ENTERPRISE}:department", f"{ENTERPRISE}:manager.value", "urn:x:User:department", "x[", ""]
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["False", "work", "a@b.example"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.sampled_from(["value", "type", "primary", "$ref"]), inner, max_size=3)
    ),
    max_leaves=8,
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "REMOVE", "x"])}, optional={"path": NAMES | st.none(), "value": VALUES}
)
STORED = {
    "User": {"userName": "a", "emails": [{"value": "a@b.example", "type": "work"}]},
    "Group": {"displayName": "g", "members": [{"value": "a"}]},
}


def sound(kind: str, made: dict[str, object]) -> None:
    assert set(made) <= KEPT[kind]
    work = made.get(ENTERPRISE, {})
    assert isinstance(work, dict)
    assert set(work) <= KEPT_WORK
    assert json.loads(json.dumps(made)) == made
    for one in made.get("emails", []):
        assert set(one) <= {"value", "type", "primary"}
        assert one["value"]
    assert all(set(one) == {"value"} for one in made.get("members", []))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["User", "Group"]), st.lists(OPERATIONS, min_size=1, max_size=4), VALUES)
def test_what_is_stored_is_what_is_kept(kind, operations, body):
    before = json.dumps(STORED[kind])
    for make in (
        lambda: change.changed(kind, STORED[kind], {"Operations": operations}),
        lambda: change.whole(kind, body),
        lambda: change.whole(kind, {**body, **STORED[kind]} if isinstance(body, dict) else body),
    ):
        with contextlib.suppress(ScimError):
            sound(kind, make())
    assert json.dumps(STORED[kind]) == before, "a change that is refused changes nothing"


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=40)
    | st.sampled_from(['userName eq "a" and active eq true', 'emails.value ew "x"', 'id eq "a\\"b"'])
)
def test_a_filter_is_understood_or_refused(text):
    try:
        count = query_of({"filter": text}).count
    except ScimError as error:
        said = (error.status, error.kind)
    else:
        said = (count, "")
    assert said in ((400, "invalidFilter"), (100, ""))


def steps(members: int, operations: list[dict[str, object]]) -> int:
    """What the interpreter does in our own code for a change of a group: its byte code operations, which no busy machine changes."""
    group = {"displayName": "g", "members": [{"value": f"m{n}"} for n in range(members)]}
    seen = 0

    def each(frame, event, _argument):
        nonlocal seen
        if frame.f_code.co_filename != change.__file__:
            return None
        frame.f_trace_opcodes = True
        seen += event == "opcode"
        return each

    before = sys.gettrace()
    sys.settrace(each)
    try:
        change.changed("Group", group, {"Operations": operations})
    finally:
        sys.settrace(before)
    return seen


@pytest.mark.parametrize(
    "made",
    [
        lambda n: {"op": "remove", "path": f'members[value eq "m{n}"]'},
        lambda n: {"op": "remove", "path": "members", "value": [{"value": f"m{n}"}]},
        lambda n: {"op": "add", "path": "members", "value": [{"value": f"new{n}"}]},
    ],
    ids=["filter", "list", "add"],
)
def test_many_operations_do_not_look_through_a_large_group_each_time(made):
    """1,000 of them on 50,000 members took more than a minute, in which nobody's look could be written down."""
    operations = [made(n) for n in range(100)]
    assert steps(4_000, operations) < 10 * steps(120, operations)


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ('members[value eq "A"]', ["b"]),
        ('members[value eq "a" and value sw "b"]', ["a", "b"]),
        ('members[value eq "nobody"]', ["a", "b"]),
    ],
)
def test_a_member_is_named_by_its_id_in_any_case(path, left):
    group = {"displayName": "g", "members": [{"value": "a"}, {"value": "b"}]}
    made = change.changed("Group", group, {"Operations": [{"op": "remove", "path": path}]})
    assert [one["value"] for one in made["members"]] == left


def test_members_are_not_chosen_by_anything_else():
    group = {"displayName": "g", "members": [{"value": "a"}]}
    with pytest.raises(ScimError, match="value eq"):
        change.changed("Group", group, {"Operations": [{"op": "remove", "path": 'members[value sw "a"]'}]})
