-- makes: why use of a tool cannot be seen as of the snapshot, as counts: old clients, telemetry that is off, clients that never report, and the gaps of identity
-- order: tool, reason
with stops as (
    -- a seat list is hours old and a report days: activity is only later where it is later by more than a report may be late
    select e.tool, e.account, e.newest_row, e.contradicted_from
    from account_evidence as e
    cross join version as v
    where e.newest_activity > coalesce(e.newest_row, date '0001-01-01') + cast(v.provisional_days as integer)
),
held as (
    select distinct h.person_id, h.tool, h.account, h.first_day
    from seat_holders as h
    cross join as_of as t
    where t.day between h.first_day and h.last_day
),
silent as (
    -- where no source counts on the vendor's side, an account without any row has a client that never reported: unless a seat list proves it idle
    select h.tool, h.account, min(h.first_day) as since
    from held as h
    cross join as_of as t
    left join account_evidence as e on e.tool = h.tool and e.account = h.account
    left join witness_spans as w on w.tool = h.tool and w.account = h.account and w.last_day >= t.day - 28
    where h.account <> '' and e.newest_row is null and (e.newest_activity is not null or w.account is null)
        and h.tool in (select tool from sources group by tool having not bool_or(counts_on_server))
    group by h.tool, h.account
),
found as (
    select o.tool, 'client_too_old' as reason, o.account as one, o.first_day as since, 0 as records
    from old_client_spans as o
    cross join as_of as t
    where t.day between o.first_day and o.last_day
    union all
    select tool, 'telemetry_off', account, contradicted_from, 0 from stops where newest_row is not null
    union all
    select tool, 'client_never_reports', account, since, 0 from silent
    union all
    select tool, 'seat_without_account', person_id, min(first_day), 0 from held where account = '' group by tool, person_id
    union all
    select tool, 'account_of_nobody', account, first_day, records from snap.unmatched_accounts where reason in ('no_person', 'unknown_person')
)
select
    tool,
    reason,
    count(distinct one) as number,
    cast(sum(records) as bigint) as records,
    nullif(min(since), date '0001-01-01') as since
from found
group by tool, reason
