-- makes: the tenants in which an account has rows, as one text, so that completeness is judged once per set of tenants
-- by: all
-- grain: source, tool, account
with used as (
    select distinct u.source, u.tool, coalesce(k.account_key, u.account) as account, u.tenant
    from account_months as u
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
)
select source, tool, account, string_agg(tenant, chr(31) order by tenant) as tenants
from used
group by source, tool, account
