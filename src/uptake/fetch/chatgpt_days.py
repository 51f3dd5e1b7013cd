"""ChatGPT messages by user and day, counted from the compliance log of a workspace (SOURCES.md 8.1, decision 0069).

The log holds what people wrote. A line of it is reduced to whose it is, of which day and in which conversation while it comes; text, titles and
files are dropped in memory, before anything can come to a disk, and what is handed on are counts. Off unless somebody is named who approved it.
Where policy has the local detector on, it looks at a text before that is dropped, and keeps counts that lead to nobody (decision 0067).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from uptake.errors import WrongUsage
from uptake.fetch.families import OPENAI
from uptake.fetch.problems import LinkExpired, NotFetched
from uptake.fetch.report_file import ReportFile
from uptake.fetch.rows import NOTHING, REPORT, Row, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Rows
from uptake.model.folding import fold
from uptake.settings.fetching import ComplianceLog

EVENT = "CONVERSATION_MESSAGE"
TOOL = "chatgpt"
MOST_FILES = 100
MOST_LISTS = 10_000
COLUMNS = ("day", "public_id", "email", "account_id", "messages", "conversations", "gpt_messages")
_SKIPPED = frozenset({"assistant", "system", "tool", "developer"})
"""Authors of messages that no person sent."""
Reduce = Callable[[Row], Row | None]
Who = tuple[str, str]
"""Day and account: the id of the user, else the e-mail."""


class _Counts:
    """What the log comes to so far. Ids are kept as eight bytes, and only while the run lasts."""

    def __init__(self) -> None:
        self.messages: Counter[Who] = Counter()
        self.of_gpts: Counter[Who] = Counter()
        self.conversations: defaultdict[Who, set[str]] = defaultdict(set)
        self.emails: dict[Who, str] = {}
        self._seen: set[str] = set()

    def add(self, row: Row) -> None:
        """Count a reduced line once, however often the log has it."""
        if row["message"] in self._seen:
            return
        self._seen.add(row["message"])
        who = (row["day"], row["user"] or row["email"])
        self.messages[who] += 1
        self.of_gpts[who] += row["gpt"]
        self.conversations[who].add(row["conversation"])
        if row["email"]:
            self.emails[who] = row["email"]

    def rows(self, day: dt.date, workspace: str) -> list[Row]:
        found = sorted(who for who in self.messages if who[0] == day.isoformat())
        return [self._row(who, workspace) for who in found]

    def _row(self, who: Who, workspace: str) -> Row:
        day, account = who
        return {
            "day": day,
            "public_id": "" if "@" in account else account,
            "email": self.emails.get(who, ""),
            "account_id": workspace,
            "messages": self.messages[who],
            "conversations": len(self.conversations[who]),
            "gpt_messages": self.of_gpts[who],
        }


def _day(asking: Asking, day: dt.date) -> Rows:
    """The counts of a day. The log is read once a run, from the first day that is wanted; each line says its own day."""
    yield asking.once(_counted).rows(day, _workspace(asking))
    return {}


def _workspace(asking: Asking) -> str:
    if not isinstance(asking.vendor, ComplianceLog):
        raise WrongUsage("The compliance log is read by workspace")
    return asking.vendor.workspace


def _counted(asking: Asking) -> _Counts:
    counts, reduce = _Counts(), _reducer(asking)
    wanted = frozenset(day.isoformat() for day in asking.days)
    for file in _files(asking):
        for row in _lines(asking, file, reduce):
            if row["day"] in wanted:
                counts.add(row)
    return counts


def _files(asking: Asking) -> Iterator[str]:
    """Ids of all log files that end after the first day begins. The next list begins where the last one ended, so it must move on."""
    path, after, seen = _path(asking), f"{min(asking.days)}T00:00:00Z", set[str]()
    for _ in range(MOST_LISTS):
        found = page(asking.wire, Ask(path, params={"event_type": EVENT, "limit": MOST_FILES, "after": after}))
        if found in NOTHING:
            # A log that is there always answers with a list, if an empty one.
            raise NotFetched(
                "An answer of the vendor is not understood", why="it holds no list `data`", next_step=REPORT
            )
        names = [_name(one) for one in rows_of(found, "data")]
        yield from (name for name in names if name not in seen)
        seen |= set(names)
        if found.get("has_more") is not True:
            return
        after = _further(found.get("last_end_time"), after)
    raise NotFetched("The vendor's pages have no end", next_step=REPORT)


def _further(said: Any, after: str) -> str:
    """Where the next list begins."""
    try:
        moved = dt.datetime.fromisoformat(said) > dt.datetime.fromisoformat(after)
    except (TypeError, ValueError):
        moved = False
    if not moved:
        raise NotFetched("The vendor's pages go in a circle", why="its log moves on no further", next_step=REPORT)
    return str(said)


def _path(asking: Asking) -> str:
    return f"v1/compliance/workspaces/{_workspace(asking)}/logs"


def _name(listed: Row) -> str:
    name = listed.get("id")
    if not isinstance(name, str) or not name or not name.replace("-", "").replace("_", "").isalnum():
        raise _not_understood("id")
    return name


def _lines(asking: Asking, name: str, reduce: Reduce) -> Iterator[Row]:
    """The reduced lines of one file, all of it or none. Its link is asked for again once when it is over."""
    for attempt in (1, 2):
        file = ReportFile(KEPT, asking.wire.limits.size, reduce)
        try:
            asking.wire.into(file, Ask(f"{_path(asking)}/{name}", hands_on=True))
            for rows in file.batches():
                yield from (msgspec.json.decode(row) for row in rows)
        except LinkExpired:
            if attempt == 2:
                raise
        else:
            return
        finally:
            file.close()


def _reducer(asking: Asking) -> Reduce:
    """What a line comes to; where the detector is on, each prompt of the days of this run is shown to it once, however often a file is read."""
    sees, days, shown = asking.sees, {day.isoformat(): day for day in asking.days}, set[str]()
    if sees is None:
        return reduced

    def looked_at(row: Row) -> Row | None:
        found = reduced(row)
        if found is not None and found["day"] in days and found["message"] not in shown:
            shown.add(found["message"])
            sees.see(_typed(row), f"{EVENT} {found['message']}", TOOL, days[found["day"]])
        return found

    return looked_at


def _typed(row: Row) -> str:
    """What a person wrote in a line. Titles and names of files are not looked at."""
    content = _message(row).get("content")
    parts = content.get("parts", content.get("text")) if isinstance(content, dict) else content
    texts = [
        part.get("text") if isinstance(part, dict) else part for part in (parts if isinstance(parts, list) else [parts])
    ]
    return "\n".join(text for text in texts if isinstance(text, str))


KEPT = frozenset({"day", "user", "email", "conversation", "message", "gpt"})


def reduced(row: Row) -> Row | None:
    """Of a line of the log only what is counted; None for what no person sent.

    Raises:
        NotFetched: it does not say who, when, or in what part. A line that is passed over would be a message that nobody sent.
    """
    if row.get("event_type", row.get("type", EVENT)) not in (EVENT, "message"):
        return None
    message = _message(row)
    role = _part(message, "author").get("role", message.get("role"))
    if role in _SKIPPED:
        return None
    if role != "user":
        raise _not_understood("role")
    actor = _part(row, "actor") or _part(row, "user")
    user, email = _text(row, actor, "user_id", "id"), fold(_text(row, actor, "user_email", "email"))
    if not user and not email:
        raise _not_understood("user_id")
    conversation = message.get("conversation_id", row.get("conversation_id"))
    identity = message.get("id")
    if not isinstance(conversation, str) or not isinstance(identity, str):
        raise _not_understood("conversation_id")
    return {
        "day": _when(message, row).isoformat(),
        "user": user,
        "email": email,
        "conversation": _short(conversation),
        "message": _short(identity),
        "gpt": int(bool(message.get("gpt_id"))),
    }


def _message(row: Row) -> Row:
    return _part(row, "message") or _part(row, "payload") or row


def _part(row: Row, name: str) -> Row:
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def _text(row: Row, actor: Row, flat: str, inner: str) -> str:
    found = row.get(flat) or actor.get(inner) or actor.get(flat)
    return found if isinstance(found, str) else ""


def _when(message: Row, row: Row) -> dt.date:
    """The UTC day on which it was sent: seconds, or a moment with its offset."""
    found: Any = next(
        (one for one in (message.get("created_at"), row.get("created_at"), row.get("timestamp")) if one), None
    )
    try:
        if isinstance(found, int | float) and not isinstance(found, bool):
            return dt.datetime.fromtimestamp(found, tz=dt.UTC).date()
        moment = dt.datetime.fromisoformat(found)
        return (moment.astimezone(dt.UTC) if moment.tzinfo else moment).date()
    except (TypeError, ValueError, OverflowError, OSError):
        raise _not_understood("created_at") from None


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _not_understood(field: str) -> NotFetched:
    return NotFetched(
        "The vendor's log is not understood",
        why=f"a line does not say `{field}`, so nothing of it is counted",
        next_step=REPORT,
    )


FETCHER = OPENAI(
    source="chatgpt-days",
    title="ChatGPT messages by user and day (compliance log, counts only)",
    fetch=_day,
    window=2,
    lag_hours=24,
    history=30,
    columns=COLUMNS,
    wants=("workspace", "approved_by"),
    holds_prompts=True,
    known=frozenset(COLUMNS),
)
