-- makes: the board of the newest quarter, for the mode that policy opens
-- order: rank, person_id
with newest as (
    select max(quarter) as quarter from quarter_scores
),
scored as (
    select q.quarter, q.person_id, q.score_micro, q.ratio, q.segment
    from quarter_scores as q
    join newest as n on n.quarter = q.quarter
    where q.engineer and q.segment not in ('excluded', 'insufficient')
),
weeks as (
    select person_id, string_agg(coalesce(cast(score_micro as varchar), ''), ',' order by week) as weeks
    from person_weeks
    where quarter = (select quarter from newest)
    group by person_id
),
previous as (
    select person_id, score_micro
    from quarter_scores
    where quarter = (select max(quarter) from quarter_scores where quarter < (select quarter from newest))
)
select
    rank() over (order by s.score_micro desc) as rank,
    s.person_id,
    s.score_micro as score,
    s.score_micro - p.score_micro as change,
    w.weeks,
    s.ratio,
    s.segment,
    s.quarter
from scored as s
left join weeks as w on w.person_id = s.person_id
left join previous as p on p.person_id = s.person_id
