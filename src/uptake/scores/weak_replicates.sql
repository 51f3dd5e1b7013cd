-- makes: the replicates without use in which a seat is observed on too few of its expected days to prove a zero
-- by: quarter
-- grain: person_id, replicate
-- keep: no
with possible as (
    select person_id, least(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13) as fewest
    from week_columns
)
select distinct c.person_id, d.replicate
from seat_columns as c
join possible as p on p.person_id = c.person_id and p.fewest = 0
join week_columns as w on w.person_id = c.person_id
cross join draws as d
cross join version as v
where
    d.n0 * w.a0 + d.n1 * w.a1 + d.n2 * w.a2 + d.n3 * w.a3 + d.n4 * w.a4 + d.n5 * w.a5 + d.n6 * w.a6
    + d.n7 * w.a7 + d.n8 * w.a8 + d.n9 * w.a9 + d.n10 * w.a10 + d.n11 * w.a11 + d.n12 * w.a12 + d.n13 * w.a13 = 0
    and v.zero_coverage_den * (
        d.n0 * c.o0 + d.n1 * c.o1 + d.n2 * c.o2 + d.n3 * c.o3 + d.n4 * c.o4 + d.n5 * c.o5 + d.n6 * c.o6
        + d.n7 * c.o7 + d.n8 * c.o8 + d.n9 * c.o9 + d.n10 * c.o10 + d.n11 * c.o11 + d.n12 * c.o12 + d.n13 * c.o13
    ) < v.zero_coverage_num * (
        d.n0 * c.e0 + d.n1 * c.e1 + d.n2 * c.e2 + d.n3 * c.e3 + d.n4 * c.e4 + d.n5 * c.e5 + d.n6 * c.e6
        + d.n7 * c.e7 + d.n8 * c.e8 + d.n9 * c.e9 + d.n10 * c.e10 + d.n11 * c.e11 + d.n12 * c.e12 + d.n13 * c.e13
    )
