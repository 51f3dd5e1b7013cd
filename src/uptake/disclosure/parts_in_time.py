"""Sums over a part of the people and a part of the time: which may stand beside each other. Pure.

Each shown sum is a set of items; an item is what no table tells apart, with the people behind it. Items that are in the same shown sets are
one unknown; a combination of them leaks if the shown sums settle it and k people or fewer stand behind it. Limit: of several settled
combinations of many a reader may make one of few; each of a reduced basis is looked at, not every mixture of them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from uptake.disclosure.linear import Elimination

Item = TypeVar("Item", bound=Hashable)
People = frozenset[str]


def settled(shown: Iterable[Collection[Item]], people: Mapping[Item, People], k: int) -> set[People]:
    """The people of every settled combination of few: k or fewer behind all of its unknowns together.

    Unknowns of few people are led last, so the equations that they lead are all that is settled of them alone.
    """
    sets = [frozenset(one) for one in shown]
    inside: dict[Item, list[int]] = {}
    for number, one in enumerate(sets):
        for item in one:
            inside.setdefault(item, []).append(number)
    atoms: dict[tuple[int, ...], People] = {}
    for item, signature in inside.items():
        atoms[tuple(signature)] = atoms.get(tuple(signature), frozenset()) | people[item]
    order = sorted(atoms, key=lambda signature: (len(atoms[signature]) <= k, signature))  # those of few last
    system = Elimination()
    for number in range(len(sets)):
        system.add({place: 1 for place, signature in enumerate(order) if number in signature})
    few = sum(len(who) > k for who in atoms.values())
    told = (frozenset[str]().union(*(atoms[order[place]] for place in row)) for row in system.within(few))
    return {who for who in told if len(who) <= k}


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
