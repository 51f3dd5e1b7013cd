-- makes: reviews that people handed in of changes of others, by day, repository and reviewer: the load of reviewing
-- by: all
-- grain: day, repository, host, account
-- needs: code_reviews
with handed_in as (
    select cast(r.submitted_at as date) as day, c.repository, r.host, r.account, r.change, c.lines_added + c.lines_deleted as lines
    from change_reviews as r
    join changes_now as c on c.change = r.change
    where r.by_other and r.submitted_at is not null
),
once as (
    -- lines of a change are read once a day, however many reviews of it are handed in
    select day, repository, host, account, change, count(*) as reviews, max(lines) as lines
    from handed_in
    group by day, repository, host, account, change
)
select
    h.day,
    h.repository,
    h.host,
    h.account,
    min(a.person_id) as person_id,
    min(p.lob) as lob,
    min(p.department) as department,
    min(p.team) as team,
    cast(sum(h.reviews) as bigint) as reviews,
    count(*) as changes,
    cast(sum(h.lines) as bigint) as lines
from once as h
left join code_people as a
    on a.tool = h.host and a.account = h.account and h.day between a.first_day and a.last_day and not a.shared
left join roster as p on p.person_id = a.person_id and h.day between p.first_day and p.last_day
group by h.day, h.repository, h.host, h.account
