-- makes: sums of each quality signal by stratum and unit, of changes of which nothing says that AI was used; also where there is none
-- by: quarter
-- grain: signal, repository_group, language, task_type, tenure, cell
select
    signal,
    repository_group,
    language,
    task_type,
    tenure,
    cell,
    count(case when not assisted then 1 end) as changes,
    cast(coalesce(sum(case when not assisted then value end), 0) as hugeint) as total,
    cast(coalesce(sum(case when not assisted then cast(value as hugeint) * value end), 0) as hugeint) as squares
from outcome_signals
group by signal, repository_group, language, task_type, tenure, cell
