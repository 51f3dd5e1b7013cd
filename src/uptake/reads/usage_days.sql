select * from s.person_usage_days
