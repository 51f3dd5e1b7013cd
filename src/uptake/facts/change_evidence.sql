-- makes: of every merged change: its reviews, counted, and its checks
-- by: all
-- needs: code_changes
-- grain: change
-- Distinct accounts and commits are counted apart: counted together, a set for every change would have to stay in memory.
with counting as (
    select change, account, coalesce(commit_sha, 'unknown') as commit_sha
    from change_reviews
    where counts
),
reviewers as (
    select change, count(*) as reviewers from (select distinct change, account from counting) as a group by change
),
rounds as (
    select change, count(*) as rounds from (select distinct change, commit_sha from counting) as a group by change
),
sums as (
    select
        change,
        count(*) filter (where counts) as human_reviews,
        min(case when counts then submitted_at end) as first_review_at,
        max(case when counts then submitted_at end) as last_review_at,
        count(*) filter (where standing and on_head) as approvals,
        max(case when standing and on_head then submitted_at end) as approved_at,
        min(case when standing and on_head then review end) as approval,
        count(*) filter (where standing and not on_head) as stale,
        count(*) filter (where standing and on_head is null) as unplaced,
        count(*) filter (where counts and last_word and state = 'changes_requested') as refused,
        count(*) filter (where human and account is not null and not independent and in_time) as own_reviews,
        count(*) filter (where human and in_time) as human,
        count(*) filter (where bot) as bot_reviews,
        count(*) filter (where account is null) as nameless,
        count(*) filter (where by_other and not in_time and state = 'approved') as late
    from change_reviews
    group by change
)
select
    c.change,
    coalesce(s.human_reviews, 0) as human_reviews,
    coalesce(s.approvals, 0) as approvals,
    coalesce(s.stale, 0) as stale,
    coalesce(s.unplaced, 0) as unplaced,
    coalesce(s.refused, 0) as refused,
    coalesce(s.own_reviews, 0) as own_reviews,
    coalesce(s.human, 0) as human,
    coalesce(s.bot_reviews, 0) as bot_reviews,
    coalesce(s.nameless, 0) as nameless,
    coalesce(s.late, 0) as late,
    s.first_review_at,
    s.last_review_at,
    s.approved_at,
    s.approval,
    coalesce(w.reviewers, 0) as reviewers,
    coalesce(r.rounds, 0) as rounds,
    k.first_passed,
    k.merged_with
from changes_now as c
left join sums as s on s.change = c.change
left join reviewers as w on w.change = c.change
left join rounds as r on r.change = c.change
left join change_checks as k on k.change = c.change
where c.merged_at is not null
