-- makes: the usage rows that count, with their person: one source per person-tool-day, never added (rules C2, C8, R-CP-6, R-CP-9)
-- by: quarter
-- grain: source, tenant, account, day, surface, feature
-- reach: day
with records_of as (
    -- judged record by record on few columns; the wide rows are joined once, at the end
    select
        u.source,
        u.key,
        u.tool,
        u.tenant,
        u.account,
        u.login,
        u.day,
        u.precedence,
        p.quarter,
        case
            when u.tool = s.session_tool then 'session'
            -- a client that sends metrics alone tells of sessions and no prompts: its day is one of a session-only source (decision 0111)
            when s.grain = 'event' and count(u.prompts) = 0 and u.tool in (select tool from version_tools where grain = 'session') then 'session'
            else s.grain
        end as grain,
        s.place as source_place,
        s.tenants_repeat
    from usage as u
    join sources as s on s.name = u.source
    join period as p on u.day between p.first_day and p.to_day
    group by
        u.source, u.key, u.tool, u.tenant, u.account, u.login, u.day, u.precedence, p.quarter, s.grain, s.session_tool, s.place, s.tenants_repeat
),
counted as (
    select *, count(*) over (partition by source, account, day) as copies
    from records_of
),
stamped as (
    -- which of two records of one account and day counts is the only question that needs their stamps
    select r.source, r.key, v.fetched_at, v.revision
    from (select distinct source, key from counted where copies > 1) as r
    join records as v on v.source = r.source and v.key = r.key
),
versions as (
    select
        r.*,
        coalesce(k.account_key, r.account) as account_key,
        row_number() over (
            partition by r.source, r.account, r.day order by r.precedence, v.fetched_at desc, v.revision desc, r.key
        ) as version_place
    from counted as r
    left join stamped as v on v.source = r.source and v.key = r.key
    left join account_keys as k on k.tool = r.tool and k.account = r.account and k.login = fold(r.login)
),
owned as (
    select
        r.*,
        a.person_id
    from versions as r
    left join account_people as a
        on a.tool = r.tool and a.account = r.account_key and r.day between a.first_day and a.last_day and not a.shared
    where r.version_place = 1 or not r.tenants_repeat
),
telling as (
    -- of tools with two sources: who tells of use. A row that tells of none does not describe the use of which another source tells (0038)
    select distinct u.source, u.tool, u.account, u.day
    from usage_days as u
    join period as p on u.day between p.first_day and p.to_day
    where u.proactive_actions + u.accepts + u.sessions + u.edits > 0
        and u.tool in (select d.tool from usage_days as d group by d.tool having count(distinct d.source) > 1)
),
placed as (
    select
        o.*,
        min(case when t.source is null then 1000 else 0 end + o.source_place) over (
            partition by coalesce(o.person_id, 'account:' || o.account_key), o.tool, o.day
        ) as best
    from owned as o
    left join telling as t on t.source = o.source and t.tool = o.tool and t.account = o.account and t.day = o.day
)
select
    u.*,
    w.quarter,
    w.account_key,
    w.grain,
    w.person_id
from usage as u
join period as p on u.day between p.first_day and p.to_day
join placed as w on w.source = u.source and w.key = u.key and w.tool = u.tool
where w.source_place = w.best % 1000
