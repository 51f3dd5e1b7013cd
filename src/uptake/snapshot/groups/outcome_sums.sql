-- makes: sums of each quality signal by stratum and unit, of changes with and without AI
-- by: quarter
-- grain: signal, repository_group, language, task_type, tenure, cell
select
    signal,
    repository_group,
    language,
    task_type,
    tenure,
    cell,
    count(*) as changes,
    cast(sum(value) as hugeint) as total,
    cast(sum(cast(value as hugeint) * value) as hugeint) as squares
from outcome_signals
group by signal, repository_group, language, task_type, tenure, cell
