-- makes: every day of employment of every person with its unit, site calendar and absence, from the roster as of that day
-- by: quarter
-- grain: person_id, day
-- keep: no
-- reach: person, day
with absent as (
    select distinct a.person_id, d.day
    from absences as a
    join days as d on d.day between a.first_day and a.last_day
),
holidays as (
    select distinct site, day from site_days
)
select
    r.person_id,
    d.day,
    d.week,
    r.lob,
    r.department,
    r.team,
    r.fte_percent,
    r.first_day as row_first_day,
    d.weekday <= 5 and h.day is null as working,
    a.day is not null as absent
from roster as r
join days as d on d.day between greatest(r.first_day, r.start_date) and least(r.last_day, r.end_date)
left join holidays as h on h.site = r.site and h.day = d.day
left join absent as a on a.person_id = r.person_id and a.day = d.day
where not r.aggregate_only
