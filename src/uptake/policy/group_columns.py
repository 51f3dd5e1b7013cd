"""Columns of the questions on groups, one a line as `name | unit | meaning`. Their rows are released cells.

Counts of people follow GOVERNANCE.md section 5: what is not shown is NULL, with its words in `bound`.
"""

from __future__ import annotations

FUNNEL = """
scope | text | Released unit, as a path; `(company)` is the whole.
quarter | quarter | Calendar quarter.
engineers | people | Engineers on the frozen roster of the unit.
provisioned | people | Of these, people with a seat of any tool.
active | people | Of these, people with any point in the quarter.
regular | people | Of these, people active in three quarters of their observed weeks.
heavy | people | Of these, people in segment `heavy`.
effective | people | Of these, people in an effective unit; NULL: not yet measured.
accounts | accounts | Accounts with a seat or with use.
active_accounts | accounts | Accounts with any point in the quarter.
tool | text | `all`, or the tool to which the row is limited.
bound | text | What is said in place of a count that would say the same of nearly everybody, or that was withheld for one, or of a step that a later one exceeds.
"""

SEGMENTS = """
quarter | quarter | Calendar quarter.
scope | text | Released unit, as a path; `(company)` is the whole.
segment | text | One of the seven segments.
reason | text | Why this segment; `other` folds reasons with few people, `any` stands for all reasons of `heavy`.
people | people | People of the unit in it; NULL where the count is bounded or withheld.
share | ppm | `people` over all people of the unit; NULL as `people`.
bound | text | `fewer than 3`, `more than n-3`, or `withheld`, where `people` is NULL.
"""

ADOPTION_DAYS = """
scope | text | Released unit of 25 people or more, as a path.
tool | text | Tool name, or `all`: one person once, whatever the number of tools.
day | day | The day.
people | people | Engineers on the frozen roster of the unit.
active | people | Of these, people with any point that day; NULL where bounded or withheld.
active_share | ppm | `active` over `people`; NULL as `active`.
bound | text | `fewer than 3`, `more than n-3`, or `withheld`, where `active` is NULL.
quarter | quarter | Calendar quarter.
"""

ADOPTION_WEEKS = """
scope | text | Released unit, as a path; `(company)` is the whole.
tool | text | Tool name, or `all`: one person once, whatever the number of tools.
week | day | Monday of the ISO week, or the first day of its piece in the quarter.
people | people | Engineers on the frozen roster of the unit.
active | people | Of these, people with any point that week; NULL where bounded or withheld.
active_share | ppm | `active` over `people`; NULL as `active`.
bound | text | `fewer than 3`, `more than n-3`, or `withheld`, where `active` is NULL.
quarter | quarter | Calendar quarter.
"""

LOB_COMPARE = """
quarter | quarter | Calendar quarter.
lob | text | Line of business.
people | people | Engineers of the line.
eligible | people | Of these, at least so many have enough observed days to be compared, as the table of segments proves.
zero_share | ppm | Share of the eligible with a score of 0, to a percent; an estimate where the table of segments hides a few of them, NULL where it hides more.
median_micro | micro-points | Median score of the eligible, to a tenth of a point; 2k and 25 people or more.
active_median_micro | micro-points | Median of those above 0; 2k and 25 people or more.
p25_micro | micro-points | Lower quartile of the eligible; 4k and 25 people or more.
p75_micro | micro-points | Upper quartile of the eligible; 4k and 25 people or more.
comparison | text | Which comparison is fair in this line: `median`, `active_median`, `adoption_only`, `too_small`.
"""

SCORE_BINS = """
quarter | quarter | Calendar quarter.
lob | text | Line of business with 50 eligible people above 0 or more; `(company)` is the whole.
low_micro | micro-points | Scores of the bin begin here; the first bin begins above 0, for zero stands in no bin.
high_micro | micro-points | Scores of the bin are below this; the last bin ends with 100, wherever its people stand.
people | people | Eligible people in the bin, to the nearest 5; k + 1 or more.
of | people | Sum of `people` over the bins of the line.
bound | text | How exact the counts are: always `nearest 5`.
"""

