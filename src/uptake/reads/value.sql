-- Made of released figures alone, with what is assumed.
select * from unit_values
