"""Use that earns no point, one kind a person: whoever shows any of it in the quarter is never called a non-user (decisions 0089, 0110)."""

import datetime as dt
import json

import pytest
from tests.attack.drive import COMPLIANCE, home_with_roles, run

DAYS = [day for number in range(91) if (day := dt.date(2026, 4, 1) + dt.timedelta(days=number)).weekday() < 5]
MAY_12 = dt.date(2026, 5, 12)
NON_USER, KNOWN = ("non_user", "seat_never_used"), ("insufficient", "use_without_days")
OF_THE_TIME = ("--fetched-at", "2026-07-20T00:00:00Z", "--from", "2026-04-01", "--to", "2026-06-30")

AMAZON_Q = {
    "q_idle": ({"Inline_SuggestionsCount": 0}, NON_USER),
    "q_shown": ({"Inline_SuggestionsCount": 50}, NON_USER),
    "q_one_message": ({"Chat_MessagesSent": 1}, KNOWN),
    "q_chat_lines": ({"Chat_AICodeLines": 7}, KNOWN),
    "q_interacted": ({"Chat_MessagesInteracted": 3}, KNOWN),
    "q_dismissed": ({"InlineChat_DismissalEventCount": 2}, KNOWN),
}
CURSOR = {
    "cu_idle": ({"isActive": False}, NON_USER),
    "cu_shown": ({"totalTabsShown": 50}, NON_USER),
    "cu_lines": ({"acceptedLinesAdded": 5}, KNOWN),
    "cu_applies": ({"totalApplies": 2}, KNOWN),
    "cu_requests": ({"subscriptionIncludedReqs": 4}, KNOWN),
}
CLAUDE_CODE = {
    "cc_idle": ({}, NON_USER),
    "cc_tokens": ({"model_breakdown": [{"model": "m", "tokens": {"input": 500, "output": 20}}]}, KNOWN),
    "cc_commits": ({"core_metrics": {"num_sessions": 0, "commits_by_claude_code": 1}}, KNOWN),
    "cc_pulls": ({"core_metrics": {"num_sessions": 0, "pull_requests_by_claude_code": 1}}, KNOWN),
    "cc_removed": ({"core_metrics": {"num_sessions": 0, "lines_of_code": {"added": 0, "removed": 9}}}, KNOWN),
}
CODEX = {
    "cx_idle": ({"turns": 0}, NON_USER),
    "cx_tokens": ({"turns": None, "threads": None, "text_output_tokens": 50}, KNOWN),
}
CLAUDE = {
    "ce_idle": ({}, NON_USER),
    "ce_active": ({"last_activity_date": str(MAY_12)}, KNOWN),
    "ce_code": (
        {"last_activity_date": str(MAY_12), "claude_code_metrics": {"core_metrics": {"distinct_session_count": 1}}},
        ("light", "some_use"),
    ),
}
WINDSURF = {
    "ws_idle": ({}, NON_USER),
    "ws_lines": ({"sum_num_lines_accepted": "4"}, KNOWN),
}
PEOPLE = {
    "amazon_q": AMAZON_Q, "cursor": CURSOR, "claude_code": CLAUDE_CODE, "codex": CODEX, "claude": CLAUDE, "windsurf": WINDSURF,
}  # fmt: skip
"""Tool -> person -> what the vendor tells of one day, beside zeros on all others; and what may be said of the person."""


def mail(person):
    return f"{person}@corp.example"


def told(people, day):
    """Each person of a tool with what is told of the day."""
    return [(person, change if day == MAY_12 else {}) for person, (change, _) in people.items()]


def amazon_q():
    names = sorted({name for change, _ in AMAZON_Q.values() for name in change})
    yield ",".join(["UserId", "Date", *names])
    for day in DAYS:
        yield ",".join(["id-work", str(day), *("20" if name == "Chat_MessagesSent" else "0" for name in names)])
        for person, change in told(AMAZON_Q, day):
            yield ",".join([f"id-{person}", str(day), *(str(change.get(name, 0)) for name in names)])


