"""Nothing leaves the machine: the line runs without a network, and a tracer sees no call to one."""

from __future__ import annotations

import shutil
import sys

import pytest

from tests.attack.egress import calls_outside, steps, traced

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
needs_unshare = pytest.mark.skipif(not shutil.which("unshare"), reason="unshare is not installed")


@needs_strace
@needs_unshare
def test_the_line_runs_without_a_network_and_asks_for_none(tmp_path):
    for words in steps(tmp_path):
        done, outside = traced(tmp_path, words, offline=True)
        assert done.code == 0, f"{words[0]}: {done.err}"
        assert outside == [], words[0]


@needs_strace
@pytest.mark.parametrize(
    "call",
    [
        "s.SOCK_DGRAM).connect(('192.0.2.1', 9))",
        "s.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "s.SOCK_STREAM).connect_ex(('192.0.2.1', 9))",
    ],
)
def test_the_tracer_sees_a_call(call, tmp_path):
    script = f"import socket as s; a = s.socket(s.AF_INET, {call}"
    assert calls_outside(
        tmp_path,
        [
            sys.executable,
            "-c",
            f"import socket as s; s.setdefaulttimeout(0.01)\ntry:\n  {script}\nexcept OSError: pass",
        ],
    )
