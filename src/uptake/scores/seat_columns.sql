-- makes: expected and observed centi-days of seats that lost a day, side by side by week
-- by: quarter
-- grain: person_id, tool
-- keep: no
select
    person_id,
    tool,
    cast(sum(case when week = 0 then expected_days else 0 end) as bigint) as e0,
    cast(sum(case when week = 1 then expected_days else 0 end) as bigint) as e1,
    cast(sum(case when week = 2 then expected_days else 0 end) as bigint) as e2,
    cast(sum(case when week = 3 then expected_days else 0 end) as bigint) as e3,
    cast(sum(case when week = 4 then expected_days else 0 end) as bigint) as e4,
    cast(sum(case when week = 5 then expected_days else 0 end) as bigint) as e5,
    cast(sum(case when week = 6 then expected_days else 0 end) as bigint) as e6,
    cast(sum(case when week = 7 then expected_days else 0 end) as bigint) as e7,
    cast(sum(case when week = 8 then expected_days else 0 end) as bigint) as e8,
    cast(sum(case when week = 9 then expected_days else 0 end) as bigint) as e9,
    cast(sum(case when week = 10 then expected_days else 0 end) as bigint) as e10,
    cast(sum(case when week = 11 then expected_days else 0 end) as bigint) as e11,
    cast(sum(case when week = 12 then expected_days else 0 end) as bigint) as e12,
    cast(sum(case when week = 13 then expected_days else 0 end) as bigint) as e13,
    cast(sum(case when week = 0 then observed_days else 0 end) as bigint) as o0,
    cast(sum(case when week = 1 then observed_days else 0 end) as bigint) as o1,
    cast(sum(case when week = 2 then observed_days else 0 end) as bigint) as o2,
    cast(sum(case when week = 3 then observed_days else 0 end) as bigint) as o3,
    cast(sum(case when week = 4 then observed_days else 0 end) as bigint) as o4,
    cast(sum(case when week = 5 then observed_days else 0 end) as bigint) as o5,
    cast(sum(case when week = 6 then observed_days else 0 end) as bigint) as o6,
    cast(sum(case when week = 7 then observed_days else 0 end) as bigint) as o7,
    cast(sum(case when week = 8 then observed_days else 0 end) as bigint) as o8,
    cast(sum(case when week = 9 then observed_days else 0 end) as bigint) as o9,
    cast(sum(case when week = 10 then observed_days else 0 end) as bigint) as o10,
    cast(sum(case when week = 11 then observed_days else 0 end) as bigint) as o11,
    cast(sum(case when week = 12 then observed_days else 0 end) as bigint) as o12,
    cast(sum(case when week = 13 then observed_days else 0 end) as bigint) as o13
from seat_weeks
group by person_id, tool
having cast(sum(expected_days - observed_days) as bigint) > 0
