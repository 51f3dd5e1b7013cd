"""What the pictures are drawn from: plain rows of released numbers, and the words that stand where a number may not.

Units are those of the questions: shares in ppm, scores in millionths of a point (`micro`), days as dates, people as counts.
One convention everywhere: a number that is None is not shown, and `text` holds the words in its place ("fewer than 3",
"withheld"). Nothing is drawn for it: no bar, no dot, no cell. All rows are frozen and hold no markup; a name may be any text.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """People of the step before that this step does not hold. `known=False`: nobody can say (hatched)."""

    reason: str
    people: int | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel. Known losses sum to the drop from the step before. `text` stands in place of `people`."""

    name: str
    people: int | None
    losses: tuple[Loss, ...] = ()
    note: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """People of one segment: a key of `segments.SEGMENTS`. Several parts of one segment (its reasons) are added."""

    segment: str
    people: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A unit parted by segment; `text` says why nothing of it is shown. `href` begins with `/` or `?`."""

    name: str
    people: int | None
    parts: tuple[Part, ...] = ()
    href: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change with its interval, in the unit of the figure (ppm of shares, or micro of scores). Clear: zero lies outside."""

    value: int
    low: int
    high: int

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Point:
    """A week of a line. `state`: observed, partial (dashed), not_observed (hatched gap), withheld (gap, no mark).

    `low` and `high` are the interval of the share, where there is one.
    """

    day: dt.date
    ppm: int | None
    state: str = "observed"
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One unit of the small multiples."""

    name: str
    points: tuple[Point, ...]
    change: Change | None = None
    href: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The line that others are read against."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: drawn as a rule with a number, keyed below."""

    day: dt.date
    text: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`state`: value, zero, bounded (`text` such as `< 10`), not_expected, not_observed, withheld, no_seat, outside (no mark)."""

    state: str
    value: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A unit and its weeks, oldest first. `text`: why cells are withheld, said once."""

    name: str
    cells: tuple[HeatCell, ...]
    href: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of one person. `state` as HeatCell; `micro` is the score of an active day."""

    day: dt.date
    state: str
    micro: int | None = None


@dataclass(frozen=True, slots=True)
class SourceDay:
    """A day of a source. `state`: complete, incomplete, missing, not_expected."""

    day: dt.date
    state: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and its days, oldest first; `text` stands at the right (last complete day, lag)."""

    name: str
    days: tuple[SourceDay, ...]
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """Active people with a quarter score in [low, high), in whole points. Released: merged until k + 1 people are in it."""

    low: int
    high: int
    people: int


@dataclass(frozen=True, slots=True)
class RidgeRow:
    """A line of business: its people at zero, the released bins of those who are active, and its two medians.

    `eligible` counts the people whose distribution this is; fewer than 50 are not drawn. `text` stands in place of the curve.
    """

    name: str
    engineers: int
    eligible: int | None
    zero_ppm: int | None
    bins: tuple[Bin, ...] = ()
    median_micro: int | None = None
    active_median_micro: int | None = None
    href: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """A named place on an axis of scores: `kind` is median, active_median, cut or you."""

    name: str
    micro: int
    kind: str


@dataclass(frozen=True, slots=True)
class WeekScore:
    """Mean day score of a week of one person, by part. `state`: observed, not_expected (no mark), not_observed (hatched)."""

    day: dt.date
    proactive_micro: int | None
    passive_micro: int | None
    state: str = "observed"


@dataclass(frozen=True, slots=True)
class IdleAge:
    """Seats of a tool proven idle for so many expected days, e.g. "61 to 120 days"; "never used" is an age of its own."""

    name: str
    seats: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class IdleTool:
    """A tool, its ages youngest first, and a note (cost, not observed)."""

    name: str
    ages: tuple[IdleAge, ...]
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit of the quadrant. `outcome` and its standard `error` in millionths of a standard deviation; `corner`: see `quadrant`."""

    name: str
    use_micro: int
    outcome: int
    error: int
    corner: str
    changes: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Merged changes of a week, by whether AI was used. None: not shown."""

    day: dt.date
    assisted: int | None
    others: int | None


@dataclass(frozen=True, slots=True)
class Band:
    """An amount in doubt: 9 of 10 cases lie between `low` and `high`. `kind` is the class of its mark, `words` what stands below the name."""

    name: str
    low: int
    middle: int
    high: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """The changes of a repository, or of several, by whether a person verified them.

    `of`: how many changes the whole width stands for, where it is more than those of the row. `href` begins with `/` or `?`.
    """

    name: str
    verified: int
    partly: int
    missing: int
    note: str = ""
    of: int = 0
    href: str = ""
