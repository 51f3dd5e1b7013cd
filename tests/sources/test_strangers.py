"""A file that is another source's as a whole is refused by name; one record of the source among others, and it is read."""

import io
import json

import pytest

from uptake.model.outcome import InputFile, Refused, Rejected
from uptake.sources import SOURCES

FILES = {
    "claude-code": {"data": [{"date": "2026-05-04", "actor": {"email_address": "a@x.example"}, "terminal_type": "x", "core_metrics": {}}]},
    "codex": {"data": [{"start_time": 1_778_457_600, "end_time": 1_778_544_000, "user_id": "u", "totals": {"turns": 1}}]},
    "cursor": {"data": [{"userId": 1, "email": "a@x.example", "date": 1_778_457_600_000, "isActive": True, "chatRequests": 1}]},
    "claude-enterprise": {"data": [{"user": {"id": "u", "email_address": "a@x.example"}, "chat_metrics": {"message_count": 1}}]},
    "copilot-users": [{"user_login": "mona", "user_id": 1, "day": "2026-05-04"}],
    "copilot-seats": {"total_seats": 1, "seats": [{"created_at": "2026-05-04T00:00:00Z", "assignee": {"login": "m", "id": 1}}]},
    "otlp": {"resourceLogs": [{"scopeLogs": []}]},
    "scim": {"totalResults": 1, "Resources": [{"schemas": [], "userName": "a"}]},
    "windsurf": {"queryResults": [{"responseItems": []}]},
    "": {"data": [{"shoe": 44}, {"hat": 5}]},
}  # fmt: skip


def read(source, found):
    return list(SOURCES[source].parse(InputFile("f", io.BytesIO(json.dumps(found).encode()), "acme")))


@pytest.mark.parametrize("other", FILES, ids=lambda name: name or "nobody's")
@pytest.mark.parametrize("source", ["claude-code", "codex", "cursor"])
def test_a_file_of_another_source_is_refused_by_its_name(source, other):
    if source == other:
        read(source, FILES[other])
        return
    with pytest.raises(Refused) as refused:
        read(source, FILES[other])
    assert (other or "no record of it") in f"{refused.value.reason} {refused.value.instead}"


@pytest.mark.parametrize("source", ["claude-code", "codex", "cursor"])
@pytest.mark.parametrize("first", [True, False], ids=["before", "behind"])
def test_one_record_of_the_source_however_bad_and_the_file_is_read(source, first):
    own, alien = FILES[source]["data"][0], {"shoe": 44}
    for mine in (own, own | {"date": "never", "end_time": "never"}):
        outcomes = read(source, {"data": [mine, alien] if first else [alien, mine]})
        assert isinstance(outcomes[1 if first else 0], Rejected)
        assert len(outcomes) == 2
