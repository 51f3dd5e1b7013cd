select * from s.code_volume
