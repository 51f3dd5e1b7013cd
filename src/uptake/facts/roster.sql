-- makes: the history of every person as spans of days, from the HR rows
-- by: all
-- grain: person_id, first_day
-- Two sources may tell of one person and day: our own file, where corrections stand, before the directory.
with placed as (
    select *, row_number() over (partition by person_id, effective_from order by source) as place
    from people
)
select
    p.person_id,
    p.effective_from as first_day,
    coalesce(cast(lead(p.effective_from) over (partition by p.person_id order by p.effective_from) - 1 as date), date '9999-12-31') as last_day,
    fold(trim(p.email)) as email,
    fold(trim(p.github_login)) as github_login,
    p.manager_id,
    p.team,
    p.department,
    p.lob,
    p.site,
    p.country,
    p.legal_entity,
    p.engineer,
    p.fte_percent,
    coalesce(p.start_date, date '0001-01-01') as start_date,
    coalesce(p.end_date, date '9999-12-31') as end_date,
    e.legal_entity is not null as aggregate_only
from placed as p
left join aggregate_only_entities as e on e.legal_entity = p.legal_entity
where p.place = 1
