-- makes: who was active with which tool in which week and on which day of the quarter, `all` = any tool
-- by: quarter
-- grain: person_id, tool, day
select p.quarter, s.person_id, s.tool, d.week, d.day
from tool_states as s
join days as d on d.day = s.day
cross join period as p
where s.state = 'active'
union all
select p.quarter, s.person_id, 'all' as tool, s.week, s.day
from day_states as s
cross join period as p
where s.active = 1
