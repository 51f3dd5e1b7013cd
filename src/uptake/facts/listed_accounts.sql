-- makes: every account that vendor seat lists name, with the login and e-mail it had there, and when
-- by: all
-- grain: tool, account, login, email, service
-- as_of: cut
select
    tool,
    account,
    login,
    email,
    service,
    min(cast(taken_at as date)) as first_day,
    max(cast(taken_at as date)) as last_day
from seat_listings
cross join as_of as t
where account is not null and cast(taken_at as date) <= t.day
group by tool, account, login, email, service
