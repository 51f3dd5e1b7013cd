"""A hostile engineer's afternoon against a real server process of a demo home: 14 classes of attack, 10,000 foreign ids.

UPTAKE_ACCEPT_HOSTILE changes the number of ids and of forged filters.
"""

from __future__ import annotations

import os
import pathlib

from bench import measure

from tests.acceptance import frame
from tests.attack.hostile_ways import WAYS, afternoon

SIZE = int(os.environ.get("UPTAKE_ACCEPT_HOSTILE", "10000"))
PEOPLE = 1000
ASKED = f"{SIZE:,} foreign ids and {len(WAYS) - 1} more classes of attack: 0 leaks"


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "home"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    found = afternoon(home, SIZE)
    classes = ", ".join(f"{kind} {number:,}" for kind, number in found.asked.items())
    text = f"{found.asked.total():,} requests ({classes}); {len(found.leaks)} leaks, {len(found.oddities)} faults"
    return frame.Seen(
        "; ".join([text, *found.leaks[:8], *found.oddities[:3]]), held=not found.leaks and not found.oddities
    )


if __name__ == "__main__":
    frame.alone(__spec__)
