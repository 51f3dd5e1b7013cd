"""The demo against its planted truth (MEASUREMENT.md section 14): what `ask` says beside what was planted, over unseen seeds.

Decided = a segment other than insufficient and excluded. A user is a person with a planted active day in the quarter.
`make validate PEOPLE=65000 SEEDS='201 202'` changes the number of people and the seeds, and prints a table of the targets and of what was
seen with each seed; UPTAKE_ACCEPT_DEMO changes the number of people in the acceptance run.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import pathlib
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench import measure

from tests.acceptance import frame
from tests.attack.drive import COMPLIANCE

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_DEMO", "5000"))
SEEDS = (101, 102, 103, 104, 105)
QUARTER, FIRST, LAST = "2026Q3", dt.date(2026, 7, 1), dt.date(2026, 9, 30)
LONG_GAP = 30
LONGER = 3
KAPPA, WRONG, RECALL, PRECISION, DECIDED = 0.95, 0.015, 0.90, 0.98, 0.85
ASKED = (
    f"{len(SEEDS)} seeds of {PEOPLE}: kappa >= {KAPPA}, users on the non-user list <= {WRONG:.1%}, heavy recall >= {RECALL}"
    f" at precision >= {PRECISION}, decided >= {DECIDED}; outages {LONGER} times as long: users on the list <= {WRONG:.1%},"
    " and nobody on it because of a gap of 30 days or more"
)
UNDECIDED = {"insufficient", "excluded"}
CALLED_NON_USER = {"non_user", "non_adopter"}
LONG = "users hidden by a long gap on the list"


@dataclass(frozen=True)
class Target:
    """What is measured, what was asked of it, what was seen, and whether that holds."""

    what: str
    asked: str
    seen: str
    held: bool


def _at_least(what: str, least: float, seen: float) -> Target:
    return Target(what, f">= {least}", f"{seen:.3f}", held=seen >= least)


@dataclass
class Tally:
    """People of one seed: planted class against the class of the answer."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    with_seat: int = 0
    decided_with_seat: int = 0
    listed: int = 0
    users_listed: int = 0
    hidden_listed: int = 0

    def kappa(self) -> float:
        """Cohen's kappa of the three classes."""
        total = sum(self.pairs.values())
        planted, said = Counter[str](), Counter[str]()
        for (truth, answer), people in self.pairs.items():
            planted[truth] += people
            said[answer] += people
        agreed = sum(people for (truth, answer), people in self.pairs.items() if truth == answer) / total
        chance = sum(planted[name] * said[name] for name in planted) / total**2
        return (agreed - chance) / (1 - chance)

    def recall(self) -> float:
        return self.pairs["heavy", "heavy"] / sum(n for (truth, _), n in self.pairs.items() if truth == "heavy")

    def precision(self) -> float:
        return self.pairs["heavy", "heavy"] / sum(n for (_, answer), n in self.pairs.items() if answer == "heavy")

    def wrong(self) -> float:
        return self.users_listed / self.listed if self.listed else 1.0

    def decided(self) -> float:
        return self.decided_with_seat / self.with_seat if self.with_seat else 0.0

    def held(self) -> bool:
        return all(target.held for target in self.targets())

    def labels_nobody_wrongly(self) -> bool:
        """What must hold whatever the outages: the share of users on the list, and nobody there because of an outage."""
        return self.wrong() <= WRONG and self.hidden_listed == 0

    def targets(self) -> list[Target]:
        """Each target of MEASUREMENT section 14 that the demo decides, and what was seen of it."""
        wrong = f"{self.wrong():.2%} ({self.users_listed} of {self.listed})"
        return [
            _at_least("kappa of the decided", KAPPA, self.kappa()),
            Target("users on the non-user list", f"<= {WRONG:.1%}", wrong, held=self.wrong() <= WRONG),
            _at_least("heavy recall", RECALL, self.recall()),
            _at_least("heavy precision", PRECISION, self.precision()),
            _at_least("decided share, of people with a seat", DECIDED, self.decided()),
            Target(LONG, "0", str(self.hidden_listed), held=self.hidden_listed == 0),
        ]

    def text(self) -> str:
        return (
            f"kappa {self.kappa():.3f}, users listed {self.users_listed} of {self.listed} ({self.wrong():.2%}),"
            f" recall {self.recall():.3f}, precision {self.precision():.3f}, decided {self.decided():.3f},"
            f" users with a long gap on the list {self.hidden_listed}"
        )


