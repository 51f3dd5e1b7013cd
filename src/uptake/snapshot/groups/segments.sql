-- makes: people of each cell by segment and reason
-- by: all
-- grain: quarter, cell, segment, reason
-- Who stands in a cell stays in it till the quarter ends, also without a score of the quarter any more.
with finest as (
    select
        f.quarter,
        f.cell,
        coalesce(q.segment, 'excluded') as segment,
        coalesce(q.reason, 'not_employed') as reason,
        count(*) as counted
    from finest_people as f
    left join quarter_scores as q on q.quarter = f.quarter and q.person_id = f.person_id
    group by all
)
select c.quarter, c.cell, c.parent, c.people, f.segment, f.reason, cast(sum(f.counted) as bigint) as counted
from cells as c
join cell_above as a on a.quarter = c.quarter and a.cell = c.cell
join finest as f on f.quarter = a.quarter and f.cell = a.finest
group by c.quarter, c.cell, c.parent, c.people, f.segment, f.reason
order by c.quarter, c.cell, f.segment, f.reason
