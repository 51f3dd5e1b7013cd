"""What happens on the wire: storms, stalls, half answers, moves, sizes, and where a key may not go."""

from __future__ import annotations

import datetime as dt
import json
import logging
import ssl
import threading

import pytest

from tests.fetch.answers import KEY, Answer, Seen, as_json
from tests.fetch.certificates import self_signed
from tests.fetch.conftest import NOW, ago, claude
from tests.fetch.vendors import Vendor, always
from uptake.errors import WrongUsage
from uptake.fetch.problems import KeyRefused
from uptake.fetch.waiting import Patience, asked_pause

PATH = "usage_report/claude_code"


@pytest.fixture(autouse=True)
def days(vendor):
    vendor.days["claude-code"] = {ago(n): [claude(name, ago(n)) for name in ("ana", "ben", "cem")] for n in (1, 2)}


@pytest.fixture
def elsewhere():
    made = Vendor()
    made.days["claude-code"] = {ago(n): [claude("ana", ago(n))] for n in (1, 2)}
    yield made
    made.close()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_storm_is_waited_out_and_nothing_is_lost_or_doubled(home, vendor, status):
    vendor.once(always(Answer(status, b"later", {"Retry-After": "0"}), PATH), 4)
    report = home.land("claude-code")
    assert report.whole == [ago(2), ago(1)]
    assert [row["actor"]["email_address"][:3] for row in home.landed_rows(ago(1))] == ["ana", "ben", "cem"]


def test_a_storm_without_end_ends_with_patience(home, vendor):
    vendor.once(always(Answer(429, b"", {"Retry-After": "0"}), PATH), 10**6)
    report = home.land("claude-code", ago(1), ago(1))
    assert "answers 429" in str(report.failed[ago(1)])
    assert len(vendor.seen) < 60


def test_a_pause_that_is_longer_than_patience_is_not_begun(home, vendor):
    vendor.once(always(Answer(429, b"", {"Retry-After": "86400"}), PATH), 1)
    report = home.land("claude-code", ago(1), ago(1))
    assert report.failed
    assert len(vendor.seen) == 1


def test_a_rate_limit_of_github_is_a_pause_and_no_refusal(home, vendor):
    limited = Answer(403, b"", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"})
    vendor.days["copilot-users"] = {ago(1): [{"day": str(ago(1)), "user_id": 1, "user_login": "ana"}]}
    vendor.once(always(limited, "copilot"), 2)
    assert home.land("copilot-users", ago(1), ago(1)).whole == [ago(1)]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Fri, 27 Nov 2026 08:00:09 GMT"}, 9),
        ({"retry-after": "Fri, 27 Nov 2026 07:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 30}, None),
        ({}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.replace(tzinfo=dt.UTC).timestamp()) + 5)}, 5),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "99"}, None),
    ],
)
def test_what_a_vendor_asks_to_wait(headers, seconds):
    assert asked_pause(headers, NOW) == seconds


