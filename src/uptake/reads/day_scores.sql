select * from s.person_day_scores
