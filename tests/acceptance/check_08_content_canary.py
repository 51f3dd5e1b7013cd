"""Check 8: content canaries. A unique text in every field of good and bad records, searched in all that is left."""

from __future__ import annotations

import pathlib

from tests.acceptance import frame
from tests.attack.leaks import content_run

ASKED = "10,000 unique strings and numbers: 0 hits in files, cells, output"
EACH = 40


def check(folder: pathlib.Path) -> frame.Seen:
    leaks, planted = content_run(folder, EACH)
    return frame.Seen(
        "; ".join([f"{planted} planted, {len(leaks)} hits", *leaks[:5]]), held=not leaks and planted >= 10_000
    )


if __name__ == "__main__":
    frame.alone(__spec__)
