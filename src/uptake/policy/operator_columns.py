"""Columns of the tables of operators, one a line as `name | unit | meaning`."""

UNMATCHED = """
source | text | Name of the source.
account | text | Account key that matches no person, or several.
first_day | day | First day with a record.
last_day | day | Last day with a record.
records | count | Records of the account.
reason | text | `no_person`, `unknown_person` (the map `accounts` names somebody who is in no HR row), `seat_of_two` (a row of `seats` names this account and another person), `shared` (several people answer to it) or `service` (no person by nature).
tool | text | Tool name.
"""

QUARANTINE = """
source | text | Name of the source.
file | text | Name of the file, without its folder.
line | count | Line or record number in the file, from 1.
reason | text | Why the record was not taken.
field | text | Name of the field at fault; never its value.
"""

RECONCILIATION = """
source | text | Name of the source.
tenant | text | Organisation or enterprise at the vendor.
day | day | The day.
measure | text | A column name of `usage_days`.
ours | count | Our sum.
vendor | count | The vendor's own total.
difference | count | Ours less the vendor's.
explanation | text | Why they may differ.
"""
