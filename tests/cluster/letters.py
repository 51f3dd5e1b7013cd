"""Every letter of Unicode, folded and trimmed as names and logins are, on both engines."""

from __future__ import annotations

import pathlib

import duckdb

from uptake.model.macros import MACROS
from uptake.settings import Spark
from uptake.warehouse.spark import opened

SURROGATES = range(0xD800, 0xE000)
COLUMNS = (("place", "BIGINT"), ("text", "VARCHAR"))
QUERY = (
    "select place, fold(text) as alone, fold('A' || text) as last, fold(text || 'A') as first,"
    " fold(trim(text || 'A' || text)) as trimmed from letters order by place"
)


def differing(folder: pathlib.Path, master: str = "local[1]") -> tuple[list[int], int]:
    """Code points of which an answer differs, and how many were asked."""
    asked = [place for place in range(1, 0x110000) if place not in SURROGATES]
    with duckdb.connect() as connection:
        connection.execute(MACROS)
        connection.execute(
            "create table letters as select place, chr(place::integer) as text from (select unnest(?::bigint[]) as place)",
            [asked],
        )
        ours = connection.execute(QUERY).fetchall()
        with opened(Spark(master=master), str(folder / "lake"), folder / "spark.log") as cluster:
            cluster.take("letters", COLUMNS, connection.table("letters"))
            theirs = cluster.rows(QUERY)
    return [one[0] for one, other in zip(ours, theirs, strict=True) if one != other], len(asked)
