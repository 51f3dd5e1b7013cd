"""Pictures: rows of released numbers in, markup out. Pure functions; the same rows give the same bytes.

Each function returns an `Svg`, a string that templates may put into a page as it is: one `<div class="chart ...">` that holds
the row names as HTML and the marks as inline SVG. Every name is escaped here. To use them a page needs:

- `marks.css` (beside this file, after the tokens), served as any other style sheet: no mark has a style attribute;
- `patterns()` once, first thing in the body: the hatch and the stripes that marks refer to by id.

The card around a picture (title, deck, foot, empty and error states) is the page's. A picture takes the width of its place,
from 240 px up. Rows are frozen dataclasses of `rows`; units as in the questions: ppm, micro, days. A number that may not be
shown is None with its words in `text`: it gets no mark. Invariants that do not hold (parts that do not sum, a week given
twice) raise ValueError naming the field, never the value.
"""

from uptake.charts.bands import bands
from uptake.charts.bars import idle_seats, week_scores, week_scores_key
from uptake.charts.core import Svg, describe
from uptake.charts.funnel import funnel
from uptake.charts.heat import calendar, calendar_key, coverage, coverage_key, heat_key, heat_map, heat_step
from uptake.charts.lines import line, multiples, picked, sparkline
from uptake.charts.marks import POINT_MICRO, POINT_PPM, change, interval
from uptake.charts.patterns import key, patterns
from uptake.charts.quadrant import CORNERS, quadrant
from uptake.charts.ridge import ridge
from uptake.charts.rows import (
    Band,
    Bin,
    Change,
    Day,
    Event,
    HeatCell,
    HeatRow,
    IdleAge,
    IdleTool,
    Line,
    Loss,
    Marker,
    Panel,
    Part,
    Point,
    RidgeRow,
    SegmentRow,
    SourceDay,
    SourceRow,
    Spot,
    Step,
    VerifiedRow,
    Volume,
    WeekScore,
)
from uptake.charts.segments import SEGMENTS, segment_bar, segment_key, segment_rows
from uptake.charts.swarm import standing, swarm
from uptake.charts.verified import verified_key, verified_rows
from uptake.charts.volume import volumes

__all__ = [
    "CORNERS",
    "POINT_MICRO",
    "POINT_PPM",
    "SEGMENTS",
    "Band",
    "Bin",
    "Change",
    "Day",
    "Event",
    "HeatCell",
    "HeatRow",
    "IdleAge",
    "IdleTool",
    "Line",
    "Loss",
    "Marker",
    "Panel",
    "Part",
    "Point",
    "RidgeRow",
    "SegmentRow",
    "SourceDay",
    "SourceRow",
    "Spot",
    "Step",
    "Svg",
    "VerifiedRow",
    "Volume",
    "WeekScore",
    "bands",
    "calendar",
    "calendar_key",
    "change",
    "coverage",
    "coverage_key",
    "describe",
    "funnel",
    "heat_key",
    "heat_map",
    "heat_step",
    "idle_seats",
    "interval",
    "key",
    "line",
    "multiples",
    "patterns",
    "picked",
    "quadrant",
    "ridge",
    "segment_bar",
    "segment_key",
    "segment_rows",
    "sparkline",
    "standing",
    "swarm",
    "verified_key",
    "verified_rows",
    "volumes",
    "week_scores",
    "week_scores_key",
]
