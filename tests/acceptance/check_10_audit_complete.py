"""Check 10: each answer with people has its record, whenever the server is killed; and none is given when it cannot be written."""

from __future__ import annotations

import os
import pathlib
import shutil

from tests.acceptance import frame, killed
from tests.attack import no_room

REQUESTS = int(os.environ.get("UPTAKE_ACCEPT_AUDIT", "10000"))
KILLS = 50
ASKED = f"{REQUESTS} requests, {KILLS} kills of `uptake serve`: a record for every answer with people; a full disk, and a file that may not grow: 503 or exit 6, 0 rows"


def check(folder: pathlib.Path) -> frame.Seen:
    home = killed.home(folder / "home")
    copies = [shutil.copytree(home, folder / name) for name in ("tmpfs", "limit")]
    said, wrong = killed.run(home, kills=KILLS, answers=REQUESTS, seed=10)
    for copy, way in zip(copies, no_room.WAYS, strict=True):
        more, found = no_room.tried(copy, way)
        said, wrong = f"{said}; {more}", wrong + found
    return frame.Seen("; ".join([said, *wrong[:5]]), held=not wrong)


if __name__ == "__main__":
    frame.alone(__spec__)
