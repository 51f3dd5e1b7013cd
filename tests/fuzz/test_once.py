"""What fuzzing starts from must pass: a fixture that fails by itself would stop the fuzzing of its reader at once."""

from __future__ import annotations

import pytest

from tests.fuzz import payloads
from tests.fuzz.once import once


@pytest.mark.parametrize("name", payloads.everything())
def test_each_reader_and_receiver_takes_its_own_fixtures(name):
    assert payloads.seeds(name)
    for data in payloads.seeds(name):
        once(name, data)
