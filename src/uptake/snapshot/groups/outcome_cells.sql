-- makes: each finest cell: people who can be compared, the sum of their scores, and how its changes are known
-- by: quarter
-- grain: cell
with people as (
    select
        f.cell,
        count(case when q.segment not in ('excluded', 'insufficient') then 1 end) as eligible,
        cast(sum(case when q.segment not in ('excluded', 'insufficient') then q.score_micro else 0 end) as bigint) as score
    from finest_people as f
    join quarter_scores as q on q.quarter = f.quarter and q.person_id = f.person_id
    where f.quarter = $quarter
    group by f.cell
),
worked as (
    select
        cell,
        count(*) as changes,
        count(case when assisted then 1 end) as assisted,
        count(case when attributed then 1 end) as attributed,
        count(case when frozen then 1 end) as frozen
    from outcome_changes
    where cell is not null
    group by cell
),
unscored as (
    -- AI-assisted changes with too few known signals to count in the outcome: `quality` tells of them, `quadrant` does not
    select o.cell, count(distinct o.person_id) as authors
    from outcome_changes as o
    where
        o.cell is not null
        and o.assisted
        and o.change not in (
            select s.change
            from outcome_signals as s
            join signal_scales as g
                on
                    g.signal = s.signal
                    and g.repository_group = s.repository_group
                    and g.language = s.language
                    and g.task_type = s.task_type
                    and g.tenure = s.tenure
            where s.assisted and s.cell is not null
            group by s.change
            having count(*) >= 3
        )
    group by o.cell
)
select
    c.cell,
    coalesce(p.eligible, 0) as eligible,
    coalesce(p.score, 0) as score,
    coalesce(w.changes, 0) as changes,
    coalesce(w.assisted, 0) as assisted,
    coalesce(w.attributed, 0) as attributed,
    coalesce(w.frozen, 0) as frozen,
    coalesce(u.authors, 0) as unscored_authors
from (select distinct cell from finest_people where quarter = $quarter) as c
left join people as p on p.cell = c.cell
left join worked as w on w.cell = c.cell
left join unscored as u on u.cell = c.cell
