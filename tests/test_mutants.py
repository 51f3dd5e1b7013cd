"""The planted faults of `make mutants` fit the code as it is: one that cannot be planted proves nothing, and takes an hour to say so."""

from __future__ import annotations

import pytest

from tests.mutants.__main__ import MUTANTS, ROOT
from tests.mutants.listed import Mutant


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len({item.name for item in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("item", MUTANTS, ids=[item.name for item in MUTANTS])
def test_every_mutant_can_be_planted(item: Mutant) -> None:
    text = (ROOT / "src" / "uptake" / item.file).read_text(encoding="utf-8")
    assert text.count(item.old) == 1, f"`{item.file}` holds what is to be replaced {text.count(item.old)} times"
    assert item.new != item.old
    for test in item.tests:
        assert (ROOT / test.partition("::")[0]).exists()
