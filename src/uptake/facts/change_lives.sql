-- makes: of each merged change the lines that stood on the branch when it was merged, and how many were gone 21 days later, and why (decision 0079)
-- by: all
-- needs: line_fates
-- grain: change
-- Lines of a change are those of the commit that it became, or of those that its merge brought. What a branch took out of its own lines before
-- it was merged was never merged, as after a squash.
with merged as (
    select m.change, m.merge_sha, f.repository, f.committed_at as merged_at
    from merged_changes as m
    join commit_facts as f on f.sha = m.merge_sha
),
parts as (
    select m.change, m.merged_at, s.sha, s.sha = m.merge_sha as became
    from merged as m
    join change_shas as s on s.change = m.change and s.merged
),
told as (
    select
        p.change,
        l.lines as born,
        0 as lost,
        0 as age,
        cast(null as varchar) as purpose
    from parts as p
    join line_lives as l on l.sha = p.sha
    union all
    select
        p.change,
        case when not p.became and f.died_at <= p.merged_at then -f.lines else 0 end as born,
        case when p.became or f.died_at > p.merged_at then f.lines else 0 end as lost,
        date_diff('second', p.merged_at, f.died_at) as age,
        f.purpose
    from parts as p
    -- of the repository for which the commit counts
    join line_lives as l on l.sha = p.sha
    join line_fates as f on f.repository = l.repository and f.sha = p.sha
    where f.died_sha is not null
),
sums as (
    -- 1,814,400 seconds are 21 days; a loss in the last second counts
    select
        change,
        cast(sum(born) as bigint) as lines,
        cast(sum(case when age <= 1814400 then lost else 0 end) as bigint) as lost_21,
        cast(sum(case when age <= 1814400 and purpose = 'corrective' then lost else 0 end) as bigint) as corrective_21
    from told
    group by change
)
select
    m.change,
    s.lines,
    s.lost_21,
    s.corrective_21,
    date_diff('second', m.merged_at, n.newest_at) as followed_seconds
from merged as m
join sums as s on s.change = m.change
join code_newest as n on n.repository = m.repository