UNIT_MEDIANS = """
scope | text | Released department, as a path; the medians of lines stand in `lob_compare`.
quarter | quarter | Calendar quarter.
people | people | Engineers on the frozen roster of the department.
eligible | people | Of these, at least so many can be compared, as the table of segments proves; NULL where the median is.
median_micro | micro-points | Median score of those who can be compared, to a tenth of a point; 2k and 25 people or more.
low_micro | micro-points | Lower end of its 95 % interval; NULL where it would be one of the k lowest scores.
high_micro | micro-points | Upper end of its 95 % interval; NULL as `low_micro`.
active_median_micro | micro-points | Median of those above 0, to a tenth of a point; 2k and 25 people or more.
bound | text | `withheld` where `median_micro` is NULL.
"""

QUADRANT = """
unit | text | Released unit below the company, as a path.
use | micro-points | Mean quarter score of those who can be compared, to a whole point; NULL where fewer than k + 1 are.
outcome | micro-sd | Index Y: how sound AI-assisted changes are beside other changes of their kind; 1,000,000 is one standard deviation.
low | micro-sd | `outcome` less one standard error.
high | micro-sd | `outcome` and one standard error.
corner | text | `effective`, `frequent, not effective`, `selective, effective`, `not yet` or `not clear`; NULL: see `reason`.
changes | count | AI-assisted changes that `outcome` is made of; NULL also where few authors made the others that `quality` counts.
attribution | ppm | Share of the merged changes of which it is known whether AI was used; NULL where few changes stand behind it.
reason | text | Why there is no corner; NULL where there is one.
people | people | Engineers on the frozen roster of the unit.
quarter | quarter | Calendar quarter in which the changes were merged.
"""

QUALITY = """
quarter | quarter | Calendar quarter in which the changes were merged.
scope | text | Released unit, as a path; `(company)` is the whole.
week | day | Monday of the ISO week, or the first day of its piece in the quarter; NULL: the whole quarter. Lines and the company only.
kind | text | `assisted`: AI was used, by a mark or in the author's week; `other`: nothing says so, which is not "by hand".
changes | count | Merged changes, of more than k authors.
lines_added | lines | Lines that they added.
retained | ppm | Lines still there 21 days after the merge, mean over changes; NULL where not known of ten changes.
rework | ppm | Lines taken out again within 21 days to mend something, mean over changes; NULL as `retained`.
reverted | ppm | Share of changes taken back within 21 days; NULL as `retained`.
review_minutes | minutes | Mean time from the first review to the merge; NULL as `retained`.
first_checks | ppm | Share of changes whose first run of checks passed; NULL as `retained`.
incidents | ppm | Share of changes named as the cause of an incident; NULL as `retained`.
by_line | ppm | Share of the changes whose use of AI is known line by line.
by_change | ppm | Share of the changes with a mark on the change; the rest of the assisted are known by the author's week.
attribution | ppm | Share of the changes of which it is known whether AI was used.
"""

OUTCOME_MONTHS = """
quarter | quarter | Calendar quarter in which the changes were merged.
scope | text | The whole company or one line, as a path; lines are shown all or none.
month | text | Month of the merge, such as `2026-03`.
changes | count | Merged changes, with AI and others together, of more than k authors; those of programs that a person set to work too, as in `spend`.
lines_added | lines | Lines that they added.
lines_deleted | lines | Lines that they took out.
lead_minutes | minutes | Mean time from opening to merge, to an hour; NULL where not known of ten changes.
review_minutes | minutes | Mean time from the first review to the merge; NULL as `lead_minutes`.
review_rounds | hundredths | Mean rounds of review; NULL as `lead_minutes`.
first_checks | ppm | Share of changes whose first run of checks passed; NULL as `lead_minutes`.
reverted | ppm | Share of changes that were taken back since; NULL as `lead_minutes`.
hotfixes | ppm | Share of changes that a hotfix followed; NULL as `lead_minutes`.
defects | ppm | Share of changes named as the cause of a defect; NULL as `lead_minutes`.
incidents | ppm | Share of changes named as the cause of an incident; NULL as `lead_minutes`.
"""

TASK_TYPES = """
quarter | quarter | Calendar quarter.
scope | text | Released unit, as a path; `(company)` is the whole. Single tools stand for the company and its lines.
tool | text | Tool name, or `all`: one person once, whatever the number of tools.
task_type | text | Kind of work that the vendor's own label names, or `unclassified` where it names none.
people | people | Engineers of the unit with any such act in the quarter; NULL where bounded or withheld.
acts | acts | Prompts, plans, reviews and agents asked for, agent slots and accepts, to two figures; sessions where a source counts only these; NULL: withheld.
share | ppm | `acts` over all acts of the unit with the tool, to a whole percent; NULL as `acts`.
coverage | ppm | Acts of the unit with the tool that have a task type over all of them, to a whole percent; NULL: withheld.
bound | text | `fewer than 3`, `more than n-3`, or `withheld`, where `people` is NULL.
classifier | text | Version of the table of labels.
"""

