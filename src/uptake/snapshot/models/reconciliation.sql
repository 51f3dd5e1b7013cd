-- makes: our sums beside the vendor's own totals (rules R-CP-1, R-AG-2): shown, never corrected
-- order: source, tenant, day, measure
with ours_by_tenant as (
    select
        u.tool,
        u.tenant,
        u.day,
        cast(sum(coalesce(u.prompts, 0) + coalesce(u.plans, 0)) as bigint) as prompts,
        cast(sum(coalesce(u.generations, 0)) as bigint) as generations,
        cast(sum(coalesce(u.accept_user, 0) + coalesce(u.accept_auto, 0) + coalesce(u.accept_unsplit, 0)) as bigint) as accepts,
        cast(sum(coalesce(u.lines_added, 0) + coalesce(u.lines_agent_added, 0)) as bigint) as lines_added
    from usage_facts as u
    group by u.tool, u.tenant, u.day
),
ours_by_account as (
    select
        u.source,
        u.key,
        cast(sum(coalesce(u.prompts, 0) + coalesce(u.plans, 0)) as bigint) as prompts,
        cast(sum(coalesce(u.generations, 0)) as bigint) as generations,
        cast(sum(coalesce(u.accept_user, 0) + coalesce(u.accept_auto, 0) + coalesce(u.accept_unsplit, 0)) as bigint) as accepts,
        cast(sum(coalesce(u.lines_added, 0) + coalesce(u.lines_agent_added, 0)) as bigint) as lines_added
    from usage as u
    where (u.source, u.key) in (select v.source, v.key from vendor_totals as v where v.scope = 'account')
    group by u.source, u.key
),
beside as (
    select
        v.source, v.tenant, v.day, v.measure, v.value,
        case v.measure
            when 'prompts' then o.prompts when 'generations' then o.generations when 'accepts' then o.accepts else o.lines_added
        end as ours,
        'people beside the vendor''s total: accounts the vendor counts and the people report leaves out, or days not loaded' as explanation
    from vendor_totals as v
    left join ours_by_tenant as o on o.tool = v.tool and o.tenant = v.tenant and o.day = v.day
    where v.scope = 'tenant' and v.measure in ('prompts', 'generations', 'accepts', 'lines_added')
    union all
    select
        v.source, v.tenant, v.day, v.measure, v.value,
        case v.measure
            when 'prompts' then o.prompts when 'generations' then o.generations when 'accepts' then o.accepts else o.lines_added
        end as ours,
        'the top level of the vendor''s record differs from the sum over its features; features are the base' as explanation
    from vendor_totals as v
    join ours_by_account as o on o.source = v.source and o.key = v.key
    where v.scope = 'account'
)
select
    source,
    tenant,
    day,
    case when measure = 'accepts' then 'accept_user' else measure end as measure,
    cast(sum(coalesce(ours, 0)) as bigint) as ours,
    cast(sum(value) as bigint) as vendor,
    cast(sum(coalesce(ours, 0) - value) as bigint) as difference,
    case when cast(sum(coalesce(ours, 0) - value) as bigint) = 0 then 'equal' else explanation end as explanation
from beside
where day <= (select t.day from as_of as t)
group by source, tenant, day, measure, explanation
