-- makes: money of the company and of its lines by tool and month that is over: estimate, bill, credits and seats apart; a few holders are never told apart
-- by: all
-- grain: quarter, scope, tool, month
with months as (
    select q.quarter, m.month, cast(m.month + interval 1 month - interval 1 day as date) as last_day
    from (select distinct quarter from cells) as q
    cross join lateral (select make_date(cast(q.quarter[1:4] as integer), 3 * cast(q.quarter[6:6] as integer) - 2 + n.n, 1) as month
        from (select unnest([0, 1, 2]) as n) as n) as m
    cross join as_of as t
    where cast(m.month + interval 1 month - interval 1 day as date) <= t.day
),
other_currency as (
    -- nothing is converted: seats that are sold in another currency have no price here
    select distinct tool from seat_grants where monthly_cost is not null and upper(trim(currency)) <> 'USD'
),
held as (
    -- A seat counts in a month on whose last day it is held.
    select
        m.quarter,
        m.month,
        s.tool,
        coalesce(s.person_id, 'account:' || s.account) as holder,
        max(s.person_id) as person_id,
        count(*) as seats,
        sum(case when c.tool is null then s.monthly_cost end) as cost,
        count(case when s.monthly_cost is null or c.tool is not null then 1 end) as unpriced
    from snap.person_seats as s
    left join other_currency as c on c.tool = s.tool
    join months as m
        on coalesce(s.first_day, date '0001-01-01') <= m.last_day and coalesce(s.last_day, date '9999-12-31') >= m.last_day
    group by m.quarter, m.month, s.tool, coalesce(s.person_id, 'account:' || s.account)
),
amounts as (
    select a.quarter, a.month, a.tool, a.holder, a.person_id, a.measure, a.amount
    from money_amounts as a
    join months as m on m.quarter = a.quarter and m.month = a.month
    union all
    select quarter, month, tool, holder, person_id, 'seats' as measure, cast(seats as decimal(38, 12)) as amount from held
    union all
    select quarter, month, tool, holder, person_id, 'seats_cost' as measure, cast(cost as decimal(38, 12)) as amount from held
    where cost is not null
    union all
    select quarter, month, tool, holder, person_id, 'seats_unpriced' as measure, cast(unpriced as decimal(38, 12)) as amount from held
),
lines as (
    select m.quarter, m.person_id, m.cell
    from cell_people as m
    join cells as c on c.quarter = m.quarter and c.cell = m.cell
    where c.lob is not null
),
placed as (
    select a.*, l.cell as line
    from amounts as a
    left join lines as l on l.quarter = a.quarter and l.person_id = a.person_id
),
scopes as (
    select quarter, cell as scope, lob is not null as is_line
    from cells
    where level = 0 or lob is not null
),
cast_wide as (
    -- each scope has a row of each measure of a tool and month, also where it holds nothing of it
    select distinct s.quarter, s.scope, s.is_line, p.month, p.tool, p.measure
    from scopes as s
    join (select distinct quarter, month, tool, measure from placed) as p on p.quarter = s.quarter
),
counted as (
    select
        w.quarter,
        w.scope,
        w.is_line,
        w.month,
        w.tool,
        w.measure,
        coalesce(sum(p.amount), 0) as amount,
        count(case when p.amount <> 0 then 1 end) as holders,
        coalesce(list_sum(max(abs(p.amount), 2)), 0) as of_two
    from cast_wide as w
    left join placed as p
        on p.quarter = w.quarter and p.month = w.month and p.tool = w.tool and p.measure = w.measure and (not w.is_line or p.line = w.scope)
    group by w.quarter, w.scope, w.is_line, w.month, w.tool, w.measure
),
loose as (
    -- What the company holds beside its lines: accounts of nobody, people in no line.
    select
        p.quarter,
        p.month,
        p.tool,
        p.measure,
        count(case when p.amount <> 0 then 1 end) as holders,
        coalesce(sum(p.amount), 0) as amount,
        coalesce(list_sum(max(abs(p.amount), 2)), 0) as of_two
    from placed as p
    where p.line is null
    group by p.quarter, p.month, p.tool, p.measure
),
seated as (
    -- People of each cell who hold a seat on the last day of the month, with and without a price or a bill of it.
    select c.quarter, c.cell, c.level, c.people, p.month, p.tool, p.measure, count(distinct p.person_id) as holders
    from cells as c
    join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
    join placed as p on p.quarter = m.quarter and p.person_id = m.person_id and p.amount <> 0
    where c.level <= 1 and p.measure in ('seats', 'seats_cost', 'seats_unpriced', 'billed_seats')
    group by c.quarter, c.cell, c.level, c.people, p.month, p.tool, p.measure
),
all_but_few as (
    -- Who counts the seats of a cell where all but a few people have one counts those few; and those with a seat who did not use
    -- it, where the funnel hides its step of seats for their sake (decision 0047). The lines less the company are the cells beside them.
    select distinct h.quarter, h.month, h.tool, case when h.level = 0 then h.cell end as company
    from seated as h
    left join snap.funnel as f
        on f.quarter = h.quarter and f.scope = h.cell and f.tool in (h.tool, 'all') and f.provisioned is null
    where h.people - h.holders < $edge or h.holders - f.active between 0 and $edge - 1
),
judged as (
    -- More than k hold it, and no two people more than half of it: either of them would know the other. Nobody's amount tells of nobody.
    select
        c.*,
        c.holders > $k and 2 * c.of_two <= abs(c.amount) and a.tool is null as good
    from counted as c
    left join all_but_few as a
        on a.quarter = c.quarter and a.month = c.month and a.tool = c.tool and (a.company = c.scope or (a.company is null and c.is_line))
        and c.measure in ('seats', 'seats_cost', 'seats_unpriced', 'billed_seats')
),
families as (
    -- Lines are shown all or none, and only where what the company holds beside them is of nobody or may be shown too.
    select
        j.quarter,
        j.month,
        j.tool,
        j.measure,
        bool_and(j.good) and (
            coalesce(max(l.holders), 0) = 0 or (max(l.holders) > $k and 2 * max(l.of_two) <= abs(max(l.amount)))
        ) as good
    from judged as j
    left join loose as l on l.quarter = j.quarter and l.month = j.month and l.tool = j.tool and l.measure = j.measure
    where j.is_line
    group by j.quarter, j.month, j.tool, j.measure
),
shown as (
    select
        j.quarter,
        j.scope,
        j.tool,
        j.month,
        j.measure,
        j.amount,
        -- what nobody in the whole company holds tells of nobody; months of changes stand beside weeks of them (decision 0078)
        t.holders = 0 or (j.good and (not j.is_line or coalesce(f.good, false)) and h.scope is null) as of_it
    from judged as j
    left join code_hidden as h on h.quarter = j.quarter and h.scope = j.scope and h.month = j.month and j.tool = '(code)'
    left join families as f on f.quarter = j.quarter and f.month = j.month and f.tool = j.tool and f.measure = j.measure
    join (
        select quarter, month, tool, measure, count(case when amount <> 0 then 1 end) as holders from placed group by all
    ) as t on t.quarter = j.quarter and t.month = j.month and t.tool = j.tool and t.measure = j.measure
),
money as (
    select
        *,
        -- to the cent, and what is less than one is not nothing
        case when of_it then
            case
                when measure in ('estimate', 'billed', 'billed_seats', 'credits', 'told_checked', 'list_checked') and amount > 0
                    then greatest(cast(amount as decimal(18, 2)), 0.01)
                when measure = 'seats_cost' then 100 * cast(floor((amount + 50) / 100) as decimal(18, 2))
                else cast(amount as decimal(18, 2))
            end
        end as value
    from shown
)
select
    quarter,
    scope,
    tool,
    month,
    max(case when measure = 'estimate' then value end) as estimate,
    max(case when measure = 'billed' then value end) as billed,
    max(case when measure = 'credits' then value end) as credits,
    cast(max(case when measure = 'unpriced_requests' then value end) as bigint) as unpriced_requests,
    cast(max(case when measure = 'unpriced_tokens' then value end) as bigint) as unpriced_tokens,
    cast(max(case when measure = 'seats' then value end) as bigint) as seats,
    max(case when measure = 'seats_cost' then value end) as seats_cost,
    cast(max(case when measure = 'seats_unpriced' then value end) as bigint) as seats_unpriced,
    max(case when measure = 'billed_seats' then value end) as billed_seats,
    max(case when measure = 'told_checked' then value end) as told_checked,
    max(case when measure = 'list_checked' then value end) as list_checked,
    cast(max(case when measure = 'changes' then value end) as bigint) as changes,
    cast(max(case when measure = 'retained_lines' then value end) as bigint) as retained_lines,
    nullif(string_agg(case when not of_it then measure || ': withheld' end, '; ' order by measure), '') as bound
from money
group by quarter, scope, tool, month
