-- makes: the days on which a source is complete for the accounts of one set of tenants; chr(30) stands for an account without rows (reading 19)
-- by: all
-- grain: source, tenants, day
with sets as (
    select distinct source, tenants, unnest(string_split(tenants, chr(31))) as tenant
    from account_tenants
),
begun as (
    select source, tenant, min(day) as first_day
    from source_days
    group by source, tenant
),
needed as (
    select d.source, d.day, count(*) as tenants
    from (select distinct source, day from source_days) as d
    join begun as b on b.source = d.source and b.first_day <= d.day
    group by d.source, d.day
),
held as (
    select source, day, count(*) as tenants
    from source_days
    where state = 'complete'
    group by source, day
)
select distinct s.source, s.tenants, d.day
from sets as s
join source_days as d on d.source = s.source and d.tenant = s.tenant
where d.state = 'complete'
union all
select n.source, chr(30) as tenants, n.day
from needed as n
join held as h on h.source = n.source and h.day = n.day
where h.tenants = n.tenants
