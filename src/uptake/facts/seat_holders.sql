-- makes: which account of which tool gives a person a seat from when to when (readings 8 to 10, 15)
-- by: all
-- grain: person_id, tool, account, first_day, last_day
with known_tools as (
    select tool from seat_spans
    union
    select tool from seat_listings where account is null
),
owned as (
    select distinct tool, account, person_id
    from account_people
    where not shared
),
spans as (
    select
        a.person_id,
        s.tool,
        s.account,
        greatest(s.first_day, a.first_day) as first_day,
        least(s.last_day, a.last_day) as last_day
    from seat_spans as s
    join account_people as a
        on a.tool = s.tool and a.account = s.account and a.first_day <= s.last_day and a.last_day >= s.first_day and not a.shared
    where s.account is not null
    union all
    select s.person_id, s.tool, coalesce(o.account, '') as account, s.first_day, s.last_day
    from seat_spans as s
    left join owned as o on o.tool = s.tool and o.person_id = s.person_id
    where s.account is null
    union all
    select f.person_id, f.tool, o.account, f.first_day, date '9999-12-31' as last_day
    from first_use as f
    join owned as o on o.tool = f.tool and o.person_id = f.person_id
    where f.tool not in (select tool from known_tools)
)
select distinct person_id, tool, account, first_day, last_day
from spans
where person_id not in (select person_id from roster where aggregate_only)
