"""Invented names: lines, sites with their holidays, people."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "invented.example"
OTHER_DOMAIN = "partner.example"
SHORTCODE = "inv"
ENTERPRISE = "900100"
ORGANIZATION = "org-invented-01"

LINES = [
    *("Digital Channels", "Core Ledger", "Payments", "Risk", "Markets", "Retail Lending", "Treasury"),
    *("Wealth", "Fraud", "Data Platform", "Cards", "Mortgages", "Cloud Foundation", "Research"),
]
EAGER, IDLE = 0, 1
"""Lines with a planted level: in the first most people use AI, in the second nearly nobody does."""


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    country: str
    legal_entity: str
    holidays: frozenset[tuple[int, int]]
    """(month, day); invented sites keep fixed dates."""


_ALL = ((1, 1), (12, 25))
SITES = (
    Site("Northport", "NL", "Invented Bank NV", frozenset({*_ALL, (4, 27), (5, 5), (12, 26)})),
    Site("Eastbridge", "PL", "Invented Bank SA", frozenset({*_ALL, (5, 1), (5, 3), (8, 15), (11, 11)})),
    Site("Southgate", "IN", "Invented Services Pvt", frozenset({*_ALL, (1, 26), (8, 15), (10, 2)})),
    Site("Westhaven", "US", "Invented Bank Inc", frozenset({*_ALL, (5, 25), (7, 3), (9, 7), (11, 26)})),
)

_FIRST = ("ana", "ben", "cem", "dora", "emil", "fay", "goran", "hana", "ivo", "june", "kofi", "lena", "milo")
_LAST = ("abel", "brook", "cruz", "dahl", "eland", "fuchs", "groot", "holm", "iqbal", "jansen", "kaur", "lund", "mora")


def of(number: int) -> tuple[str, str]:
    """First and last name of a person by number; many share one, so accounts carry the number too."""
    return _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
