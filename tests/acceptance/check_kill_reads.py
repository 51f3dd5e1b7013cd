"""The server is killed 200 times at random moments while pages are read: every answer with people has its record, and the chain verifies."""

from __future__ import annotations

import os
import pathlib

from tests.acceptance import frame, killed

KILLS = int(os.environ.get("UPTAKE_ACCEPT_KILLS", "200"))
ASKED = f"{KILLS} kills at random moments while pages are read: a record for every answer with people, the chain and its heads verify"


def check(folder: pathlib.Path) -> frame.Seen:
    said, wrong = killed.run(killed.home(folder / "home"), kills=KILLS, answers=1, seed=200)
    return frame.Seen("; ".join([said, *wrong[:5]]), held=not wrong)


if __name__ == "__main__":
    frame.alone(__spec__)
