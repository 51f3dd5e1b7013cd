-- makes: for each seat-day of an account, whether a zero would be proven, else why not (MEASUREMENT 3; readings 15, 19 to 23)
-- by: quarter
-- grain: person_id, tool, account, day
-- keep: no
-- reach: person, day
with keys as (
    select
        person_id,
        max(case when github_login is not null and github_login <> '' then 1 else 0 end) as has_login,
        max(case when email is not null and email <> '' then 1 else 0 end) as has_email
    from roster
    group by person_id
),
judged as (
    select
        d.person_id,
        d.tool,
        d.account,
        d.day,
        max(case when c.day is not null and g.key is null then 1 else 0 end) as complete,
        max(case when c.day is not null and g.key is null and (s.counts_on_server or w.account is not null) then 1 else 0 end) as reported,
        max(case when s.counts_on_server then 1 when s.name is not null then 0 end) as on_server,
        max(case when s.account_kind = 'login' then k.has_login else k.has_email end) as has_key,
        max(case when e.newest_row is not null then 1 else 0 end) as has_rows,
        max(case when e.contradicted_from <= d.day then 1 else 0 end) as contradicted,
        max(case when o.account is not null then 1 else 0 end) as too_old,
        max(case when i.tool is not null then 1 else 0 end) as unplaced_use,
        max(d.disputed) as disputed
    from seat_days as d
    left join sources as s on s.tool = d.tool
    left join keys as k on k.person_id = d.person_id
    left join account_tenants as t on t.source = s.name and t.tool = d.tool and t.account = d.account
    left join complete_days as c on c.source = s.name and c.tenants = coalesce(t.tenants, chr(30)) and c.day = d.day
    left join witness_spans as w on w.tool = d.tool and w.account = d.account and d.day between w.first_day and w.last_day
    left join vendor_gaps as g on g.person_id = d.person_id and g.tool = d.tool and d.day between g.first_day and g.last_day
    left join account_evidence as e on e.tool = d.tool and e.account = d.account
    left join old_client_spans as o on o.tool = d.tool and o.account = d.account and d.day between o.first_day and o.last_day
    left join unplaced_use as i on i.tool = d.tool and (i.person_id = d.person_id or i.person_id = '' and d.account = '')
    group by d.person_id, d.tool, d.account, d.day
)
select
    person_id,
    tool,
    account,
    day,
    case
        when disputed = 1 or unplaced_use = 1 or account = '' and coalesce(has_key, 0) = 0 then 1
        when reported = 1 and too_old = 0 and contradicted = 0 then 0
        when on_server = 0 and has_rows = 0 then 2
        when too_old = 1 then 3
        when contradicted = 1 then 4
        when complete = 0 then 5
        when reported = 0 then 6
        else 0
    end as doubt
from judged
