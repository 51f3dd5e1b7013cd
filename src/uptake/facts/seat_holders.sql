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
named as (
    select distinct tool, account
    from account_people
),
spans as (
    select
        a.person_id,
        s.tool,
        s.account,
        greatest(s.first_day, a.first_day) as first_day,
        least(s.last_day, a.last_day) as last_day,
        -- our own row names the account of one and the id of another: whose seat it is cannot be said, so it proves no zero (decision 0096)
        case when s.person_id <> a.person_id then 1 else 0 end as disputed
    from seat_spans as s
    join account_people as a
        on a.tool = s.tool and a.account = s.account and a.first_day <= s.last_day and a.last_day >= s.first_day and not a.shared
    where s.account is not null
    union all
    select s.person_id, s.tool, coalesce(o.account, '') as account, s.first_day, s.last_day, 0 as disputed
    from seat_spans as s
    left join owned as o on o.tool = s.tool and o.person_id = s.person_id
    left join named as n on n.tool = s.tool and n.account = s.account
    -- of a row that names both, the account decides, unless it is nobody's
    where s.person_id is not null and n.account is null
    union all
    select f.person_id, f.tool, o.account, f.first_day, date '9999-12-31' as last_day, 0 as disputed
    from first_use as f
    join owned as o on o.tool = f.tool and o.person_id = f.person_id
    where f.tool not in (select tool from known_tools)
)
select person_id, tool, account, first_day, last_day, max(disputed) as disputed
from spans
where person_id not in (select person_id from roster where aggregate_only)
group by person_id, tool, account, first_day, last_day
