"""A fetch that is killed: what was loaded stays, what was not is asked for again, nothing is there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time

import duckdb
import pytest

from tests.attack.drive import command
from tests.contract.test_ingest import seat
from tests.fetch.answers import Seen
from tests.fetch.conftest import Home, claude
from uptake.jobs import utc_now

NAMES = [f"dev{n}" for n in range(9)]


@pytest.fixture(autouse=True)
def _time():
    """The clock runs here: a process of its own has no other than this machine's."""


@pytest.fixture
def days(vendor):
    """The rows of the two days that are due by the clock of this machine; a process of its own has no other."""
    today = utc_now().date()
    days = [today.fromordinal(today.toordinal() - n) for n in range(6)]
    vendor.days["claude-code"] = {day: [claude(name, day) for name in NAMES] for day in days}
    return days


def started(home: Home) -> subprocess.Popen[bytes]:
    words = command(home.path, "fetch", "claude-code", "--quiet")
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(child: subprocess.Popen[bytes]) -> None:
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)


def loaded(home: Home) -> int:
    return len(home.held("select key, sessions from usage where source = 'claude-code'"))


@pytest.mark.usefixtures("days")
def test_a_kill_between_two_pages_of_the_second_day(home, vendor):
    home.limits["read_seconds"] = 30
    home.write()
    stuck = threading.Event()

    def stall(_seen: Seen) -> None:
        if len(vendor.seen) == 8:
            stuck.set()
            time.sleep(3)

    vendor.once(stall, 10**6)
    child = started(home)
    assert stuck.wait(30)
    killed(child)
    assert loaded(home) == len(NAMES)
    done = home.run("fetch", "claude-code", "--json")
    assert done.code == 0, done.err
    assert loaded(home) == 2 * len(NAMES)
    assert (done.json()["loaded"], done.json()["duplicate"]) == (len(NAMES), len(NAMES))
    assert not home.held_files("claude-code")


@pytest.mark.usefixtures("days")
def test_a_kill_between_the_file_and_its_load(home):
    home.limits["patience_seconds"] = 60
    home.write()
    with duckdb.connect(str(home.path / "warehouse" / "warehouse.duckdb")):
        child = started(home)
        end = time.monotonic() + 30
        while time.monotonic() < end and not (
            (home.path / "fetched" / "claude-code").exists() and home.held_files("claude-code")
        ):
            time.sleep(0.05)
        time.sleep(0.3)
        assert child.poll() is None  # it waits for the warehouse, which another command has
        killed(child)
    assert loaded(home) == 0
    assert home.run("fetch", "claude-code").code == 0
    assert loaded(home) == 2 * len(NAMES)
    assert not home.held_files("claude-code")


def test_a_disk_that_is_full_is_one_clear_line_and_leaves_nothing(home, vendor):
    vendor.seats = [seat(number) for number in range(1, 5001)]
    words = " ".join(str(word) for word in command(home.path, "fetch", "copilot-seats", "--quiet"))
    done = subprocess.run(["bash", "-c", f"ulimit -f 500; exec {words}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("uptake: A file cannot be read or written")
    assert done.stderr.count("\n") == 1
    assert home.files("copilot-seats") == ["lock"]
    assert home.fetch("copilot-seats").load().loaded == 5000
