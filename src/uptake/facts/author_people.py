"""Who owns an account of version control, day by day: as `account_people`, apart from it, so that a new author changes no score.

An account is an e-mail address; a noreply address of GitHub holds a login too, which has the addresses that GitHub's single sign-on knows of it.
The explicit map may name either, the login under the source `github` as well. Where an agent is the author, the account is that of its one co-author (SOURCES.md 14).
"""

from __future__ import annotations

from uptake.facts.account_people import COLUMNS, GRAIN, make

__all__ = ["BY", "COLUMNS", "GRAIN", "READS", "make"]

BY = "all"
NEEDS = ("commits",)
READS = {
    "seen": """
        with authors as (
            select
                coalesce(person_account, account) as account,
                coalesce(person_login, case when person_account is null then login end, '') as login,
                case when bot and person_account is null then 1 else 0 end as service,
                day
            from commits
        )
        select 'git' as tool, a.account, a.login, coalesce(i.email, '') as email, a.service, min(a.day) as first_day
        from authors as a
        left join account_identities as i on i.host = 'github' and i.login = a.login
        group by a.account, a.login, coalesce(i.email, ''), a.service order by all""",
    "links": (
        "select distinct 'git' as tool, fold(trim(account)) as account, person_id from account_links where tool in ('git', 'github') order by all"
    ),
    "roster": "select person_id, first_day, last_day, github_login, email from roster order by all",
}
