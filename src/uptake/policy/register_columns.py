"""Columns of the registers and of what a person is told, one a line as `name | unit | meaning`."""

AUDIT_TRAIL = """
seq | number | Number of the record in the chain.
day | day | Day of the record, UTC.
time | text | When, UTC.
actor | text | Pseudonym of the session, or the user of the command line.
role | text | Role of the request.
purpose | text | Purpose of the request.
case_id | text | Case under which it was asked.
action | text | What was done: `ask`, `sign_in`, `policy_decide` and so on.
route | text | Page, file, API or command.
question | text | Question that was answered or refused.
subjects | people | How many people the record names.
rows | rows | How many rows were answered.
columns | columns | How many columns were answered.
policy_version | text | Version of the policy that decided.
snapshot | number | Snapshot that was read.
result | text | What came of it.
"""

JOB_RUNS = """
job | text | `fetch` with its source and tenant, `ingest` with its source, `score` or `rebuild`.
runs | runs | How often it ran.
begun | text | Start of its last run, UTC.
result | text | How its last run ended: `done`, why it failed, or empty while it is at work.
last_done | text | End of its last run that was done, UTC.
next_run | text | Start of its next run by itself, UTC; empty: never by itself.
next_step | text | What to do where the last run failed.
"""

ALERTS = """
kind | text | What is wrong: `source`, `job`, `quarantine`, `unmatched`, `audit`, `disk`, `egress` or `channel`.
subject | text | Which source, job, tool or channel.
detail | text | What was found, in words.
since | text | When it was found first, UTC.
seen | text | When it was found last, UTC.
told | text | By which channels it was told, or which still wait; empty where none is set up.
"""

DATA_EGRESS = """
tool | text | Tool that the register holds, or that is in use.
vendor | text | Who receives the data.
product | text | What is bought from them.
region | text | Where it is processed.
data_allowed | text | Class of data that may go there, and classes of the detector that may.
data_seen | text | Classes of data that were counted in prompts in the newest 91 days; empty: none, or not looked for, or a tool of k accounts or fewer.
prompts | prompts | Prompts that held the most frequent of them, to two figures.
state | text | `registered`, `not_registered` (in use, no row), `not_allowed` (a class was seen that may not go there), `review_due` (none for a year), `not_in_use`.
contract | text | The contract.
retention | text | How long the vendor keeps the data, by the contract.
terms_of | day | Date of these terms.
accounts | accounts | Accounts in use in the newest 91 days; empty for k or fewer.
first_use | day | First day of use.
last_use | day | Newest day of use.
reviewed | day | Last review of the row.
"""

WHO_SEES_WHAT = """
question | text | The question.
level | text | What it speaks of: `person`, `group`, `operator`, `register`, `public` or `by_policy`.
role | text | The role that may ask it.
purpose | text | The purpose for which it may; empty where none is needed.
rows | text | Which rows the role sees.
columns | text | Which columns.
"""

POLICY_CHANGES = """
id | number | Number of the change.
state | text | `proposed`, `approved`, `refused` or `expired`.
maker | text | Who proposed it.
made_at | text | When it was proposed, UTC.
checker | text | Who decided on it; never who proposed it.
checked_at | text | When it was decided, UTC.
effective_on | day | First day on which it holds.
reason | text | Why, in the words of who proposed it.
differences | text | What it changes, key by key, against the approved one before it; assessments apart.
told | people | How many people were told of it.
untold | people | How many people of its legal entities were not.
named_from | day | First day on which it may name anybody.
version | text | SHA-256 of what was proposed.
document | text | All that was proposed, as canonical JSON: the bytes of `version`.
"""

POLICY_ENTITIES = """
legal_entity | text | Name of the legal entity.
people | people | People employed there now.
change | number | The newest approved change.
assessment | text | SHA-256 of its impact assessment in that change; empty where it has none.
told | people | How many of them were told of that change there.
named_from | day | First day on which that change may name anybody there.
named | yes/no | 1 where the policy in force names people who were told.
board | yes/no | 1 where they may stand on the open board.
review_from | quarter | First quarter that performance review may read; empty while it is off.
aggregate_only | yes/no | 1 where nobody is computed by name.
"""

DECISIONS = """
id | number | Number of the decision.
kind | text | What was decided on: `policy`, `contest`, `correction` or `seat`.
ref | text | Number of the change, the case or the seat.
subject | text | Pseudonym of the person it is about.
decision | text | What was decided.
reason | text | Why, in the words of who decided.
decided_by | text | Pseudonym of who decided.
decided_at | text | When, UTC.
shown | text | What stood before them: versions, certainty, coverage.
"""

CONTEST_CASES = """
id | number | Number of the case.
state | text | `restricted`, `under_review`, `decided`, `recomputed` or `closed`.
category | text | What is said to be wrong.
quarter | quarter | Quarter that it is about.
opened | day | Day on which it was opened.
due | day | Day on which the answer is due.
overdue | yes/no | 1 where the day has passed and nobody has decided.
reviewer | text | Pseudonym of who took it.
decision | text | `upheld` or `rejected`, once it is decided.
closed | day | Day on which it was closed.
"""

