-- makes: the board of the newest closed quarter, for the mode that policy opens
-- order: rank, person_id
-- of: closed quarters
with newest as (
    -- a running quarter ranks nobody: the newest closed one, if there is one
    select coalesce(max(quarter) filter (where not provisional), max(quarter)) as quarter from quarter_scores
),
scored as (
    select q.quarter, q.person_id, q.lob, q.score_micro, q.ratio, q.segment
    from quarter_scores as q
    join newest as n on n.quarter = q.quarter
    where q.engineer and q.segment not in ('excluded', 'insufficient')
),
places as (
    select person_id, rank() over (partition by lob order by score_micro desc) as place, count(*) over (partition by lob) as of
    from scored
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
    s.score_micro - b.score_micro as change,
    w.weeks,
    s.ratio,
    s.segment,
    s.quarter,
    -- the place in the line, as the best share that holds it; ties share the better one
    case
        when 10 * p.place <= p.of then 10 when 4 * p.place <= p.of then 25 when 2 * p.place <= p.of then 50 else 100
    end as band,
    s.lob
from scored as s
left join weeks as w on w.person_id = s.person_id
left join previous as b on b.person_id = s.person_id
join places as p on p.person_id = s.person_id
