"""Which settings a policy takes, and its version, which follows them."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785

from uptake.errors import WrongUsage
from uptake.policy import Policy


def test_k_has_a_floor_that_no_setting_lowers():
    assert Policy().k == 10
    assert Policy(k=5).k == 5
    with pytest.raises(WrongUsage, match="k is not usable"):
        Policy(k=4)


@pytest.mark.parametrize(
    "settings",
    [
        {"profile": "open"},
        {"manager_depth": -1},
        {"lob_lead_depth": -1},
        {"board_reach": "world"},
        {"review_since": (("E", "2026"),)},
        {"review_since": (("E", "2026Q5"),)},
    ],
)
def test_settings_that_contradict_themselves_are_refused(settings):
    with pytest.raises(WrongUsage):
        Policy(**settings)


@pytest.mark.parametrize(
    "setting",
    [
        {}, {"lockdown": True}, {"k": 11}, {"manager_depth": 2}, {"lob_lead_depth": 2}, {"board_bands": True},
        {"board_reach": "everyone"}, {"notice_refs": (("A", "1"),)}, {"noticed_entities": frozenset("A")},
        {"review_since": (("A", "2026Q4"),)}, {"board_entities": frozenset("A")}, {"aggregate_only": frozenset("A")},
    ],
)  # fmt: skip
def test_a_version_that_is_kept_is_that_of_these_settings(setting):
    assert Policy().version
    changed = Policy(**setting)
    for _ in range(2):
        assert changed.version == hashlib.sha256(rfc8785.dumps(changed.canonical())).hexdigest()


def test_version_follows_the_settings_and_not_their_order():
    assert Policy().version == Policy().version
    assert Policy(board_entities=frozenset({"A", "B"})).version == Policy(board_entities=frozenset({"B", "A"})).version
    assert (
        len(
            {
                Policy().version,
                Policy(k=11).version,
                Policy(profile="managed").version,
                Policy(aggregate_only=frozenset("A")).version,
            }
        )
        == 4
    )
