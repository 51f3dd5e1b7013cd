"""What the command line prints: results on stdout, notes on stderr."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from uptake.errors import WrongUsage
from uptake.tabular import as_csv, cell

if TYPE_CHECKING:
    from uptake.reads import Answer

WIDE, WIDEST = 400, 100_000
"""Columns of a table that is not on a terminal, or as many as it needs: nothing is folded in a file or a pipe."""
MOST_REASONS = 8
"""Reasons of a quarantine that an ingest names."""
FORMS = ("table", "json", "csv", "parquet")


COMMANDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode whose characters show nothing, but move the cursor, command a terminal or turn the order of reading."""


def printable(text: str) -> str:
    """A text for a terminal: names of vendors' files and of people stand in it, and none may command the terminal."""
    if text.isprintable():
        return text
    return "".join(
        one.encode("unicode_escape").decode() if unicodedata.category(one) in COMMANDS and one != "\n" else one
        for one in text
    )


def answer(found: dict[str, Any], *, as_json: bool, text: str = "") -> None:
    """One JSON document, or the text."""
    sys.stdout.write((json.dumps(found, default=_plain) if as_json else printable(text)) + "\n")


def note(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(printable(text) + "\n")


def failure(text: str, code: int, *, as_json: bool) -> int:
    """One line on stderr; with --json also the document on stdout. Answers the exit code."""
    line = printable(" ".join(text.split()))
    sys.stderr.write(f"uptake: {line}\n")
    if as_json:
        sys.stdout.write(json.dumps({"error": line, "exit_code": code}) + "\n")
    return code


def said(text: str, code: int) -> int:
    """The line of a failure on stderr, where the answer itself is on stdout already. Answers the exit code."""
    return failure(text, code, as_json=False)


def disk_failure(error: OSError, code: int, *, as_json: bool) -> int:
    """As `failure`, where the system refused a read or a write; stdout itself may be what cannot be written."""
    try:
        sys.stdout.flush()
    except OSError:
        # What waits in it would fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    said = f"A file cannot be read or written: {error.strerror}"
    return failure(f"{said}. Check free space and rights of the home and of where results go", code, as_json=as_json)


def plain(error: Exception) -> str:
    """The message of a usage error without its frame; of a day that cannot be read also how a day is written."""
    said = " ".join(str(error).split())
    return f"{said} Write a day as 2026-08-13" if said.endswith("into date.") else said


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def load_report(found: dict[str, Any], *, as_json: bool) -> None:
    """The answer of an ingest: counts, refused files, unknown keys."""
    if as_json:
        answer(found, as_json=True)
        return
    days = " to ".join(str(day) for day in found["days"] if day) or "no days"
    parts = " + ".join(f"{found[name]} {name}" for name in ("loaded", "duplicate", "ignored", "quarantined"))
    lines = [f"{found['source']}: {found['records_in']} records in = {parts} ({days})"]
    lines += [f"  refused {name}: {why}" for name, why in sorted(found["refused"].items())]
    lines += [f"  ignored {count}: {why}" for why, count in found["ignored_reasons"].items()]
    if found["already_loaded"]:
        lines.append(f"  {found['already_loaded']} files were loaded already, by a run that was cut off")
    if found["conflicts"]:
        lines.append(f"  {found['conflicts']} conflicts: two versions of one record, the later one is kept")
    if found["managers_cut"]:
        lines.append(f"  {found['managers_cut']} people have a manager outside the directory: they have none")
    if cut := found["reporting_lines_cut"]:
        lines.append(
            f"  {cut} {'person names' if cut == 1 else 'people name'} a manager who is missing, themselves, or in a circle: there is none"
            " above them, and who leads there sees neither them nor their people; mend manager_id and load the file again"
        )
    if found["unknown_keys"]:
        lines.append(
            "  unknown keys, not taken: "
            + ", ".join(f"{name} ({count})" for name, count in found["unknown_keys"].items())
        )
    lines += [f"  quarantined {count}: {why}" for why, count in _most_first(found["quarantine_reasons"])]
    if found["quarantined"]:
        lines.append("  after the next `uptake score`, `uptake ask quarantine` names the lines and fields")
    sys.stdout.write(printable("\n".join(lines)) + "\n")


def _most_first(reasons: dict[str, int]) -> list[tuple[str, int]]:
    """The reasons of most records; a file with more kinds of them is read in the answer `quarantine`."""
    return sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]


