"""GitHub Copilot bills (SOURCES.md section 4.6): lines of a CSV file, or of answers of the billing interface, folded into spends."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from uptake.model import Spend
from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected, Taken
from uptake.sources.copilot_billing import answers, lines
from uptake.sources.copilot_billing.lines import Read
from uptake.sources.reading.checks import joined_key, sum_known

_HEAD = 1024
_BOM = b"\xef\xbb\xbf"
_OTHER_PRODUCT = "another product than Copilot"
AMOUNTS = ("quantity", "gross_usd", "discount_usd", "net_usd")


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per line. The first line of a key brings the sum of all of them: as rows of their own, one would replace the other (rule C2).

    Raises:
        Refused: a header without the columns that say whose, what and when; an answer of one cost centre.
    """
    for part in _parts(file):
        folds: dict[str, _Fold] = {}
        for line, found in part:
            if isinstance(found, Rejected):
                yield found
            elif found is None:
                yield Ignored(line, _OTHER_PRODUCT)
            else:
                yield from _folded(line, found, folds)
        for name, fold in folds.items():
            yield _taken(fold.line, name, fold.spend)


class _Fold:
    __slots__ = ("line", "lines", "spend")

    def __init__(self, line: int, spend: Spend) -> None:
        self.line, self.spend, self.lines = line, spend, 1


def _parts(file: InputFile) -> Iterable[Iterable[Read]]:
    """What is folded by itself: the whole of a CSV file; each answer, for an answer that came twice is no second bill."""
    stream = file.stream
    if not hasattr(stream, "peek"):
        stream = cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", stream)))
    file.stream = stream
    head = cast("io.BufferedReader", stream).peek(_HEAD).removeprefix(_BOM).lstrip()
    return answers.parts(file) if head[:1] in (b"{", b"[") else (lines.spends(file),)


def _folded(line: int, spend: Spend, folds: dict[str, _Fold]) -> Iterator[Outcome]:
    """Add the line to its key. A second line of a key is a record of its own, whose money stands in the row of the first."""
    name = _key(spend)
    fold = folds.get(name)
    if fold is None:
        folds[name] = _Fold(line, spend)
        return
    whole = fold.spend
    for field in AMOUNTS:
        setattr(whole, field, sum_known((getattr(whole, field), getattr(spend, field))))
    whole.used = whole.used or spend.used
    yield _taken(line, f"{name}|{fold.lines}", spend, told=False)
    fold.lines += 1


def _key(spend: Spend) -> str:
    time = f"{spend.day} {spend.last_day}"
    what = (spend.product, spend.sku, spend.unit, spend.model, "auto" if spend.auto_model else "")
    return joined_key(spend.scope, spend.tenant, time, spend.account, *what)


def _taken(line: int, key: str, spend: Spend, *, told: bool = True) -> Taken:
    """Only a file is a report: an answer of one user may never take away the lines of all others, whatever `--complete` states."""
    report = 1 if spend.scope == lines.SCOPE else 0
    rows = [spend] if told else []
    account = spend.account or None
    return Taken(line, key, [*rows], day=spend.day, tenant=spend.tenant, account=account, report=report)
