"""Who owns a login on a host of code, day by day: the join of `account_people`, over authors and reviewers of changes.

A login of GitHub leads to the person who has it in the HR file, else by the addresses that GitHub's single sign-on knows of it; a login of
GitLab only to whom the file `accounts` names, for one name on two hosts may be two people.
"""

from __future__ import annotations

from uptake.facts import account_people

BY = "all"
NEEDS = ("code_changes", "code_reviews")
GRAIN = account_people.GRAIN
COLUMNS = account_people.COLUMNS
READS = {
    **account_people.READS,
    "seen": """
        with named as (
            select host, account, bot from code_changes where account is not null
            union all
            select host, account, bot from code_reviews where account is not null
        )
        select
            n.host,
            n.account,
            case when n.host = 'github' then n.account else '' end,
            coalesce(i.email, ''),
            max(cast(n.bot as integer)),
            date '0001-01-01'
        from named as n
        left join account_identities as i on i.host = n.host and i.login = n.account
        group by n.host, n.account, coalesce(i.email, '') order by all""",
}
make = account_people.make
