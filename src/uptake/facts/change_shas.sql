-- makes: the commits of a change: what it became, what its merge brought, its heads, and what its pushes and the order of commits say (rule R-VC-5)
-- by: all
-- needs: code_changes
-- grain: change, sha
-- A commit that it became, or that came with its merge, joins it to git; the commits of its branch do so only for marks, for a squash leaves none
-- of them in the history (decision 0079). Of a commit in two roles the first one counts: became, head, branch.
with brought as (
    select p.change, p.sha
    from (
        select
            b.change,
            l.sha,
            row_number() over (partition by l.sha order by case when o.sha is null then 1 else 2 end, l.repository) as place
        from merged_branches as b
        join commit_lineage as l on l.repository = b.repository and l.merge_sha = b.merge_sha and l.side_sha = b.side_sha
        join commit_facts as f on f.sha = l.sha and not f.merge
        left join commit_copies as o on o.repository = l.repository and o.sha = l.sha
    ) as p
    where p.place = 1
),
heads as (
    select distinct change, repository, head_sha
    from code_changes
    where head_sha is not null
),
told as (
    select change, merge_sha as sha, 1 as place, 1 as merged from changes_now where merge_sha is not null
    union all
    select change, squash_sha as sha, 1 as place, 1 as merged from changes_now where squash_sha is not null
    union all
    select change, head_sha as sha, 2 as place, 0 as merged from heads
    union all
    select h.change, k.sha, 3 as place, 0 as merged
    from heads as h
    join change_commits as k on k.repository = h.repository and k.head_sha = h.head_sha
    union all
    select change, sha, 3 as place, case when merged then 1 else 0 end as merged from branch_shas
    union all
    select change, sha, 3 as place, 1 as merged from brought
)
select
    change,
    sha,
    case min(place) when 1 then 'became' when 2 then 'head' else 'branch' end as role,
    -- it stands in the history of a repository because of this change
    max(merged) = 1 as merged
from told
group by change, sha