def rows(file: pathlib.Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def tally(home: pathlib.Path) -> Tally:
    truth = {row["person_id"]: row for row in rows(home / "truth" / "person_quarters.csv") if row["quarter"] == QUARTER}
    holders = {row["person_id"] for row in rows(home / "truth" / "seats.csv")}
    answer = home / "answer.json"
    asked = ("ask", "quarter_scores", *COMPLIANCE, "--quarter", QUARTER, "--format", "json", "--out", answer)
    measure.uptake(*asked, "--home", home)
    found, hidden = Tally(), lost_in_gaps(home, truth)
    for row in json.loads(answer.read_text()):
        person, segment = row["person_id"], row["segment"]
        if person not in truth:
            continue
        found.with_seat += person in holders
        found.decided_with_seat += person in holders and segment not in UNDECIDED
        if segment not in UNDECIDED:
            said = segment if segment in ("heavy", "light") else "none"
            found.pairs[truth[person]["class"], said] += 1
        if segment in CALLED_NON_USER:
            found.listed += 1
            found.users_listed += int(truth[person]["active_days"]) > 0
            found.hidden_listed += person in hidden
    return found


def lost_in_gaps(home: pathlib.Path, truth: dict[str, dict[str, str]]) -> set[str]:
    """Users one of whose seats reported nothing on 30 days or more of the quarter: a label of them would be an outage's."""
    found = set()
    for seat in rows(home / "truth" / "seats.csv"):
        used = seat["person_id"] in truth and int(truth[seat["person_id"]]["active_days"]) > 0
        if used and seat["gap_first"] and _days_of_quarter(seat["gap_first"], seat["gap_last"]) >= LONG_GAP:
            found.add(seat["person_id"])
    return found


def _days_of_quarter(first: str, last: str) -> int:
    start, end = (max(dt.date.fromisoformat(first), FIRST), min(dt.date.fromisoformat(last), LAST))
    return (end - start).days + 1


def made(home: pathlib.Path, people: int, seed: int, outages: int) -> Tally:
    """The tally of one demo company, which is removed again."""
    size = ("--people", people, "--seed", seed, "--outages", outages)
    measure.uptake("demo", *size, "--no-serve", "--json", "--home", home)
    found = tally(home)
    shutil.rmtree(home)
    return found


def check(folder: pathlib.Path) -> frame.Seen:
    text, held = [], True
    for seed, outages in [*((seed, 1) for seed in SEEDS), (SEEDS[0], LONGER)]:
        own = made(folder / f"{seed}-{outages}", PEOPLE, seed, outages)
        held = held and (own.held() if outages == 1 else own.labels_nobody_wrongly())
        text.append(f"seed {seed}{f', outages x {outages}' if outages > 1 else ''}: {own.text()}")
    return frame.Seen("; ".join(text), held=held)


def table(tallies: Mapping[int, Tally]) -> str:
    """A line for each target: what was asked, what was seen with each seed, and whether all of that holds."""
    rows = [
        (each[0].what, each[0].asked, *(one.seen for one in each), "pass" if all(one.held for one in each) else "FAIL")
        for each in zip(*(tally.targets() for tally in tallies.values()), strict=True)
    ]
    return frame.table(rows, ("target", "asked", *(f"seed {seed}" for seed in tallies), "result"))


def main(arguments: Sequence[str] | None = None) -> int:
    """The table of the targets, and a line on stderr for each seed as it is done; exit 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.check_demo_truth")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    given = parser.parse_args(arguments)
    tallies: dict[int, Tally] = {}
    for seed in given.seeds:
        with tempfile.TemporaryDirectory(prefix="uptake-accept-") as folder:
            tallies[seed] = made(pathlib.Path(folder) / "home", given.people, seed, 1)
        sys.stderr.write(f"{given.people} people, seed {seed}: {tallies[seed].text()}\n")
    sys.stdout.write(f"{given.people} people, {QUARTER}\n{table(tallies)}")
    return 0 if all(tally.held() for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
