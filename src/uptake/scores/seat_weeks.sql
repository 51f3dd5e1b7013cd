-- makes: expected and observed centi-days of each seat and week, for the proof of a zero (MEASUREMENT 8, reading 27)
-- by: quarter
-- grain: person_id, tool, week
-- keep: no
select
    t.person_id,
    t.tool,
    s.week,
    cast(sum(s.expected) as bigint) as expected_days,
    cast(sum(case when t.state in ('active', 'zero') then s.expected else 0 end) as bigint) as observed_days
from tool_states as t
join day_states as s on s.person_id = t.person_id and s.day = t.day
where t.has_seat and s.expected > 0
group by t.person_id, t.tool, s.week
