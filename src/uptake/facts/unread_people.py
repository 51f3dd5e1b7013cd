"""Who is meant by lines of absences that cannot be read: of them the digest of an id is kept and not the id (decision 0100)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uptake.model.folding import digest_of

BY = "all"
GRAIN = ("person", "person_id")
COLUMNS = {"person": str, "person_id": str}
NEEDS = ("unread_absences",)
READS = {
    "lines": "select distinct person from unread_absences order by all",
    "people": "select distinct person_id from people order by all",
}


def make(lines: Iterable[tuple[str]], people: Iterable[tuple[str]]) -> Iterator[tuple[str, str]]:
    """Rows (person, person_id) of those whom HR knows."""
    wanted = {person for (person,) in lines}
    for (person_id,) in people:
        if (digest := digest_of(person_id)) in wanted:
            yield digest, person_id