LINEAGE = """
person_id | text | The person.
quarter | quarter | Quarter of the score.
snapshot | number | Snapshot that it stands in.
as_of | day | Last day that counts.
published_at | text | When it was published, UTC.
score_version | text | Id of the score version.
version_sha256 | text | SHA-256 of the file of the score version.
inputs_digest | text | SHA-256 of all inputs.
scores_digest | text | SHA-256 of all scores.
policy_version | text | Version of the policy under which it is read.
roster | quarter | Quarter whose roster the group figures use.
engine | text | Engine and its version.
days | days | Days of this person that the score was made of.
loads | text | Numbers of the loads that brought the data of the quarter, by source.
"""

MY_NOTICES = """
person_id | text | The person.
id | number | Number of the notice.
kind | text | `policy`, `decided`, `recomputed`, `closed`, `restated` or `mapped`.
ref | text | Number of the change or of the case.
delivered | day | Day on which it was delivered.
read | yes/no | 1 once the person has said that they read it.
"""

MY_OUTCOMES = """
person_id | text | The person who merged the changes; nobody else is shown this row, whatever the role, purpose or case.
quarter | quarter | Calendar quarter in which they were merged.
changes | count | Merged changes.
assisted | count | Of these, changes for which AI was used, by a mark or in the person's week.
use | micro-points | Quarter score; NULL where use is not known well enough for a segment.
outcome | micro-sd | How sound the AI-assisted changes are beside other changes of their kind; 1,000,000 is one standard deviation.
low | micro-sd | `outcome` less one standard error.
high | micro-sd | `outcome` and one standard error.
corner | text | Corner of the quadrant; NULL: see `reason`.
reason | text | Why there is no corner: ten AI-assisted changes with three known signals are needed, and use that is known well enough for a segment.
"""

MY_MONTHS = """
person_id | text | The person who merged or reviewed the changes; nobody else is shown this row, whatever the role, purpose or case.
quarter | quarter | Calendar quarter of the month.
month | text | Month of the merges and of the reviews, such as `2026-03`.
changes | count | Merged changes.
marked | count | Of these, changes with a mark of AI.
in_weeks_of_use | count | Of these, changes without a mark in weeks in which the person used a tool.
lead_minutes | minutes | Sum of the times from opening to merge; NULL where none is known.
review_rounds | count | Sum of the rounds of review.
review_minutes | minutes | Sum of the times from the first review to the merge; NULL where none was reviewed.
reviewed | count | Changes of which that time is known.
checked | count | Changes with a first run of checks.
first_checks_passed | count | Of these, changes whose first run passed.
reverted | count | Changes that were taken back since.
hotfixes | count | Hotfixes that followed.
defects | count | Defects that name a change as their cause.
incidents | count | Incidents that name a change as their cause.
lines_added | lines | Lines added; NULL where no size is known.
lines_deleted | lines | Lines taken out; NULL likewise.
reviews_given | count | Reviews of changes of others that were handed in.
"""

NOT_OBSERVED = """
tool | text | Tool whose use cannot be seen.
reason | text | `client_too_old`, `telemetry_off`, `client_never_reports`, `account_of_nobody` or `seat_without_account`.
number | count | Accounts, or people of `seat_without_account`, as of the snapshot; never who.
records | count | Records of these accounts, of `account_of_nobody`.
since | day | Since when the first of them; empty: not known.
"""

PERIOD_USE = """
person_id | text | The person whose account it is.
tool | text | Tool name.
source | text | Source that tells it.
cadence | text | `weekly`, `monthly`, another length, or what was billed.
first_day | day | First day of the period.
last_day | day | Last day of the period.
used | yes/no | Whether there was any use in it.
used_from | day | First day of use, where the source says it, else that of the period.
used_to | day | Last day of use, by the same rule.
messages | count | Messages in the period; NULL: the source cannot say.
credits | credits | Credits in the period, in the units of the vendor; NULL: the source cannot say.
counted | yes/no | False where weeks or days of the account tell of the same use.
account | text | Account key at the vendor.
"""

MY_CONTESTS = """
person_id | text | The person who reported an error.
id | count | Number of the case.
opened | day | Day on which it was opened.
due | day | Day by which it is to be decided, 10 working days later.
category | text | `leave`, `part_time`, `shared_account`, `wrong_team`, `wrong_identity`, `vendor_gap` or `other`.
quarter | quarter | Quarter that is wrong.
day | day | Day that is wrong; NULL: not one day.
tool | text | Tool that it is about; NULL: not one tool.
state | text | `restricted`, `under_review`, `decided`: left out of lists until it is `closed`.
decision | text | `upheld` or `rejected`; NULL: not decided.
before | text | The figures of the quarter as they stood (JSON), once a correction was applied.
after | text | The figures after the recompute (JSON).
closed | day | Day on which it was closed.
"""

WHO_LOOKED = """
person_id | text | The person whose rows were read.
day | day | Day of the reading.
role | text | Role of the reader; never a name.
purpose | text | Purpose of the reading.
question | text | What was asked.
columns | count | How many columns the answer had.
times | count | How often on that day.
way | text | How the rows left: `page`, `file`, `api`, or `command` (the command line, a file of it too).
"""

MY_OFFERS = """
person_id | text | The person to whom help was offered.
made | day | Day of the offer.
step | text | What is offered, in the words of `suggestion` in `not_using`.
expires | day | First day on which the offer stands no more, 6 weeks later.
state | text | `open` or `expired`.
"""
