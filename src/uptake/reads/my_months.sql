select * from s.person_months
