"""SQL on person tables stands only behind the gate; planted faults are found."""

import pytest
from tools import sql_guard

TABLES = frozenset({"people", "day_scores"})


@pytest.mark.parametrize(
    "code",
    [
        "q = 'select * from people'",
        "q = 'SELECT x FROM main.people'",
        "q = 'insert into day_scores values (1)'",
        "q = 'delete from people'",
        "q = 'update people set x = 1'",
        "q = 'select a from b join day_scores using (c)'",
        "q = f'select {column} from people'",
        "q = f'select a from {table}'",
        'q = """\nselect a\nfrom "people"\n"""',
    ],
)
def test_sql_on_a_person_table_is_found(code):
    assert list(sql_guard.findings_in("cli.py", code, TABLES)) != []


@pytest.mark.parametrize(
    "code",
    [
        "q = 'select a from lines_of_business'",
        "q = 'we select people from the list'",
        '"""select * from people is what the gate runs."""',
        "def f():\n    '''select * from people'''\n",
        "print('choose from people')",
    ],
)
def test_other_text_passes(code):
    assert list(sql_guard.findings_in("cli.py", code, TABLES)) == []


def test_a_sql_file_outside_its_folder_is_found():
    assert list(sql_guard.findings_in("web/x.sql", "select * from people", TABLES)) != []


def test_the_canonical_tables_with_persons_are_known():
    assert {"usage", "people", "seat_listings", "account_links"} <= sql_guard.person_tables()
    assert "site_days" not in sql_guard.person_tables()


def test_no_module_goes_round_the_gate():
    tables = sql_guard.person_tables()
    files = dict(sql_guard.guarded_files())
    assert files
    assert [f for name, text in files.items() for f in sql_guard.findings_in(name, text, tables)] == []
