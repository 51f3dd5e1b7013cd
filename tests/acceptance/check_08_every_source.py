"""Check 8 for every source and receiver: unique sentences in each text of each fixture, searched in all that is left."""

from __future__ import annotations

import pathlib

from tests.acceptance import frame
from tests.attack.everywhere import everywhere
from uptake.sources import SOURCES

WANTED = 10_000
ASKED = (
    "10,000 unique strings in every text of every source and receiver: 0 hits in files, cells, pages, evidence, errors"
)


def check(folder: pathlib.Path) -> frame.Seen:
    wrong, canaries, done = everywhere(folder, WANTED)
    planted = len(canaries.texts)
    told = ", ".join(f"{count:,} {what}" for what, count in done.items())
    text = f"{planted:,} planted by {len(SOURCES)} sources, a git history, 3 receivers of telemetry, 2 of hosts of code and a directory, the detector on ({told}), {len(wrong)} hits"
    return frame.Seen("; ".join([text, *wrong[:8]]), held=not wrong and planted >= WANTED)


if __name__ == "__main__":
    frame.alone(__spec__)
