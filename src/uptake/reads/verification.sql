select * from s.verification
