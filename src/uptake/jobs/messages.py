"""Messages of alerts, in words, by each channel that is set up. A channel that takes nothing rests and is tried again, later each time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from uptake.errors import UserError
from uptake.fetch import mail, register, webhook
from uptake.fetch.channel import NotTold
from uptake.pipeline import Clock
from uptake.settings import Settings
from uptake.state import State, alerts
from uptake.state.alerts import Fact, Message

MAIL, WEBHOOK = "mail", "webhook"
MOST = 200
"""Messages of one channel in one look: the rest goes with the next."""
EVENTS = {alerts.OPENED: "Alert", alerts.AGAIN: "Still open", alerts.RESOLVED: "Over"}
KINDS = {
    "source": "Source", "job": "Job", "quarantine": "Quarantine of", "unmatched": "Unmatched", "audit": "Audit log,", "disk": "Disk of the",
    "egress": "Tool", "channel": "Alerts by",
}  # fmt: skip
STEPS = {
    "source": "Load or fetch the missing days; `uptake doctor` says what failed.",
    "job": "Run it by hand and see what it says.",
    "quarantine": "See the page Sources and health, mend the export, and load it again.",
    "unmatched": "Map the accounts in the accounts file.",
    "audit": "See that the folder of audit.heads can be written.",
    "disk": "Free some space, or move the home.",
    "egress": "Add a row to the settings, [egress.products], once somebody has reviewed it.",
    "channel": "See `uptake doctor`.",
}
Put = Callable[[Message], None]


def channels(settings: Settings) -> list[str]:
    """The channels that are set up."""
    told = settings.alerts
    return [name for name, wanted in ((MAIL, told.mail.host), (WEBHOOK, told.webhook.url is not None)) if wanted]


def sentence(event: str, fact: Fact) -> str:
    """A message in one line."""
    over = " (told before)" if event == alerts.RESOLVED else ""
    return f"{EVENTS[event]}: {KINDS[fact.kind]} {fact.subject}: {fact.detail}{over}"


def send(settings: Settings, state: State, channel: str, clock: Clock) -> tuple[int, str]:
    """Send what is due by one channel; answers how many were taken, and why the next one was not (empty: all were)."""
    done = 0
    first = _claimed(state, channel, clock)
    if first is None:
        return 0, ""
    message: Message | None = first
    try:
        with _opened(settings, channel, clock) as put:
            while message is not None:
                put(message)
                with state.writing() as connection:
                    alerts.sent(connection, message.id, clock())
                done += 1
                message = _claimed(state, channel, clock) if done < MOST else None
    except (NotTold, UserError) as error:
        why = str(error)
        if message is not None:
            with state.writing() as connection:
                alerts.failed(connection, message.id, why, clock())
        return done, why
    return done, ""


def _claimed(state: State, channel: str, clock: Clock) -> Message | None:
    with state.writing() as connection:
        return alerts.claim(connection, channel, clock())


@contextlib.contextmanager
def _opened(settings: Settings, channel: str, clock: Clock) -> Iterator[Put]:
    told = settings.alerts
    if channel == MAIL:
        with _noted(settings, told.mail.host, clock), mail.opened(told.mail, told.timeout_seconds) as box:
            yield lambda message: box.put(*_letter(settings, message))
        return
    host = webhook.checked(told.webhook)[0].host
    with _noted(settings, host, clock):
        yield lambda message: webhook.post(
            told.webhook, _body(settings, message), f"alert-{message.id}", clock(), told.timeout_seconds
        )


@contextlib.contextmanager
def _noted(settings: Settings, host: str, clock: Clock) -> Iterator[None]:
    """The host stands in the register of destinations, whatever becomes of the message."""
    settings.fetched_folder.mkdir(parents=True, exist_ok=True)
    register.note(settings.fetched_folder, "alerts", {host: 1}, clock().date())
    yield


def _where(settings: Settings) -> str:
    return f"{settings.sign_in.base_url.rstrip('/')}/admin" if settings.sign_in.base_url else ""


def _letter(settings: Settings, message: Message) -> tuple[str, str, str]:
    said = sentence(message.event, message.fact)
    lines = [f"{said}.", f"Since {message.opened_at[:16].replace('T', ' ')} UTC."]
    if message.event != alerts.RESOLVED:
        lines += ["", STEPS[message.fact.kind]]
    if where := _where(settings):
        lines += ["", where]
    return (
        f"uptake: {said}"[:200],
        "\n".join(lines) + "\n",
        f"alert.{message.fact.kind}.{message.opened_at}".replace(":", ""),
    )


def _body(settings: Settings, message: Message) -> dict[str, object]:
    """`text` alone is what chat programs show."""
    step = "" if message.event == alerts.RESOLVED else STEPS[message.fact.kind]
    return {
        "text": sentence(message.event, message.fact), "event": message.event, "kind": message.fact.kind, "subject": message.fact.subject,
        "detail": message.fact.detail, "since": f"{message.opened_at}Z", "next_step": step, "link": _where(settings),
    }  # fmt: skip


TRIAL = Fact("channel", "trial", "this is a trial, nothing is wrong")


def trial(settings: Settings, channel: str, clock: Clock) -> str:
    """Send a message that says that it is a trial; answers why it was not taken, empty where it was."""
    try:
        with _opened(settings, channel, clock) as put:
            put(Message(0, alerts.OPENED, TRIAL, clock().isoformat(timespec="seconds")))
    except (NotTold, UserError) as error:
        return str(error)
    return ""


def reach(settings: Settings, channel: str) -> str:
    """See that a channel can be reached and lets us in, without a message; answers its host.

    Raises:
        NotTold, UserError: it cannot, or the settings cannot be used.
    """
    told = settings.alerts
    if channel == WEBHOOK:
        return webhook.reach(told.webhook, told.timeout_seconds)
    with mail.opened(told.mail, told.timeout_seconds):
        return told.mail.host
