-- makes: the seat of each person and tool in the quarter: last use, and the proven zeros on expected days after it
-- by: quarter
-- grain: person_id, tool
with last_use as (
    select person_id, tool, max(case when state = 'active' then day end) as last_active
    from tool_states
    group by person_id, tool
)
select
    p.quarter,
    t.person_id,
    t.tool,
    l.last_active,
    max(case when t.has_seat then 1 else 0 end) as has_seat,
    max(case when t.has_seat then t.day end) as last_seat_day,
    cast(sum(case when t.state = 'active' then 1 else 0 end) as bigint) as active_days,
    cast(sum(
        case when t.state = 'zero' and s.expected > 0 and t.day > coalesce(l.last_active, date '0001-01-01') then 1 else 0 end
    ) as bigint) as zero_days,
    min(
        case when t.state = 'zero' and s.expected > 0 and t.day > coalesce(l.last_active, date '0001-01-01') then t.day end
    ) as first_zero
from tool_states as t
cross join period as p
join last_use as l on l.person_id = t.person_id and l.tool = t.tool
left join day_states as s on s.person_id = t.person_id and s.day = t.day
group by p.quarter, t.person_id, t.tool, l.last_active
