-- makes: the distinct exponents of the quarter's day scores, of single tools and of all tools together
-- by: quarter
-- grain: u_p, u_r, proactive_only
-- keep: no
-- reach: person, day
select u_p, u_r, proactive_only
from day_states
where active = 1
union
select least(t.u_p, v.exponent_max) as u_p, least(t.u_r, v.exponent_max) as u_r, 1 - t.has_passive as proactive_only
from tool_states as t
cross join version as v
where t.state = 'active'
