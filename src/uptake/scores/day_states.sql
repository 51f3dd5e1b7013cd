-- makes: every person-day: expected, observed, points of all tools together, and the exponents of its score (MEASUREMENT 3, 5, 6)
-- by: quarter
-- grain: person_id, day
-- keep: newest
-- reach: person, day
with tools as (
    select
        person_id,
        day,
        max(case when has_seat then 1 else 0 end) as has_seat,
        max(case when has_seat and has_passive = 1 then 1 else 0 end) as has_passive_seat,
        max(case when state = 'active' then 1 else 0 end) as active,
        max(case when has_seat and state in ('active', 'zero') then 1 else 0 end) as observed,
        max(case when has_seat and state = 'not_observed' then 1 else 0 end) as some_not_observed,
        max(estimated) as estimated,
        min(case when doubt > 0 then doubt else 99 end) as doubt,
        cast(sum(proactive) as bigint) as proactive,
        cast(sum(passive) as bigint) as passive,
        cast(sum(u_p) as bigint) as u_p,
        cast(sum(u_r) as bigint) as u_r
    from tool_states
    group by person_id, day
)
select
    coalesce(p.person_id, t.person_id) as person_id,
    d.day,
    d.week,
    p.person_id is not null as employed,
    p.lob,
    p.department,
    p.team,
    coalesce(p.fte_percent, 0) as fte_percent,
    coalesce(p.working, false) as working,
    coalesce(p.absent, false) as absent,
    coalesce(t.has_seat, 0) as has_seat,
    coalesce(t.active, 0) as active,
    coalesce(t.observed, 0) as observed,
    coalesce(t.some_not_observed, 0) as some_not_observed,
    coalesce(t.estimated, 0) as estimated,
    coalesce(t.doubt, 99) as doubt,
    coalesce(t.proactive, 0) as proactive,
    coalesce(t.passive, 0) as passive,
    least(coalesce(t.u_p, 0), v.exponent_max) as u_p,
    least(coalesce(t.u_r, 0), v.exponent_max) as u_r,
    case when coalesce(t.has_seat, 0) = 1 and t.has_passive_seat = 0 then 1 else 0 end as proactive_only,
    case
        when p.person_id is not null and p.working and not p.absent and p.fte_percent > 0 and t.has_seat = 1 then p.fte_percent
        else 0
    end as expected,
    case when coalesce(t.proactive, 0) >= 1 or coalesce(t.passive, 0) >= v.engaged_accepts then 1 else 0 end as engaged
from person_days as p
full join tools as t on t.person_id = p.person_id and t.day = p.day
join days as d on d.day = coalesce(p.day, t.day)
cross join version as v
