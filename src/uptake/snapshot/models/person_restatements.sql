-- makes: what a closed quarter said of a person before it was restated last with another figure
-- order: person_id, quarter
with newest as (
    select quarter, person_id, max(restatement) as restatement
    from restated_scores
    group by quarter, person_id
)
select r.quarter, r.person_id, r.as_of as restated, r.score_micro as was_micro, r.segment as was_segment
from restated_scores as r
join newest as n on n.quarter = r.quarter and n.person_id = r.person_id and n.restatement = r.restatement
