-- makes: what the automatic checks said of a change: of its first commit that was checked, and of the one that was merged
-- by: all
-- needs: code_changes
-- grain: change
with heads as (
    select distinct s.change, s.sha, k.kind, k.check_id, k.finished_at, k.outcome
    from change_shas as s
    join code_checks as k on k.sha = s.sha
    where s.role <> 'branch'
),
first_heads as (
    select
        change,
        sha,
        row_number() over (partition by change order by min(finished_at), sha) as place
    from heads
    group by change, sha
),
first_runs as (
    select
        h.change,
        h.outcome,
        row_number() over (partition by h.change, h.kind, h.check_id order by h.finished_at, h.outcome) as place
    from heads as h
    join first_heads as f on f.change = h.change and f.sha = h.sha and f.place = 1
),
last_runs as (
    -- a check that ends after the merge did not stand before it
    select
        h.change,
        h.outcome,
        row_number() over (partition by h.change, h.kind, h.check_id order by h.finished_at desc, h.outcome) as place
    from heads as h
    join changes_now as c on c.change = h.change and c.head_sha = h.sha
    where h.finished_at <= c.merged_at
),
firsts as (
    select
        change,
        max(case when outcome = 'failed' then 1 else 0 end) as failed,
        max(case when outcome = 'passed' then 1 else 0 end) as passed
    from first_runs
    where place = 1
    group by change
),
lasts as (
    select
        change,
        max(case when outcome = 'failed' then 1 else 0 end) as failed,
        max(case when outcome = 'passed' then 1 else 0 end) as passed
    from last_runs
    where place = 1
    group by change
)
select
    c.change,
    case when f.failed = 1 then false when f.passed = 1 then true end as first_passed,
    case when l.failed = 1 then 'failed' when l.passed = 1 then 'passed' else 'unknown' end as merged_with
from changes_now as c
left join firsts as f on f.change = c.change
left join lasts as l on l.change = c.change
