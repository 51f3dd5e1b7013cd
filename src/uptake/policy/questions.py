"""Every question that may be asked: its level, its columns in order, what each column means and its unit.

This is the single source for the contract test, the column masks and the reference pages. A question that is not here
does not exist for anybody. Columns are listed one a line as `name | unit | meaning`; those of
groups in `group_columns`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from uptake.policy import change_columns, group_columns, money_columns, operator_columns, register_columns

PERSON = "person"
GROUP = "group"
OPERATOR = "operator"
PUBLIC = "public"
BY_POLICY = "by_policy"
REGISTER = "register"
LEVELS = (PERSON, GROUP, OPERATOR, REGISTER, PUBLIC, BY_POLICY)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer. `unit` is `text`, `day`, `quarter`, `yes/no`, `people` or the unit of the integer."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as policy sees it.

    `key` is the column that ties a row to a person (None: no row speaks of one person). `unit_column` is the column that
    names the unit of a group row, and `unit_kind` says how: `scope` (path text such as `Line/Department`) or `line`.
    `released_column` is true in the rows that may be shown; the others are for a few roles alone (decisions 0050 and 0077). Without it all rows are.
    """

    name: str
    level: str
    about: str
    columns: tuple[Column, ...]
    key: str | None = None
    unit_column: str | None = None
    unit_kind: str = "scope"
    released_column: str | None = None
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))


def _columns(text: str) -> tuple[Column, ...]:
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return tuple(Column(name, unit, meaning) for name, unit, meaning in rows)


def _of_repositories(name: str, about: str, text: str) -> Question:
    """A group question whose rows are of repositories: those that may be shown are marked."""
    return Question(name, GROUP, about, _columns(text), released_column="released")


_USAGE_DAYS = """
person_id | text | The person whose account reported.
day | day | The day as the source stamps it, mostly UTC.
tool | text | Tool name, such as `copilot` or `claude_code`.
surface | text | Where it was used: `ide`, `cli`, `app`, or the vendor's own word.
feature | text | The vendor's feature; `_all` holds what the vendor gives per day only.
prompts | count | Prompts or messages a person wrote.
agent_slots | 10-minute slots | Slots in which an agent worked on a person's turn and no prompt was counted.
accept_user | count | Suggestions a person accepted by an act of their own.
accept_auto | count | Suggestions taken without an act of a person; worth no points.
accept_unsplit | count | Acceptances of which the source cannot say whose act they were.
reject_user | count | Suggestions a person turned down.
generations | count | Suggestions or code blocks the tool produced.
plans | count | Plan modes a person asked for.
review_requests | count | AI reviews a person asked for.
agent_requests | count | Requests to a cloud agent; 1 where the source says only yes.
lines_suggested | lines | Lines the tool suggested.
lines_added | lines | Lines added with the tool.
lines_deleted | lines | Lines deleted with the tool.
lines_agent_added | lines | Lines an agent added.
lines_agent_deleted | lines | Lines an agent deleted.
sessions | count | Sessions the source counted.
active_seconds | seconds | Seconds in which the person was active, agent time left out.
requests | count | Calls to a model.
tokens_in | tokens | Tokens sent to the model, cache left out.
tokens_out | tokens | Tokens the model wrote.
tokens_cache_read | tokens | Tokens read from the prompt cache.
tokens_cache_write | tokens | Tokens written to the prompt cache.
cost_usd | US dollars | Billed cost, else the vendor's own estimate.
commits | count | Commits the tool made for the person.
pull_requests | count | Pull requests the tool opened for the person.
source | text | Source that the row comes from.
account | text | Account key at the vendor.
feature_class | text | `proactive`, `passive`, `autonomous` or `unclassified`.
quarter | quarter | Calendar quarter.
"""

_DAY_SCORES = """
person_id | text | The person.
day | day | The day as the source stamps it.
tool | text | Tool name; `all` is the combined score of the day.
state | text | `active`, `zero` (proven), `not_observed` or `no_seat`.
proactive | points | What the person started: prompts, plans, reviews and agents asked for, after caps.
passive | points | What the person accepted, after caps; 0 where the tool has no such channel.
score_micro | micro-points | Score of the day, 0 to 100,000,000; NULL where nothing was observed.
estimated | yes/no | 1 where the points are estimated from sessions.
quarter | quarter | Calendar quarter.
passive_micro | micro-points | The part of the score that accepting earned; the rest was earned by starting something.
calendar | text | `work`, `weekend`, `holiday` of the site, or `leave`, as the HR files say.
"""

