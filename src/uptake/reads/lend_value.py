"""What the questions on value read beside the snapshot: the assumptions in force, and what comes of them for the figures of the snapshot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from uptake.reads.lending import Asking, lend_table
from uptake.settings.value import Value as Stated
from uptake.settings.value import with_what_if
from uptake.state import State
from uptake.studies import value as study

PPM = 1_000_000
UNITS = {
    "seat_price": "US dollars a seat and month", "token_price": "US dollars a million tokens", "estimate_factor": "dollars paid for a dollar",
    "training": "US dollars an active person and month", "loaded_rate": "US dollars an engineer and month",
    "coding_share": "share of working time", "effect": "share of that time", "realised": "share of the effect",
}  # fmt: skip
_INPUTS = (
    "select quarter, scope, months, seats_cost, billed, estimate, seats_unpriced, tokens_unpriced, active, changes, retained_lines, left_out"
    " from s.value_inputs where (? is null or quarter = ?) order by quarter, scope"
)
_KINDS = {
    **dict.fromkeys(("scope", "quarter", "missing", "bound"), pa.string()),
    **dict.fromkeys(("cost_per_active", "cost_per_change", "cost_per_retained_line"), pa.decimal128(28, 2)),
}


def assumptions_of(asking: Asking) -> study.Assumptions:
    """The ranges in force: those of the settings, and of the address where it states others. Raises WrongUsage."""
    stated = with_what_if(asking.value, asking.assumed)
    return study.Assumptions(**{name: getattr(stated, name) for name in study.NAMES})


def lend_assumptions(connection: duckdb.DuckDBPyConnection, _state: State, asking: Asking) -> None:
    """The table `assumptions`: one row an assumption."""
    stated, told = with_what_if(asking.value, asking.assumed), dict(asking.assumed)
    ranges: dict[str, tuple[Decimal, ...] | None] = {name: getattr(stated, name) for name in study.NAMES}
    parts = [[None if given is None else given[place] for given in ranges.values()] for place in range(3)]
    origins = [
        "address" if name in told else "not stated" if given is None else "settings" for name, given in ranges.items()
    ]
    columns = {
        "name": pa.array(list(ranges)),
        **{
            name: pa.array([None if one is None else float(one) for one in part], type=pa.float64())
            for name, part in zip(("low", "mid", "high"), parts, strict=True)
        },
        "unit": pa.array([UNITS[name] for name in ranges]),
        "origin": pa.array(origins),
        "about": pa.array([Stated.model_fields[name].description for name in ranges], type=pa.string()),
    }
    lend_table(connection, "assumptions", pa.table(columns))


def lend_values(connection: duckdb.DuckDBPyConnection, _state: State, asking: Asking) -> None:
    """The table `unit_values`: cost, break-even and the chance of a benefit, of each unit and quarter that is asked about."""
    assumed = assumptions_of(asking)
    found = connection.execute(_INPUTS, [asking.quarter, asking.quarter])
    names = [column[0] for column in found.description or ()]
    rows = [_row(dict(zip(names, row, strict=True)), assumed) for row in found.fetchall()]
    table = {
        name: pa.array([row[name] for row in rows], type=_KINDS.get(name, pa.int64()))
        for name in _row(_NOBODY, assumed)
    }
    lend_table(connection, "unit_values", pa.table(table))


_NOBODY: dict[str, Any] = {"quarter": "", "scope": "", "months": 0, "active": None, "left_out": None}


def _row(inputs: dict[str, Any], assumed: study.Assumptions) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(
        ("scope", "cost", "cost_per_active", "cost_per_change", "cost_per_retained_line", "break_even_p5", "break_even_p50", "break_even_p95",
         "p_net_positive", "quarter", "cost_p5", "cost_p95", "benefit_p5", "benefit_p50", "benefit_p95", "seats_cost", "calls_cost",
         "training_cost", "active", "months", "missing", "bound")
    )  # fmt: skip
    row |= {name: inputs[name] for name in ("scope", "quarter", "active", "months")}
    if not inputs["months"]:
        return row | {"bound": "no month is over"}
    counted = _counted(inputs)
    made = study.value(counted, assumed)
    parts = study.parts(counted, assumed)
    row |= {"cost": round(made.cost), "cost_p5": round(made.cost_range.low), "cost_p95": round(made.cost_range.high)}
    row |= {"seats_cost": round(parts.seats), "calls_cost": round(parts.calls), "training_cost": round(parts.training)}
    row |= {"cost_per_active": made.per_active, "cost_per_change": made.per_change}
    row |= {"cost_per_retained_line": made.per_retained_line, "p_net_positive": made.p_net_positive}
    for name, given, unit in (("break_even", made.break_even, PPM), ("benefit", made.benefit, 1)):
        if given is not None:
            ends = (given.low, given.middle, given.high)
            row |= {f"{name}_{at}": round(unit * end) for at, end in zip(("p5", "p50", "p95"), ends, strict=True)}
    row["missing"] = ", ".join(made.missing) or None
    row["bound"] = f"cost: without {inputs['left_out']}, withheld" if inputs["left_out"] else None
    return row


def _counted(inputs: dict[str, Any]) -> study.Counted:
    """A month on average."""
    months = Decimal(inputs["months"])

    def a_month(name: str) -> Decimal:
        return Decimal(inputs[name] or 0) / months

    changes, retained = (None if inputs[name] is None else a_month(name) for name in ("changes", "retained_lines"))
    return study.Counted(
        a_month("seats_cost"), a_month("billed"), a_month("estimate"), a_month("seats_unpriced"), a_month("tokens_unpriced"), inputs["active"],
        changes, retained, whole=inputs["left_out"] is None,
    )  # fmt: skip
