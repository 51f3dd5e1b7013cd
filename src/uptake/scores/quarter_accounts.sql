-- makes: how many accounts of which tool a person has in the quarter, with a seat or with use, and how many of them earned a point
-- by: quarter
-- grain: person_id, tool
with held as (
    select distinct s.person_id, s.tool, s.account
    from seat_holders as s
    join period as p on s.first_day <= p.to_day and s.last_day >= p.first_day
    where s.account <> ''
    union
    select distinct u.person_id, u.tool, u.account_key as account
    from usage_facts as u
    join period as p on p.quarter = u.quarter
    where u.person_id is not null
),
used as (
    select
        u.person_id,
        u.tool,
        u.account_key as account,
        max(
            case
                when u.feature_class = 'proactive' and coalesce(u.prompts, 0) + coalesce(u.plans, 0) + coalesce(u.review_requests, 0)
                    + coalesce(u.agent_requests, 0) + coalesce(u.agent_slots, 0) > 0 then 1
                when u.feature_class in ('proactive', 'passive') and u.accept_user > 0 and g.g_r is not null then 1
                when u.grain = 'session' and u.sessions > 0 then 1
                else 0
            end
        ) as active
    from usage_facts as u
    join period as p on p.quarter = u.quarter
    join version_tools as g on g.tool = u.tool and g.grain = u.grain
    where u.person_id is not null
    group by u.person_id, u.tool, u.account_key
)
select
    p.quarter,
    h.person_id,
    h.tool,
    count(*) as accounts,
    cast(sum(coalesce(u.active, 0)) as bigint) as active_accounts
from held as h
cross join period as p
left join used as u on u.person_id = h.person_id and u.tool = h.tool and u.account = h.account
group by p.quarter, h.person_id, h.tool
