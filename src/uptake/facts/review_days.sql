-- makes: reviews that people handed in of changes of others, by day and reviewer: the load of reviewing
-- by: all
-- grain: day, host, account
-- needs: code_reviews
with handed_in as (
    select cast(submitted_at as date) as day, host, account, change
    from change_reviews
    where human and independent and submitted_at is not null
)
select
    h.day,
    h.host,
    h.account,
    min(a.person_id) as person_id,
    count(*) as reviews,
    count(distinct h.change) as changes
from handed_in as h
left join code_people as a
    on a.tool = h.host and a.account = h.account and h.day between a.first_day and a.last_day and not a.shared
group by h.day, h.host, h.account
