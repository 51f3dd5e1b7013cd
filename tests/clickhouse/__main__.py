"""The steps on ClickHouse beside DuckDB, row by row: `make clickhouse-test PEOPLE=300 QUARTERS=2`.

One invented company, scored by this machine's engine and then, by the pipeline for clusters, on ClickHouse in this process. Exit 1 if a row differs.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
import time

import duckdb

from tests.acceptance.frame import TITLES, Check, Seen, run
from tests.clickhouse.session import opened, within
from tests.cluster import homes
from tests.product import uptake
from uptake.pipeline import cluster


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    """Rows that only one of the two homes has, and rows in all; days beyond those of ClickHouse count as its ends."""
    columns = connection.execute(f"describe a.{table}").fetchall()
    if columns != connection.execute(f"describe b.{table}").fetchall():
        raise SystemExit(f"the columns of {table} differ")
    kept = ", ".join(within(name, kind) for name, kind, *_ in columns)
    both = [f"(select {kept} from {side}.{table})" for side in "ab"]
    off = [f"select count(*) from ({one} except all {other})" for one, other in (both, both[::-1])]
    found = [connection.execute(sql).fetchall()[0][0] for sql in (*off, f"select count(*) from {both[0]}")]
    return int(found[0] + found[1]), int(found[2])


def _differing(one: pathlib.Path, other: pathlib.Path) -> dict[str, tuple[int, int]]:
    with duckdb.connect() as connection:
        for name, home in (("a", one), ("b", other)):
            connection.execute(f"attach '{home / 'warehouse' / 'warehouse.duckdb'}' as {name} (read_only)")
        return {table: _rows(connection, table) for table in homes.KEPT}


def same(people: int, quarters: int, folder: pathlib.Path) -> Seen:
    """Score on both; every kept table, and the digest of the scores."""
    ours, theirs = folder / "duckdb", folder / "clickhouse"
    homes.demo(ours, people, quarters)
    homes.copied(ours, theirs)
    cluster.opened = opened
    began = time.monotonic()
    code = uptake(theirs, "score", "--full", "--engine", "spark", "--as-of", homes.as_of(ours))
    if code:
        return Seen(f"exit {code}", held=False)
    found = _differing(ours, theirs)
    off = {table: count for table, (count, _) in found.items() if count}
    bare = homes.bare(found)
    digests = [homes.pointer(home)["scores_digest"] for home in (ours, theirs)]
    text = f"{sum(off.values())} of {sum(rows for _, rows in found.values())} rows differ in {len(found)} tables, {len(bare)} without a row"
    text += f", digests of the scores {'equal' if digests[0] == digests[1] else 'DIFFER'}"
    text += f"; {time.monotonic() - began:.0f} s" + (f"; {off or ''} {bare or ''}" if off or bare else "")
    return Seen(text, held=not off and not bare and digests[0] == digests[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--quarters", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uptake-clickhouse-") as folder:
        work = pathlib.Path(folder)
        check = Check("third dialect", "0 rows differ", lambda _: same(asked.people, asked.quarters, work))
        rows, held = run([check])
    for row in (TITLES, *rows):
        sys.stdout.write(" | ".join(row) + "\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
