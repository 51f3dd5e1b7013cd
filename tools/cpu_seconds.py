"""A pytest plugin: processor seconds of each test file, fixture and test, children included; wall time lies on a busy machine.

Asked for by name: `pytest -p tools.cpu_seconds tests/web`. Under pytest-xdist each worker measures its own, and one table is
printed. UPTAKE_CPU_SECONDS=FILE also writes what was measured as JSON. Nothing here is ever an assertion.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path

import pytest

KINDS = ("file", "fixture", "test")
SHOWN = 40


def spent() -> float:
    """Processor seconds of this process and of the children it has waited for: a server or a browser counts where it ends."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class CpuSeconds:
    """Adds up; a worker of pytest-xdist sends its sums to the process that started it."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.sums: dict[str, defaultdict[str, float]] = {kind: defaultdict(float) for kind in KINDS}

    def add(self, kind: str, name: str, began: float) -> None:
        self.sums[kind][name] += spent() - began

    def take(self, sums: Mapping[str, Mapping[str, float]]) -> None:
        """Add what a worker measured: two that run tests of one file both count."""
        for kind, own in sums.items():
            for name, seconds in own.items():
                self.sums[kind][name] += seconds

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        began = spent()
        report = yield
        if isinstance(collector, pytest.File):
            self.add("file", collector.nodeid, began)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        began = spent()
        try:
            return (yield)
        finally:
            self.add(
                "fixture", f"{fixturedef.argname} ({fixturedef.scope}) of {fixturedef.baseid or 'a plugin'}", began
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        began = spent()
        try:
            return (yield)
        finally:
            self.add("file", item.nodeid.partition("::")[0], began)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        began = spent()
        try:
            return (yield)
        finally:
            self.add("test", item.nodeid.partition("[")[0], began)

    def pytest_testnodedown(self, node: object) -> None:
        self.take(getattr(node, "workeroutput", {}).get("cpu_seconds", {}))

    def pytest_sessionfinish(self) -> None:
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output["cpu_seconds"] = {kind: dict(sums) for kind, sums in self.sums.items()}

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in table(self.sums):
            terminalreporter.write_line(line)
        kept = os.environ.get("UPTAKE_CPU_SECONDS")
        if kept:
            Path(kept).write_text(json.dumps(self.sums, indent=1, sort_keys=True), encoding="utf-8")


def table(sums: Mapping[str, Mapping[str, float]]) -> Iterable[str]:
    """The costliest of each kind; a fixture's seconds stand in its own line and in that of the file that asked first."""
    yield f"processor seconds: {sum(sums['file'].values()):.1f} in all test files"
    for kind in KINDS:
        yield f"-- costliest by {kind}"
        costliest = sorted(sums[kind].items(), key=lambda one: -one[1])[:SHOWN]
        yield from (f"{seconds:8.1f}  {name}" for name, seconds in costliest if seconds >= 0.1)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(CpuSeconds(config), "cpu-seconds")
