"""A pytest plugin: with CI=true a skipped test fails the run, unless the samples beside the checkout are absent.

A test that skips because a tool is missing would let a green run hide a broken set-up.
"""

from __future__ import annotations

import os
import re

import pytest

ALLOWED = re.compile(r"\bsamples?\b|\bshared/", re.IGNORECASE)


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Text of a skip; pytest gives it as (path, line, reason)."""
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)


class SkipGuard:
    """Collects the skips that CI does not allow; runs where the summary is made, so once under pytest-xdist."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail") and not ALLOWED.search(skip_reason(report)):
            self.refused.append(f"{report.nodeid}: {skip_reason(report)}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.refused:
            terminalreporter.write_line(f"SKIP NOT ALLOWED WITH CI=true: {line}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI") == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipGuard(), "skip-guard")
