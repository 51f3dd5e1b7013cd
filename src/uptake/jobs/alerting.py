"""Alerts: what is wrong with the service is found, noted once for each fact, and told by mail and webhook (how-to `get-alerts`).

No fact names a person: names of sources, jobs and tools, and counts. A server judges in a process of its own, since it opens no
warehouse; that process is given so long and no longer, and no fetch and no score waits for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from uptake import jobs
from uptake.errors import UserError
from uptake.fetch.channel import NotTold
from uptake.jobs import egress, fetching, messages
from uptake.pipeline import Clock
from uptake.pipeline.watching import SOURCES, Seen, SourceSeen, watched
from uptake.settings import Settings
from uptake.state import State, alerts, heads, runs, switches
from uptake.state.alerts import Fact

JUDGED, SEEN = "alerts_judged", "alerts_seen"
"""Switches: when facts were last judged, and what the warehouse held when it was last open to us."""
OF_WAREHOUSE = frozenset({"source", "quarantine", "unmatched", "egress"})
OF_SERVICE = frozenset({"job", "audit", "disk", "channel"})
HEAD_SECONDS = 60
"""GOVERNANCE.md section 8: a head a minute."""
CUT_OFF = dt.timedelta(hours=12)
"""A job that began so long ago and has not ended was killed."""
TRIES = 3
"""Attempts after which a channel that takes nothing is a fact of its own, told by the other one."""
LONGEST = 120.0
"""Seconds that a look may take in all; a server that answers a byte at a time is left."""
TICK_SECONDS = 20.0
GIGABYTE = 10**9


@dataclass(slots=True)
class AlertReport:
    """Answer of a look: open alerts, whether the warehouse could be looked at, messages sent by channel, and why others were not."""

    open: list[Fact] = field(default_factory=list)
    warehouse: bool = True
    sent: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def look(settings: Settings, state: State, clock: Clock = jobs.utc_now) -> AlertReport:
    """Judge what is wrong now, note it, and tell what is to be told. Twice is once: what was told is not told again."""
    now = clock()
    report = AlertReport()
    facts, judged = list(_of_service(settings, state, now)), set(OF_SERVICE)
    seen = newest_look(settings, state, now)
    if seen is None:
        report.warehouse = False
    else:
        k = jobs.policy_of(settings, state, now.date()).k
        facts += [*_of_warehouse(settings, seen, jobs.today_of(settings, clock)), *egress.findings(settings, seen, k)]
        judged |= OF_WAREHOUSE
    channels = messages.channels(settings)
    with state.writing() as connection:
        alerts.note(connection, facts, judged, channels, now, dt.timedelta(hours=settings.alerts.repeat_hours))
        switches.write(connection, JUDGED, now.isoformat(), now.isoformat(), "alerts")
    report.open = facts
    for channel in channels:
        report.sent[channel], why = messages.send(settings, state, channel, clock)
        if why:
            report.failed[channel] = why
    return report


def _of_service(settings: Settings, state: State, now: dt.datetime) -> Iterator[Fact]:
    for one in runs.standings(state, {}):
        begun = dt.datetime.fromisoformat(one.begun) if one.begun else now
        since = f"last done {one.last_done} UTC" if one.last_done else "never done yet"
        if one.result is None and begun < now - CUT_OFF:
            yield Fact("job", one.job, f"did not come to its end; {since}")
        elif one.result not in (None, runs.DONE, fetching.AT_WORK):
            yield Fact("job", one.job, f"failed at its last run; {since}")
    if late := _late_head(settings, state, now):
        yield Fact("audit", "signed head", late)
    free = shutil.disk_usage(settings.home).free
    if free < settings.alerts.disk_gb * GIGABYTE:
        yield Fact("disk", "home", f"fewer than {settings.alerts.disk_gb} GB are free")
    with state.reading() as connection:
        for channel in messages.channels(settings):
            found = alerts.channel_of(connection, channel)
            if alerts.tries(connection, channel) >= TRIES:
                yield Fact("channel", channel, f"alerts are not taken: {found.failure or 'they wait'}")


def _late_head(settings: Settings, state: State, now: dt.datetime) -> str:
    """Whether records wait for a head longer than a minute and a half (one is written twice a minute); empty if none does."""
    kept = heads.read(settings.heads_folder)
    with state.reading() as connection:
        waits = heads.waiting_since(connection, kept[-1].count if kept else 0)
    if waits is None or now - waits <= dt.timedelta(seconds=HEAD_SECONDS * 1.5):
        return ""
    return f"is older than {HEAD_SECONDS} seconds while records of the audit log wait for one"


def newest_look(settings: Settings, state: State, now: dt.datetime) -> Seen | None:
    """What the warehouse holds, as it was last looked at while it has not changed since or is in use; None where there is none to look at."""
    file = settings.warehouse_file
    if not file.exists():
        return None
    with state.reading() as connection:
        held = switches.read(connection).get(SEEN)
    known = json.loads(held) if held else None
    if known and known["stamp"] == file.stat().st_mtime_ns:
        return _read(known["seen"])
    try:
        found = watched(settings)
    except UserError:
        return _read(known["seen"]) if known else None
    kept = {"stamp": file.stat().st_mtime_ns, "seen": asdict(found)}
    with state.writing() as connection:
        switches.write(connection, SEEN, json.dumps(kept, default=str), now.isoformat(), "alerts")
    return found


def _read(kept: Mapping[str, object]) -> Seen:
    made = dict(kept)
    sources = [
        SourceSeen(
            one["source"], dt.date.fromisoformat(one["loaded"]), dt.date.fromisoformat(one["last"]) if one["last"] else None,
            one["records"], one["quarantined"],
        )
        for one in made["sources"]  # type: ignore[attr-defined]
    ]  # fmt: skip
    classes = tuple((str(tool), str(name), int(of)) for tool, name, of in made.get("classes", ()))  # type: ignore[attr-defined]
    return Seen(tuple(sources), tuple(made["tools"]), int(str(made["records"])), int(str(made["unmatched"])), classes)  # type: ignore[arg-type]


def _of_warehouse(settings: Settings, seen: Seen, today: dt.date) -> Iterator[Fact]:
    told = settings.alerts
    for one in seen.sources:
        by_itself = (
            one.source == "scim" and settings.scim.senders
        )  # a directory that sends says nothing while nothing changes
        if not by_itself and (late := _late(one, told.late_days_of.get(one.source, told.late_days), today)):
            yield Fact("source", one.source, late)
        if one.quarantined * 100 > one.records * told.quarantine_percent:
            share = f"{one.quarantined} of the newest {one.records} records"
            yield Fact("quarantine", one.source, f"{share} are in quarantine")
    if seen.unmatched * 100 > seen.records * told.unmatched_percent:
        percent = seen.unmatched * 100 // seen.records
        yield Fact("unmatched", "accounts", f"{percent} percent of the records of 28 days belong to accounts of nobody")


def _late(one: SourceSeen, days: int, today: dt.date) -> str:
    """Silent: nothing came. Late: something came, and no newer day is whole. Lists without days are as old as their newest load."""
    source = SOURCES.get(one.source)
    if source is None or not (source.grain or source.snapshots):
        return ""
    if (today - one.loaded).days > days:
        return f"silent: nothing came since {one.loaded}"
    if one.last is not None and (today - one.last).days > days:
        return f"late: no day after {one.last} is whole"
    return ""


def checks(settings: Settings, state: State, clock: Clock = jobs.utc_now) -> list[dict[str, Any]]:
    """Rows of the doctor: one for each channel that is set up, which is tried without a message, and one for the looks themselves."""
    with state.reading() as connection:
        judged = switches.read(connection).get(JUDGED)
        stands = {channel: alerts.channel_of(connection, channel) for channel in messages.channels(settings)}
    found = [_channel(settings, channel, how) for channel, how in stands.items()]
    if not stands and not judged:
        return found
    newest = dt.datetime.fromisoformat(judged) if judged else None
    pause = dt.timedelta(minutes=3 * max(settings.alerts.every, 10))
    late = bool(settings.alerts.every) and stands and (newest is None or newest < clock() - pause)
    said = f"looked {newest:%Y-%m-%d %H:%M}" if newest else "never looked yet"
    step = "Is `uptake serve` at work? `uptake alerts` looks at once" if late else ""
    return [*found, {"name": "alerts", "ok": not late, "detail": said, "next_step": step}]


def _channel(settings: Settings, channel: str, how: alerts.Channel) -> dict[str, Any]:
    last = f"last taken {how.last[:16].replace('T', ' ')}" if how.last else "none taken yet"
    waiting = f"; {how.waiting} wait" if how.waiting else ""
    row = {"name": f"alerts by {channel}", "ok": True, "detail": "", "next_step": ""}
    try:
        host = messages.reach(settings, channel)
    except (NotTold, UserError) as error:
        step = (
            error.next_step
            if isinstance(error, UserError)
            else f"Check [alerts.{channel}], then run `uptake alerts --trial`"
        )
        return row | {"ok": False, "detail": f"{error}; {last}{waiting}", "next_step": step}
    if how.failure:
        step = "It can be reached: `uptake alerts` sends what waits"
        return row | {"ok": False, "detail": f"{host}; {last}{waiting}: {how.failure}", "next_step": step}
    return row | {"detail": f"{host}; {last}{waiting}"}


def is_wanted(settings: Settings) -> bool:
    """True when a server looks by itself."""
    return settings.alerts.every > 0


def keep_looking(settings: Settings, ended: threading.Event) -> None:
    """Look each so many minutes until told to end. Beside the scheduler, not in it: a mail server that is stuck holds no fetch up."""
    pause = TICK_SECONDS
    while not ended.wait(pause):
        if (
            settings.warehouse_file.exists()
        ):  # a second server has the settings of the first one, and its days would be missing there
            _run(settings, ended)
        pause = settings.alerts.every * 60.0


def _run(settings: Settings, ended: threading.Event) -> None:
    words = [sys.executable, "-m", "uptake", "alerts", "--home", str(settings.home.resolve())]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet) as child:  # noqa: S603 - our own words
        waited = 0.0
        while child.poll() is None:
            if ended.wait(0.2) or waited > LONGEST:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(5.0)
                child.kill()
                return
            waited += 0.2