def fetch_report(found: dict[str, Any], *, as_json: bool) -> None:
    """The answer of a fetch: that of the loads, and the days without one."""
    load_report(found, as_json=as_json)
    for line in found["notes"]:
        note(line)
    if as_json:
        return
    lines = [f"  nothing there: {', '.join(found['empty'])}"] if found["empty"] else []
    lines += [f"  not fetched {day}: {why}" for day, why in found["failed"].items()]
    lines += [f"  not asked for, since the vendor is down: {', '.join(found['left'])}"] if found["left"] else []
    sys.stdout.write(printable("".join(line + "\n" for line in lines)))


def checked_form(form: str, out: Path | None) -> str:
    """The form of an answer, refused before anything is asked: what cannot be shown is not read, nor recorded as answered.

    Raises:
        WrongUsage: no such form, or the place to write to is none.
    """
    if form not in FORMS:
        raise WrongUsage(f"There is no format `{form[:20]}`", next_step=f"Use one of: {', '.join(FORMS)}")
    if form == "parquet" and out is None:
        raise WrongUsage("Parquet is a file", next_step="Give --out FILE")
    if form == "table" and out is not None:
        raise WrongUsage("A table is for the terminal", next_step="Use --format csv, json or parquet with --out")
    with _clear_out():
        if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
            raise WrongUsage("--out is not a file in an existing folder", next_step="Make the folder first")
    return form


@contextlib.contextmanager
def _clear_out() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongUsage("--out cannot be written", why=error.strerror or "", next_step="Give another file") from None


def table(found: Answer, *, form: str, out: Path | None) -> None:
    """Rows as a table, JSON array, CSV or Parquet, on stdout or in a file."""
    if form == "parquet" and out is not None:
        with _clear_out():
            found.write_parquet(out)
        return
    records = [tuple(row.values()) for row in found.rows()]
    if form == "json":
        text = json.dumps([dict(zip(found.columns, row, strict=True)) for row in records], default=_plain) + "\n"
    elif form == "csv":
        text = as_csv(found.columns, records)
    else:
        show(found.columns, records)
        return
    if out:
        with _clear_out():
            out.write_text(text)
    else:
        sys.stdout.write(text)


