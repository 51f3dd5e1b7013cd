-- makes: seats of the company and of its lines by tool, as of the snapshot: proven idle, never used, not observed, cost; a few seats are never told apart
-- by: all
-- grain: scope, tool
with newest as (
    select max(quarter) as quarter from cells
),
judged as (
    select
        person_id,
        segment = 'insufficient' and reason in (select u.reason from unseen_reasons as u) as unseen,
        row_number() over (partition by person_id order by provisional, quarter desc) as place
    from snap.person_quarter_scores
),
lines as (
    select m.person_id, m.cell
    from cell_people as m
    join newest as n on n.quarter = m.quarter
    join cells as c on c.quarter = m.quarter and c.cell = m.cell
    where c.lob is not null
),
held as (
    select
        l.cell,
        s.person_id,
        s.tool,
        s.proposal,
        s.last_seen,
        s.monthly_cost,
        s.currency,
        not s.proposal and (s.person_id is null or coalesce(j.unseen, false)) as unseen
    from snap.person_seats as s
    cross join as_of as t
    left join judged as j on j.person_id = s.person_id and j.place = 1
    left join lines as l on l.person_id = s.person_id
    where coalesce(s.last_day, date '9999-12-31') >= t.day
),
placed as (
    select c.cell as scope, h.*
    from held as h
    cross join (select distinct cell from cells where level = 0) as c
    union all
    select h.cell, h.* from held as h where h.cell is not null
),
counted as (
    select
        scope,
        tool,
        max(case when scope = cell then 1 else 0 end) as is_line,
        count(*) as seats,
        count(case when proposal then 1 end) as idle,
        count(case when proposal and last_seen is null then 1 end) as never_used,
        count(case when unseen then 1 end) as not_observed,
        sum(case when proposal then monthly_cost end) as cost,
        max(case when proposal then currency end) as currency
    from placed
    group by scope, tool
),
all_but_few as (
    -- As in the table of money: seats of all but a few people of a cell, or of all but a few who use theirs (decision 0047).
    select distinct s.tool, case when s.level = 0 then s.cell end as company
    from (
        select c.quarter, c.cell, c.level, c.people, h.tool, count(distinct h.person_id) as holders
        from newest as n
        join cells as c on c.quarter = n.quarter and c.level <= 1
        join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
        join held as h on h.person_id = m.person_id
        group by c.quarter, c.cell, c.level, c.people, h.tool
    ) as s
    left join snap.funnel as f
        on f.quarter = s.quarter and f.scope = s.cell and f.tool in (s.tool, 'all') and f.provisioned is null
    where s.people - s.holders < $edge or s.holders - f.active between 0 and $edge - 1
),
judged_cells as (
    -- A figure is shown where more than k seats stand in it and more than k beside it in its whole.
    select
        c.*,
        seats > $k and a.tool is null as of_seats,
        idle > $k and seats - idle > $k as of_idle,
        idle > $k and seats - idle > $k and never_used > $k and idle - never_used > $k as of_never,
        not_observed > $k and seats - not_observed > $k and seats - idle - not_observed > $k as of_unseen
    from counted as c
    left join all_but_few as a on a.tool = c.tool and (a.company = c.scope or (a.company is null and c.is_line = 1))
),
rests as (
    -- What the company has beside its lines.
    select
        tool,
        sum(sign * seats) as seats,
        sum(sign * idle) as idle,
        sum(sign * never_used) as never_used,
        sum(sign * not_observed) as not_observed
    from (select *, case when is_line = 1 then -1 else 1 end as sign from counted)
    group by tool
),
families as (
    -- Lines are shown all or none: one that is left out, or a small rest of the company, would follow from the others.
    select
        tool,
        coalesce(bool_and(of_seats), true) and max(seats_left) as of_seats,
        coalesce(bool_and(of_idle), true) and max(seats_left) and max(idle_left) as of_idle,
        coalesce(bool_and(of_never), true) and max(seats_left) and max(idle_left) and max(never_left) as of_never,
        coalesce(bool_and(of_unseen), true) and max(seats_left) and max(unseen_left) as of_unseen
    from judged_cells
    join (
        select
            tool,
            seats = 0 or seats > $k as seats_left,
            (idle = 0 or idle > $k) and (seats = idle or seats - idle > $k) as idle_left,
            (never_used = 0 or never_used > $k) and (idle = never_used or idle - never_used > $k) as never_left,
            (not_observed = 0 or not_observed > $k)
            and (seats = not_observed or seats - not_observed > $k)
            and (seats = idle + not_observed or seats - idle - not_observed > $k) as unseen_left
        from rests
    ) using (tool)
    where is_line = 1
    group by tool
),
shown as (
    select
        j.scope,
        j.tool,
        j.seats,
        j.idle,
        j.never_used,
        j.not_observed,
        j.cost,
        j.currency,
        j.of_seats and (j.is_line = 0 or f.of_seats) as of_seats,
        j.of_idle and (j.is_line = 0 or f.of_idle) as of_idle,
        j.of_never and (j.is_line = 0 or f.of_never) as of_never,
        j.of_unseen and (j.is_line = 0 or f.of_unseen) as of_unseen
    from judged_cells as j
    left join families as f on f.tool = j.tool
)
select
    n.quarter,
    s.scope,
    s.tool,
    case when s.of_seats then s.seats end as seats,
    case when s.of_idle then s.idle end as idle,
    case when s.of_never then s.never_used end as never_used,
    case when s.of_unseen then s.not_observed end as not_observed,
    case when s.of_idle and s.cost is not null then 100 * (cast(floor(s.cost) + 50 as bigint) // 100) end as monthly_cost,
    nullif(concat_ws(
        '; ',
        case when not s.of_seats then 'seats: withheld' end,
        case when not s.of_idle then 'idle: withheld' end,
        case when not s.of_never then 'never_used: withheld' end,
        case when not s.of_unseen then 'not_observed: withheld' end
    ), '') as bound,
    case when s.of_idle then s.currency end as currency
from shown as s
cross join newest as n
