"""Loading: 2 GB of Copilot user reports, half of the files packed, with default settings; no row lost, memory under 500 MB."""

from __future__ import annotations

import datetime as dt
import json
import os
import pathlib
import time

import duckdb
from bench import data, measure

from tests.attack.drive import workplace

GIGABYTES = float(os.environ.get("UPTAKE_ACCEPT_GB", "2"))
DAYS = 28
MOST_BYTES = 500_000_000


def write_reports(folder: pathlib.Path) -> tuple[int, int]:
    """One file a day, every other one packed. Answers (records, bytes unpacked)."""
    rows = data.tails(folder / "company")
    size = sum(len(row) for row in rows) / len(rows) + 60
    accounts = int(GIGABYTES * 1e9 / size / DAYS) + 1
    reports = folder / "reports"
    reports.mkdir()
    records = total = 0
    for number in range(DAYS):
        day = data.FIRST_DAY + dt.timedelta(days=number)
        name = f"users-{day}.ndjson{'.gz' if number % 2 else ''}"
        found = data.write_report(reports / name, rows, day, accounts)
        records, total = records + found[0], total + found[1]
    return records, total


def account_days(warehouse: pathlib.Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute("select count(*) from (select distinct account, day from usage)").fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    begun = time.monotonic()
    with workplace() as folder:
        place = pathlib.Path(folder)
        records, size = write_reports(place)
        print(f"asked: {records} records, {size} bytes in {DAYS} files loaded, 0 lost, peak below {MOST_BYTES} bytes")
        home = place / "home"
        done = measure.uptake("ingest", "copilot-users", place / "reports", "--home", home, "--json")
        report = json.loads(done.out)
        kept = account_days(home / "warehouse" / "warehouse.duckdb")
    print(f"seen: {report['loaded']} loaded of {report['records_in']}, {kept} account-days in the warehouse")
    print(f"seen: {done.wall:.1f} s, {done.cpu:.1f} CPU s, {size / done.wall / 1e6:.0f} MB/s, peak {done.peak} bytes")
    whole = records == report["records_in"] == report["loaded"] == kept
    good = whole and done.peak < MOST_BYTES and size >= GIGABYTES * 1e9
    print(f"{'pass' if good else 'FAIL'}: load memory, {time.monotonic() - begun:.0f} s")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
