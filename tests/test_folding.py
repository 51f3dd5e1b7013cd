"""Logins and addresses are folded in one way, in Python and in SQL (decision 0090)."""

from __future__ import annotations

import sys
import unicodedata

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.facts import account_people, near_names
from uptake.model.folding import alike, composed, fold, folded_name
from uptake.model.macros import MACROS

KELVIN, DOTTED, DOTLESS, SHARP, SIGMA, ANGSTROM = "\u212a", "\u0130", "\u0131", "\u1e9e", "\u03a3", "\u212b"
LETTERS = st.one_of(
    st.sampled_from(f"Kk{KELVIN}Ii{DOTTED}{DOTLESS}{SHARP}{SIGMA}{ANGSTROM}@.-_ Z"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute(MACROS)
        yield connection


@settings(deadline=None)
@given(text=st.text(LETTERS, max_size=40))
def test_python_and_sql_fold_alike(engine, text):
    ((found,),) = engine.execute("select fold(?::varchar)", [text]).fetchall()
    assert found == fold(text)


def test_every_letter_of_unicode_is_folded_alike(engine):
    letters = [chr(place) for place in range(1, sys.maxunicode + 1) if not 0xD800 <= place < 0xE000]
    found = dict(
        engine.execute("select one, fold(one) from (select unnest(?::varchar[]) as one)", [letters]).fetchall()
    )
    assert found == {one: fold(one) for one in letters}
    assert sum(one != other for one, other in found.items()) == 26


@settings(deadline=None)
@given(text=st.text(LETTERS, max_size=40))
def test_folding_again_changes_nothing(text):
    assert folded_name(folded_name(text)) == folded_name(text)


def test_no_other_letter_becomes_one_of_ascii():
    """Else an address in another alphabet would be somebody's."""
    others = [chr(place) for place in range(0x80, sys.maxunicode + 1) if not 0xD800 <= place < 0xE000]
    assert [one for one in others if any(part.isascii() for part in folded_name(f"a{one}a")[1:-1])] == []
    assert any(unicodedata.normalize("NFC", one).isascii() for one in others), "nothing to guard against"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{KELVIN}elly@corp.example", "kelly@corp.example"),
        (f"{DOTTED}van@corp.example", "ivan@corp.example"),
        (f"{DOTTED}van@corp.example", "i\u0307van@corp.example"),
    ],
)
def test_two_addresses_stay_two(one, other):
    assert folded_name(one) != folded_name(other)


def test_an_accent_in_two_signs_is_the_same_address():
    assert composed("rene\u0301") == composed("ren\u00e9")
    assert folded_name(" Rene\u0301@Corp.Example ") == "ren\u00e9@corp.example"


def test_the_account_of_a_look_alike_is_nobodys():
    """By the step that gives accounts to people: the Kelvin sign leads to nobody, the capital letter to its person."""
    always = account_people.ALWAYS
    roster = [("P1", *always, "kelly", "kelly@corp.example")]
    day = always[0]
    seen = [
        ("claude_code", f"{KELVIN}elly@corp.example", "", folded_name(f"{KELVIN}elly@corp.example"), 0, day),
        ("claude_code", "Kelly@corp.example", "", folded_name("Kelly@corp.example"), 0, day),
    ]
    links = [("copilot", fold(f"{KELVIN}elly"), "P1")]
    made = list(account_people.make([*seen, ("copilot", "Kelly", "", "", 0, day)], links, roster))
    assert [(row[1], row[4], row[6]) for row in made] == [("Kelly@corp.example", "P1", True)]
    stranger = list(account_people.make([("copilot", "Kelly", "", "", 0, day)], [("copilot", "kelly", "P9")], roster))
    assert [row[4:] for row in stranger] == [("P9", False, False)]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("REN\u00c9@x", "ren\u00e9@x", True), ("rene@x", "ren\u00e9@x", True), (f"{KELVIN}elly@x", "kelly@x", True), ("STRASSE@x", "stra\u00dfe@x", True),
        ("\u0130lk@x", "ilk@x", True), ("renee@x", "ren\u00e9@x", False), ("ren\u00e9@x", "ren\u00e9@y", False), ("Rene@x", "rene@x", True),
        ("S\u00d8REN@x", "soren@x", True), ("\u0141ucja@x", "lucja@x", True), ("\u00c6gir@x", "aegir@x", True), ("s\u00f8ren@x", "sren@x", False),
    ],
)  # fmt: skip
def test_two_spellings_of_one_name_are_alike(one, other, near):
    assert (alike(one) == alike(other)) is near


def test_near_names_join_nobody_and_leave_out_names_that_are_the_same():
    seen = [
        ("claude_code", "REN\u00c9@x", "", "ren\u00c9@x"),
        ("claude_code", "ren\u00e9@x", "", ""),
        ("copilot", "17", "kelly", ""),
    ]
    people = [("P1", None, "ren\u00e9@x"), ("P2", f"{KELVIN}elly", None), ("P3", "kelly", None), ("P4", None, None)]
    assert list(near_names.make(seen, people)) == [("claude_code", "REN\u00c9@x", "P1"), ("copilot", "17", "P2")]
