"""How much harm a fault in each repository of the invented company can do, as our own CSV. Some are not rated, as at every site."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from uptake.demo.changes import Change
from uptake.demo.writing import write_csv

COLUMNS = ("repository", "risk_tier")
CRITICAL = ("core-ledger", "payments", "treasury")
HIGH = ("cards", "fraud", "markets", "mortgages", "risk")
LOW = ("cloud-foundation", "research")
"""Owners of repositories, which are lines of business, by tier; all others are medium."""
ONE_IN = 10
"""Of so many repositories one was not rated: by a hash of its name, never by what is merged in it."""


def write_tiers(vendor: Path, made: Iterable[Change]) -> None:
    """A row for each rated repository in which something was merged."""
    names = sorted({one.repository for one in made})
    write_csv(
        vendor / "repositories" / "repositories.csv", COLUMNS, ((name, _tier(name)) for name in names if _rated(name))
    )


def _rated(name: str) -> bool:
    return hashlib.sha256(f"rated {name}".encode()).digest()[0] % ONE_IN > 0


def _tier(name: str) -> str:
    owner = name.partition("/")[0]
    named = {"critical": CRITICAL, "high": HIGH, "low": LOW}
    return next((tier for tier, owners in named.items() if owner in owners), "medium")
