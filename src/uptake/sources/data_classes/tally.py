"""What the detector saw, as it may be kept: how many prompts of a tool held a class on a day, and never whose they were."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from uptake.sources.data_classes.detector import count
from uptake.sources.data_classes.parse import Line


def origin_of(data: bytes) -> str:
    """Names the bytes that prompts came in: a second delivery of them is no second prompt. Nothing leads from it to anybody, since no hash of
    these bytes is kept elsewhere.
    """
    return hashlib.sha256(b"data classes\0" + data).hexdigest()[:32]


@dataclass(slots=True)
class Tally:
    """Takes texts one by one and keeps counts alone. `classes`: those that policy has switched on; of others nothing is kept."""

    classes: Collection[str]
    _seen: dict[tuple[str, dt.date, str], Counter[str]] = field(default_factory=dict)

    def see(self, text: str, origin: str, tool: str, day: dt.date) -> None:
        """Look at one prompt."""
        if held := set(count(text)) & set(self.classes):
            self._seen.setdefault((origin, day, tool), Counter()).update(held)

    def forget(self) -> None:
        """Nothing was seen."""
        self._seen.clear()

    def lines(self) -> list[Line]:
        """What was seen, in the order of the origins: that of the prompts is gone."""
        return [
            Line(look=look, day=day, tool=tool, data_class=name, prompts=prompts)
            for (look, day, tool), held in sorted(self._seen.items())
            for name, prompts in sorted(held.items())
        ]
