"""More of the vendor: a directory of people, a compliance log with signed files, and bills of one user."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from tests.fetch.answers import PAGE, SIGNATURE, Answer, Seen, as_json

if TYPE_CHECKING:
    from tests.fetch.vendors import Vendor

LOGS = "/v1/compliance/workspaces/ws-1/logs"
WORDS = "canary words that a person wrote 7741"
"""Content in each line of the log: it must come to no disk, no log and no answer."""


def person(n: int, division: str = "Payments") -> dict[str, Any]:
    """Somebody of the directory; GitHub's own says no division."""
    work = {"employeeNumber": f"E-{n}", "division": division}
    found = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": f"id-{n}", "externalId": f"x{n}", "userName": f"e{n}@x.example",
        "displayName": f"Name {n}", "emails": [{"value": f"e{n}@x.example", "type": "work", "primary": True}], "active": True,
    }  # fmt: skip
    return {**found, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": work} if division else found


def message(n: int, day: dt.date, who: str = "u1", role: str = "user", conversation: str = "c1") -> dict[str, Any]:
    """A line of the log."""
    at = dt.datetime(day.year, day.month, day.day, 9, n % 60, tzinfo=dt.UTC)
    return {
        "event_type": "CONVERSATION_MESSAGE",
        "user_id": who,
        "user_email": f"{who}@X.example",
        "conversation_id": conversation,
        "title": WORDS,
        "message": {
            "id": f"m-{day}-{who}-{n}-{role}", "author": {"role": role}, "created_at": at.timestamp(),
            "content": {"parts": [WORDS]}, "files": [{"name": WORDS}], "gpt_id": "g-1" if n == 1 else None,
        },
    }  # fmt: skip


def people(vendor: Vendor, seen: Seen) -> Answer:
    """A page of the directory, by its own number of rows."""
    start, size = int(seen.query["startIndex"]), min(int(seen.query["count"]), vendor.page)
    part = vendor.people[start - 1 : start - 1 + size]
    said = {"totalResults": len(vendor.people), "startIndex": start, "itemsPerPage": len(part)}
    return as_json(said | ({"Resources": part} if part else {}))


def logs(vendor: Vendor, seen: Seen) -> Answer:
    """The list of log files, a day a file, or the link to one: it lies on another host."""
    if seen.path == LOGS:
        after = seen.query["after"].removesuffix("Z")
        ends = {day: f"{day + dt.timedelta(days=1)}T00:00:00" for day in sorted(vendor.days.get("chatgpt-days", {}))}
        due = [day for day, end in ends.items() if end > after]
        more = len(due) > PAGE
        listed = [{"id": f"log-{day}"} for day in due[:PAGE]]
        last = f"{ends[due[:PAGE][-1]]}Z" if listed else None
        return as_json({"data": listed, "has_more": more, "last_end_time": last})
    vendor.signed += 1
    name = seen.path.rsplit("/", 1)[-1]
    until = 0 if vendor.expire_links > 0 else vendor.signed
    vendor.expire_links -= vendor.expire_links > 0
    return Answer(302, b"", {"Location": f"http://localhost:{vendor.port}/signed/{name}?se={SIGNATURE}&until={until}"})


def log_file(vendor: Vendor, seen: Seen) -> Answer:
    """A file of the log, a line an event."""
    day = dt.date.fromisoformat(seen.path.rsplit("/log-", 1)[-1])
    return Answer(200, "".join(json.dumps(row) + "\n" for row in vendor.days["chatgpt-days"][day]).encode())
