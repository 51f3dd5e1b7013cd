select * from s.person_outcomes
