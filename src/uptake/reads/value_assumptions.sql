-- Settings of the site, and what the address states instead.
select * from assumptions
