select * from s.code_rework
