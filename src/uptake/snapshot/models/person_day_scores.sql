-- makes: state and score of every person, day and tool, and what the calendar says of the day
-- by: quarter
-- part: date_trunc('week', day)
-- reach: person, day
-- from: day_scores
-- order: person_id, day, tool
with free as (
    select distinct site, day from site_days
)
select
    d.person_id,
    d.day,
    d.tool,
    d.state,
    d.proactive,
    d.passive,
    d.score_micro,
    d.estimated,
    d.quarter,
    d.passive_micro,
    case
        when isodow(d.day) > 5 then 'weekend'
        when f.day is not null then 'holiday'
        when exists (select 1 from absences as a where a.person_id = d.person_id and d.day between a.first_day and a.last_day) then 'leave'
        else 'work'
    end as calendar
from day_scores as d
left join roster as r
    on r.person_id = d.person_id and d.day between greatest(r.first_day, r.start_date) and least(r.last_day, r.end_date)
left join free as f on f.site = r.site and f.day = d.day
