-- makes: usage rows that count, with their person; rows without a person stay in, for assurance
-- by: quarter
-- part: date_trunc('week', day)
-- reach: day
-- from: usage_facts
-- order: person_id, day, tool, surface, feature, source, account
select
    person_id, day, tool, surface, feature, prompts, agent_slots, accept_user, accept_auto, accept_unsplit, reject_user, generations,
    plans, review_requests, agent_requests, lines_suggested, lines_added, lines_deleted, lines_agent_added, lines_agent_deleted,
    sessions, active_seconds_user as active_seconds, requests, tokens_in, tokens_out, tokens_cache_read, tokens_cache_write,
    coalesce(cost_billed_usd, cost_est_usd) as cost_usd, commits, pull_requests, source, account, feature_class, quarter
from usage_facts
where person_id is null or person_id not in (select person_id from roster where aggregate_only)
