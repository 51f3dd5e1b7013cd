-- makes: one narrow row per account and day out of the wide rows of use: what identity, witnesses and first use are read from
-- by: day
-- grain: source, tenant, tool, account, login, email, service, day
select
    u.source,
    u.tenant,
    u.tool,
    u.account,
    u.login,
    u.email,
    u.service,
    u.day,
    count(distinct u.key) as records,
    min(u.precedence) as precedence,
    max(case when u.below_minimum then 1 else 0 end) as below_minimum,
    cast(sum(
        case
            when u.feature_class = 'proactive'
                then coalesce(u.prompts, 0) + coalesce(u.plans, 0) + coalesce(u.review_requests, 0)
                    + coalesce(u.agent_requests, 0) + coalesce(u.agent_slots, 0)
            else 0
        end
    ) as bigint) as proactive_actions,
    cast(sum(case when u.feature_class in ('proactive', 'passive') then coalesce(u.accept_user, 0) else 0 end) as bigint) as accepts,
    max(case when u.prompts is not null then 1 else 0 end) as prompts_told,
    cast(sum(coalesce(u.sessions, 0)) as bigint) as sessions,
    cast(sum(coalesce(u.accept_unsplit, 0) + coalesce(u.reject_user, 0)) as bigint) as edits
from usage as u
join parts as p on p.source = u.source and p.day = u.day
group by u.source, u.tenant, u.tool, u.account, u.login, u.email, u.service, u.day
