-- makes: people of each cell by segment and reason
-- by: all
-- grain: quarter, cell, segment, reason
select c.quarter, c.cell, c.parent, c.people, q.segment, q.reason, count(*) as counted
from cells as c
join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
join quarter_scores as q on q.quarter = m.quarter and q.person_id = m.person_id
group by c.quarter, c.cell, c.parent, c.people, q.segment, q.reason
order by c.quarter, c.cell, q.segment, q.reason
