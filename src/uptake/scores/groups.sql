-- makes: the members of each comparison group: eligible engineers of a line, and of the whole company (MEASUREMENT 7)
-- by: quarter
-- grain: scope, person_id
-- keep: no
with eligible as (
    select q.person_id, u.lob, q.score_micro
    from quarter_sums as q
    join segments_now as s on s.person_id = q.person_id
    join units as u on u.person_id = q.person_id
    cross join version as v
    where s.segment not in ('excluded', 'insufficient')
        and q.observed_days >= v.min_days
        and v.coverage_den * q.observed_days >= v.coverage_num * q.expected_days
)
select 'lob:' || lob as scope, person_id, score_micro
from eligible
union all
select 'company' as scope, person_id, score_micro
from eligible
