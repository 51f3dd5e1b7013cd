select * from s.change_register
