-- makes: what the rules of its branch asked of a change when it was merged, and what of it had run (decision 0071)
-- by: all
-- needs: branch_rules, change_requirements
-- grain: change
-- Where no rule is known to reach a change it has no row: whether anything was required is not known.
with scopes as (
    select change, host, repository as scope, merged_at from changes_now
    union all
    -- rules of an organisation
    select change, host, regexp_replace(repository, '/.*$', '') || '/*' as scope, merged_at from changes_now
),
in_force as (
    select c.change, r.host, r.repository, r.rule, max(r.holds_from) as holds_from
    from scopes as c
    join branch_rules as r on r.host = c.host and r.repository = c.scope and r.holds_from <= c.merged_at
    group by c.change, r.host, r.repository, r.rule
),
parts as (
    select f.change, r.repository, r.rule, r.part, r.reach, r.branch_id, r.check_id, r.approvals, r.of_repository
    from in_force as f
    join branch_rules as r on r.host = f.host and r.repository = f.repository and r.rule = f.rule and r.holds_from = f.holds_from
),
left_out as (
    select distinct p.change, p.rule
    from parts as p
    join changes_now as c on c.change = p.change
    where
        (p.part = 'except' and coalesce(p.branch_id = c.base_id, true))
        or (p.part = 'except_repository' and p.of_repository = c.repository)
),
covered as (
    select distinct p.change, p.rule
    from parts as p
    join changes_now as c on c.change = p.change
    where
        p.repository = c.repository
        or (
            p.part = 'repository'
            and (p.reach = 'all' or (p.reach = 'name' and p.of_repository = c.repository) or (p.reach = 'number' and p.of_repository = c.project))
        )
),
reaching as (
    select p.change, p.rule, max(p.approvals) as approvals
    from parts as p
    join changes_now as c on c.change = p.change
    join covered as v on v.change = p.change and v.rule = p.rule
    left join left_out as o on o.change = p.change and o.rule = p.rule
    where
        p.part = 'reach'
        and o.change is null
        and (p.reach = 'all' or (p.reach = 'default' and c.base_default) or (p.reach = 'branch' and p.branch_id = c.base_id))
    group by p.change, p.rule
),
required as (
    select distinct p.change, p.check_id
    from parts as p
    join reaching as r on r.change = p.change and r.rule = p.rule
    where p.part = 'check'
),
ran as (
    select
        q.change,
        q.check_id,
        k.outcome,
        row_number() over (partition by q.change, q.check_id order by k.finished_at desc, k.outcome) as place
    from required as q
    join changes_now as c on c.change = q.change
    join code_checks as k
        on k.sha = c.head_sha and k.check_id = q.check_id and k.kind in ('check_run', 'status') and k.finished_at <= c.merged_at
),
counted as (
    -- what was skipped, or neither passed nor failed, lets the host merge
    select
        q.change,
        count(*) as checks,
        count(case when n.outcome <> 'failed' then 1 end) as passed,
        count(case when n.outcome = 'failed' then 1 end) as failed
    from required as q
    left join ran as n on n.change = q.change and n.check_id = q.check_id and n.place = 1
    group by q.change
),
approving as (
    select t.change, max(t.approvals) as approvals
    from (
        select change, approvals from reaching
        union all
        -- GitLab says it of each merge request
        select c.change, q.approvals
        from change_requirements as q
        join changes_now as c on c.host = q.host and c.project = q.project and c.number = q.number
    ) as t
    group by t.change
)
select
    a.change,
    coalesce(n.checks, 0) as checks_required,
    coalesce(n.passed, 0) as checks_passed,
    coalesce(n.failed, 0) as checks_failed,
    coalesce(n.checks - n.passed - n.failed, 0) as checks_missing,
    coalesce(a.approvals, 0) as approvals_required
from approving as a
left join counted as n on n.change = a.change
