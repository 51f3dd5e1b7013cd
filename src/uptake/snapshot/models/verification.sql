-- makes: how many changes with exposure to AI a person verified, by repository and exposure
-- order: repository, exposure
select
    c.repository,
    coalesce(t.risk_tier, 'not rated') as risk_tier,
    c.exposure,
    count(*) as changes,
    count(*) filter (where v.status = 'verified') as verified,
    count(*) filter (where v.status = 'partly') as partly,
    count(*) filter (where v.status = 'missing') as missing,
    cast((1000000 * count(*) filter (where v.status = 'verified') + count(*) // 2) // count(*) as bigint) as verified_share,
    min(c.merged_day) as first_day,
    max(c.merged_day) as last_day
from merged_changes as c
join change_status as v on v.change = c.change
left join repository_tiers as t on t.repository = c.repository
where c.exposure is not null
group by c.repository, coalesce(t.risk_tier, 'not rated'), c.exposure
