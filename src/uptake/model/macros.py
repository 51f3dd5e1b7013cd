"""Functions of ours in SQL. DuckDB knows them as macros; for another engine they are written out (`dialects`)."""

from __future__ import annotations

from uptake.model.folding import CAPITALS, SMALL

RHE = """
create or replace temp macro rhe(a, b) as
    case
        when a >= 0 then a // b + case when 2 * (a % b) > b or (2 * (a % b) = b and (a // b) % 2 = 1) then 1 else 0 end
        else -(-a // b + case when 2 * (-a % b) > b or (2 * (-a % b) = b and (-a // b) % 2 = 1) then 1 else 0 end)
    end
"""
"""MEASUREMENT 1.2: the only rounding."""
FOLD = f"create or replace temp macro fold(a) as translate(a, '{CAPITALS}', '{SMALL}')"
"""The SQL form of `uptake.model.folding.fold`."""
EACH = (RHE, FOLD)
MACROS = ";".join(EACH)
