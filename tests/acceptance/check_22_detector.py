"""Check 22: the local detector, on prompts of ours: what it finds, what it leaves, how fast it is, and what a hostile text costs."""

from __future__ import annotations

import pathlib
import time
from collections import Counter

from tests.acceptance import frame
from tests.labelled_prompts import HOSTILE, clean, planted
from uptake.sources.data_classes.detector import count

EACH, CLEAN, LENGTH = 100, 1_000, 200 * 2**10
ASKED = "2,000 labelled prompts: >= 99 % of each kind, 0 of 1,000 clean flagged, >= 2 MB/s; hostile text of 200 KB <= 250 ms"


def check(_folder: pathlib.Path) -> frame.Seen:
    labelled, unlabelled = planted(EACH), clean(CLEAN)
    found = Counter(name for name, prompt in labelled if name in count(prompt))
    worst = min(found[name] / EACH for name in {name for name, _ in labelled})
    flagged = [prompt for prompt in unlabelled if count(prompt)]
    speed = _megabytes_a_second([prompt for _, prompt in labelled] + unlabelled)
    slowest, by = max((_seconds(sign), sign) for sign in HOSTILE)
    text = (
        f"worst kind {worst:.1%}, {len(flagged)} of {CLEAN} clean flagged, {speed:.1f} MB/s, "
        f"slowest of {len(HOSTILE)} hostile texts {slowest * 1000:.0f} ms ({by[:12]!r}); CPU time of one core"
    )
    held = worst >= 0.99 and not flagged and speed >= 2 and slowest <= 0.25
    return frame.Seen("; ".join([text, *(repr(prompt[:80]) for prompt in flagged[:5])]), held=held)


def _megabytes_a_second(prompts: list[str]) -> float:
    """Of prompts as they come, one by one; the labelled half is much denser than what people write."""
    begun = time.process_time()
    for prompt in prompts:
        count(prompt)
    return sum(len(prompt.encode()) for prompt in prompts) / (time.process_time() - begun) / 1e6


def _seconds(sign: str) -> float:
    text = (sign * LENGTH)[:LENGTH]
    begun = time.process_time()
    count(text)
    return time.process_time() - begun


if __name__ == "__main__":
    frame.alone(__spec__)
