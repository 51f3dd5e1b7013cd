"""Invented rows for every picture and its states. All numbers are made up; they serve the gallery and the tests of marks."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from uptake import charts
from uptake.charts import (
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
    Volume,
    WeekScore,
    numerals,
)  # fmt: skip

MICRO, PPM = 1_000_000, 10_000
NARROW = "\u202f"
FIRST = dt.date(2026, 6, 29)
WEEKS = tuple(FIRST + dt.timedelta(days=7 * n) for n in range(13))
LONG = "Group Compliance Technology and Regulatory Reporting Platforms (EMEA)"
SMALL = "Withheld: fewer than 11 people."
LINES = (
    ("Infrastructure", 5200, 330), ("Data & Analytics", 3300, 360), ("Cyber Security", 2500, 410), ("Payments", 6900, 500),
    ("Markets", 6300, 530), ("Consumer Bank", 9800, 560), ("Cards", 4200, 580), ("Wealth", 2600, 600),
    ("Corporate & Investment", 7400, 620), ("Commercial Bank", 5100, 650), ("Asset Management", 3100, 680), ("Risk", 3900, 720),
    ("Finance & Treasury", 3000, 760), ("Compliance Technology", 1700, 790),
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    title: str
    deck: str
    picture: str
    columns: int = 12
    key: str = ""


STEPS = (
    Step("Engineers", 65000, note="70,000 accounts: 55,900 first seats and 14,100 second or third"),
    Step("With a seat", 55900, (Loss("no seat", 9100),)),
    Step("Active", 22000, (Loss("seat never used", 20000), Loss("lapsed", 7300), Loss("not known", 5800, known=False), Loss("excluded", 800))),
    Step("Regular", 12400, (Loss("active in under 3/4 of weeks", 8900), Loss("fewer than 6 weeks observed", 700, known=False))),
    Step("Heavy", 4700, (Loss("score under 30", 6100), Loss("active on under half the days", 1600))),
    Step("Effective", 1900, (Loss("no clear gain", 1700), Loss("withheld or too few changes", 600, known=False), Loss("no gain", 500))),
)  # fmt: skip
SMALL_STEPS = (
    Step("Engineers", 38),
    Step("With a seat", 37, (Loss("no seat", 1),)),
    Step("Active", 17, (Loss("seat never used", None), Loss("lapsed", 5))),
    Step("Regular", None, text="fewer than 3"),
    Step("Effective", None, text="not yet measured"),
)


def parts(people: int, zero: int) -> tuple[Part, ...]:
    """Seven segments that sum to `people`; `zero` per mille shapes them."""
    heavy, lapsed = people * (1000 - zero) // 4500, people // 10
    light = people * (1000 - zero) // 1700
    excluded, unknown, never = people * 3 // 25, people // 10, people // 20
    rest = people - heavy - light - lapsed - excluded - unknown - never
    names = ("heavy", "light", "lapsed", "non_adopter", "non_user", "insufficient", "excluded")
    return tuple(Part(n, v) for n, v in zip(names, (heavy, light, lapsed, rest, never, unknown, excluded), strict=True))


SEGMENT_ROWS = tuple(
    SegmentRow(name, people, parts(people, zero), href="/compare?scope=x") for name, people, zero in LINES
)
TEAM = SegmentRow("Settlement", 38, (Part("heavy", 5), Part("light", 12), Part("lapsed", 5), Part("non_adopter", 6),
                                     Part("non_user", 4), Part("insufficient", 3), Part("excluded", 3)))  # fmt: skip
SMALL_SEGMENTS = (
    SegmentRow(LONG, 42, (Part("heavy", None, "withheld"), Part("light", 20), Part("lapsed", None, "fewer than 3"), Part("non_adopter", 12))),
    SegmentRow("Model Validation", None, text=SMALL),
    SegmentRow("Ledger", 60, (Part("light", 60),)),
)  # fmt: skip


def wave(place: int, week: int) -> int:
    return (390 - 21 * place + 4 * ((week * (place + 3)) % 7) + week * (place % 3)) * 1000


def observed(place: int) -> tuple[Point, ...]:
    return tuple(Point(day, wave(place, n), "partial" if not n else "observed") for n, day in enumerate(WEEKS))


BANK = Line("bank", tuple(Point(day, (225 + 3 * (n % 4)) * 1000) for n, day in enumerate(WEEKS)))
EVENTS = (Event(dt.date(2026, 8, 3), "6,000 seats handed out"),)
CHANGES = (Change(26_000, 14_000, 38_000), Change(-16_000, -25_000, -7_000), Change(-3_000, -10_000, 4_000))
PANELS = tuple(Panel(name, observed(n), CHANGES[n % 3], "/adoption?scope=x") for n, (name, _, _) in enumerate(LINES))
GAPPY = tuple(
    Point(day, None if n in {4, 5, 9} else wave(3, n), {4: "not_observed", 5: "not_observed", 9: "withheld"}.get(n, "observed"))
    for n, day in enumerate(WEEKS)
)  # fmt: skip
BANDED = tuple(Point(day, wave(2, n), low=wave(2, n) - 22_000, high=wave(2, n) + 26_000) for n, day in enumerate(WEEKS))
PANEL_STATES = (
    Panel(LONG, GAPPY, CHANGES[2]),
    Panel("Model Validation", tuple(Point(day, None, "withheld") for day in WEEKS), text=SMALL),
    Panel("One week only", (Point(WEEKS[6], 180_000),)),
)


def heat_cells(place: int) -> tuple[HeatCell, ...]:
    """A row with every state in it."""
    cells = [HeatCell("value", wave(place, n)) for n in range(13)]
    if place % 3 == 1:
        cells[4:6] = [HeatCell("not_observed")] * 2
    if place % 4 == 2:
        cells[7] = HeatCell("not_expected")
    if place % 5 == 3:
        cells[9] = HeatCell("bounded", text=f"<{NARROW}10")
    if place == 6:
        cells[0:2] = [HeatCell("zero"), HeatCell("value", 3_000)]
    return tuple(cells)


HEAT_ROWS = (
    *(HeatRow(name, heat_cells(n), "/adoption?scope=x") for n, (name, _, _) in enumerate(LINES)),
    HeatRow("Model Validation", (HeatCell("withheld"),) * 13, text=SMALL),
    HeatRow(LONG, (HeatCell("value", 410_000),) * 13),
)


def person_day(day: dt.date) -> Day:
    """The days of the picture of a person: weekends, leave, a gap, zeros and values."""
    if day.weekday() > 4 or dt.date(2026, 8, 10) <= day <= dt.date(2026, 8, 21):
        return Day(day, "not_expected")
    if dt.date(2026, 9, 21) <= day <= dt.date(2026, 9, 23):
        return Day(day, "not_observed")
    if day < dt.date(2026, 7, 3):
        return Day(day, "no_seat")
    value = (day.toordinal() * 37) % 89
    return Day(day, "zero") if value % 4 == 0 else Day(day, "value", value * MICRO + 200_000)


DAYS = tuple(person_day(dt.date(2026, 7, 1) + dt.timedelta(days=n)) for n in range(92))


def source_days(bad: range, silent: range) -> tuple[SourceDay, ...]:
    def state(n: int, day: dt.date) -> str:
        return (
            "missing"
            if n in silent
            else "not_expected"
            if day.weekday() > 4
            else "incomplete"
            if n in bad
            else "complete"
        )

    return tuple(SourceDay(day, state(n, day)) for n in range(92) for day in [FIRST + dt.timedelta(days=n)])


SOURCES = (
    SourceRow("copilot", source_days(range(84, 87), range(0)), "to 26 Sep"),
    SourceRow("claude_code", source_days(range(20, 24), range(60, 68)), "to 28 Sep"),
    SourceRow("hr-people", source_days(range(0), range(0)), "to 28 Sep"),
    SourceRow(
        "claude-enterprise-with-a-long-name", source_days(range(0), range(30, 92)), "silent since 28 Jul, 62 days late"
    ),
)


def bins(zero: int) -> tuple[Bin, ...]:
    """Bins of 5 points, of 20 at the end: a hump near 8 and a small one near 45."""
    edges = (*range(0, 61, 5), 80)
    first, second = (420, 900, 760, 520, 340, 220, 150, 120), (115, 120, 90, 60, 50)
    weights = (*(w - zero // (12 - n) for n, w in enumerate(first)), *second)
    return tuple(Bin(a, b, max(11, w)) for (a, b), w in zip(pairwise(edges), weights, strict=True))


RIDGE_ROWS = tuple(
    RidgeRow(name, people, people * 3 // 4, zero * 1000, bins(zero), max(0, 12 - 4 * n) * MICRO, (19 - n * 2 // 3) * MICRO, "/compare?scope=x")
    for n, (name, people, zero) in enumerate(LINES)
)  # fmt: skip
RIDGE_STATES = (
    RidgeRow(LONG, 640, 500, 420_000, bins(300), 4 * MICRO, 17 * MICRO),
    RidgeRow("Model Validation", 30, 24, None),
    RidgeRow("Fund Accounting", 88, 70, 730_000, (Bin(0, 20, 40), Bin(20, 60, 30)), 0, None),
)
TEAM_SCORES = (3, 5, 8, 11, 13, 16, 18, 19, 22, 24, 28, 34, 38, 41, 47, 52, 9)
TEAM_MARKERS = (Marker("line, active", 15 * MICRO, "active_median"), Marker("heavy from", 30 * MICRO, "cut"))
ME_MARKERS = (
    Marker("all", 0, "median"),
    Marker("active", 15 * MICRO, "active_median"),
    Marker("you", 28 * MICRO, "you"),
)
CLOSE_MARKERS = (Marker("all", 14 * MICRO, "median"), Marker("active", 15 * MICRO, "active_median"), Marker("you", 16 * MICRO, "you"),
                 Marker("heavy from", 30 * MICRO, "cut"))  # fmt: skip
WEEK_SCORES = tuple(
    WeekScore(day, None, None, "not_expected" if n in {6, 7} else "not_observed") if n in {6, 7, 12}
    else WeekScore(day, ((n * 17) % 50) * MICRO, (2 + (n * 5) % 9) * MICRO)
    for n, day in enumerate(WEEKS)
)  # fmt: skip
BENCHMARK = Marker("Payments, median of active", 15 * MICRO, "active_median")
IDLE = (
    IdleTool("Copilot", (IdleAge("never used", 16400), IdleAge("60 to 90 days", 4100), IdleAge("91 to 180 days", 6100), IdleAge("over 180 days", 1200)),
             "27,800 of 52,000 seats, $0.5 M a month"),
    IdleTool("Claude Code", (IdleAge("never used", 800), IdleAge("60 to 90 days", 900), IdleAge("91 to 180 days", 100), IdleAge("over 180 days", None, "fewer than 3"))),
    IdleTool("ChatGPT Enterprise for the Group", (IdleAge("never used", 0), IdleAge("60 to 90 days", 12))),
)  # fmt: skip
MONEY = (
    Band("Cost a month", 2_300_000, 2_970_000, 4_000_000, "stone", "$2,970,000 ($2,300,000 to $4,000,000)"),
    Band("Benefit a month", -900_000, 3_600_000, 9_100_000, "light", "$3,600,000 (less than nothing to $9,100,000)"),
)
SPARKS = (tuple(wave(1, n) for n in range(13)), tuple(p.ppm for p in GAPPY), (None,) * 13, (120_000,))


def table(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows) + "</table>"


FUNNEL_KEY = charts.key([("in", "in this step"), ("lost", "lost since the step before"), ("hatched", "not known")])
LINE_KEY = charts.key(
    [
        ("line", "this line"),
        ("ref", "bank, 23 % in the last week"),
        ("band", "95 % interval"),
        ("hatched", "not observed"),
    ]
)
RIDGE_KEY = charts.key(
    [
        ("median", "median of all eligible"),
        ("ring", "median of active"),
        ("stone", "no recorded use, proven"),
        ("cut", "30: heavy from here"),
    ]
)
QUADRANT = tuple(
    Spot(
        f"Unit {n}", (n * 7 % 60) * MICRO, outcome, 60_000,
        charts.CORNERS[4] if abs(outcome) <= 60_000 else charts.CORNERS[(n * 7 % 60 < 30) * 2 + (outcome < 0)], 10 + n * n % 400,
    )
    for n, outcome in ((n, (n * 37 % 81 - 40) * 10_000) for n in range(1, 61))
)  # fmt: skip
VOLUMES = tuple(Volume(week, None if n == 3 else 120 + 9 * n, 400 - 11 * n) for n, week in enumerate(WEEKS))
CARDS = (
    Card("Is frequent use effective use?", "One mark a unit.", charts.quadrant(QUADRANT), 12, charts.key([("gain", "effective"), ("unclear", "not clear")])),
    Card("Quadrant of few units", "One at zero use.", charts.quadrant([Spot("A", 0, 90_000, 40_000, charts.CORNERS[2], 12)]), 6),
    Card("Very many units", "Bins with counts.", charts.quadrant([Spot(f"U{n}", (1 + n % 59) * MICRO, (n % 41 - 20) * 10_000, 60_000, charts.CORNERS[4], 20) for n in range(1200)]), 12),
    Card("How many changes were merged?", "By week.", charts.volumes(VOLUMES), 12),
    Card("Where do engineers drop out?", "Each step holds only people of the step before.", charts.funnel(STEPS), 7, FUNNEL_KEY),
    Card("Funnel of a small unit", "A reason is withheld; steps are bounded or not measured.", charts.funnel(SMALL_STEPS), 5, FUNNEL_KEY),
    Card("Where is use growing or stalled?", "Engineers active in a week.", charts.multiples(PANELS, BANK, EVENTS), 12, LINE_KEY),
    Card("Panels in other states", "Gaps, withheld, one week, a long name.", charts.multiples(PANEL_STATES, BANK), 6),
    Card("One line", "With its interval and the bank.", charts.line(BANDED, "Cyber Security, active share", BANK, EVENTS), 6, LINE_KEY),
    Card("One line with gaps", "Not observed and withheld weeks.", charts.line(GAPPY, "Payments, active share", BANK), 4),
    Card("How do lines stand against their own median?", "A median of 0 means that half or more have no recorded use.", charts.ridge(RIDGE_ROWS), 12, RIDGE_KEY),
    Card("Ridge in other states", "Long name, too few people, two bins.", charts.ridge(RIDGE_STATES), 12),
    Card("Which segments make up each line?", "Share of all engineers of the line.", charts.segment_rows(SEGMENT_ROWS), 6, charts.segment_key(SEGMENT_ROWS)),
    Card("Segments in other states", "Withheld parts leave no mark.", charts.segment_rows(SMALL_SEGMENTS), 6),
    Card("Where is use, week by week?", "Units in order of the tree.", charts.heat_map(HEAT_ROWS, WEEKS), 8, charts.heat_key(HEAT_ROWS)),
    Card("Which days make up the score?", "Own days.", charts.calendar(DAYS), 8, charts.calendar_key(DAYS)),
    Card("Asked or accepted?", "Mean per week.", charts.week_scores(WEEK_SCORES, BENCHMARK), 4, charts.week_scores_key(BENCHMARK)),
    Card("How does the team stand against its line?", "One mark per engineer, without names.", charts.swarm(TEAM_SCORES, 15, TEAM_MARKERS, 11), 7),
    Card("Segments of the team", "Counts of people.", charts.segment_bar(TEAM), 5, charts.segment_key()),
    Card("Against the medians of Payments", "Above the median of active engineers.", charts.standing(ME_MARKERS), 4),
    Card("Close medians", "Labels move up.", charts.standing(CLOSE_MARKERS), 4),
    Card("A crowded team", "120 people.", charts.swarm(TEAM_SCORES * 4, 52, TEAM_MARKERS, 11), 4),
    Card("What do idle seats cost?", "Seats proven idle, by age in expected days.", charts.idle_seats(IDLE), 12),
    Card("What is the return, with what doubt?", "9 of 10 cases.", charts.bands(MONEY, "Cost and benefit", lambda n: f"${n:,}".replace("$-", numerals.MINUS + "$"), (2_970_000, "break-even")), 7),
    Card("Are the data whole?", "Sources by day.", charts.coverage(SOURCES), 12, charts.coverage_key()),
    Card("Changes and intervals", "In words and drawn.", table([(charts.change(c, bounds=True), charts.interval(c, 40_000, "Change")) for c in CHANGES]), 6),
    Card("Sparklines", "One scale.", table([("row", charts.sparkline(s, 500_000, "13 weeks", "28 %")) for s in SPARKS]), 6),
)  # fmt: skip
