select * from s.not_observed
