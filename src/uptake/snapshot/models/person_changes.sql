-- makes: the merged changes that a person made or reviewed; for the person, and for assurance under a case
-- order: person_id, day, change, part
with parts as (
    select c.person_id, c.merged_day as day, c.change, c.repository, 'author' as part, cast(null as varchar) as review
    from merged_changes as c
    where c.person_id is not null
    union all
    select a.person_id, c.merged_day as day, c.change, c.repository, 'reviewer' as part, min(r.state) as review
    from change_reviews as r
    join merged_changes as c on c.change = r.change
    join code_people as a
        on a.tool = r.host and a.account = r.account and cast(r.submitted_at as date) between a.first_day and a.last_day and not a.shared
    group by a.person_id, c.merged_day, c.change, c.repository
)
select
    p.person_id,
    p.day,
    p.change,
    p.repository,
    p.part,
    p.review,
    c.exposure,
    c.tool,
    year(p.day) || 'Q' || quarter(p.day) as quarter
from parts as p
join merged_changes as c on c.change = p.change
where p.person_id not in (select r.person_id from roster as r where r.aggregate_only)