AI_MARKS = """
repository | text | Name of the repository.
tool | text | Tool that left the mark.
class | text | `authorship`: the tool wrote part of it; `review_suggestion`: a suggestion of an AI review was applied.
commits | commits | Commits with such a mark, each once.
marked_commits | commits | Commits of the repository with a mark of authorship of any tool, each once; all others are unknown, not human.
commits_total | commits | All commits that the chosen refs reach, up to the day of the snapshot, merges and those of programs too.
released | yes/no | False where k authors or fewer stand behind a figure of the repository: such rows are for operators alone.
"""

CODE_VOLUME = """
repository | text | Name of the repository.
month | text | Month of the committer time (UTC), such as `2026-03`.
commits | commits | Commits of the month, merges left out.
lines_added | lines | Lines added by them, as `git log --numstat --no-renames` counts: binary files have none.
lines_deleted | lines | Lines deleted by them, likewise.
marked_lines_added | lines | Of `lines_added`, those of commits with a mark of authorship.
mark_coverage | ppm | Share of the commits that carry a mark of authorship; of the others it is not known who wrote them.
marked_commits | commits | Commits with a mark of authorship.
released | yes/no | False where k authors or fewer stand behind a figure, or it would follow from others: such rows are for operators alone.
"""

IDLE_GROUPS = """
quarter | quarter | Quarter of the snapshot: seats are counted as of its day.
scope | text | The whole company or one line; lines are shown all or none.
tool | text | Tool of the seats.
seats | seats | Seats held; NULL where withheld.
idle | seats | Of these, proven idle: zero on 60 expected days or more, as in `idle_seats`; NULL where withheld.
never_used | seats | Of the idle, seats without any observed use; NULL where withheld.
not_observed | seats | Seats whose holder is not known or could not be observed: never counted as idle; NULL where withheld.
monthly_cost | money | Price of the idle seats a month, to the nearest 100, in the currency of the seat files, USD where they name several; NULL: unknown or withheld.
bound | text | Names of the figures that are `withheld`: k seats or fewer stand in them or beside them.
currency | text | Currency of `monthly_cost`, three letters; NULL as `monthly_cost`.
"""

CODE_SURVIVAL = """
repository | text | Name of the repository.
since | day | First day of the commits that count (committer time, UTC).
marked | yes/no | Whether they carry a mark of authorship of an AI tool; of the others it is not known who wrote them.
horizon_days | days | After how many days: 14, 21 or 90.
at_risk | lines | Lines added by them, merges left out, at least that many days before the newest commit.
alive | lines | Of `at_risk`, those still on the branch that many days after, as `git blame` would find them.
share | ppm | `alive` of `at_risk`; NULL where nothing is at risk yet.
low | ppm | Lower end of its 95 % interval, as wide as lines of one commit that live and die together make it.
high | ppm | Upper end of its 95 % interval.
commits | commits | Commits whose lines are at risk.
km | ppm | Estimate of Kaplan and Meier over the whole history, with lines that are younger than the horizon; NULL for a later `since`.
km_low | ppm | Lower end of its 95 % interval.
km_high | ppm | Upper end of its 95 % interval.
released | yes/no | False where k authors or fewer stand behind a figure, or it would follow from others: such rows are for the administrator alone.
"""

CODE_REWORK = """
repository | text | Name of the repository.
month | text | Month in which the lines were added (committer time, UTC), such as `2026-03`.
marked | yes/no | Whether their commits carry a mark of authorship of an AI tool; of the others it is not known who wrote them.
commits | commits | Commits that added lines and were followed for 21 days, merges left out.
lines | lines | Lines that they added.
corrective | lines | Of these, lines that a commit which mends something took out within 21 days.
reverted | lines | Of these, lines that a revert took out within 21 days.
adaptive | lines | Of these, lines that any other commit took out within 21 days.
corrective_share | ppm | `corrective` of `lines`.
adaptive_share | ppm | `adaptive` of `lines`.
released | yes/no | False where k authors or fewer stand behind a figure, or it would follow from others: such rows are for the administrator alone.
"""