def show(columns: Sequence[str], records: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """A table for the terminal; wide ones are not cut, they wrap. A name in a cell is text, and commands nothing."""
    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        numeric = all(row[number] is None or _is_number(row[number]) for row in records)
        drawn.add_column(column, justify="right" if numeric else "left", no_wrap=False, overflow="fold")
    for row in records:
        drawn.add_row(*(Text(printable(str(cell(value)))) for value in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=max(WIDE, Console(width=WIDEST).measure(drawn).maximum))
    console.print(drawn if records else f"{title or ''} no rows".strip(), markup=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) or (
        isinstance(value, str) and value.replace(".", "", 1).isdigit() and "." in value
    )


def checks(found: list[dict[str, Any]], *, as_json: bool) -> None:
    """The answer of the doctor."""
    if as_json:
        answer({"checks": found}, as_json=True)
        return
    for check in found:
        sys.stdout.write(printable(f"{'ok  ' if check['ok'] else 'FAIL'} {check['name']}: {check['detail']}\n"))
        if check["next_step"]:
            sys.stdout.write(printable(f"     {check['next_step']}\n"))


def settings(found: list[dict[str, Any]], *, as_json: bool) -> None:
    """Effective settings with their origin."""
    if as_json:
        answer({"settings": found}, as_json=True)
        return
    rows = [
        (f"{row['section']}.{row['key']}".lstrip("."), str(row["value"]), row["origin"], row["help"]) for row in found
    ]
    heads = ("setting", "value", "from", "help")
    if sys.stdout.isatty():
        show(heads, rows)
        return
    # One long value would make every line as wide; a tab lets `cut` and `grep` take what they want.
    sys.stdout.writelines("\t".join(printable(cell) for cell in row) + "\n" for row in (heads, *rows))


_DEMO_TABLES = (
    (
        "funnel",
        "Funnel",
        ("scope", "engineers", "provisioned", "active", "regular", "heavy", "accounts", "active_accounts"),
    ),
    ("segments", "Segments", ("scope", "segment", "reason", "people", "share", "bound")),
    (
        "lob_compare",
        "Lines",
        ("lob", "people", "eligible", "zero_share", "median_micro", "active_median_micro", "comparison"),
    ),
)


def demo_tables(made: Any, ask: Callable[[str, Any], Any]) -> None:
    """What was planned and made; then the funnel, the segments of the company, and the medians of the lines, as they may be shown."""
    from uptake.policy import QUESTIONS
    from uptake.reads import Filters

    show(("what", "planned", "realised"), made.plan, "The invented company")
    sys.stdout.write("\n")
    for question, title, wanted in _DEMO_TABLES:
        found = ask(question, Filters(quarter=made.quarter))
        units = {column.name: column.unit for column in QUESTIONS[question].columns}
        rows = [row for row in found.rows() if _fits(question, row)]
        cells = [tuple(_in_words(row[name], units[name]) for name in wanted) for row in rows]
        show([_heading(name, units[name]) for name in wanted], cells, f"{title} {made.quarter}")
        sys.stdout.write("\n")


def _fits(question: str, row: dict[str, Any]) -> bool:
    """Whole company and its lines in the funnel, the company in the segments: the rest is for `uptake ask`."""
    if question == "lob_compare":
        return True
    return bool(row["scope"].count("/") == 0) if question == "funnel" else row["scope"] == "(company)"


def _heading(name: str, unit: str) -> str:
    return name.removesuffix("_micro") + {"micro-points": " (points)", "ppm": " (%)"}.get(unit, "")


def _in_words(value: Any, unit: str) -> Any:
    """Micro-points as points, ppm as percent; exact decimals, never a float."""
    scale = {"micro-points": (6, 2), "ppm": (4, 1)}.get(unit)
    if value is None or scale is None:
        return value
    return str(Decimal(value).scaleb(-scale[0]).quantize(Decimal(1).scaleb(-scale[1])))


def scored(snapshot: Any, seconds: float, waiting: Sequence[str], *, as_json: bool) -> None:
    """The answer of a score run. `waiting`: closed quarters that keep their figures although later data would change them."""
    found = {
        "snapshot": snapshot.id,
        "as_of": snapshot.as_of,
        "score_version": snapshot.score_version,
        "inputs_digest": snapshot.inputs_digest,
        "scores_digest": snapshot.scores_digest,
        "seconds": round(seconds, 3),
        "waiting": list(waiting),
        "few": snapshot.few.split(", ") if snapshot.few else [],
        "released": dict(snapshot.released),
    }
    lines = [
        f"Snapshot {snapshot.id} as of {snapshot.as_of}, {snapshot.score_version}, in {seconds:.1f} s",
        f"scores {snapshot.scores_digest}",
    ]
    lines += [
        f"{quarter} is closed and keeps its figures; later data would change them: uptake score --restate {quarter}"
        for quarter in waiting
    ]
    lines += [
        f"{quarter} was restated for a few people: their own figures are new, those of groups follow once they tell of more"
        for quarter in found["few"]
    ]
    lines += [
        f"Figures of groups of {quarter} stand as of {day}: they are released once a week; uptake score --release does it now"
        for quarter, day in snapshot.released.items()
    ]
    answer(found, as_json=as_json, text="\n".join(lines))
