-- makes: the score of every person-day, per tool and for all tools together
-- by: quarter
-- grain: person_id, day, tool
-- reach: person, day
with used_tools as (
    select u.person_id, u.day, u.tool
    from tool_use as u
    join period as p on p.quarter = u.quarter
),
use_days as (
    select distinct person_id, day from used_tools
),
tool_rows as (
    select
        t.person_id,
        t.day,
        t.tool,
        t.state,
        t.proactive,
        t.passive,
        t.estimated,
        least(t.u_p, v.exponent_max) as u_p,
        least(t.u_r, v.exponent_max) as u_r,
        1 - t.has_passive as proactive_only,
        t.doubt
    from tool_states as t
    cross join version as v
    union all
    select
        s.person_id,
        s.day,
        'all' as tool,
        case
            when s.active = 1 then 'active'
            when s.observed = 1 then 'zero'
            when s.has_seat = 1 then 'not_observed'
            else 'no_seat'
        end as state,
        s.proactive,
        s.passive,
        s.estimated,
        s.u_p,
        s.u_r,
        s.proactive_only,
        case when s.active = 1 or s.observed = 1 or s.doubt = 99 then 0 else s.doubt end as doubt
    from day_states as s
    left join use_days as u on u.person_id = s.person_id and u.day = s.day
    where s.has_seat = 1 or u.person_id is not null
)
select
    p.quarter,
    r.person_id,
    r.day,
    r.tool,
    r.state,
    case when r.state in ('active', 'zero') then r.proactive end as proactive,
    case when r.state in ('active', 'zero') then r.passive end as passive,
    case
        when r.state = 'active' then c.score_micro
        when r.state = 'zero' then 0
    end as score_micro,
    case
        when r.state = 'active' then c.passive_micro
        when r.state = 'zero' then 0
    end as passive_micro,
    r.estimated,
    r.doubt
from tool_rows as r
cross join period as p
cross join version as v
left join curve as c
    on c.version_sha256 = v.version_sha256 and c.u_p = r.u_p and c.u_r = r.u_r and c.proactive_only = r.proactive_only and r.state = 'active'
left join person_days as e on e.person_id = r.person_id and e.day = r.day
left join (
    select person_id, day, tool from used_tools
    union all
    select person_id, day, 'all' as tool from use_days
) as u on u.person_id = r.person_id and u.day = r.day and u.tool = r.tool
where e.person_id is not null or u.person_id is not null
