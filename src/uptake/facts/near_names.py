"""Accounts whose login or address is a person's but for accents and for capitals beyond A to Z: perhaps theirs (decision 0101).

They are nobody's until the map says whose they are. But what such an account did may be what its person seems not to have done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from uptake.model.folding import alike, fold

BY = "all"
GRAIN = ("tool", "account", "person_id")
COLUMNS = {"tool": str, "account": str, "person_id": str}
READS = {
    "seen": "select distinct tool, account, login, email from accounts_seen order by all",
    "people": "select distinct person_id, github_login, email from roster order by all",
}


def make(
    seen: Iterable[tuple[str, str, str, str]], people: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[tuple[str, str, str]]:
    """Rows (tool, account, person_id)."""
    names: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for person, login, email in people:
        for kind, name in (("login", login), ("email", email)):
            if name:
                names[kind, alike(name)].add((name, person))
    found = set()
    for tool, account, login, email in seen:
        for kind, name in (("login", login), ("email", email), ("email", fold(account) if "@" in account else "")):
            for own, person in names.get((kind, alike(name)), ()) if name else ():
                if own != name:
                    found.add((tool, account, person))
    yield from sorted(found)
