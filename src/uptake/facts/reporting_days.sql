-- makes: how many accounts of a tenant report on a day, matched or not; rows beside the reports (precedence 9) do not show who reports
-- by: day
-- grain: source, tenant, day
select u.source, u.tenant, u.day, count(distinct u.account) as accounts
from usage_days as u
join parts as p on p.source = u.source and p.day = u.day
where u.precedence < 9
group by u.source, u.tenant, u.day
