-- makes: whether a merged change was verified by a person, in part, or not, and what is missing (GOVERNANCE 12, decision 0056)
-- by: all
-- needs: code_changes
-- grain: change
select
    change,
    case
        when review_lacks is null and checks = 'passed' then 'verified'
        when review_lacks in (
            'no_review', 'author_is_reviewer', 'bot_review_only', 'review_after_merge', 'changes_requested', 'reviewer_unknown'
        ) then 'missing'
        else 'partly'
    end as status,
    nullif(concat_ws(
        ', ', review_lacks, case checks when 'failed' then 'checks_failed' when 'unknown' then 'checks_unknown' end
    ), '') as missing_item
from merged_changes
