"""Records that each fill a line of their own, taken many at a time: most bytes that are ever loaded look so.

No rule is stated here. A line is taken only where the other way (`forms.py`) would find the same one record in it, and where the
reader's strict decoder takes it. Anything else stays where it lies and is judged there, and only there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from uptake.sources.reading.raw import MAX_RECORD, Decoded
from uptake.sources.reading.window import Window

MOST = 200
"""Records at a time; also what a reader holds of them."""


def tells_envelopes(strict: msgspec.json.Decoder[Any], lists: Collection[str]) -> bool:
    """Whether what the decoder takes can be no envelope: it refuses keys that it does not know, and knows no list of records."""
    kind: Any = strict.type
    return kind.__struct_config__.forbid_unknown_fields and not {*lists} & {*kind.__struct_encode_fields__}


def take_lines(window: Window, start: bytes, strict: msgspec.json.Decoder[Any]) -> Decoded | None:
    """The records from `pos` on that begin with `start`, a line each; None where there is none. Moves the window behind them.

    `start` is bracket and first key of a good record of this file: where it stands once more in a line, a record may have
    swallowed its neighbour. `strict` tells envelopes.
    """
    if not start or not window.buf.startswith(start, window.pos):
        return None
    if window.buf.find(b"\n", window.pos) < 0 and not window.ended and window.held() <= MAX_RECORD:
        window.fill()
    line, buf, at = window.line(), window.buf, window.pos
    decode, values = strict.decode, list[Any]()
    while len(values) < MOST and (end := buf.find(b"\n", at)) >= 0:
        raw = buf[at:end]
        if raw.rfind(start) != 0 or len(raw) > MAX_RECORD:
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
