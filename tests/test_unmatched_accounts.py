"""Accounts that belong to nobody, counted by month, are those that the single days give."""

from __future__ import annotations

import pathlib

import pytest

from tests import product
from tests.oracle.generate import make_world
from uptake.snapshot import newest
from uptake.warehouse.connect import opened

BY_DAY = """
with owners as (
    select tool, account, first_day, last_day, shared from account_people
),
seen as (
    select u.source, u.tool, coalesce(k.account_key, u.account) as account, u.service, u.day, u.records
    from usage_days as u
    left join account_keys as k on k.tool = u.tool and k.account = u.account and k.login = lower(u.login)
),
judged as (
    select
        s.*,
        o.account is not null as owned,
        x.account is not null as shared
    from seen as s
    left join owners as o
        on o.tool = s.tool and o.account = s.account and not o.shared and s.day between o.first_day and o.last_day
    left join (select distinct tool, account from owners where shared) as x on x.tool = s.tool and x.account = s.account
)
select source, account, min(day), max(day), cast(sum(records) as bigint),
    max(case when shared then 'shared' when service then 'service' else 'no_person' end), max(tool)
from judged where not owned group by source, account order by source, account
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> pathlib.Path:
    """A company in which people join, leave and pass accounts on in the middle of months."""
    world = make_world(4021, 60, 1, odd=0.3)
    home = tmp_path_factory.mktemp("unmatched") / "home"
    product.load_files(world, home)
    assert product.uptake(home, "score", "--as-of", world.as_of, "--json") == 0
    return home


def test_months_and_days_tell_the_same_of_accounts_of_nobody(home):
    settings = product.home_settings(home)
    with opened(settings.warehouse_file) as connection:
        connection.execute(f"attach '{newest(settings.snapshot_folder)}' as told (read_only)")
        by_day = connection.execute(BY_DAY).fetchall()
        of_use = sorted({row[0] for row in by_day})
        told = connection.execute(
            "select source, account, first_day, last_day, records, reason, tool from told.unmatched_accounts"
            " where list_contains(?::varchar[], source) order by source, account",
            [of_use],
        ).fetchall()
    assert by_day
    assert told == by_day


def test_some_account_changed_hands_within_a_month(home):
    """Else the test above says nothing of the months whose days are looked at."""
    with opened(product.home_settings(home).warehouse_file) as connection:
        ((many,),) = connection.execute(
            "select count(*) from usage_days as u join account_people as a on a.tool = u.tool and a.account = u.account and not a.shared"
            " where date_trunc('month', a.first_day) = date_trunc('month', u.day) and u.day < a.first_day"
            " or date_trunc('month', a.last_day) = date_trunc('month', u.day) and u.day > a.last_day"
        ).fetchall()
    assert many
