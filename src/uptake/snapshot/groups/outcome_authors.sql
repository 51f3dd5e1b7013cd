-- makes: AI-assisted changes of each author: number and sums of their mean z over quality signals (three or more), in thousandths
-- by: quarter
-- grain: cell, person_id
-- Person rows: what leaves the run is sums of k + 1 authors, and to each author their own.
with scored as (
    select
        s.cell,
        s.person_id,
        s.change,
        cast(
            rhe(cast(sum(g.sign * rhe(1000000 * (cast(s.value as hugeint) * g.changes - g.total), g.root)) as hugeint), count(*)) as bigint
        ) as z
    from outcome_signals as s
    join signal_scales as g
        on
            g.signal = s.signal
            and g.repository_group = s.repository_group
            and g.language = s.language
            and g.task_type = s.task_type
            and g.tenure = s.tenure
    where s.assisted and s.cell is not null
    group by s.cell, s.person_id, s.change
    having count(*) >= 3
)
select cell, person_id, count(*) as changes, cast(sum(z) as bigint) as total, cast(sum(z * z) as bigint) as squares
from scored
group by cell, person_id
