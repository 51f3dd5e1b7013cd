-- makes: the state of each person-tool-day: active, zero, not_observed, no_seat (MEASUREMENT 3, first match)
-- by: quarter
-- grain: person_id, day, tool
-- keep: newest
-- reach: person, day
with seats as (
    select
        person_id,
        tool,
        day,
        min(case when doubt > 0 then doubt else 99 end) as doubt,
        max(doubt) as worst
    from seat_proofs
    group by person_id, tool, day
),
passive_tools as (
    select tool, max(case when g_r is null then 0 else 1 end) as has_passive
    from version_tools
    group by tool
),
used as (
    select u.person_id, u.day, u.tool
    from tool_use as u
    join period as p on p.quarter = u.quarter
)
select
    coalesce(s.person_id, u.person_id) as person_id,
    coalesce(s.day, u.day) as day,
    coalesce(s.tool, u.tool) as tool,
    s.person_id is not null as has_seat,
    coalesce(t.has_passive, 0) as has_passive,
    coalesce(p.proactive, 0) as proactive,
    coalesce(p.passive, 0) as passive,
    coalesce(p.u_p, 0) as u_p,
    coalesce(p.u_r, 0) as u_r,
    coalesce(p.estimated, 0) as estimated,
    case
        when p.person_id is not null then 'active'
        when s.person_id is null then 'no_seat'
        when s.worst = 0 then 'zero'
        else 'not_observed'
    end as state,
    case when p.person_id is null and s.worst > 0 then s.doubt else 0 end as doubt
from seats as s
full join used as u on u.person_id = s.person_id and u.day = s.day and u.tool = s.tool
left join tool_points as p
    on p.person_id = coalesce(s.person_id, u.person_id) and p.day = coalesce(s.day, u.day) and p.tool = coalesce(s.tool, u.tool)
left join passive_tools as t on t.tool = coalesce(s.tool, u.tool)
