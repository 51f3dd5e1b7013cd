"""`uptake demo` and `uptake serve` as a user runs them: the address, whom to sign in as, a page, and a clean end."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

ROLES = ("executive", "lead of a line", "manager", "engineer")


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "uptake", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def said(process):
    """What it writes to stderr until the last person to sign in as; the address."""
    lines = []
    while not (lines and lines[-1].startswith("  engineer:")):
        line = process.stderr.readline()
        assert line, lines
        lines.append(line)
    return lines, re.search(r"Pages: (http://127\.0\.0\.1:\d+)/", "".join(lines))[1]


def got(url):
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own loopback server
        return answer.read().decode()


@pytest.mark.parametrize("signals", [1, 2])
def test_the_demo_serves_says_where_and_as_whom_and_ends_cleanly(tmp_path, signals):
    process = started("demo", "--people", "120", "--quarters", "1", "--port", "0", "--home", str(tmp_path / "home"))
    try:
        lines, base = said(process)
        assert {line.split(":")[0].strip() for line in lines if line.startswith("  ")} == set(ROLES)
        assert lines[0] == "making vendor files ...\n"
        assert "publishing ...\n" in lines
        assert "<h1>" in got(f"{base}/overview")
        page = got(f"{base}/signin")
        for line in lines:
            if line.startswith("  "):
                assert re.search(r"person (\d+)", line)[1] in page
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)  # two at once would be one: the second must find the first being served
        out, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
        assert "planned" in out
    finally:
        process.kill()
        process.communicate()


def test_a_taken_port_is_refused_before_any_work(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = started("demo", "--people", "120", "--port", port, "--home", str(tmp_path / "home"))
        out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert out == ""
    assert err.startswith("uptake: The address cannot be taken")
    assert err.count("\n") == 1
    assert not (tmp_path / "home").exists()
