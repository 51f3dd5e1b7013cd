"""What a long command says of how far it is, without a terminal: nothing at first, then a line now and then, on stderr alone."""

from __future__ import annotations

import pytest

from uptake.cli.progress import SECONDS_A_LINE, line_now_and_then, progress


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told() -> tuple[Seconds, list[str]]:
    return Seconds(), []


def test_a_short_command_says_nothing(told):
    clock, said = told
    report = line_now_and_then(clock, said.append)
    for second in range(SECONDS_A_LINE):
        clock.now = 100 + second
        report("loading copilot-users: a.ndjson", second, 100, second * 10)
    assert said == []


def test_a_long_one_says_rows_rate_and_time_left_a_line_each_ten_seconds(told):
    clock, said = told
    report = line_now_and_then(clock, said.append)
    for second in range(31):
        clock.now = 100 + second
        report("loading copilot-users: a.ndjson", second * 1000, 100_000, second * 2000)
    assert said[0] == "loading copilot-users: a.ndjson, 20,000 rows, 2,000 rows/s, 10 %, about 1 min left"
    assert len(said) == 3


def test_another_kind_of_work_begins_anew(told):
    clock, said = told
    report = line_now_and_then(clock, said.append)
    report("loading hr-people: p.csv", 900, 1000, 5)
    clock.now += 50
    report("filling facts: roster", 0, 40)
    clock.now += SECONDS_A_LINE
    report("filling facts: usage_facts", 10, 40)
    assert said == ["filling facts: roster, 0 %", "filling facts: usage_facts, 25 %, about 30 s left"]


def test_quiet_says_nothing(capsys):
    with progress(quiet=True) as report:
        report("loading", 1, 2, 3)
    assert capsys.readouterr() == ("", "")
