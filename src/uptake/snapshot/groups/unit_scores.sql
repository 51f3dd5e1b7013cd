-- makes: scores of the eligible people of each department that is a cell, in order, or one NULL; not yet released
-- by: all
-- grain: quarter, cell, person_id
with eligible as (
    select m.quarter, m.cell, m.person_id, q.score_micro
    from cell_people as m
    join quarter_scores as q on q.quarter = m.quarter and q.person_id = m.person_id
    where q.segment not in ('excluded', 'insufficient')
)
select c.quarter, c.cell, c.people, e.score_micro
from cells as c
left join eligible as e on e.quarter = c.quarter and e.cell = c.cell
where c.level = 2
order by c.quarter, c.cell, e.score_micro, e.person_id
