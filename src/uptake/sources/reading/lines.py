"""Records that each fill a line of their own, taken many at a time: most bytes that are ever loaded look so.

No rule is stated here. A line is taken only where the other way (`forms.py`) would find one whole record in it too, and the
reader's strict decoder takes it; anything else stays where it lies and is judged there, and only there.
"""

from __future__ import annotations

from typing import Any

import msgspec

from uptake.sources.reading.raw import MAX_RECORD, Decoded
from uptake.sources.reading.window import Window

MOST = 500
"""Records at a time; also what a reader holds of them."""


def take_lines(
    window: Window, start: bytes, marks: tuple[bytes, ...], strict: msgspec.json.Decoder[Any]
) -> Decoded | None:
    """The records from `pos` on that begin with `start`, a line each; None where there is none. Moves the window behind them.

    `start` is the first key of a good record of this file: where it stands once more in a line, a record may have swallowed its
    neighbour. `marks` are the keys of an envelope.
    """
    if not start or not window.buf.startswith(start, window.pos):
        return None
    if window.buf.find(b"\n", window.pos) < 0 and not window.ended and window.held() <= MAX_RECORD:
        window.fill()
    line, buf, at = window.line(), window.buf, window.pos
    decode, values = strict.decode, list[Any]()
    while len(values) < MOST and (end := buf.find(b"\n", at)) >= 0:
        raw = buf[at:end]
        if not raw.startswith(start) or raw.find(start, 1) >= 0 or len(raw) > MAX_RECORD:
            break
        if any([mark in raw for mark in marks]):  # a list: most sources have one mark
            break
        try:
            values.append(decode(raw))
        except (ValueError, RecursionError):
            break
        at = end + 1
    if not values:
        return None
    window.pos = at
    return Decoded(line, values)
