"""What fuzzing starts from must pass: a fixture that fails by itself would stop the fuzzing of its reader at once."""

from __future__ import annotations

import pytest

from tests.fuzz import payloads
from tests.fuzz.once import once


@pytest.mark.parametrize("source", [*payloads.named(), *payloads.POSTS])
def test_each_reader_takes_its_own_fixtures(source):
    assert payloads.seeds(source)
    for data in payloads.seeds(source):
        once(source, data)
