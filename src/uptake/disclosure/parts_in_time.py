"""Sums over a part of the people and a part of the time: which may stand beside each other. Pure.

Each shown sum is a set of items; an item is what no table tells apart, with the people behind it. Items that are in the same shown sets are
one unknown; a set of them leaks if the shown sums settle it and k people or fewer stand behind it (as `auditor`, with its limits).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from uptake.disclosure.linear import PRIME, Elimination

Item = TypeVar("Item", bound=Hashable)
People = frozenset[str]


def settled(shown: Iterable[Collection[Item]], people: Mapping[Item, People], k: int) -> set[People]:
    """The people of every settled sum of few: k or fewer, in one unknown or in two."""
    sets = [frozenset(one) for one in shown]
    inside: dict[Item, list[int]] = {}
    for number, one in enumerate(sets):
        for item in one:
            inside.setdefault(item, []).append(number)
    atoms: dict[tuple[int, ...], People] = {}
    for item, signature in inside.items():
        atoms[tuple(signature)] = atoms.get(tuple(signature), frozenset()) | people[item]
    order = sorted(atoms)
    system = Elimination()
    for number in range(len(sets)):
        system.add({place: 1 for place, signature in enumerate(order) if number in signature})
    return _few(system.solution(len(order)), [atoms[signature] for signature in order], k)


def _few(values: Sequence[int], atoms: Sequence[People], k: int) -> set[People]:
    small = [place for place, who in enumerate(atoms) if len(who) <= k]
    found = {atoms[place] for place in small if values[place] == 0}
    free = [place for place in small if values[place]]
    return found | {
        atoms[one] | atoms[other]
        for place, one in enumerate(free)
        for other in free[place + 1 :]
        if (values[one] + values[other]) % PRIME == 0 and len(atoms[one] | atoms[other]) <= k
    }


def added(
    standing: Iterable[Collection[Item]],
    families: Sequence[Sequence[Collection[Item]]],
    people: Mapping[Item, People],
    k: int,
) -> list[bool]:
    """Which families may stand beside what stands: in turn, each as a whole, where with it nothing of few follows that did not before."""
    shown = [one for one in standing if one]
    known, answers = settled(shown, people, k), []
    for family in families:
        wanted = [*shown, *(one for one in family if one)]
        good = settled(wanted, people, k) <= known
        answers.append(good)
        if good:
            shown = wanted
    return answers
