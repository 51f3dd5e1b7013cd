-- makes: outcomes of each person by month; shown to that person alone
-- order: person_id, month
select
    unit as person_id,
    month[1:4] || 'Q' || ((cast(month[6:7] as integer) + 2) // 3) as quarter,
    month,
    changes,
    marked,
    in_weeks_of_use,
    lead_minutes,
    review_rounds,
    review_minutes,
    reviewed,
    checked,
    first_checks_passed,
    reverted,
    hotfixes,
    defects,
    incidents,
    lines_added,
    lines_deleted,
    reviews_given
from outcome_months
where level = 'person' and unit not in (select r.person_id from roster as r where r.aggregate_only)
