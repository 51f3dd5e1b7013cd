"""Sparse elimination modulo 2^61 - 1: which unknowns, and which sums of two, a system of equations settles.

A linear form is settled exactly when every solution of the homogeneous system makes it 0. One solution is drawn with
free unknowns taken from a fixed hash; a settled form is always 0 on it, and a form that is not settled is 0 with a chance
of about 1 in 2^61 (Schwartz-Zippel). So nothing settled is ever missed.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Mapping

PRIME = (1 << 61) - 1

Row = dict[int, int]
"""Unknown -> coefficient, never 0."""


class Elimination:
    """Rows in echelon form, each led by its smallest unknown with coefficient 1."""

    def __init__(self) -> None:
        self._leading: dict[int, Row] = {}

    def add(self, row: Mapping[int, int]) -> None:
        """Add an equation, right side left out. Cost: the non-zero coefficients met on the way down."""
        rest = {unknown: value % PRIME for unknown, value in row.items() if value % PRIME}
        waiting = list(rest)
        heapq.heapify(waiting)
        while waiting:
            first = heapq.heappop(waiting)
            if first not in rest:
                continue
            pivot = self._leading.get(first)
            if pivot is None:
                scale = pow(rest[first], -1, PRIME)
                self._leading[first] = {unknown: value * scale % PRIME for unknown, value in rest.items()}
                return
            self._subtract(rest, pivot, rest[first], waiting)

    @staticmethod
    def _subtract(rest: Row, pivot: Row, times: int, waiting: list[int]) -> None:
        for unknown, value in pivot.items():
            if unknown not in rest:
                heapq.heappush(waiting, unknown)
            left = (rest.get(unknown, 0) - times * value) % PRIME
            if left:
                rest[unknown] = left
            else:
                rest.pop(unknown, None)

    def solution(self, unknowns: int) -> list[int]:
        """Return one solution of the homogeneous system over unknowns 0 .. `unknowns` - 1."""
        values = [0] * unknowns
        for unknown in reversed(range(unknowns)):
            pivot = self._leading.get(unknown)
            if pivot is None:
                values[unknown] = _drawn(unknown)
            else:
                rest = sum(value * values[other] for other, value in pivot.items() if other != unknown)
                values[unknown] = -rest % PRIME
        return values

    def within(self, first: int) -> list[Row]:
        """Return what is settled of the unknowns from `first` on by themselves: a basis, each row reduced by the others."""
        leads = sorted(unknown for unknown in self._leading if unknown >= first)
        found = []
        for lead in leads:
            row = dict(self._leading[lead])
            for other in leads:
                if other > lead and other in row:
                    self._subtract(row, self._leading[other], row[other], [])
            found.append(row)
        return found


def _drawn(unknown: int) -> int:
    digest = hashlib.sha256(b"free unknown %d" % unknown).digest()
    return 1 + int.from_bytes(digest[:16], "big") % (PRIME - 1)
