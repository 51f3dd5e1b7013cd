"""The local detector: what it finds and leaves, check digits, and that no text makes it slow. The large run is acceptance check 22."""

import time

import pytest
from tests.labelled_prompts import HOSTILE, clean, planted

from uptake.model import DATA_CLASSES
from uptake.sources.data_classes.detector import CLASSES, LONGEST, count


def test_its_classes_are_those_of_the_model_and_each_is_explained():
    assert tuple(CLASSES) == DATA_CLASSES


def test_each_kind_is_found_as_what_it_is_and_nothing_else():
    assert [(name, count(prompt), prompt[:60]) for name, prompt in planted(12) if set(count(prompt)) != {name}] == []


def test_clean_prompts_hold_nothing():
    assert [(count(prompt), prompt[:60]) for prompt in clean(240) if count(prompt)] == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("5555555555554444", "5655555555554444"),  # Luhn alone makes no card: no brand begins with 56
        ("GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 18"),
        ("756.9217.0769.85", "756.9217.0769.84"),
        ("12345678Z", "12345678A"),
        ("811218-9876", "811218-9877"),
        ("811218-9876", "811318-9876"),
        ("RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("1 84 12 76 451 089 46", "1 84 12 76 451 089 45"),
        ("2341 2341 2346", "2341 2341 2345"),
        ("ana@bank.de", "ana@example.com"),
        ("postgres://app:s3cr3t!x@db/x", "postgres://app:${SECRET}@db/x"),
    ],
)
def test_a_wrong_check_digit_or_a_placeholder_is_none(good, bad):
    assert sum(count(f"see {good} there").values()) == 1
    assert count(f"see {bad} there") == {}


def test_it_counts_how_often_and_says_nothing_of_the_text():
    assert count("4111 1111 1111 1111 and 5555 5555 5555 4444, ask ana@bank.de") == {"card": 2, "email": 1}


def test_text_behind_the_limit_is_not_looked_at():
    assert count(" " * LONGEST + "4111 1111 1111 1111") == {}


def test_hostile_texts_are_read_in_time():
    """Eight times less than the check of 200 KB, so that a busy machine does not fail it: what is quadratic would."""
    slow = {}
    for sign in HOSTILE:
        begun = time.process_time()
        count((sign * 25_000)[:25_000])
        slow[sign] = time.process_time() - begun
    assert {sign: seconds for sign, seconds in slow.items() if seconds > 0.25} == {}
