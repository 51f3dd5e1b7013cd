-- makes: whether a merged change was verified by a person, in part, or not, and what is missing (GOVERNANCE 12, decisions 0056, 0071 and 0084)
-- by: all
-- needs: code_changes
-- grain: change
with judged as (
    select
        m.change,
        m.review_lacks,
        case
            when (m.review_lacks is null and m.approvals < q.approvals_required) or a.approvals_unmet then 'fewer_approvals_than_required'
        end as approvals_lack,
        -- what is not known is no finding beside an approval that is not there
        case when a.owners = 'missing' then 'owner_approval_missing' when m.review_lacks is null and a.owners = 'unknown' then 'owner_approval_unknown' end as owners_lack,
        case when a.named = 'missing' then 'named_approval_missing' when m.review_lacks is null and a.named = 'unknown' then 'named_approval_unknown' end as named_lack,
        case when a.reviews_unmet then 'review_rules_unmet' end as rules_lack,
        -- where it is known which checks are required, these count; else all that ran
        case
            when q.checks_required > 0
                then nullif(concat_ws(
                    ', ',
                    case when q.checks_failed > 0 then 'required_check_failed' end,
                    case when q.checks_missing > 0 then 'required_check_missing' end
                ), '')
            when m.checks = 'failed' then 'checks_failed'
            when m.checks = 'unknown' then 'checks_unknown'
        end as checks_lack
    from merged_changes as m
    left join change_required as q on q.change = m.change
    left join change_approvers as a on a.change = m.change
)
select
    change,
    case
        when coalesce(review_lacks, approvals_lack, owners_lack, named_lack, rules_lack, checks_lack) is null then 'verified'
        when review_lacks in (
            'no_review', 'author_is_reviewer', 'bot_review_only', 'review_after_merge', 'changes_requested', 'reviewer_unknown'
        ) then 'missing'
        else 'partly'
    end as status,
    nullif(concat_ws(', ', review_lacks, approvals_lack, owners_lack, named_lack, rules_lack, checks_lack), '') as missing_item
from judged
