-- makes: the segment of each person with its reason, first match (MEASUREMENT 8)
-- by: quarter
-- grain: person_id
-- keep: no
with placed as (
    select
        q.person_id,
        case
            when not q.engineer then 'excluded'
            when q.shared then 'excluded'
            when q.expected_days = 0 and q.exclusion < 5 then 'excluded'  -- 5: whether there was a seat is not known
            when q.observed_days < v.min_days then 'insufficient'
            when v.coverage_den * q.observed_days < v.coverage_num * q.expected_days then 'insufficient'
            when q.active_days = 0 and (q.weak_seat = 1 or q.unexplained or q.maybe_away) then 'insufficient'
            when q.score_micro >= v.heavy_in_score and q.engaged_share >= v.heavy_in_share then 'heavy'
            when m.segment = 'heavy' and q.score_micro >= v.heavy_out_score and q.engaged_share >= v.heavy_out_share then 'heavy'
            when q.active_days > 0 then 'light'
            when m.used_before = 1 then 'lapsed'
            when m.segment in ('non_user', 'lapsed', 'non_adopter') then 'non_adopter'
            else 'non_user'
        end as segment,
        q.engineer,
        q.shared,
        case
            when q.observed_days < v.min_days and 100 * q.possible_days < v.min_days then 0
            when q.observed_days >= v.min_days and v.coverage_den * q.observed_days >= v.coverage_num * q.expected_days
                then case when q.unexplained then 13 when q.maybe_away then 14 else q.seat_cause end
            when q.cause = 0 and p.to_day = p.last_day then 12
            else q.cause
        end as cause,
        q.exclusion,
        q.score_micro >= v.heavy_in_score and q.engaged_share >= v.heavy_in_share as above_cut
    from quarter_sums as q
    cross join version as v
    cross join period as p
    left join memory as m on m.person_id = q.person_id
)
select
    person_id,
    segment,
    case
        when not engineer then 'not_engineer'
        when shared then 'shared_account'
        when segment = 'excluded'
            then case exclusion when 1 then 'on_leave' when 2 then 'no_seat' when 3 then 'not_employed' else 'no_working_day' end
        when segment = 'heavy' then case when above_cut then 'above_cut' else 'kept_by_memory' end
        when segment = 'light' then 'some_use'
        when segment = 'lapsed' then 'used_before'
        when segment = 'non_adopter' then 'zero_again'
        when segment = 'non_user' then 'seat_never_used'
        else
            case cause
                when 1 then 'identity_not_matched'
                when 2 then 'client_never_reports'
                when 3 then 'client_too_old'
                when 4 then 'telemetry_off'
                when 5 then 'vendor_gap'
                when 6 then 'no_witness'
                when 7 then 'on_leave'
                when 8 then 'joined'
                when 9 then 'left'
                when 10 then 'new_seat'
                when 11 then 'seat_ended'
                when 12 then 'few_days'
                when 13 then 'use_without_days'
                when 14 then 'absence_unread'
                else 'too_early'
            end
    end as reason
from placed
