"""Content is never stored, and no value of a bad record is kept anywhere (GOVERNANCE.md section 11)."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.attack import samples
from tests.attack.canary import Canaries
from tests.attack.leaks import content_run, found_in
from uptake.sources import SOURCES


def test_no_canary_is_found_anywhere(tmp_path):
    leaks, planted = content_run(tmp_path, each=4)
    assert planted > 900
    assert leaks == []


@pytest.mark.parametrize("shape", ["raw bytes", "warehouse text", "output"])
def test_a_planted_leak_is_found(shape, tmp_path):
    canaries = Canaries()
    text = canaries.text()
    (tmp_path / "home").mkdir()
    outputs = []
    if shape == "raw bytes":
        (tmp_path / "home" / "log.txt").write_text(f"cannot read {text}")
    elif shape == "output":
        outputs.append(json.dumps({"error": text}))
    else:
        with duckdb.connect(str(tmp_path / "home" / "x.duckdb")) as connection:
            connection.execute("create table t as select ? as a from range(10000)", [text])
    assert found_in(tmp_path / "home", canaries, outputs) != []


def test_numbers_are_found_as_text_and_as_bytes():
    canaries = Canaries()
    number = canaries.number()
    assert list(canaries.found(f'"x": {number}, '.encode())) == [str(number)]
    assert list(canaries.found(b"xx" + number.to_bytes(8, "little"))) == [str(number)]


def test_every_sample_is_of_a_source():
    """What has no sample here, such as telemetry, is attacked through its fixtures: tests/attack/test_any_source.py."""
    assert {*samples.JSON_SOURCES, *samples.CSV_SOURCES} <= set(SOURCES)
