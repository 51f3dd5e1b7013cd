-- makes: days on which a person may have been away, by lines of absences that cannot be read and that no later line has answered (decision 0100)
-- by: all
-- grain: person_id, first_day, last_day
-- needs: unread_absences
with lines as (
    select u.source, u.key, p.person_id, u.first_day, u.last_day, u.kind, r.fetched_at
    from unread_absences as u
    join unread_people as p on p.person = u.person
    join records as r on r.source = u.source and r.key = u.key
),
readable as (
    select a.person_id, a.first_day, a.last_day, a.kind, r.fetched_at
    from absences as a
    join records as r on r.source = a.source and r.key = a.key
),
answered as (
    -- a line that says the same as far as the damaged one can be read, and came later; where that one says no day, its own load mends nothing
    select distinct u.source, u.key
    from lines as u
    join readable as a on a.person_id = u.person_id
    where coalesce(u.first_day, a.first_day) = a.first_day
        and coalesce(u.last_day, a.last_day) = a.last_day
        and coalesce(u.kind, a.kind) = a.kind
        and (a.fetched_at > u.fetched_at or a.fetched_at = u.fetched_at and (u.first_day is not null or u.last_day is not null))
)
select distinct
    u.person_id,
    coalesce(u.first_day, date '0001-01-01') as first_day,
    coalesce(u.last_day, date '9999-12-31') as last_day
from lines as u
left join answered as a on a.source = u.source and a.key = u.key
where a.key is null
