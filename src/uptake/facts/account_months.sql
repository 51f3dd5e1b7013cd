-- makes: the names and tenants of every account by month, and its first and last day in it
-- by: month
-- grain: source, tenant, tool, account, login, email, service, month
select
    u.source,
    u.tenant,
    u.tool,
    u.account,
    u.login,
    u.email,
    u.service,
    m.month,
    min(u.day) as first_day,
    max(u.day) as last_day,
    cast(sum(u.records) as bigint) as records
from usage_days as u
join months as m on u.day between m.first_day and m.to_day
group by u.source, u.tenant, u.tool, u.account, u.login, u.email, u.service, m.month
