-- makes: a mark of each person, account and day of a quarter, and one of the rest: a fingerprint of all that its person-days are made from, up to a day
-- A cut moves no comparison that a step makes: a day before the quarter stands as its first day or the day before, a later one as its last.
-- `set` marks exist for every set of tenants and day: a set that is new changes the people whose accounts came to it, and no day.
with held as (
    select distinct s.person_id, s.tool, s.account
    from seat_holders as s
    join reached as p on s.first_day <= p.to_day and s.last_day >= p.first_day
),
days_of as (
    select cast(unnest(generate_series(p.first_day, p.to_day, interval 1 day)) as date) as day
    from reached as p
),
people as (
    select
        r.person_id as name,
        hash(
            1, r.first_day, greatest(r.first_day, r.start_date, p.first_day), least(r.last_day, r.end_date, p.to_day), r.team, r.department,
            r.lob, r.site, r.fte_percent
        ) as row_hash
    from roster as r
    cross join reached as p
    where r.first_day <= p.to_day and r.last_day >= p.first_day and r.start_date <= p.to_day and r.end_date >= p.first_day
    union all
    select
        r.person_id,
        hash(
            2, max(case when r.github_login <> '' then 1 else 0 end), max(case when r.email <> '' then 1 else 0 end),
            max(case when r.aggregate_only then 1 else 0 end)
        )
    from roster as r
    group by r.person_id
    union all
    select a.person_id, hash(3, greatest(a.first_day, p.first_day), least(a.last_day, p.to_day))
    from absences as a
    join reached as p on a.first_day <= p.to_day and a.last_day >= p.first_day
    union all
    select s.person_id, hash(4, s.tool, s.account, greatest(s.first_day, p.first_day), least(s.last_day, p.to_day), s.disputed)
    from seat_holders as s
    join reached as p on s.first_day <= p.to_day and s.last_day >= p.first_day
    union all
    select g.person_id, hash(5, g.tool, greatest(g.first_day, p.first_day), least(g.last_day, p.to_day))
    from vendor_gaps as g
    join reached as p on g.first_day <= p.to_day and g.last_day >= p.first_day
    union all
    select h.person_id, hash(6, t.source, t.tool, t.account, t.tenants)
    from account_tenants as t
    join held as h on h.tool = t.tool and h.account = t.account
    union all
    select h.person_id, hash(7, w.tool, w.account, greatest(w.first_day, p.first_day), least(w.last_day, p.to_day))
    from witness_spans as w
    join reached as p on w.first_day <= p.to_day and w.last_day >= p.first_day
    join held as h on h.tool = w.tool and h.account = w.account
    union all
    select
        h.person_id,
        hash(
            8, e.tool, e.account, e.newest_row is not null,
            case when e.contradicted_from <= p.to_day then greatest(e.contradicted_from, p.first_day) end
        )
    from account_evidence as e
    cross join reached as p
    join held as h on h.tool = e.tool and h.account = e.account
    union all
    select h.person_id, hash(9, o.tool, o.account, greatest(o.first_day, p.first_day), least(o.last_day, p.to_day))
    from old_client_spans as o
    join reached as p on o.first_day <= p.to_day and o.last_day >= p.first_day
    join held as h on h.tool = o.tool and h.account = o.account
),
sets as (
    select distinct source, tenants from account_tenants
    union
    select distinct source, chr(30) as tenants from complete_days
),
marked as (
    select 'person' as kind, name, row_hash from people
    union all
    select
        'account', a.tool || chr(31) || a.account,
        hash(greatest(a.first_day, p.first_day), least(a.last_day, p.to_day), a.person_id, a.shared, a.known)
    from account_people as a
    join reached as p on a.first_day <= p.to_day and a.last_day >= p.first_day
    union all
    select 'use', cast(d.day as varchar), hash(i.name, i.source, i.digest, i.versions)
    from days_of as d
    left join input_parts as i on i.day = d.day and i.name in ('usage', 'slot_uses')
    union all
    select 'calendar', cast(d.day as varchar), hash(s.site)
    from days_of as d
    left join (select distinct site, day from site_days) as s on s.day = d.day
    union all
    select 'set', cast(d.day as varchar) || ' ' || s.source || ' ' || s.tenants, hash(c.day is not null)
    from days_of as d
    cross join sets as s
    left join complete_days as c on c.source = s.source and c.tenants = s.tenants and c.day = d.day
    union all
    select 'rest', 'version', hash(v) from version as v
    union all
    select 'rest', 'version_tools', hash(v) from version_tools as v
    union all
    select 'rest', 'sources', hash(s) from sources as s
    union all
    select 'rest', 'account_keys', hash(k) from account_keys as k
    union all
    select 'rest', 'unplaced_use', hash(u.tool, u.person_id) from unplaced_use as u
)
select kind, name, cast(count(*) || ':' || cast(sum(row_hash) as varchar) as varchar) as content
from marked
group by kind, name
