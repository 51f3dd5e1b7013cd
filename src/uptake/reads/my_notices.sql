select * from notices
