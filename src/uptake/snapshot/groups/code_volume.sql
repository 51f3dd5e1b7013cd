-- makes: commits and lines by repository and month, merges left out; `released` where no figure stands for k authors or fewer
-- by: all
-- grain: repository, month
-- Months that are not released must not follow from the total of the repository either: together they stand for more than k authors too.
with months as (
    select
        repository,
        month,
        count(*) as commits,
        cast(sum(lines_added) as bigint) as lines_added,
        cast(sum(lines_deleted) as bigint) as lines_deleted,
        cast(sum(case when marked then lines_added else 0 end) as bigint) as marked_lines_added,
        count(case when marked then 1 end) as marked_commits,
        count(distinct author) as authors,
        count(distinct case when marked then author end) as marked_authors,
        count(distinct case when not marked then author end) as other_authors
    from commit_facts
    where not merge
    group by repository, month
),
judged as (
    select
        *,
        authors > $k and (marked_commits = 0 or marked_authors > $k) and (marked_commits = commits or other_authors > $k) as enough
    from months
),
hidden as (
    select
        f.repository,
        count(distinct f.author) > $k
        and (count(case when f.marked then 1 end) = 0 or count(distinct case when f.marked then f.author end) > $k)
        and (count(case when not f.marked then 1 end) = 0 or count(distinct case when not f.marked then f.author end) > $k) as enough
    from commit_facts as f
    join judged as j on j.repository = f.repository and j.month = f.month
    where not j.enough
    group by f.repository
)
select
    j.repository,
    j.month,
    j.commits,
    j.lines_added,
    j.lines_deleted,
    j.marked_lines_added,
    rhe(1000000 * j.marked_commits, j.commits) as mark_coverage,
    j.marked_commits,
    j.enough and coalesce(h.enough, true) as released
from judged as j
left join hidden as h on h.repository = j.repository
