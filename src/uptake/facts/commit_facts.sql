-- makes: every commit up to the as-of day, once, with its person, where its author is known, and whether a tool left its mark
-- by: all
-- needs: commits
-- grain: repository, sha
-- as_of: cut
with marks as (
    -- authorship only: a review suggestion is no authorship, a bare name is weak (R-GT-3)
    select distinct repository, sha
    from commit_marks
    where mark_class = 'authorship'
),
owned as (
    select
        c.repository,
        c.sha,
        c.day,
        coalesce(c.person_account, c.account) as account,
        c.bot and c.person_account is null as robot,
        c.authored_at,
        c.committed_at,
        c.merge,
        c.lines_added,
        c.lines_deleted,
        c.files,
        c.reverts,
        m.sha is not null as marked
    from commits as c
    cross join as_of as t
    left join marks as m on m.repository = c.repository and m.sha = c.sha
    -- what counts in another repository is left out
    left join commit_copies as o on o.repository = c.repository and o.sha = c.sha
    where c.day <= t.day and o.sha is null
)
select
    o.repository,
    o.sha,
    o.day,
    strftime(o.day, '%Y-%m') as month,
    o.account,
    p.person_id,
    case when not o.robot then coalesce('person:' || p.person_id, 'account:' || o.account) end as author,
    o.robot,
    o.authored_at,
    o.committed_at,
    o.merge,
    o.lines_added,
    o.lines_deleted,
    o.files,
    o.reverts,
    o.marked
from owned as o
left join author_people as p
    on p.tool = 'git' and p.account = o.account and o.day between p.first_day and p.last_day and not p.shared
