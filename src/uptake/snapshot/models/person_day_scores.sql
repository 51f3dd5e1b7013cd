-- makes: state and score of every person, day and tool
-- order: person_id, day, tool
select person_id, day, tool, state, proactive, passive, score_micro, estimated, quarter
from day_scores