_QUARTER_SCORES = """
quarter | quarter | Calendar quarter, such as `2026Q3`.
person_id | text | The person.
lob | text | Line of business with most of the person's expected days in the quarter.
team | text | Team by the same rule.
score_micro | micro-points | Mean over the expected and observed days, 0 to 100,000,000.
expected_days | centi-days | Days on which work with a seat was expected; 100 is one full day.
observed_days | centi-days | Of these, the days for which complete data exist.
coverage | ppm | Observed over expected days; below 600,000 no segment is given.
engaged_share | ppm | Share of the days that are engaged: one proactive point or three accepts.
segment | text | `heavy`, `light`, `lapsed`, `non_adopter`, `non_user`, `insufficient` or `excluded`.
reason | text | Why this segment.
certainty | text | `clear`, or `borderline:` and the other segment.
minutes | minutes | 10 times the active slots; NULL where the source gives daily counts only.
breadth | hundredths | Effective number of task types; NULL where task types are unknown.
estimated_days | days | Days whose points are estimated from sessions.
lob_people | people | People in the comparison group.
lob_zero_share | ppm | Share of the comparison group with a score of 0, as `lob_compare` tells it, to a percent; exact for assurance.
lob_median_micro | micro-points | Median of the comparison group.
lob_active_median_micro | micro-points | Median of those above 0 in the comparison group.
comparison | text | Which comparison is fair: `median`, `active_median`, `adoption_only` or `rolled_up`.
ratio | ppm | Score over the median that `comparison` names; NULL where no ratio is fair.
percentile | ppm | Share of the group below, ties in the middle; at a score of 0 half of `lob_zero_share`.
robust_z | thousandths | Distance from the active median in robust standard deviations.
lob_rank | rank | Competition rank in the group, 1 is highest; for the person and for assurance only, and for the person above a score of 0 only.
score_version | text | Version of the score that made the row.
department | text | Department by the same rule as `lob`.
provisional | yes/no | True until the quarter is closed, 14 days after its end.
active_days | days | Days with any point.
regular | yes/no | True if active in three quarters of at least 6 observed weeks.
partial_days | days | Observed days on which another tool with a seat was not observed.
version_sha256 | text | SHA-256 of the score version file.
restated | day | Last day of the data with which the closed quarter was computed again and came to another figure; NULL: it never did.
was_micro | micro-points | Score before that.
was_segment | text | Segment before that.
"""

_LEADERBOARD = """
rank | rank | Place on the board, ties share the better place.
person_id | text | The person, in board mode `open` only.
score | micro-points | Score of the quarter, 0 to 100,000,000.
change | micro-points | Score less the score of the quarter before.
weeks | micro-points | Weekly scores of the last 13 weeks, oldest first.
ratio | ppm | Score over the median of the line, where fair.
segment | text | Segment of the quarter.
band | percent | In board mode `bands` only: best share of the line that the person stands in, 10, 25, 50, or 100 for the rest.
pseudonym | text | In board mode `bands` only: a name that changes every quarter.
mine | yes/no | In board mode `bands` only: the row of who asks.
"""

_NOT_USING = """
person_id | text | The person.
team | text | Team of the person.
segment | text | Segment of the quarter; only `non_user` and `non_adopter` may be called so.
reason | text | `seat_never_used`, `lapsed`, `no_seat`, `not_observed`, `on_leave` and the like.
seats | text | Tools of which the person holds a seat.
since | day | Since when this state holds.
suggestion | text | What to offer: set-up clinic, repair of the client, a seat, nothing.
detail | text | The reason in full, as in `quarter_scores`.
quarter | quarter | Calendar quarter; without `--quarter` the newest.
offered | day | Day on which the suggested step was offered by name, while the offer stands; NULL: not offered.
"""

_IDLE_SEATS = """
person_id | text | The person who holds the seat.
tool | text | Tool of the seat.
since | day | First day of the proven idleness.
last_seen | day | Last observed use; NULL: never.
monthly_cost | money | Price of the seat a month, in the currency of the seat files; NULL: unknown, or not in USD where the files name several.
decision | text | What a named person decided last: `reclaim` or `keep`; NULL: nobody has. Nothing happens by itself.
decided | day | Day of that decision.
currency | text | Currency of `monthly_cost`, three letters; NULL: no price is known.
"""

