"""Check 19: order. Histories of duplicate, late, restated, vanished and whole files, in several orders."""

from __future__ import annotations

import pathlib
import shutil

from tests.acceptance import frame
from tests.attack.histories import differing

HISTORIES, ORDERS = 40, 2
ASKED = (
    f"{HISTORIES} histories (of the 1,000), each in order and in {ORDERS} other orders with repeats: one digest each"
)


def check(folder: pathlib.Path) -> frame.Seen:
    wrong: list[str] = []
    for seed in range(1000, 1000 + HISTORIES):
        wrong += differing(folder / f"{seed}", seed, ORDERS)
        shutil.rmtree(folder / f"{seed}")
    return frame.Seen("; ".join([f"{HISTORIES} histories, {len(wrong)} orders differ", *wrong[:3]]), held=not wrong)


if __name__ == "__main__":
    frame.alone(__spec__)
