"""One alert a fact: told once, again daily, and when it is over; over real TLS, to a real mail server and a real host."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import pathlib
import smtplib
import socket

import pytest

from tests.alerts.servers import PASSWORD, USER, Hook, MailServer
from tests.fetch.certificates import self_signed
from tests.product import uptake
from uptake import jobs
from uptake.errors import WrongUsage
from uptake.fetch import mail, register
from uptake.fetch.channel import NotTold
from uptake.jobs import State, alerting, egress, messages
from uptake.pipeline.watching import Seen, SourceSeen
from uptake.settings import read_settings
from uptake.settings.sending import Mail
from uptake.state import alerts, audit, runs
from uptake.state.alerts import Fact
from uptake.warehouse.connect import opened

NOW = dt.datetime(2026, 11, 24, 9)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
KEY = "a key of the webhook, long enough"


@pytest.fixture(scope="session")
def pem(tmp_path_factory) -> pathlib.Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def box(pem):
    made = MailServer(pem)
    yield made
    made.stop()


@pytest.fixture
def hook():
    made = Hook()
    yield made
    made.stop()


class Home:
    """A home with alerts set up, and a clock that is set by hand."""

    def __init__(self, path: pathlib.Path, pem: pathlib.Path) -> None:
        self.path, self.pem, self.now = path, pem, NOW
        self.tables: dict[str, str] = {}
        self.state: State | None = None

    def mail(self, port: int, more: str = "") -> None:
        self.tables["alerts.mail"] = (
            f'host = "localhost"\nport = {port}\nca_file = "{self.pem}"\nuser = "{USER}"\npassword = "{PASSWORD}"\n'
            f'sender = "uptake@bank.example"\nrecipients = ["on-call@bank.example"]\n{more}'
        )

    def hook(self, url: str) -> None:
        self.tables["alerts.webhook"] = f'url = "{url}"\nsecret = "{KEY}"\n'

    def settings(self):
        lines = ["[alerts]\ndisk_gb = 1\n", *(f"[{name}]\n{table}" for name, table in self.tables.items())]
        (self.path / "settings.toml").write_text("".join(lines))
        return read_settings(self.path)

    def store(self) -> State:
        self.state = self.state or State.of(self.settings())
        return self.state

    def clock(self) -> dt.datetime:
        return self.now

    def look(self) -> alerting.AlertReport:
        return alerting.look(self.settings(), self.store(), self.clock)

    def ran(self, job: str, result: str) -> None:
        runs.end(self.store(), runs.begin(self.store(), job, self.now), result, self.now)


@pytest.fixture
def home(tmp_path, pem):
    made = Home(tmp_path, pem)
    yield made
    if made.state is not None:
        made.state.close()


def test_a_fact_is_told_once_then_daily_and_when_it_is_over(home, box, hook):
    home.mail(box.port)
    home.hook(hook.url)
    home.ran("fetch claude-code", "failed")
    for _ in range(4):
        home.look()
        home.now += 5 * MINUTE
    assert box.subjects() == ["uptake: Alert: Job fetch claude-code: failed at its last run; never done yet"]
    home.now = NOW + DAY - MINUTE
    home.look()
    assert len(box.letters) == 1
    home.now = NOW + DAY
    home.look()
    home.ran("fetch claude-code", "done")
    home.look()
    home.look()
    assert [subject.split(": ")[1] for subject in box.subjects()] == ["Alert", "Still open", "Over"]
    assert [json.loads(body)["event"] for _, _, body in hook.seen] == ["opened", "again", "resolved"]
    assert box.signed_in == [True] * 3
    assert alerts.standing(home.store()) == []


def test_what_comes_back_is_a_new_alert(home, box):
    home.mail(box.port)
    for result in ("failed", "done", "failed"):
        home.ran("score", result)
        home.look()
        home.now += HOUR
    assert [subject.split(": ")[1] for subject in box.subjects()] == ["Alert", "Over", "Alert"]


def test_a_mail_says_what_since_when_and_what_to_do_and_no_secret(home, box):
    home.mail(box.port)
    home.ran("fetch cursor", "The vendor refuses the key: it answers 401")
    home.look()
    (letter,) = box.letters
    for said in (
        "Since 2026-11-24 09:00 UTC.",
        "Run it by hand",
        "Auto-Submitted: auto-generated",
        "To: on-call@bank.example",
    ):
        assert said in letter
    assert PASSWORD not in letter


def test_a_post_is_signed_and_another_key_or_body_does_not_fit(home, hook):
    home.hook(hook.url)
    home.ran("score", "failed")
    home.look()
    ((path, headers, body),) = hook.seen
    signed = headers["X-Uptake-Timestamp"].encode() + b"." + body
    assert headers["X-Uptake-Signature"] == "sha256=" + hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Uptake-Signature"] != "sha256=" + hmac.new(b"another key", signed, hashlib.sha256).hexdigest()
    assert path == "/hook?key=in-the-address"
    assert KEY.encode() not in body


def test_a_post_that_is_not_taken_is_tried_again_later_each_time_under_one_delivery(home, hook):
    home.hook(hook.url)
    home.ran("score", "failed")
    hook.answers = [500, 503, 302, 404]
    tried = []
    for minute in range(20):
        home.now = NOW + minute * MINUTE
        before = len(hook.seen)
        home.look()
        tried += [minute] * (len(hook.seen) - before)
    # 1, 2, 4 and 8 minutes after a failure; then it is taken, and so is the alert of the channel itself that came meanwhile, or its end.
    assert tried[:5] == [0, 1, 3, 7, 15]
    deliveries = [headers["X-Uptake-Delivery"] for _, headers, _ in hook.seen]
    assert len(set(deliveries[:5])) == 1
    assert "/elsewhere" not in [path for path, _, _ in hook.seen]


def test_a_channel_that_takes_nothing_is_told_by_the_other_one_and_by_the_doctor(home, box, hook):
    home.mail(box.port)
    home.hook(hook.url)
    home.ran("score", "failed")
    box.answer = "451 try later, ana.banker@bank.example"
    for minute in (0, 1, 3, 4):
        home.now = NOW + minute * MINUTE
        found = home.look()
    assert found.open[-1] == Fact("channel", "mail", "alerts are not taken: the mail server answers 451")
    assert [json.loads(body)["subject"] for _, _, body in hook.seen] == ["score", "mail"]
    rows = {row["name"]: row for row in alerting.checks(home.settings(), home.store(), home.clock)}
    assert not rows["alerts by mail"]["ok"]
    assert "the mail server answers 451" in rows["alerts by mail"]["detail"]
    assert "ana.banker" not in json.dumps(rows)
    assert rows["alerts by webhook"]["ok"]
    box.answer = ""
    home.now += HOUR
    home.look()
    home.look()
    assert alerting.checks(home.settings(), home.store(), home.clock)[0]["ok"]
    assert {one.kind for one in alerts.standing(home.store())} == {"job"}


def test_a_mail_server_that_is_gone_is_seen_by_the_doctor_before_any_alert(home, box):
    home.mail(box.port)
    assert next(row["ok"] for row in alerting.checks(home.settings(), home.store(), home.clock))
    box.stop()
    row = alerting.checks(home.settings(), home.store(), home.clock)[0]
    assert (row["ok"], row["detail"].split(";")[0]) == (False, "no safe connection to the mail server could be made")
    assert box.letters == []


@pytest.mark.parametrize(
    ("server", "more", "why"),
    [
        ({"pem": False}, "", "offers no safe connection"),
        ({"pem": True, "tls": True}, 'security = "tls"', ""),
        ({"pem": False}, 'security = "none"', ""),
    ],
)
def test_nothing_travels_in_the_open_but_on_this_machine(home, pem, server, more, why):
    made = MailServer(pem if server.pop("pem") else None, **server)
    try:
        home.mail(made.port, more)
        home.ran("score", "failed")
        found = home.look()
        if why == "":
            assert (found.sent, found.failed, len(made.letters)) == ({"mail": 1}, {}, 1)
            return
        assert found.sent == {"mail": 0}
        assert made.letters == []
        assert why in found.failed["mail"]
    finally:
        made.stop()


def test_a_certificate_that_nobody_vouches_for_is_refused(home, box):
    home.mail(box.port)
    home.tables["alerts.mail"] = (
        "\n".join(line for line in home.tables["alerts.mail"].splitlines() if "ca_file" not in line) + "\n"
    )
    home.ran("score", "failed")
    assert home.look().failed == {"mail": "no safe connection to the mail server could be made"}
    assert box.letters == []


def test_a_wrong_password_and_a_refused_recipient_are_said_in_our_words(home, box):
    home.mail(box.port)
    home.tables["alerts.mail"] = home.tables["alerts.mail"].replace(PASSWORD, "wrong")
    home.ran("score", "failed")
    assert home.look().failed == {"mail": "the mail server refuses the name or the password"}
    with pytest.raises(NotTold, match=r"^the mail server answers 550$"), mail._in_our_words():
        raise smtplib.SMTPDataError(550, b"5.1.1 ana.banker@bank.example unknown")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"host": "mail.example", "security": "none", "sender": "a@b", "recipients": ["c@d"]}, "security"),
        ({"host": "mail.example", "sender": "", "recipients": ["c@d"]}, "sender"),
        ({"host": "mail.example", "sender": "a@b\nBcc: x@y", "recipients": ["c@d"]}, "sender"),
        ({"host": "mail.example", "sender": "a@b", "recipients": []}, "recipients"),
        ({"host": "mail.example", "sender": "a@b", "recipients": ["c@d, e@f"]}, "recipients"),
    ],
)
def test_settings_that_cannot_be_used_are_named(given, key):
    with pytest.raises(WrongUsage, match=f"`{key}`"):
        mail.checked(Mail(**given))


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://hooks.example/x", KEY),
        ("ftp://hooks.example", KEY),
        ("", KEY),
        ("https://u:p@hooks.example", KEY),
        ("https://hooks.example", "short"),
    ],
)
def test_a_webhook_without_tls_or_key_is_refused_and_not_told(home, url, secret):
    home.tables["alerts.webhook"] = f'url = "{url}"\nsecret = "{secret}"\n'
    home.ran("score", "failed")
    found = home.look()
    assert found.sent == {"webhook": 0}
    assert "cannot be used" in found.failed["webhook"]
    assert not url or url not in found.failed["webhook"]


def test_where_alerts_go_stands_in_the_register_of_destinations(home, box):
    home.mail(box.port)
    home.ran("score", "failed")
    home.look()
    assert list(register.read(home.settings().fetched_folder)) == ["localhost alerts"]


SEEN = SourceSeen("copilot-users", dt.date(2026, 11, 23), dt.date(2026, 11, 22), 1000, 0)
FACTS = {
    "all is well": (Seen((SEEN,), ("copilot",), 1000, 100), []),
    "late": (Seen((SourceSeen("copilot-users", NOW.date(), dt.date(2026, 11, 16), 9, 0),), (), 0, 0), [("source", "copilot-users", "late: no day after 2026-11-16 is whole")]),
    "a week is not late": (Seen((SourceSeen("copilot-users", NOW.date(), dt.date(2026, 11, 17), 9, 0),), (), 0, 0), []),
    "silent": (Seen((SourceSeen("otlp", dt.date(2026, 11, 1), None, 9, 0),), (), 0, 0), [("source", "otlp", "silent: nothing came since 2026-11-01")]),
    "a longer rhythm": (Seen((SourceSeen("claude-code", dt.date(2026, 11, 1), None, 9, 0),), (), 0, 0), []),
    "a file by hand has no rhythm": (Seen((SourceSeen("seats", dt.date(2025, 1, 1), None, 9, 0),), (), 0, 0), []),
    "quarantine": (Seen((SourceSeen("cursor", NOW.date(), NOW.date(), 1000, 51),), (), 0, 0), [("quarantine", "cursor", "51 of the newest 1000 records are in quarantine")]),
    "a little quarantine": (Seen((SourceSeen("cursor", NOW.date(), NOW.date(), 1000, 50),), (), 0, 0), []),
    "unmatched": (Seen((), (), 1000, 101), [("unmatched", "accounts", "10 percent of the records of 28 days belong to accounts of nobody")]),
    "a tool without a row": (Seen((), ("copilot", "cursor"), 0, 0), [("egress", "cursor", "is in use and has no row in the register of data that leaves the company")]),
    "data that may not go there": (
        Seen((), ("copilot",), 0, 0, (("copilot", "card", 11), ("copilot", "email", 400), ("copilot", "phone", 11))),
        [("egress", "copilot", "was sent data that may not go there by the register: card, phone")],
    ),
    "the same on a tool of a few": (Seen((), ("copilot",), 0, 0, (("copilot", "card", 10),)), []),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_what_the_warehouse_shows(home, name):
    home.tables["alerts.late_days_of"] = "claude-code = 40\n"
    home.tables["egress.products.copilot"] = 'vendor = "GitHub"\nclasses_allowed = ["email"]\n'
    seen, wanted = FACTS[name]
    found = [*alerting._of_warehouse(home.settings(), seen, NOW.date()), *egress.findings(home.settings(), seen, 10)]
    assert found == [Fact(*one) for one in wanted]


def test_a_run_that_never_ended_a_late_head_and_a_full_disk_are_facts(home, monkeypatch):
    runs.begin(home.store(), "fetch codex", NOW - 13 * HOUR)
    runs.begin(home.store(), "score", NOW - HOUR)
    monkeypatch.setattr("shutil.disk_usage", lambda _home: type("Usage", (), {"free": 10**9 - 1}))
    monkeypatch.setattr(alerting.heads, "waiting_since", lambda _connection, _count: NOW - 2 * MINUTE)
    assert [(one.kind, one.subject) for one in home.look().open] == [
        ("job", "fetch codex"),
        ("audit", "signed head"),
        ("disk", "home"),
    ]


def test_a_head_is_late_only_while_a_record_waits_for_it(home):
    event = {"time": f"{NOW.isoformat()}Z", "actor": "x", "route": "x", "action": "x"}
    with home.store().writing() as connection:
        audit.append(connection, home.store(), event, [])
    late = {
        minutes: bool(alerting._late_head(home.settings(), home.store(), NOW + minutes * MINUTE)) for minutes in (1, 2)
    }
    assert late[1] is False
    wrote = home.settings().heads_folder / "heads.jsonl"
    assert late[2] is not wrote.exists()
    home.store().keep_head(NOW + 2 * MINUTE)
    assert alerting._late_head(home.settings(), home.store(), NOW + HOUR) == ""


def test_a_warehouse_in_use_ends_no_alert(home):
    settings, store = home.settings(), home.store()
    jobs.ingest(settings, store, jobs.Ingest("accounts", (str(_accounts(home.path)),), NOW), home.clock)
    (home.path / "odd.csv").write_text("source,account,person_id\ncopilot,,\n")
    uptake(home.path, "ingest", "accounts", home.path / "odd.csv")
    assert [one.kind for one in home.look().open] == ["quarantine"]
    with opened(settings.warehouse_file):
        assert [one.kind for one in home.look().open] == ["quarantine"]
    settings.warehouse_file.rename(home.path / "away")
    assert not home.look().warehouse
    assert [one.kind for one in alerts.standing(store)] == ["quarantine"]


def _accounts(folder: pathlib.Path) -> pathlib.Path:
    file = folder / "accounts.csv"
    file.write_text("source,account,person_id\ncopilot,1,p1\n")
    return file


def test_a_stuck_mail_server_is_left_and_its_alert_waits(home):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home.mail(silent.getsockname()[1])
        settings = home.settings()
        settings = settings.model_copy(update={"alerts": settings.alerts.model_copy(update={"timeout_seconds": 0.2})})
        home.ran("score", "failed")
        found = alerting.look(settings, home.store(), home.clock)
    assert found.failed == {"mail": "the mail server took too long to answer"}
    assert [one.told for one in alerts.standing(home.store())] == ["mail waits"]


def test_the_command_looks_tries_and_shows_no_secret(home, box, hook, capsys):
    home.mail(box.port)
    home.hook(hook.url)
    home.settings()
    home.ran("score", "failed")
    assert uptake(home.path, "alerts", "--trial") == 0
    assert "this is a trial, nothing is wrong" in box.subjects()[0]
    assert uptake(home.path, "alerts", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["sent"] == {"mail": 1, "webhook": 1}
    uptake(home.path, "config", "show")
    uptake(home.path, "doctor")
    said = capsys.readouterr()
    assert not any(secret in said.out + said.err for secret in (PASSWORD, KEY, "in-the-address"))
    assert messages.channels(home.settings()) == ["mail", "webhook"]
