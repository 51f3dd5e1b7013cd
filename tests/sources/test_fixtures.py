"""One test walks the fixtures of all readers. A new reader brings a fixture, never a test of its own for it."""

import difflib

import pytest
from regenerate import FOLDER, cases, produced

from uptake.sources import SOURCES


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.stem)
def test_reader_gives_what_the_fixture_expects(case):
    expected = case.with_suffix(".expected")
    assert expected.exists(), f"no {expected.name}: run python -m tests.sources.regenerate and read what it wrote"
    wanted, got = expected.read_text(encoding="utf-8"), produced(case)
    drift = difflib.unified_diff(wanted.splitlines(), got.splitlines(), expected.name, "reader", lineterm="")
    assert wanted == got, "the reader drifted from its fixture:\n" + "\n".join(drift)


def test_every_source_has_a_fixture():
    assert {case.name.split(".")[0] for case in cases()} == set(SOURCES)


def test_every_expected_has_its_input():
    stems = {case.with_suffix("") for case in cases()}
    assert [path for path in FOLDER.glob("*/fixtures/*.expected") if path.with_suffix("") not in stems] == []


def test_every_reader_says_what_it_takes_and_what_not():
    for folder in {case.parent.parent for case in cases()}:
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert "not taken" in text.lower(), f"{folder.name}/README.md does not say what is not taken"
