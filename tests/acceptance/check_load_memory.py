"""Loading: Copilot user reports of 2 GB, half of the files packed, with default settings. UPTAKE_ACCEPT_GB changes the size."""

from __future__ import annotations

import datetime as dt
import json
import os
import pathlib

import duckdb
from bench import data, measure

from tests.acceptance import frame

GIGABYTES = float(os.environ.get("UPTAKE_ACCEPT_GB", "2"))
DAYS = 28
MOST_BYTES = 500_000_000
ASKED = f"{GIGABYTES:g} GB of NDJSON in {DAYS} files: 0 lost, peak memory below {MOST_BYTES // 10**6} MB"


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


def check(folder: pathlib.Path) -> frame.Seen:
    records, size = write_reports(folder)
    home = folder / "home"
    done = measure.uptake("ingest", "copilot-users", folder / "reports", "--home", home, "--json")
    report = json.loads(done.out)
    kept = account_days(home / "warehouse" / "warehouse.duckdb")
    whole = records == report["records_in"] == report["loaded"] == kept
    text = (
        f"{size / 1e9:.2f} GB, {records} records: {report['loaded']} loaded, {kept} account-days kept;"
        f" peak {done.peak_mb:.0f} MB, {done.wall:.0f} s, {done.cpu:.0f} CPU s, {size / done.wall / 1e6:.0f} MB/s"
    )
    return frame.Seen(text, held=whole and done.peak < MOST_BYTES and size >= GIGABYTES * 1e9)


if __name__ == "__main__":
    frame.alone(__spec__)
