-- makes: the quality signals of `outcome_changes`, one a row where it is known
-- by: quarter
-- grain: change, signal
select change, cell, person_id, repository_group, language, task_type, tenure, assisted, signal, cast(value as bigint) as value
from outcome_changes
unpivot (
    value for signal in (retained, rework, reverted, review_rounds, review_hours, first_checks, defects, incidents)
)
