-- makes: what the rules of its branch asked of a change when it was merged, rule by rule, and whether it is sure that they reach it (decisions 0071 and 0084)
-- by: all
-- needs: branch_rules
-- grain: change, repository, rule, part, check_id
-- A rule may reach a change where its branches or repositories are patterns: names are not kept.
with scopes as (
    select change, host, repository as scope, merged_at from changes_now
    union all
    -- rules of an organisation
    select change, host, regexp_replace(repository, '/.*$', '') || '/*' as scope, merged_at from changes_now
    union all
    -- answers that know the host's number of the repository alone
    select change, host, project as scope, merged_at from changes_now where project is not null
),
in_force as (
    select c.change, r.host, r.repository, r.rule, max(r.holds_from) as holds_from
    from scopes as c
    join branch_rules as r on r.host = c.host and r.repository = c.scope and r.holds_from <= c.merged_at
    group by c.change, r.host, r.repository, r.rule
),
parts as (
    select f.change, r.repository, r.rule, r.part, r.reach, r.branch_id, r.check_id, r.approvals, r.of_repository
    from in_force as f
    join branch_rules as r on r.host = f.host and r.repository = f.repository and r.rule = f.rule and r.holds_from = f.holds_from
),
left_out as (
    select distinct p.change, p.repository, p.rule
    from parts as p
    join changes_now as c on c.change = p.change
    where
        (p.part = 'except' and coalesce(p.branch_id = c.base_id, true))
        or (p.part = 'except_repository' and p.of_repository = c.repository)
),
judged as (
    -- 2: it holds there, 1: it may
    select
        p.change,
        p.repository,
        p.rule,
        p.part,
        p.approvals,
        case
            when p.part = 'reach' and (p.reach = 'all' or (p.reach = 'default' and c.base_default) or (p.reach = 'branch' and p.branch_id = c.base_id)) then 2
            when p.part = 'reach' and (p.reach = 'pattern' or (p.reach = 'default' and c.base_default is null) or (p.reach = 'branch' and c.base_id is null)) then 1
        end as of_branch,
        case
            when p.repository = c.repository or p.repository = c.project then 2
            when p.part = 'repository' and (p.reach = 'all' or (p.reach = 'name' and p.of_repository = c.repository) or (p.reach = 'number' and p.of_repository = c.project)) then 2
            when p.part = 'repository' and p.reach = 'pattern' then 1
        end as of_repository
    from parts as p
    join changes_now as c on c.change = p.change
),
reaching as (
    select
        j.change,
        j.repository,
        j.rule,
        max(j.of_branch) + max(j.of_repository) = 4 as sure,
        max(case when j.of_branch is not null then j.approvals end) as approvals
    from judged as j
    left join left_out as o on o.change = j.change and o.repository = j.repository and o.rule = j.rule
    where o.change is null
    group by j.change, j.repository, j.rule
    having max(j.of_branch) is not null and max(j.of_repository) is not null
)
select distinct
    p.change,
    p.repository,
    p.rule,
    p.part,
    p.check_id,
    case when p.part = 'reach' then r.approvals end as approvals,
    r.sure
from parts as p
join reaching as r on r.change = p.change and r.repository = p.repository and r.rule = p.rule
where p.part in ('reach', 'check', 'owners', 'named')
