-- makes: what the rules of its branch asked of a change when it was merged, and what of it had run (decision 0071)
-- by: all
-- needs: branch_rules, change_requirements
-- grain: change
-- Where no rule is known to reach a change it has no row: whether anything was required is not known.
with required as (
    select distinct change, check_id from change_rules where part = 'check' and sure
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
        select change, approvals from change_rules where part = 'reach' and sure
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
