select * from trail
