"""The reconstruction auditor: whether anybody can compute a figure of a group smaller than k from what is shown.

It knows nothing of how cells are cut. People with the same membership in all that is shown are one unknown (an atom); each
shown cell, and each person the viewer sees by name, is an equation. A set of fewer than k people leaks if the equations
settle its sum. Limits: linear figures only, sets of one atom or of two, no viewers who pool what they know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from uptake.disclosure.linear import PRIME, Elimination

LIMITS = "linear figures only; unions of at most 2 atoms; no colluders"
"""To be printed with each result."""


@dataclass(frozen=True, slots=True)
class Leak:
    """People whose sum can be computed from what is shown; fewer than k, none of them seen by name."""

    people: frozenset[str]


def audit(cells: Iterable[Collection[str]], k: int, named: Collection[str] = ()) -> tuple[Leak, ...]:
    """Return the leaks of one role view, smallest first; empty = safe within `LIMITS`.

    `cells`: the people of every shown cell; put two releases in one call to audit them together. `named`: people whose
    figures the viewer sees anyway, themselves included.
    """
    shown = sorted({frozenset(cell) for cell in cells}, key=lambda cell: (len(cell), sorted(cell)))
    known = frozenset(named)
    atoms = _atoms(shown, known)
    where = {person: index for index, atom in enumerate(atoms) for person in atom}
    system = Elimination()
    for person in sorted(known & where.keys()):
        system.add({where[person]: 1})
    for cell in shown:
        system.add(dict.fromkeys((where[person] for person in cell), 1))
    small = [(index, atom) for index, atom in enumerate(atoms) if len(atom) < k and not atom & known]
    return _leaks(small, system.solution(len(atoms)), k)


def _atoms(shown: list[frozenset[str]], known: frozenset[str]) -> list[frozenset[str]]:
    inside: dict[str, list[int]] = {}
    for index, cell in enumerate(shown):
        for person in cell:
            inside.setdefault(person, []).append(index)
    groups: dict[tuple[str | None, tuple[int, ...]], list[str]] = {}
    for person, signature in sorted(inside.items()):
        groups.setdefault((person if person in known else None, tuple(signature)), []).append(person)
    return [frozenset(group) for group in groups.values()]


def _leaks(small: list[tuple[int, frozenset[str]]], values: list[int], k: int) -> tuple[Leak, ...]:
    found = [atom for index, atom in small if values[index] == 0]
    free: dict[int, list[frozenset[str]]] = {}
    for index, atom in small:
        if values[index] == 0:
            continue
        found += [atom | other for other in free.get(PRIME - values[index], ()) if len(atom) + len(other) < k]
        free.setdefault(values[index], []).append(atom)
    return tuple(Leak(people) for people in sorted(found, key=lambda found: (len(found), sorted(found))))
