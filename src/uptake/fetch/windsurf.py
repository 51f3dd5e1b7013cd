"""Windsurf analytics (SOURCES.md section 11). The service key stands in the body of each call, so no body is ever logged or raised.

Rows of autocomplete and chat name an account by a key of its own: the e-mail is put in its place before anything is written.
Runs and lines of Cascade are asked for by user, once for all days of a run.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import REPORT, Row, page
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Fetcher, Rows

PATH = "api/v1/"
BY_USER = ("api_key", "date", "ide", "language")
COUNTS = {
    "QUERY_DATA_SOURCE_USER_DATA": ("num_acceptances", "num_lines_accepted"),
    "QUERY_DATA_SOURCE_CHAT_DATA": ("num_chats_received",),
}
"""Data source -> what is summed: answers call it `sum_…`."""


def _day(asking: Asking, day: dt.date) -> Rows:
    emails = asking.once(_users)
    for source, counts in COUNTS.items():
        yield [_named(row, emails) for row in _analytics(asking, source, counts, day)]
    yield asking.once(_cascade)[day]
    return {}


def _call(asking: Asking, name: str, body: Mapping[str, Any]) -> Any:
    ask = Ask(PATH + name, "POST", json={"service_key": asking.key, **body}, secret_body=True)
    found = page(asking.wire, ask)
    if not isinstance(found, dict):
        raise NotFetched("An answer of the vendor is not understood", why="it is no object", next_step=REPORT)
    return found


def _users(asking: Asking) -> dict[str, str]:
    """Key of an account in the rows -> e-mail."""
    found = _call(asking, "UserPageAnalytics", {}).get("userTableStats") or []
    return {_text(user, "apiKey"): _text(user, "email") for user in _objects(found) if user.get("email")}


def _analytics(asking: Asking, source: str, counts: Iterable[str], day: dt.date) -> list[Row]:
    query = {
        "data_source": source,
        "selections": [
            {"field": name, "name": f"sum_{name}", "aggregation_function": "QUERY_AGGREGATION_SUM"} for name in counts
        ],
        "filters": [
            {"name": "date", "filter": "QUERY_FILTER_GE", "value": day.isoformat()},
            {"name": "date", "filter": "QUERY_FILTER_LE", "value": day.isoformat()},
        ],
        "aggregations": [{"field": name, "name": name} for name in BY_USER],
    }
    results = _objects(_call(asking, "Analytics", {"query_requests": [query]}).get("queryResults") or [])
    return [_object(row, "item") for found in results for row in _objects(found.get("responseItems") or [])]


def _named(row: Row, emails: Mapping[str, str]) -> Row:
    """The row with the e-mail instead of the key. One of nobody who is listed goes on without: it is set aside by name of the field."""
    email = row.get("email") or emails.get(str(row.get("api_key")))
    return {**{key: value for key, value in row.items() if key != "api_key"}, **({"email": email} if email else {})}


def _cascade(asking: Asking) -> dict[dt.date, list[Row]]:
    """Day -> rows of runs and lines, of all users and all days of the run."""
    days: dict[dt.date, list[Row]] = defaultdict(list)
    for email in sorted(set(asking.once(_users).values())):
        for row in _cascade_rows(asking, email):
            days[_date(row)].append({**row, "email": email})
    return days


def _cascade_rows(asking: Asking, email: str) -> Iterator[Row]:
    body = {
        "emails": [email],
        "start_timestamp": f"{min(asking.days)}T00:00:00Z",
        "end_timestamp": f"{max(asking.days) + dt.timedelta(days=1)}T00:00:00Z",
        "query_requests": [{"cascade_lines": {}}, {"cascade_runs": {}}],
    }
    for found in _objects(_call(asking, "CascadeAnalytics", body).get("queryResults") or []):
        for name in ("cascadeLines", "cascadeRuns"):
            if name in found:
                yield from _objects(_object(found, name).get(name) or [])


def _objects(found: Any) -> list[Row]:
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise NotFetched("An answer of the vendor is not understood", why="a list of rows is none", next_step=REPORT)
    return found


def _object(row: Row, name: str) -> Row:
    found = row.get(name)
    if not isinstance(found, dict):
        raise NotFetched("An answer of the vendor is not understood", why=f"`{name}` is no object", next_step=REPORT)
    return found


def _text(row: Row, name: str) -> str:
    found = row.get(name)
    return found if isinstance(found, str) else ""


def _date(row: Row) -> dt.date:
    try:
        return dt.date.fromisoformat(_text(row, "day")[:10])
    except ValueError:
        raise NotFetched("The vendor gives a row without its day", next_step=REPORT) from None


FETCHER = Fetcher(
    source="windsurf",
    title="Windsurf analytics",
    base="https://server.codeium.com",
    headers=lambda _key: {},
    fetch=_day,
    lag_hours=6,
    complete=False,
    known=frozenset(
        {
            "email", "date", "day", "ide", "language", "model", "mode", "cascadeId", "sum_num_acceptances", "sum_num_lines_accepted",
            "sum_num_chats_received", "messagesSent", "promptsUsed", "linesSuggested", "linesAccepted",
        }
    ),
)  # fmt: skip
