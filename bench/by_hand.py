"""The daily score of a year written by hand, as somebody would who needs nothing else: three engines, from the same Parquet files.

From `tool_use.parquet` (wide facts: one row per person, day and tool) to the score of each active person-tool-day, the sum of each
person and quarter, and the median of each quarter. The kept curve table stands in for the powers, as in the product. What the
product adds, and this leaves out: seats, proofs of zeros, states, coverage, certainty, segments, comparisons.
"""

from __future__ import annotations

import importlib
import pathlib
from typing import Any

import duckdb

Answer = dict[str, int]
"""`rows`: active person-tool-days; `total`: sum of their micro-points; `medians`: sum over quarters of the lower median of the sums."""

POINTS = {
    "prompts": "point_prompt",
    "plans": "point_plan",
    "review_requests": "point_review_request",
    "agent_requests": "point_agent_request",
    "agent_slots": "point_agent_slot",
}

DUCKDB = """
with points as (
    select
        u.quarter, u.person_id, u.day, u.tool, t.g_p, coalesce(t.g_r, 0) as g_r, t.g_r is null as alone, v.exponent_max,
        case
            when u.grain = 'session'
                then (case when u.sessions > 0 then 1 else 0 end) + least(v.session_extra, u.edits // v.session_edits)
            else least(v.day_proactive, u.prompts * v.point_prompt + u.plans * v.point_plan + u.review_requests * v.point_review_request
                + u.agent_requests * v.point_agent_request + u.agent_slots * v.point_agent_slot)
        end as proactive,
        case when t.g_r is null then 0 else least(v.day_passive, u.accepts * v.point_accept) end as passive
    from '{folder}/tool_use.parquet' as u
    join '{folder}/tools.parquet' as t on t.tool = u.tool and t.grain = u.grain
    cross join '{folder}/version.parquet' as v
),
days as (
    select
        quarter, person_id, day, tool,
        least(any_value(exponent_max), cast(sum(proactive * g_p) as bigint)) as u_p,
        least(any_value(exponent_max), cast(sum(passive * g_r) as bigint)) as u_r,
        min(cast(alone as integer)) as proactive_only
    from points
    where proactive + passive > 0
    group by quarter, person_id, day, tool
),
scored as (
    select d.quarter, d.person_id, c.score_micro
    from days as d
    join '{folder}/curve.parquet' as c on c.u_p = d.u_p and c.u_r = d.u_r and c.proactive_only = d.proactive_only
),
sums as (
    select quarter, person_id, count(*) as row_count, cast(sum(score_micro) as bigint) as total from scored group by quarter, person_id
),
placed as (
    select *, row_number() over (partition by quarter order by total) as place, count(*) over (partition by quarter) as people from sums
)
select
    cast(sum(row_count) as bigint), cast(sum(total) as bigint),
    cast(sum(case when place = (people + 1) // 2 then total else 0 end) as bigint)
from placed
"""


def by_duckdb(folder: str) -> Answer:
    """Plain SQL."""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        return _answer(*connection.execute(DUCKDB.format(folder=folder)).fetchall()[0])


def by_polars(folder: str) -> Answer:
    """Lazy frames."""
    pl: Any = importlib.import_module("polars")
    place = pathlib.Path(folder)
    version = pl.read_parquet(place / "version.parquet").row(0, named=True)
    used = pl.scan_parquet(place / "tool_use.parquet").join(
        pl.scan_parquet(place / "tools.parquet"), on=["tool", "grain"]
    )
    acted = sum((pl.col(name) * version[point] for name, point in POINTS.items()), pl.lit(0))
    session = (pl.col("sessions") > 0).cast(pl.Int64) + pl.min_horizontal(
        pl.lit(version["session_extra"]), pl.col("edits") // version["session_edits"]
    )
    accepted = pl.min_horizontal(pl.lit(version["day_passive"]), pl.col("accepts") * version["point_accept"])
    points = used.with_columns(
        pl.when(pl.col("grain") == "session")
        .then(session)
        .otherwise(pl.min_horizontal(pl.lit(version["day_proactive"]), acted))
        .alias("proactive"),
        pl.when(pl.col("g_r").is_null()).then(0).otherwise(accepted).alias("passive"),
    ).filter(pl.col("proactive") + pl.col("passive") > 0)
    most = version["exponent_max"]
    days = points.group_by("quarter", "person_id", "day", "tool").agg(
        pl.min_horizontal(pl.lit(most), (pl.col("proactive") * pl.col("g_p")).sum()).alias("u_p"),
        pl.min_horizontal(pl.lit(most), (pl.col("passive") * pl.col("g_r").fill_null(0)).sum()).alias("u_r"),
        pl.col("g_r").is_null().min().cast(pl.Int64).alias("proactive_only"),
    )
    curve = pl.scan_parquet(place / "curve.parquet")
    sums = (
        days.join(curve, on=["u_p", "u_r", "proactive_only"])
        .group_by("quarter", "person_id")
        .agg(pl.len().alias("row_count"), pl.col("score_micro").sum().alias("total"))
        .collect()
    )
    medians = sums.group_by("quarter").agg(pl.col("total").sort().get((pl.len() + 1) // 2 - 1))
    return _answer(sums["row_count"].sum(), sums["total"].sum(), medians["total"].sum())


def by_pandas(folder: str) -> Answer:
    """Frames in memory."""
    pd: Any = importlib.import_module("pandas")
    place = pathlib.Path(folder)
    version = pd.read_parquet(place / "version.parquet").iloc[0]
    used = pd.read_parquet(place / "tool_use.parquet").merge(
        pd.read_parquet(place / "tools.parquet"), on=["tool", "grain"]
    )
    acted = sum(used[name] * int(version[point]) for name, point in POINTS.items()).clip(
        upper=int(version["day_proactive"])
    )
    session = (used["sessions"] > 0).astype("int64") + (used["edits"] // int(version["session_edits"])).clip(
        upper=int(version["session_extra"])
    )
    used["proactive"] = acted.where(used["grain"] != "session", session)
    accepted = (used["accepts"] * int(version["point_accept"])).clip(upper=int(version["day_passive"]))
    used["passive"] = accepted.where(used["g_r"].notna(), 0)
    used = used[used["proactive"] + used["passive"] > 0]
    used = used.assign(
        u_p=used["proactive"] * used["g_p"],
        u_r=used["passive"] * used["g_r"].fillna(0).astype("int64"),
        proactive_only=used["g_r"].isna().astype("int64"),
    )
    key = ["quarter", "person_id", "day", "tool"]
    days = used.groupby(key, as_index=False).agg({"u_p": "sum", "u_r": "sum", "proactive_only": "min"})
    days[["u_p", "u_r"]] = days[["u_p", "u_r"]].clip(upper=int(version["exponent_max"]))
    curve = pd.read_parquet(place / "curve.parquet")
    scored = days.merge(curve, on=["u_p", "u_r", "proactive_only"])
    sums = scored.groupby(["quarter", "person_id"])["score_micro"].agg(["size", "sum"])
    lower = sums["sum"].groupby("quarter").apply(lambda one: one.sort_values().iloc[(len(one) + 1) // 2 - 1])
    return _answer(sums["size"].sum(), sums["sum"].sum(), lower.sum())


def _answer(rows: Any, total: Any, medians: Any) -> Answer:
    return {"rows": int(rows), "total": int(total), "medians": int(medians)}