def test_pauses_grow_are_drawn_and_are_bounded():
    slept: list[float] = []
    patience = Patience(500, 1, clock=lambda: 0.0, sleep=slept.append, chance=lambda: 1.0)
    count = 0
    while patience.pause(count + 1, None):
        count += 1
    assert slept[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert sum(slept) <= 500
    half = Patience(500, 1, clock=lambda: 0.0, sleep=slept.append, chance=lambda: 0.0)
    assert half.pause(3, None)
    assert slept[-1] == 2
    assert half.pause(1, 30.0)
    assert slept[-1] >= 30


@pytest.mark.parametrize(
    "broken",
    [
        Answer(200, json.dumps({"data": [claude("ghost", ago(1))]}).encode(), cut=60),
        Answer(200, json.dumps({"data": [claude("ghost", ago(1))]}).encode()[:80]),
        Answer(200, json.dumps({"data": [claude("ghost", ago(1))]}).encode(), {"Content-Encoding": "gzip"}),
        Answer(200, b"[" * 100_000),
        Answer(200, b"<html>maintenance</html>"),
        Answer(drop=True),
        Answer(200, b'{"data": [', cut=4, stall=1.0),
    ],
    ids=["short", "cut", "no-gzip", "deep", "html", "dropped", "stalled"],
)
def test_half_an_answer_is_asked_for_again_and_never_taken(home, vendor, broken):
    home.limits |= {"read_seconds": 0.3} if broken.stall else {}
    home.write()
    vendor.once(always(broken, PATH), 1)
    report = home.land("claude-code", ago(1), ago(1))
    assert report.whole == [ago(1)]
    assert len(home.landed_rows(ago(1))) == 3
    vendor.once(always(broken, PATH), 10**6)
    report = home.land("claude-code", ago(2), ago(2))
    assert report.failed
    assert not home.held_files("claude-code")


@pytest.mark.parametrize("body", [b'{"data": 3}', b'{"data": [1]}', b'{"rows": []}', b"3", b'"x"'])
def test_an_answer_of_another_shape_is_no_empty_day(home, vendor, body):
    vendor.once(always(Answer(200, body), PATH), 99)
    report = home.land("claude-code", ago(1), ago(1))
    assert "not understood" in str(report.failed[ago(1)])


@pytest.mark.parametrize(
    "value",
    [b'{"added":' * 700 + b"1" + b"}" * 700, b"1" + b"0" * 300, b'"\\ud800"', b"1e999"],
    ids=["deep", "large", "half", "float"],
)
def test_a_value_that_cannot_be_written_is_one_clear_line(home, vendor, value):
    body = b'{"data":[{"core_metrics":' + value + b"}]}"
    vendor.once(always(Answer(200, body), PATH), 10**6)
    done = home.run("fetch", "claude-code", "--from", ago(1), "--to", ago(1))
    assert (done.code, done.err.count("\n")) in {(6, 1), (4, 0), (3, 1)}, done.err
    line = b'{"day":' + value + b"}\n"
    vendor.days["copilot-users"] = {ago(1): [{}]}
    vendor.parts = 1
    vendor.once(always(Answer(200, line), "/signed/"), 10**6)
    done = home.run("fetch", "copilot-users", "--from", ago(1), "--to", ago(1))
    assert (done.code, done.err.count("\n")) in {(6, 1), (4, 0), (3, 1)}, done.err


def test_an_answer_that_is_too_large_is_cut_short(home, vendor):
    home.limits["max_mb"] = 1
    home.write()
    vendor.once(always(Answer(200, b" " * 1_500_000 + b"{}"), PATH), 99)
    assert "too large" in str(home.land("claude-code", ago(1), ago(1)).failed[ago(1)])
    assert len(vendor.seen) == 1


def moved(vendor: Vendor, status: int = 302, path: str = PATH):
    def trick(seen: Seen) -> Answer | None:
        query = "&".join(f"{name}={value}" for name, value in seen.query.items())
        return Answer(status, b"", {"Location": f"{vendor.base}{seen.path}?{query}"}) if path in seen.path else None

    return trick


def test_another_host_is_followed_without_the_key(home, vendor, elsewhere):
    vendor.once(moved(elsewhere), 99)
    with pytest.raises(KeyRefused, match="moved to another host"):
        home.land("claude-code", ago(1), ago(1))
    assert elsewhere.seen
    assert not any(KEY in str(one.headers) for one in elsewhere.seen)


def test_another_path_of_the_same_host_is_followed_with_the_key(home, vendor):
    def renamed(seen: Seen) -> Answer | None:
        old = "moved" not in seen.query
        return Answer(301, b"", {"Location": f"{seen.path}?starting_at={ago(1)}&moved=1"}) if old else None

    vendor.days["claude-code"][ago(1)] = [claude("ana", ago(1))]
    vendor.once(renamed, 1)
    assert home.land("claude-code", ago(1), ago(1)).whole == [ago(1)]


def test_a_move_in_a_circle_ends(home, vendor):
    vendor.once(moved(vendor), 99)
    assert "circle" in str(home.land("claude-code", ago(1), ago(1)).failed[ago(1)])
    assert len(vendor.seen) < 10


def test_a_move_to_an_address_without_tls_is_not_followed(home, vendor):
    vendor.once(always(Answer(302, b"", {"Location": "http://vendor.example/x"}), PATH), 99)
    assert "without TLS" in str(home.land("claude-code", ago(1), ago(1)).failed[ago(1)])


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_key_in_a_body_goes_to_no_other_host(home, vendor, elsewhere, status):
    vendor.users = {"k1": "ana@x.example"}
    vendor.once(moved(elsewhere, status, "Analytics"), 99)
    with pytest.raises(KeyRefused, match="key stands in the body"):
        home.land("windsurf", ago(1), ago(1))
    assert not elsewhere.seen


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_ends_the_run_as_wrong_usage(home, vendor, status):
    vendor.once(always(Answer(status), PATH), 99)
    done = home.run("fetch", "claude-code")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert len(vendor.seen) == 1


def test_nobody_is_there(home, vendor):
    vendor.close()
    done = home.run("fetch", "claude-code")
    assert done.code == 6
    assert "no safe connection" in done.err


def test_a_certificate_of_nobody_is_not_believed(home, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    own = Vendor(context)
    home.extra["claude-code"] = f'base_url = "https://localhost:{own.port}"'
    home.write(own_base=("claude-code",))
    report = home.land("claude-code", ago(1), ago(1))
    own.close()
    assert "no safe connection" in str(report.failed[ago(1)])
    assert not own.seen


def test_a_proxy_of_the_environment_is_used(home, vendor, monkeypatch):
    home.extra["claude-code"] = 'base_url = "http://localhost:9"'
    home.write(own_base=("claude-code",))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, vendor.base)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    report = home.land("claude-code", ago(1), ago(1))
    assert report.whole == [ago(1)]
    assert {one.host for one in vendor.seen} == {"localhost:9"}


@pytest.mark.parametrize(
    "base", ["http://vendor.example", "ftp://x", "vendor.example", "https://user:pw@x.example", "https://"]
)
def test_an_address_that_a_key_must_not_go_to_is_refused(home, base):
    home.extra["claude-code"] = f'base_url = "{base}"'
    home.write(own_base=("claude-code",))
    with pytest.raises(WrongUsage, match="base_url"):
        home.land("claude-code")


def test_no_key_and_no_address_is_in_logs_errors_and_files(home, vendor, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    vendor.once(always(Answer(500, KEY.encode()), PATH), 1)
    vendor.once(lambda seen: as_json({"data": 3}) if seen.query.get("starting_at") == str(ago(2)) else None, 99)
    done = home.run("fetch", "claude-code", "--json")
    assert done.code == 6
    told = caplog.text + done.out + done.err + "".join(capfd.readouterr())
    for secret in (KEY, vendor.base, "usage_report", "starting_at"):
        assert secret not in told
        assert secret.encode() not in home.all_bytes()


def test_two_runs_of_one_source_do_not_meet(home, vendor):
    inside, go = threading.Event(), threading.Event()

    def slow(_seen: Seen) -> None:
        inside.set()
        go.wait(5)

    home.limits["read_seconds"] = 10
    home.write()
    vendor.once(slow)
    first = threading.Thread(target=lambda: home.land("claude-code"))
    first.start()
    assert inside.wait(5)
    second = home.run("fetch", "claude-code")
    go.set()
    first.join()
    assert second.code == 6
    assert "Another fetch" in second.err


def test_the_register_names_hosts_and_no_path(home, vendor):
    home.land("claude-code")
    home.now += dt.timedelta(days=3)
    home.land("claude-code", ago(1), ago(1))
    text = (home.path / "fetched" / "destinations.json").read_text()
    first, last = str(ago(0)), str(ago(-3))
    row = {"host": "127.0.0.1", "source": "claude-code", "first": first, "last": last, "requests": len(vendor.seen)}
    assert json.loads(text) == {"127.0.0.1 claude-code": row}
    checks = {check["name"]: check["detail"] for check in json.loads(home.run("doctor", "--json").out)["checks"]}
    assert checks["destinations"] == f"127.0.0.1 for claude-code since {first}"
