-- makes: the quarter drawn again 300 times from its weeks: what each replicate would have scored (MEASUREMENT 8, certainty)
-- by: quarter
-- grain: person_id, replicate
-- keep: view
select
    c.person_id,
    d.replicate,
    d.times,
    d.n0 * c.e0 + d.n1 * c.e1 + d.n2 * c.e2 + d.n3 * c.e3 + d.n4 * c.e4 + d.n5 * c.e5 + d.n6 * c.e6
    + d.n7 * c.e7 + d.n8 * c.e8 + d.n9 * c.e9 + d.n10 * c.e10 + d.n11 * c.e11 + d.n12 * c.e12 + d.n13 * c.e13 as expected_days,
    d.n0 * c.o0 + d.n1 * c.o1 + d.n2 * c.o2 + d.n3 * c.o3 + d.n4 * c.o4 + d.n5 * c.o5 + d.n6 * c.o6
    + d.n7 * c.o7 + d.n8 * c.o8 + d.n9 * c.o9 + d.n10 * c.o10 + d.n11 * c.o11 + d.n12 * c.o12 + d.n13 * c.o13 as observed_days,
    d.n0 * c.s0 + d.n1 * c.s1 + d.n2 * c.s2 + d.n3 * c.s3 + d.n4 * c.s4 + d.n5 * c.s5 + d.n6 * c.s6
    + d.n7 * c.s7 + d.n8 * c.s8 + d.n9 * c.s9 + d.n10 * c.s10 + d.n11 * c.s11 + d.n12 * c.s12 + d.n13 * c.s13 as weighted,
    d.n0 * c.g0 + d.n1 * c.g1 + d.n2 * c.g2 + d.n3 * c.g3 + d.n4 * c.g4 + d.n5 * c.g5 + d.n6 * c.g6
    + d.n7 * c.g7 + d.n8 * c.g8 + d.n9 * c.g9 + d.n10 * c.g10 + d.n11 * c.g11 + d.n12 * c.g12 + d.n13 * c.g13 as engaged_days,
    d.n0 * c.a0 + d.n1 * c.a1 + d.n2 * c.a2 + d.n3 * c.a3 + d.n4 * c.a4 + d.n5 * c.a5 + d.n6 * c.a6
    + d.n7 * c.a7 + d.n8 * c.a8 + d.n9 * c.a9 + d.n10 * c.a10 + d.n11 * c.a11 + d.n12 * c.a12 + d.n13 * c.a13 as active_days
from week_columns as c
cross join draws as d
