-- makes: sums of each quality signal by stratum and unit, of changes of which nothing says that AI was used
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
where not assisted
group by signal, repository_group, language, task_type, tenure, cell
