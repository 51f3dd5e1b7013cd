"""How the data stand, in sentences: the page Sources and health and `uptake doctor` say the same, out of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uptake.model.reasons import REASONS, REMEDIES
from uptake.web import words

Rows = Sequence[Mapping[str, Any]]
PEOPLE = ("seat_without_account",)
"""Reasons whose number counts people, not accounts."""
MAP = "Map them in the accounts file; no account is ever guessed."
MEND = "See `uptake ask quarantine`, mend the export and load it again."
RESULTS = {
    "InputRefused": "its input was refused",
    "WrongUsage": "it was started with something that cannot be used",
    "Unreachable": "something could not be reached",
    "NotPermitted": "it was not permitted",
}
"""How a job failed -> the same in words; what is not here is a fault of the program, and its name is what to report."""
FAILED = "failed the last time"


def of_nobody(rows: Rows) -> int:
    """Accounts in rows of `unmatched_accounts`: one that stands in the list of seats and in the report of use is one account."""
    return len({(row["tool"], row["account"]) for row in rows})


def unmatched(rows: Rows) -> str:
    """Accounts that belong to nobody, with their volume."""
    if not rows:
        return "Every account belongs to somebody."
    records = sum(row["records"] for row in rows)
    return f"{words.plural(of_nobody(rows), 'account')} with {words.plural(records, 'record')}; their use is kept and given to nobody."


def quarantine(rows: Rows) -> str:
    """Records that were not taken."""
    if not rows:
        return "No record is in quarantine."
    return f"{words.plural(len(rows), 'record')}: field and reason, never a value."


def reconciliation(rows: Rows) -> str:
    """Our totals beside the vendors' own."""
    if not rows:
        return "No vendor total is loaded for this period."
    equal = sum(row["difference"] == 0 for row in rows)
    return f"{words.count(equal)} of {words.plural(len(rows), 'daily total')} are equal. Differences are shown, never corrected."


def complete(states: Sequence[str], not_expected: str) -> str:
    """Source days that are complete, of those expected."""
    expected = len(states) - states.count(not_expected)
    return f"{words.count(states.count('complete'))} of {words.plural(expected, 'source day')} are complete."


def unseen(row: Mapping[str, Any]) -> str:
    """One row of `not_observed`: `Copilot: the client is too old to report, 12 accounts since 3 Aug 2026`."""
    of = words.plural(row["number"], *(("person", "people") if row["reason"] in PEOPLE else ("account",)))
    more = f" with {words.plural(row['records'], 'record')}" if row["records"] else ""
    since = f" since {words.day(row['since'], year=True)}" if row["since"] else ""
    return f"{words.tool(row['tool'])}: {REASONS[row['reason']]}, {of}{more}{since}"


def mended(row: Mapping[str, Any]) -> str:
    """What mends a row of `not_observed`."""
    remedy = REMEDIES[row["reason"]]
    return f"{remedy[0].upper()}{remedy[1:]}"


def not_observed(rows: Rows) -> str:
    """How much is not seen, in one sentence."""
    if not rows:
        return "Nothing is known to hide use."
    return f"{words.plural(len(rows), 'cause')} for which use is not observed; nobody's zero follows from any of them."


def runs(rows: Rows) -> str:
    """How the jobs stand."""
    failed = sum(bool(row["next_step"]) for row in rows)
    ended = f"{words.count(failed)} {FAILED}" if failed else "each was done the last time"
    following = min(
        (row["next_run"] for row in rows if row["next_run"]), default=None, key=lambda time: (time != "at once", time)
    )
    said = (
        f"Next run by itself: {following}{' UTC' if following != 'at once' else ''}."
        if following
        else "None runs by itself."
    )
    return f"{words.plural(len(rows), 'job')}; {ended}. {said}"


def run(row: Mapping[str, Any]) -> str:
    """One job: its last run that was done, the next one, and why the last one failed."""
    done = f"last done {row['last_done']}" if row["last_done"] else "never done yet"
    following = f", next {row['next_run']}" if row["next_run"] else ""
    return f"{done}{following}" + (f"; {RESULTS.get(row['result'], row['result'])}" if row["next_step"] else "")
