"""Columns of the registers of changes to code, one a line as `name | unit | meaning`.

The registers name changes, commits and reviews by the ids of their host, never a person; who made and reviewed a change is a question on people.
"""

from __future__ import annotations

CHANGE_REGISTER = """
change | text | The change, as its host names it: `owner/name#12`, of GitLab `group/name!12`.
repository | text | Its repository.
exposure | text | How it was exposed to AI: `line`, `change` (a mark) or `person_week` (its author used a tool in its weeks).
tool | text | The tool with most lines, marks or use in it.
status | text | `verified`, `partly` or `missing`: whether a person other than the author verified it before the merge.
missing_item | text | What is missing to be verified; several by commas; NULL: nothing.
reviewed_at | text | When the approval that counts was given, else the last review, UTC.
risk_tier | text | Of the repository, by the file `repositories`; `not rated` where it says none.
day | day | Day of the merge.
basis | text | What the exposure rests on: `note`, `trailer`, `author`, `committer`, `line` (of the text) or `use`.
model | text | Model, where a mark names one.
by_program | yes/no | 1 where the author is a program.
review | text | Id of the approval that counts, at the host.
stale_approval | yes/no | 1 where an approval was of an older commit than the one that was merged.
checks | text | What the checks of the merged commit said before the merge: `passed`, `failed` or `unknown`.
merge_sha | text | The commit that it became.
required_checks | text | What became of the checks that the rules of its branch required: `passed`, `failed`, `missing` (some did not run) or `none`; NULL: the rules are not known.
checks_required | checks | How many checks they required; NULL: the rules are not known.
approvals | people | People other than the author who had approved the merged commit.
approvals_required | people | How many the rules of its branch required; NULL: the rules are not known.
owner_approval | text | Whether the owners of its code approved as its rules required: `met`, `missing` or `unknown`; NULL: no rule that requires it is known, and the host says nothing of it.
"""

VERIFICATION = """
repository | text | The repository.
risk_tier | text | Its tier, by the file `repositories`.
exposure | text | `line`, `change` or `person_week`, as in `change_register`.
changes | changes | Merged changes with that exposure.
verified | changes | Of these, verified by a person.
partly | changes | Of these, verified in part.
missing | changes | Of these, without what would prove it.
verified_share | ppm | `verified` over `changes`.
first_day | day | Day of the first of these merges.
last_day | day | Day of the last one.
"""

ERROR_PROPAGATION = """
scope | text | `(company)`, or a repository.
effect | text | What followed: `revert`, `hotfix`, `incident`, `defect`, or `downstream`: a revert after other changes had been built on it within 21 days.
basis | text | By what it is linked: `explicit_id`, `blame` (it mended or replaced lines of the change) or `time_window` (7 days, nobody named a cause).
confidence | text | `high`, `medium` or `low`, by the basis.
days | days | Followed within so many days of the merge.
changes | changes | Marked changes that were merged at least so long ago; NULL where withheld.
followed | changes | Of these, followed by it; NULL where fewer than 3, all but fewer than 3, or withheld.
share | ppm | `followed` over `changes`; NULL as `followed`.
low | ppm | Lower end of its 95 % interval.
high | ppm | Upper end of its 95 % interval.
other_changes | changes | Changes without a mark in the same strata (repository, language, kind of task): unknown, not made by hand.
other_share | ppm | Their share, weighted as the marked ones are spread over the strata; NULL as `followed`.
other_low | ppm | Lower end of its 95 % interval.
other_high | ppm | Upper end of its 95 % interval.
bound | text | What stands in place of a figure that is not shown: k people or fewer made the changes, or too few were followed.
"""

MY_CHANGES = """
person_id | text | The person.
day | day | Day of the merge.
change | text | The change, as its host names it.
repository | text | Its repository.
part | text | `author` or `reviewer`.
review | text | Of a reviewer: what was said of it.
exposure | text | How it was exposed to AI; NULL: unknown.
tool | text | The tool of the exposure.
quarter | quarter | Calendar quarter of the merge.
"""
