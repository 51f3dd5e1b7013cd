select * from s.code_survival
