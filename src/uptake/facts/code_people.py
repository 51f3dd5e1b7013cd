"""Who owns a login on a host of code, day by day: the join of `account_people`, over authors and reviewers of changes.

A login of GitHub leads to the person who has it in the HR file; a login of GitLab only to whom the file `accounts` names, for one name on
two hosts may be two people.
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
        select host, account, case when host = 'github' then account else '' end, '', max(cast(bot as integer)), date '0001-01-01'
        from named group by host, account order by all""",
}
make = account_people.make
