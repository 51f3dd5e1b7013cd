-- makes: one row for each merged change with exposure to AI: what proves that a person verified it, and what is missing (GOVERNANCE 12)
-- order: day, change
select
    c.merged_day as day,
    c.change,
    c.repository,
    c.exposure,
    c.basis,
    c.tool,
    c.model,
    c.bot as by_program,
    v.status,
    v.missing_item,
    strftime(c.reviewed_at, '%Y-%m-%dT%H:%M:%SZ') as reviewed_at,
    c.approval as review,
    c.stale_approval,
    c.checks,
    c.merge_sha,
    coalesce(t.risk_tier, 'not rated') as risk_tier,
    case
        when q.checks_failed > 0 then 'failed'
        when q.checks_missing > 0 then 'missing'
        when q.checks_required > 0 then 'passed'
        when q.checks_required = 0 then 'none'
    end as required_checks,
    q.checks_required,
    c.approvals,
    q.approvals_required,
    a.owners as owner_approval
from merged_changes as c
join change_status as v on v.change = c.change
left join change_required as q on q.change = c.change
left join change_approvers as a on a.change = c.change
left join repository_tiers as t on t.repository = c.repository
where c.exposure is not null