_SEATS = """
person_id | text | The person who holds the seat.
tool | text | Tool of the seat.
account | text | Account key of the seat at the vendor.
first_day | day | First day of the seat.
last_day | day | Last day of the seat; NULL: still held.
last_seen | day | Last observed use; NULL: never.
granted_by | text | Teams or organisations that grant the seat.
monthly_cost | money | Price of the seat a month, in the currency of the seat files; NULL: unknown, or not in USD where the files name several.
proposal | yes/no | True where the seat stands in `idle_seats`: a proven zero, to be proposed for reclaim.
currency | text | Currency of `monthly_cost`, three letters; NULL: no price is known.
"""

_COVERAGE = """
source | text | Name of the source.
day | day | The day.
expected_accounts | accounts | Accounts that usually report on such a day, for operators alone; NULL: not known, or to everybody else.
reporting_accounts | accounts | Accounts that reported, for operators alone; NULL to everybody else.
state | text | Whether the day is complete, incomplete or missing.
tenant | text | Organisation or enterprise at the vendor.
cause | text | Why the day is not complete.
"""

_DEFINITIONS = """
term | text | The word as pages use it.
text | text | What it means, in a sentence.
formula | text | The formula, where there is one.
score_version | text | Version of the score in which it holds.
"""

_LIST = (
    Question("usage_days", PERSON, "What each tool counted of a person on a day.", _columns(_USAGE_DAYS), "person_id"),
    Question("day_scores", PERSON, "State and score of a person, day and tool.", _columns(_DAY_SCORES), "person_id"),
    Question(
        "quarter_scores",
        PERSON,
        "Score, segment and comparison of a person and quarter.",
        _columns(_QUARTER_SCORES),
        "person_id",
    ),
    Question("funnel", GROUP, "From engineers to effective use.", _columns(group_columns.FUNNEL), unit_column="scope"),
    Question(
        "segments",
        GROUP,
        "How many people are in which segment.",
        _columns(group_columns.SEGMENTS),
        unit_column="scope",
    ),
    Question(
        "adoption_days", GROUP, "Active people by day.", _columns(group_columns.ADOPTION_DAYS), unit_column="scope"
    ),
    Question(
        "adoption_weeks", GROUP, "Active people by week.", _columns(group_columns.ADOPTION_WEEKS), unit_column="scope"
    ),
    Question(
        "lob_compare",
        GROUP,
        "Lines of business side by side.",
        _columns(group_columns.LOB_COMPARE),
        unit_column="lob",
        unit_kind="line",
    ),
    Question(
        "leaderboard", BY_POLICY, "The board of people, where policy opens it.", _columns(_LEADERBOARD), "person_id"
    ),
    Question(
        "not_using", PERSON, "Who does not use a tool, why, and what to offer.", _columns(_NOT_USING), "person_id"
    ),
    Question("idle_seats", PERSON, "Seats with proven zero use, to be proposed.", _columns(_IDLE_SEATS), "person_id"),
    Question("seats", PERSON, "Every seat and its holder.", _columns(_SEATS), "person_id"),
    Question("coverage", GROUP, "How complete each source was, by day; no unit, no person.", _columns(_COVERAGE)),
    Question(
        "unmatched_accounts", OPERATOR, "Accounts that belong to no person.", _columns(operator_columns.UNMATCHED)
    ),
    Question("quarantine", OPERATOR, "Records that were not taken, and why.", _columns(operator_columns.QUARANTINE)),
    Question("reconciliation", OPERATOR, "Our totals beside the vendor's.", _columns(operator_columns.RECONCILIATION)),
    Question("job_runs", OPERATOR, "What ran last, and how it ended.", _columns(register_columns.JOB_RUNS)),
    Question("alerts", OPERATOR, "What is wrong with the service now.", _columns(register_columns.ALERTS)),
    Question("not_observed", OPERATOR, "Why use cannot be seen.", _columns(register_columns.NOT_OBSERVED)),
    Question("period_use", PERSON, "Use by week or month.", _columns(register_columns.PERIOD_USE), "person_id"),
    Question("definitions", PUBLIC, "What every number means.", _columns(_DEFINITIONS)),
    Question(
        "score_bins",
        GROUP,
        "How scores are spread in each line, in bins.",
        _columns(group_columns.SCORE_BINS),
        unit_column="lob",
        unit_kind="line",
    ),
    Question(
        "idle_groups",
        GROUP,
        "How many seats are idle, and what they cost.",
        _columns(group_columns.IDLE_GROUPS),
        unit_column="scope",
    ),
    Question(
        "task_types", GROUP, "What the tools are used for.", _columns(group_columns.TASK_TYPES), unit_column="scope"
    ),
    Question(
        "my_contests", PERSON, "Errors that a person reported.", _columns(register_columns.MY_CONTESTS), "person_id"
    ),
    Question(
        "who_looked",
        PERSON,
        "Who read a person's rows, by day, role and purpose.",
        _columns(register_columns.WHO_LOOKED),
        "person_id",
    ),
    Question(
        "my_offers", PERSON, "Help that was offered to a person.", _columns(register_columns.MY_OFFERS), "person_id"
    ),
    Question("my_notices", PERSON, "What a person was told.", _columns(register_columns.MY_NOTICES), "person_id"),
    Question("my_outcomes", PERSON, "Own changes, how sound.", _columns(register_columns.MY_OUTCOMES), "person_id"),
    Question("my_months", PERSON, "Own changes by month.", _columns(register_columns.MY_MONTHS), "person_id"),
    Question("lineage", PERSON, "What each score was made of.", _columns(register_columns.LINEAGE), "person_id"),
    Question(
        "who_sees_what",
        PUBLIC,
        "Who may see what, under the policy in force.",
        _columns(register_columns.WHO_SEES_WHAT),
    ),
    Question(
        "my_changes", PERSON, "Changes a person made or reviewed.", _columns(change_columns.MY_CHANGES), "person_id"
    ),
    Question(
        "change_register",
        REGISTER,
        "Merged changes with exposure to AI, and what proves that a person verified them.",
        _columns(change_columns.CHANGE_REGISTER),
    ),
    Question("verification", REGISTER, "How many of them a person verified.", _columns(change_columns.VERIFICATION)),
    Question(
        "error_propagation",
        REGISTER,
        "What followed from marked changes, beside others.",
        _columns(change_columns.ERROR_PROPAGATION),
    ),
    Question(
        "data_egress", REGISTER, "Where data goes, and what was seen in it.", _columns(register_columns.DATA_EGRESS)
    ),
    Question("audit_trail", REGISTER, "The audit log, newest first.", _columns(register_columns.AUDIT_TRAIL)),
    Question("decisions", REGISTER, "Decisions of people.", _columns(register_columns.DECISIONS)),
    Question("contest_cases", REGISTER, "Reported errors, without names.", _columns(register_columns.CONTEST_CASES)),
    Question(
        "policy_changes", OPERATOR, "Changes of policy, with both people.", _columns(register_columns.POLICY_CHANGES)
    ),
    Question(
        "policy_entities",
        OPERATOR,
        "How far the notice is by legal entity.",
        _columns(register_columns.POLICY_ENTITIES),
    ),
    Question(
        "quadrant",
        GROUP,
        "Use of units beside the soundness of their AI-assisted changes.",
        _columns(group_columns.QUADRANT),
        unit_column="unit",
    ),
    Question(
        "quality",
        GROUP,
        "Volume and soundness of changes, with AI and others.",
        _columns(group_columns.QUALITY),
        unit_column="scope",
    ),
    Question(
        "outcome_months",
        GROUP,
        "Merged changes by month.",
        _columns(group_columns.OUTCOME_MONTHS),
        unit_column="scope",
    ),
    Question(
        "unit_medians",
        GROUP,
        "Median score of each department.",
        _columns(group_columns.UNIT_MEDIANS),
        unit_column="scope",
    ),
    Question("spend", GROUP, "What use costs, by month.", _columns(money_columns.SPEND), unit_column="scope"),
    Question("value", GROUP, "Cost, break-even and doubt.", _columns(money_columns.VALUE), unit_column="scope"),
    Question("value_assumptions", GROUP, "What `value` assumes.", _columns(money_columns.ASSUMPTIONS)),
    _of_repositories("ai_marks", "Commits with a mark of an AI tool, by repository.", group_columns.AI_MARKS),
    _of_repositories("code_volume", "Commits and lines of each repository by month.", group_columns.CODE_VOLUME),
    _of_repositories(
        "code_survival",
        "Lines still there after 14, 21 and 90 days, by repository, with an AI mark and without; `--from` takes later commits alone.",
        group_columns.CODE_SURVIVAL,
    ),
    _of_repositories(
        "code_rework", "Lines taken out again within 21 days, by month and why.", group_columns.CODE_REWORK
    ),
)

QUESTIONS = MappingProxyType({question.name: question for question in _LIST})
