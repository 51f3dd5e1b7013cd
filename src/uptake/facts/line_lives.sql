-- makes: lines that each commit added, merges left out, and how many of them were gone after 14, 21 and 90 days, and why after 21 (decision 0053)
-- by: all
-- needs: line_fates
-- grain: repository, sha
with lost as (
    -- 1,209,600 seconds are 14 days, 1,814,400 are 21, 7,776,000 are 90; a loss in the last second counts
    select
        repository,
        sha,
        cast(sum(case when age <= 1209600 then lines else 0 end) as bigint) as lost_14,
        cast(sum(case when age <= 1814400 then lines else 0 end) as bigint) as lost_21,
        cast(sum(lines) as bigint) as lost_90,
        cast(sum(case when age <= 1814400 and purpose = 'corrective' then lines else 0 end) as bigint) as corrective_21,
        cast(sum(case when age <= 1814400 and purpose = 'revert' then lines else 0 end) as bigint) as reverted_21
    from line_fates
    where died_sha is not null and age <= 7776000
    group by repository, sha
)
select
    b.repository,
    b.sha,
    c.day,
    c.month,
    c.marked,
    c.author,
    b.lines,
    date_diff('second', b.born_at, n.newest_at) as followed_seconds,
    coalesce(l.lost_14, 0) as lost_14,
    coalesce(l.lost_21, 0) as lost_21,
    coalesce(l.lost_90, 0) as lost_90,
    coalesce(l.corrective_21, 0) as corrective_21,
    coalesce(l.reverted_21, 0) as reverted_21
from line_fates as b
join commit_facts as c on c.repository = b.repository and c.sha = b.sha
join code_newest as n on n.repository = b.repository
left join lost as l on l.repository = b.repository and l.sha = b.sha
where b.died_sha is null and not b.merge
