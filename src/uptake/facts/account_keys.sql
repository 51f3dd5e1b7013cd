-- makes: second account keys where one vendor id stands for two people in one seat list (rule R-SE-3)
-- by: all
-- grain: tool, account, login
-- as_of: cut
with logins as (
    select distinct source, tenant, taken_at, tool, account, fold(login) as login
    from seat_listings
    where account is not null and login is not null
),
placed as (
    select
        tool,
        account,
        login,
        row_number() over (partition by source, tenant, taken_at, tool, account order by login) as place
    from logins
)
select distinct
    tool,
    account,
    login,
    account || ':' || login as account_key
from placed
where place > 1
