select * from s.person_quarter_scores
