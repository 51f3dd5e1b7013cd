select * from s.coverage
