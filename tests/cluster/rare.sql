-- What the invented company has no case of, put in from its own rows: so that every kept table has rows on which two engines can differ.

-- one id of a vendor that stands for two people in one seat list
insert into seat_listings by name
select * replace (key || '+' as key, 'Twin-' || login as login)
from seat_listings
where account = (select min(account) from seat_listings where login is not null) and login is not null;

-- a tool of which no seat list is known, with the slots of its events
insert into usage by name
select * replace ('otlp' as source, 'gemini_cli' as tool, key || '+' as key, 'proactive' as feature_class, 3 as prompts)
from usage
where source = 'claude-code';

insert into slot_uses by name
select source, key, tool, account, day, surface, 6 * n as slot, n as prompts, n = 3 as agent, 2 as accepts, tenant
from usage
cross join (values (1), (2), (3)) as slots (n)
where source = 'otlp' and email is not null;

-- use that is told by the week and by the month, and use that was billed
insert into period_uses by name
select distinct
    'chatgpt' as source, e.email || e.month || n || s.cadence as key, 'chatgpt' as tool, e.email as account, s.cadence,
    e.month + 7 * n as first_day, e.month + 7 * n + s.days as last_day,
    n < 3 as used, case when n < 3 then e.month + 7 * n end as used_from, case when n < 3 then e.month + 7 * n + 2 end as used_to,
    '' as tenant, e.email, 5 * n as messages, cast(0.5 * n as decimal(28, 10)) as credits
from (select distinct email, cast(date_trunc('month', day) as date) as month from usage where email is not null) as e
cross join (values (0), (1), (2), (3)) as weeks (n)
cross join (values ('weekly', 6), ('monthly', 27)) as s (cadence, days)
where s.cadence = 'weekly' or n = 0;

insert into spends by name
select distinct
    'copilot-billing' as source, login || day as key, 'copilot' as tool, login as account, day, day as last_day, 'user' as scope,
    'copilot' as product, '' as sku, 'requests' as unit, 'm' as model, false as auto_model, true as used,
    cast(3 as decimal(28, 10)) as quantity, cast(0.12 as decimal(28, 10)) as gross_usd, cast(0 as decimal(28, 10)) as discount_usd,
    cast(0.12 as decimal(28, 10)) as net_usd, '' as tenant
from usage
where source = 'copilot-users' and login is not null;

-- a mirror that holds the older half of a repository
insert into commits by name
select * replace (key || '+' as key, repository || '-mirror' as repository)
from commits
where day < (select median(day) from commits);

insert into commit_files by name
select * replace (key || '+' as key, repository || '-mirror' as repository)
from commit_files
where day < (select median(day) from commits);

-- changes merged by a merge commit, some of their branches with a branch of no change inside
create temp table sides as
with heads as (
    select c.repository, c.sha as of, h.head_sha, h.number
    from code_changes as h
    join commits as c on c.sha = h.merge_sha and c.repository = h.repository
    where h.number % 3 = 0 and h.head_sha is not null
)
select repository, of, of as merge_sha, head_sha as sha from heads
union all
select repository, of, head_sha as merge_sha, 'inner-' || head_sha as sha from heads where number % 2 = 0;

insert into commits by name
select c.* replace (c.key || s.sha as key, s.sha as sha, 7 as lines_added)
from sides as s
join commits as c on c.sha = s.of and c.repository = s.repository;

insert into commit_lineage by name
select c.source, c.key, s.repository, s.sha, c.day, s.merge_sha, s.sha as side_sha
from sides as s
join commits as c on c.sha = s.sha and c.repository = s.repository;

insert into line_fates by name
select f.* replace (f.key || s.sha as key, s.sha as sha)
from sides as s
join line_fates as f on f.sha = s.of and f.repository = s.repository;

insert into line_marks by name
select source, key, repository, sha, day, 'note' as kind, 'copilot' as tool, 'm' as model, 5 as lines, 4 as accepted, 1 as overridden, 9 as additions
from commits
where sha like 'inner-%';

-- what a project requires, whose login it is, and days on which a vendor told nothing of a person
insert into change_requirements by name
select distinct source, change as key, host, project, number, 2 as approvals from code_changes where project is not null;

insert into account_identities by name
select 'github-identities' as source, login as key, 'github' as host, account, login, login || '@invented.example' as email
from seat_listings
where login is not null
group by account, login;

insert into vendor_gaps by name
select 'vendor-gaps' as source, person_id as key, 'copilot' as tool, person_id, max(effective_from) as first_day, max(effective_from) + 30 as last_day
from people
group by person_id;

-- a client below the vendor's minimum
update usage set below_minimum = true where source = 'copilot-users' and account = (select min(account) from usage where source = 'copilot-users');

-- what a host says of whether those approved who had to
insert into review_verdicts by name
select
    source, change as key, host, 'merge' as basis, max(merged_at) as told_at, 'owners' as part, max(number) % 2 = 0 as met, max(repository) as repository,
    max(number) as number, '' as rule, false as bot
from code_changes
where merged_at is not null
group by source, change, host;

-- lines of absences that cannot be read, of people whom HR knows
insert into unread_absences by name
select source, 'unread' as key, sha256(min(person_id)) as person, min(effective_from) as first_day, cast(null as date) as last_day, 'leave' as kind
from people
group by source;

insert into records by name
select r.* replace ('unread' as key) from records as r join (select source, min(key) as key from people group by source) using (source, key);

-- an account whose login is a person's but for an accent
update people set github_login = 'rén-' || github_login where person_id = (select min(person_id) from people where github_login is not null);
update usage set login = 'ren-' || (select min(substr(github_login, 5)) from people where github_login like 'rén-%')
where source = 'copilot-users' and account = (select max(account) from usage where source = 'copilot-users');
