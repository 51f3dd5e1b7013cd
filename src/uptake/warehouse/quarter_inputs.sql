-- makes: a fingerprint of all that the scores of one quarter are made from, each table cut to what the quarter can see of it
-- A cut moves no comparison that a step makes: a day before the quarter stands as its first day or the day before, a later one as its last.
with held as (
    select distinct s.tool, s.account
    from seat_holders as s
    join period as p on s.first_day <= p.to_day and s.last_day >= p.first_day
),
seen as (
    -- whose owner the quarter asks for; of an account that comes later it asks nothing
    select u.tool, coalesce(k.account_key, u.account) as account
    from account_months as u
    join period as p on u.first_day <= p.to_day and u.last_day >= p.first_day
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = fold(u.login)
    union
    select s.tool, s.account
    from seat_spans as s
    join period as p on s.first_day <= p.to_day and s.last_day >= p.first_day
    union
    select s.tool, s.account
    from seat_activity as s
    join period as p on s.last_activity_on between p.first_day and p.to_day
    union
    select u.tool, u.account
    from period_use as u
    join period as p on u.used_from <= p.to_day and u.used_to >= p.first_day
    where u.used
),
cut as (
    select 'period' as name, hash(p.quarter, p.first_day, p.last_day, p.to_day, p.provisional) as row_hash
    from period as p
    union all
    select 'version', hash(v) from version as v
    union all
    select 'version_tools', hash(v) from version_tools as v
    union all
    select 'sources', hash(s) from sources as s
    union all
    select 'task_labels', hash(l) from task_labels as l
    union all
    select 'task_rules', hash(l) from task_rules as l
    union all
    select 'usage', hash(i.source, i.day, i.digest, i.versions)
    from input_parts as i
    join period as p on i.day between p.first_day and p.to_day
    where i.name = 'usage'
    union all
    select 'slot_uses', hash(i.source, i.day, i.digest)
    from input_parts as i
    join period as p on i.day between p.first_day and p.to_day
    where i.name = 'slot_uses'
    union all
    select 'account_keys', hash(k) from account_keys as k
    union all
    select
        'account_people',
        hash(a.tool, a.account, greatest(a.first_day, p.first_day), least(a.last_day, p.to_day), a.person_id, a.shared, a.known)
    from account_people as a
    join period as p on a.first_day <= p.to_day and a.last_day >= p.first_day
    join seen as s on s.tool = a.tool and s.account = a.account
    union all
    select 'near_names', hash(n)
    from near_names as n
    join seen as s on s.tool = n.tool and s.account = n.account
    union all
    select
        'seat_holders',
        hash(
            s.person_id, s.tool, s.account, greatest(s.first_day, p.first_day),
            greatest(least(s.last_day, p.to_day), cast(p.first_day - 1 as date)), s.disputed
        )
    from seat_holders as s
    join period as p on s.first_day <= p.to_day
    union all
    select 'shared_seats', hash(s.tool, s.account, greatest(s.first_day, p.first_day), least(s.last_day, p.to_day))
    from seat_spans as s
    join period as p on s.first_day <= p.to_day and s.last_day >= p.first_day
    where (s.tool, s.account) in (select a.tool, a.account from account_people as a where a.shared)
    union all
    select
        'roster',
        hash(
            r.person_id, r.first_day, least(r.last_day, p.to_day), r.team, r.department, r.lob, r.site, r.engineer, r.fte_percent,
            r.start_date, least(r.end_date, cast(p.to_day + 1 as date))
        )
    from roster as r
    join period as p on r.first_day <= p.to_day
    union all
    select 'people', hash(k.person_id, k.has_login, k.has_email, k.site)
    from (
        select
            r.person_id,
            max(case when r.github_login <> '' then 1 else 0 end) as has_login,
            max(case when r.email <> '' then 1 else 0 end) as has_email,
            max(case when r.place = 1 then r.site end) as site
        from (select *, row_number() over (partition by person_id order by first_day) as place from roster) as r
        group by r.person_id
    ) as k
    union all
    select 'absences', hash(a.person_id, greatest(a.first_day, p.first_day), least(a.last_day, p.to_day))
    from absences as a
    join period as p on a.first_day <= p.to_day and a.last_day >= p.first_day
    union all
    select distinct 'unread_spans', hash(a.person_id)
    from unread_spans as a
    join period as p on a.first_day <= p.to_day and a.last_day >= p.first_day
    union all
    select 'site_days', hash(s.site, s.day)
    from site_days as s
    join period as p on s.day between p.first_day and p.to_day
    union all
    select 'vendor_gaps', hash(g.person_id, g.tool, greatest(g.first_day, p.first_day), least(g.last_day, p.to_day))
    from vendor_gaps as g
    join period as p on g.first_day <= p.to_day and g.last_day >= p.first_day
    union all
    select 'account_tenants', hash(t.source, t.tool, t.account, t.tenants)
    from account_tenants as t
    join held as h on h.tool = t.tool and h.account = t.account
    union all
    select 'complete_days', hash(c.source, c.tenants, c.day)
    from complete_days as c
    join period as p on c.day between p.first_day and p.to_day
    union all
    select 'witness_spans', hash(w.tool, w.account, greatest(w.first_day, p.first_day), least(w.last_day, p.to_day))
    from witness_spans as w
    join period as p on w.first_day <= p.to_day and w.last_day >= p.first_day
    join held as h on h.tool = w.tool and h.account = w.account
    union all
    select
        'account_evidence',
        hash(
            e.tool, e.account, e.newest_row is not null,
            case when e.contradicted_from <= p.to_day then greatest(e.contradicted_from, p.first_day) end
        )
    from account_evidence as e
    cross join period as p
    join held as h on h.tool = e.tool and h.account = e.account
    union all
    select 'old_client_spans', hash(o.tool, o.account, greatest(o.first_day, p.first_day), least(o.last_day, p.to_day))
    from old_client_spans as o
    join period as p on o.first_day <= p.to_day and o.last_day >= p.first_day
    join held as h on h.tool = o.tool and h.account = o.account
    union all
    select distinct 'seat_activity', hash(s.tool, s.account, s.last_activity_on)
    from seat_activity as s
    join period as p on s.last_activity_on between p.first_day and p.to_day
    union all
    select distinct 'period_use', hash(u.tool, u.account, greatest(u.used_from, p.first_day), least(u.used_to, p.to_day))
    from period_use as u
    join period as p on u.used_from <= p.to_day and u.used_to >= p.first_day
    where u.used
    union all
    select 'memory', hash(q.person_id, b.place, q.segment, q.active_days)
    from remembered as q
    join quarters_before as b on b.quarter = q.quarter
    union all
    select 'quarters_before', hash(b) from quarters_before as b
)
select name, count(*) as row_count, cast(sum(row_hash) as varchar) as content
from cut
group by name
order by name
