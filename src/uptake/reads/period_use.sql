select * from s.person_period_use
