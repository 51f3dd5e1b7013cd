-- makes: use that is known by week, month or bill only, with its person: evidence, never days or points (R-CG-1)
-- order: person_id, first_day, tool, source, cadence, account
select distinct
    o.person_id,
    u.tool,
    u.source,
    u.cadence,
    u.first_day,
    u.last_day,
    u.used,
    case when u.used then u.used_from end as used_from,
    case when u.used then u.used_to end as used_to,
    u.messages,
    u.credits,
    u.counted,
    u.account
from period_use as u
join account_people as o
    on o.tool = u.tool and o.account = u.account and o.first_day <= u.last_day and o.last_day >= u.first_day and not o.shared
where o.person_id not in (select person_id from roster where aggregate_only)
