"""What a long check has found is found again after it was cut off, and only for the code that it was found of."""

from __future__ import annotations

import pytest

from tests.acceptance import kept
from tests.acceptance.kept import Kept


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A file of code that findings are about."""
    file = tmp_path / "src" / "one.py"
    file.parent.mkdir()
    file.write_text("1")
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    monkeypatch.setenv("UPTAKE_ACCEPT_KEPT", str(tmp_path / "kept"))
    return file


@pytest.mark.usefixtures("code")
def test_what_was_found_is_there_the_next_time_without_the_line_that_was_cut_off(tmp_path):
    Kept("one").add("a", [["wrong"], 1.5])
    (file,) = (tmp_path / "kept").iterdir()
    with file.open("a") as half:
        half.write('{"key": "b", "val')
    again = Kept("one")
    assert again["a"] == [["wrong"], 1.5]
    assert "b" not in again
    again.add("b", 2)
    assert Kept("one")["b"] == 2


def test_what_was_found_of_other_code_or_by_another_check_does_not_count(code):
    Kept("one").add("a", 1)
    assert "a" not in Kept("two")
    code.write_text("2")
    assert "a" not in Kept("one")


@pytest.mark.usefixtures("code")
def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv("UPTAKE_ACCEPT_KEPT")
    found = Kept("one")
    found.add("a", 1)
    assert found["a"] == 1
    assert not (tmp_path / "kept").exists()
