-- makes: engineers without any use in a quarter, with the reason and the step that the reason suggests
-- by: quarter and before
-- order: person_id, quarter
with held as (
    select quarter, person_id, string_agg(tool, ',' order by tool) as seats
    from tool_quarters
    where has_seat = 1
    group by quarter, person_id
),
named as (
    select
        q.quarter,
        q.person_id,
        q.team,
        q.segment,
        case
            when q.segment = 'lapsed' then 'lapsed'
            when q.reason in (select u.reason from unseen_reasons as u) then 'not_observed'
            else q.reason
        end as reason,
        q.reason as detail
    from quarter_scores as q
    where q.active_days = 0 and q.engineer
)
select
    n.person_id,
    n.team,
    n.segment,
    n.reason,
    coalesce(h.seats, '') as seats,
    (
        select max(t.last_active) + 1 from tool_quarters as t
        where t.person_id = n.person_id and t.last_active is not null and t.quarter <= n.quarter
    ) as since,
    case
        when n.detail in ('client_never_reports', 'client_too_old', 'telemetry_off', 'no_witness') then 'repair of the client'
        when n.detail = 'identity_not_matched' then 'match the account'
        when n.detail = 'vendor_gap' then 'wait for the vendor'
        when n.detail = 'no_seat' then 'offer a seat'
        when n.segment in ('non_user', 'non_adopter') then 'set-up clinic, peer champion'
        when n.segment = 'lapsed' then 'ask what got in the way'
        else 'nothing'
    end as suggestion,
    n.detail,
    n.quarter
from named as n
left join held as h on h.person_id = n.person_id and h.quarter = n.quarter