def cursor():
    for day in DAYS:
        for person, change in [("work", {"chatRequests": 9}), *told(CURSOR, day)]:
            said = {"userId": f"user_{person}", "email": mail(person), "day": str(day)}
            yield {**said, "chatRequests": 0, "totalTabsAccepted": 0, **change}


def claude_code():
    for day in DAYS:
        for person, change in [("work", {"core_metrics": {"num_sessions": 3}}), *told(CLAUDE_CODE, day)]:
            who = {"type": "user_actor", "email_address": mail(person)}
            yield {"date": f"{day}T00:00:00Z", "actor": who, "core_metrics": {"num_sessions": 0}, **change}


def codex():
    for day in DAYS:
        start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
        for person, change in [("work", {"turns": 9}), *told(CODEX, day)]:
            who = {"user_id": person, "actor": {"email": mail(person)}}
            yield {
                "start_time": start,
                "end_time": start + 86_400,
                **who,
                "totals": {"turns": 0, "threads": 0, **change},
            }


def claude(day):
    for person, change in [("work", {"chat_metrics": {"message_count": 9}}), *told(CLAUDE, day)]:
        yield {
            "user": {"id": f"user_{person}", "email_address": mail(person)},
            "chat_metrics": {"message_count": 0},
            **change,
        }


def windsurf():
    for day in DAYS:
        for person, change in [("work", {"sum_num_acceptances": "9"}), *told(WINDSURF, day)]:
            yield {"item": {"email": mail(person), "date": str(day), "sum_num_acceptances": "0", **change}}


def load(home, source, *texts, more=OF_THE_TIME):
    paths = []
    for number, text in enumerate(texts):
        paths.append(home.parent / f"{source}-{number}")
        paths[-1].write_text(text if isinstance(text, str) else json.dumps(text))
    done = run(home, "ingest", source, *paths, *more, "--json")
    assert done.code == 0, done.err
    report = done.json()
    assert report["records_in"] == sum(report[name] for name in ("loaded", "duplicate", "ignored", "quarantined"))


def company(folder):
    home = home_with_roles(folder / "home", "administrator", "compliance")
    everybody = ["work", *(person for people in PEOPLE.values() for person in people)]
    lines = "".join(f"{one},Risk,{mail(one)},2020-01-01\n" for one in everybody)
    load(home, "hr-people", "person_id,lob,email,start_date\n" + lines, more=())
    seats = "".join(f"{tool},{one},2025-12-01\n" for tool, people in PEOPLE.items() for one in (*people, "work"))
    load(home, "seats", "tool,person_id,first_day\n" + seats, more=())
    maps = "".join(f"amazon_q,id-{one},{one}\n" for one in (*AMAZON_Q, "work"))
    load(home, "accounts", "source,account,person_id\n" + maps, more=())
    return home


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    home = company(tmp_path_factory.mktemp("pointless"))
    load(home, "amazon-q", "\n".join(amazon_q()) + "\n")
    load(home, "cursor", list(cursor()))
    load(home, "claude-code", list(claude_code()))
    load(home, "codex", list(codex()))
    load(
        home,
        "claude-enterprise",
        *({"date": str(day), "data": list(claude(day))} for day in DAYS),
        more=OF_THE_TIME[:2],
    )
    load(home, "windsurf", [{"queryResults": [{"responseItems": list(windsurf())}]}])
    assert run(home, "score", "--as-of", "2026-07-20").code == 0
    done = run(home, "ask", "quarter_scores", "--quarter", "2026Q2", *COMPLIANCE, "--json")
    return {row["person_id"]: (row["segment"], row["reason"]) for row in json.loads(done.out)}


@pytest.mark.parametrize("tool", PEOPLE)
def test_what_earns_no_point_proves_no_zero(found, tool):
    assert {one: found[one] for one in PEOPLE[tool]} == {one: wanted for one, (_, wanted) in PEOPLE[tool].items()}


def test_who_works_with_all_of_them_is_no_question(found):
    assert found["work"][0] == "heavy"
