"""Loading the reports of a large company: 70,000 people x 28 days. UPTAKE_ACCEPT_BIG changes the people, UPTAKE_ACCEPT_FOLDER the place."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile

import duckdb
from bench import big_reports, measure

from tests.acceptance import frame

PEOPLE, DAYS, SEED = int(os.environ.get("UPTAKE_ACCEPT_BIG", "70000")), 28, 7
MOST_BYTES = 1_000_000_000
ASKED = f"{PEOPLE} people x {DAYS} days of NDJSON: 0 rows lost, peak memory below {MOST_BYTES // 10**6} MB"


def check(folder: pathlib.Path) -> frame.Seen:
    with tempfile.TemporaryDirectory(prefix="uptake-big-", dir=os.environ.get("UPTAKE_ACCEPT_FOLDER", folder)) as place:
        return _loaded(pathlib.Path(place))


def _loaded(folder: pathlib.Path) -> frame.Seen:
    rows, size = big_reports.write(folder / "reports", PEOPLE, DAYS, SEED)
    home = folder / "home"
    done = measure.uptake("ingest", "copilot-users", folder / "reports", "--home", home, "--json")
    report = json.loads(done.out)
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        kept = connection.execute("select count(*) from (select distinct account, day from usage)").fetchall()[0][0]
        batches = connection.execute("select count(*) from batches").fetchall()[0][0]
    text = (
        f"{size / 1e9:.2f} GB, {rows} rows: {report['loaded']} loaded, {kept} account-days kept, {batches} transactions;"
        f" peak {done.peak_mb:.0f} MB, {done.wall:.0f} s, {done.cpu:.0f} CPU s, {rows / done.wall:.0f} records/s"
    )
    return frame.Seen(text, held=rows == report["records_in"] == report["loaded"] == kept and done.peak < MOST_BYTES)


if __name__ == "__main__":
    frame.alone(__spec__)
