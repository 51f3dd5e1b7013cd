-- makes: which account of which tool gave a person a seat on which day
-- by: quarter
-- grain: person_id, tool, account, day
-- keep: no
-- reach: person, day
select s.person_id, s.tool, s.account, d.day, max(s.disputed) as disputed
from seat_holders as s
join days as d on d.day between s.first_day and s.last_day
group by s.person_id, s.tool, s.account, d.day
