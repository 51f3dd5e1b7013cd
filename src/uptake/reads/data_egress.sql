select * from egress
