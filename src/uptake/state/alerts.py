"""Alerts: what is wrong, since when, and what was told of it. One row a fact, however often it is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from uptake.state import State
from uptake.state.tables import ALERT_MESSAGES, ALERTS

OPENED, AGAIN, RESOLVED = "opened", "again", "resolved"
KEEP = dt.timedelta(days=100)
"""How long an alert that is over stays."""
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=1)
"""After a failure, and each time twice as long."""
AT_WORK = dt.timedelta(minutes=5)
"""A message that somebody is sending is left alone for so long; whoever was killed then has it sent once more."""
_MADE = ALERT_MESSAGES.c


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is wrong now. `kind` and `subject` tell it from all others. Names of sources, jobs and tools, and counts: nothing else."""

    kind: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message that is due. Times as ISO text, UTC."""

    id: int
    event: str
    fact: Fact
    opened_at: str


def note(
    connection: Connection, facts: Sequence[Fact], judged: Collection[str], channels: Sequence[str], now: dt.datetime, repeat: dt.timedelta
) -> None:  # fmt: skip
    """Open what is new, end what is over, and queue what is to be told. What is of a kind that was not judged stands as it did."""
    asked = select(ALERTS).where(ALERTS.c.resolved_at.is_(None))
    held = {(row.kind, row.subject): row for row in connection.execute(asked)}
    for fact in facts:
        row = held.pop((fact.kind, fact.subject), None)
        number = _opened(connection, fact, now) if row is None else _seen(connection, int(row.id), fact, now)
        for channel in channels:
            _queue(connection, number, channel, now, repeat)
    for row in held.values():
        if row.kind in judged:
            _resolve(connection, int(row.id), channels, now)
    _forget(connection, now)


def _opened(connection: Connection, fact: Fact, now: dt.datetime) -> int:
    said = {"kind": fact.kind, "subject": fact.subject, "detail": fact.detail}
    made = insert(ALERTS).values(**said, opened_at=now.isoformat(), seen_at=now.isoformat())
    key = connection.execute(made).inserted_primary_key
    return int(key[0]) if key else 0


def _seen(connection: Connection, number: int, fact: Fact, now: dt.datetime) -> int:
    seen = update(ALERTS).where(ALERTS.c.id == number).values(detail=fact.detail, seen_at=now.isoformat())
    connection.execute(seen)
    return number


def _queue(connection: Connection, number: int, channel: str, now: dt.datetime, repeat: dt.timedelta) -> None:
    """The first word of an alert, or another one when the last was sent long enough ago; none while one waits."""
    last = _last(connection, number, channel)
    if last is None:
        _add(connection, number, channel, OPENED, now)
    elif last.sent_at is not None and dt.datetime.fromisoformat(last.sent_at) + repeat <= now:
        _add(connection, number, channel, AGAIN, now)


def _last(connection: Connection, number: int, channel: str) -> Row[Any] | None:
    mine = (_MADE.alert_id == number) & (_MADE.channel == channel)
    return connection.execute(select(ALERT_MESSAGES).where(mine).order_by(_MADE.id.desc()).limit(1)).first()


def _add(connection: Connection, number: int, channel: str, event: str, now: dt.datetime) -> None:
    time = now.isoformat()
    said = {"alert_id": number, "channel": channel, "event": event, "made_at": time, "tries": 0, "next_try": time}
    connection.execute(insert(ALERT_MESSAGES).values(**said))


def _resolve(connection: Connection, number: int, channels: Sequence[str], now: dt.datetime) -> None:
    """It is over: what waits is not sent any more, and who was told of it is told of its end."""
    connection.execute(update(ALERTS).where(ALERTS.c.id == number).values(resolved_at=now.isoformat()))
    connection.execute(delete(ALERT_MESSAGES).where(_MADE.alert_id == number, _MADE.sent_at.is_(None)))
    told = select(_MADE.channel).where(_MADE.alert_id == number).distinct()
    for (channel,) in connection.execute(told).all():
        if channel in channels:
            _add(connection, number, channel, RESOLVED, now)


def _forget(connection: Connection, now: dt.datetime) -> None:
    gone = select(ALERTS.c.id).where(ALERTS.c.resolved_at < (now - KEEP).isoformat())
    connection.execute(delete(ALERT_MESSAGES).where(_MADE.alert_id.in_(gone)))
    connection.execute(delete(ALERTS).where(ALERTS.c.resolved_at < (now - KEEP).isoformat()))


def claim(connection: Connection, channel: str, now: dt.datetime) -> Message | None:
    """The oldest message of a channel that is due, which nobody else sends meanwhile; None while the channel rests after a failure."""
    waits = (_MADE.channel == channel) & _MADE.sent_at.is_(None)
    resting = select(_MADE.id).where(waits, _MADE.failure.is_not(None), _MADE.next_try > now.isoformat()).limit(1)
    if connection.execute(resting).first() is not None:
        return None
    asked = select(ALERT_MESSAGES, ALERTS.c.kind, ALERTS.c.subject, ALERTS.c.detail, ALERTS.c.opened_at)
    due = asked.join(ALERTS, ALERTS.c.id == _MADE.alert_id).where(waits, _MADE.next_try <= now.isoformat())
    row = connection.execute(due.order_by(_MADE.id).limit(1)).first()
    if row is None:
        return None
    taken = update(ALERT_MESSAGES).where(_MADE.id == row.id)
    connection.execute(taken.values(tries=row.tries + 1, next_try=(now + AT_WORK).isoformat()))
    return Message(int(row.id), row.event, Fact(row.kind, row.subject, row.detail), row.opened_at)


def sent(connection: Connection, number: int, now: dt.datetime) -> None:
    """A message was taken by whom it was for."""
    connection.execute(update(ALERT_MESSAGES).where(_MADE.id == number).values(sent_at=now.isoformat(), failure=None))


def failed(connection: Connection, number: int, why: str, now: dt.datetime) -> None:
    """A message was not taken: it is sent again after a pause. `why`: words of ours."""
    tries = int(connection.execute(select(_MADE.tries).where(_MADE.id == number)).scalar() or 1)
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    later = update(ALERT_MESSAGES).where(_MADE.id == number)
    connection.execute(later.values(failure=why, next_try=(now + pause).isoformat()))


@dataclass(frozen=True, slots=True)
class Channel:
    """How a channel stands: messages that wait, why the last one was not taken (empty where it was), and when one was last."""

    waiting: int
    failure: str
    last: str | None


def channel_of(connection: Connection, channel: str) -> Channel:
    """How a channel stands."""
    mine = _MADE.channel == channel
    waits = mine & _MADE.sent_at.is_(None)
    waiting = connection.execute(select(func.count()).select_from(ALERT_MESSAGES).where(waits)).scalar()
    failure = connection.execute(select(func.max(_MADE.failure)).where(waits)).scalar()
    last = connection.execute(select(func.max(_MADE.sent_at)).where(mine)).scalar()
    return Channel(int(waiting or 0), str(failure or ""), str(last) if last else None)


def tries(connection: Connection, channel: str) -> int:
    """How often a message that waits was tried, at most."""
    waits = (_MADE.channel == channel) & _MADE.sent_at.is_(None)
    return int(connection.execute(select(func.max(_MADE.tries)).where(waits)).scalar() or 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert that is open. Times as text to the minute, UTC. `told`: by which channels it was told, or why it waits."""

    kind: str
    subject: str
    detail: str
    since: str
    seen: str
    told: str


def standing(state: State) -> list[Standing]:
    """All open alerts, oldest first."""
    with state.reading() as connection:
        rows = connection.execute(select(ALERTS).where(ALERTS.c.resolved_at.is_(None)).order_by(ALERTS.c.id)).all()
        told = {row.id: _told(connection, row.id) for row in rows}
    return [
        Standing(row.kind, row.subject, row.detail, _minute(row.opened_at), _minute(row.seen_at), told[row.id])
        for row in rows
    ]


def _told(connection: Connection, number: int) -> str:
    found = connection.execute(select(_MADE.channel, _MADE.sent_at).where(_MADE.alert_id == number)).all()
    said = sorted({channel for channel, sent_at in found if sent_at})
    waits = sorted({channel for channel, sent_at in found if not sent_at})
    return "; ".join([*said, *(f"{channel} waits" for channel in waits)])


def _minute(stamp: str) -> str:
    return stamp[:16].replace("T", " ")
