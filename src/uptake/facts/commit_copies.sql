-- makes: commits that stand in several repositories, in each of these for which they do not count: a commit counts once (decision 0080)
-- by: all
-- needs: commits
-- grain: repository, sha
-- as_of: cut
-- Two clones, a mirror or a fork hold the same commits. Of these repositories counts one that was read itself (a file of facts has no lines), of
-- those the one that a host calls so, else the one with most commits, else the first by name. What stands in one alone stays its own.
with held as (
    select c.repository, c.sha
    from commits as c
    cross join as_of as t
    where c.day <= t.day
),
sizes as (
    select repository, count(*) as commits
    from held
    group by repository
),
hosted as (
    -- the host says owner/name, a clone is called as its folder
    select repository as name, 1 as place from code_changes
    union all
    select regexp_replace(repository, '^.*/', '') as name, 2 as place from code_changes
),
followed as (
    select distinct repository from commit_lineage
),
ranks as (
    select
        z.repository,
        z.commits,
        case when f.repository is null then 2 else 1 end as reading,
        coalesce(min(h.place), 3) as calling
    from sizes as z
    left join followed as f on f.repository = z.repository
    left join hosted as h on h.name = z.repository
    group by z.repository, z.commits, f.repository
),
shared as (
    select sha
    from held
    group by sha
    having count(*) > 1
),
placed as (
    select
        h.repository,
        h.sha,
        first_value(h.repository) over best as counts_in,
        row_number() over best as place
    from held as h
    join shared as s on s.sha = h.sha
    join ranks as r on r.repository = h.repository
    window best as (partition by h.sha order by r.reading, r.calling, r.commits desc, h.repository)
)
select repository, sha, counts_in
from placed
where place > 1
