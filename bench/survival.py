"""`python -m bench.survival`: lines followed in one pass beside `git blame` of every state, a long history, and many repositories.

Nothing here fails on a time; it fails where the two do not count the same.
"""

from __future__ import annotations

import argparse
import bisect
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator

from bench.repositories import ENVIRONMENT, git, make, more
from uptake.sources.git.lines.history import History
from uptake.sources.git.program import Git

HORIZONS = (14, 21, 90)
DAY = 86_400
ROOT = pathlib.Path(__file__).resolve().parents[1]
Counts = dict[int, tuple[int, int]]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.survival", description=__doc__)
    parser.add_argument("--blamed", type=int, default=400, help="commits of the history that blame reads too")
    parser.add_argument("--long", type=int, default=10_000, help="commits of the long history")
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--commits", type=int, default=5_000, help="of each of them")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before, Python {sys.version.split()[0]}")
    print(f"{'work':66} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        beside_blame(pathlib.Path(folder), given.blamed)
        long_history(pathlib.Path(folder), given.long)
        if given.repositories:
            many(pathlib.Path(folder), given)
    return 0


def beside_blame(folder: pathlib.Path, commits: int) -> None:
    """The same counts by both, or an error."""
    repository = make(folder / "blamed", commits, seed=3, files=40)
    told, ours = measured(f"one pass, {commits} commits", lambda: in_child("pass", repository))
    found, theirs = measured(f"blame of every state needed, {commits} commits", lambda: in_child("blame", repository))
    if told != found:
        raise SystemExit(f"the two do not count the same: {told} and {found}")
    for horizon, (at_risk, alive) in told.items():
        print(f"  both: after {horizon} days {alive} of {at_risk} lines")
    print(f"  ratio, blame to one pass: wall {theirs[0] / ours[0]:.0f}, CPU {theirs[1] / ours[1]:.0f}")


def long_history(folder: pathlib.Path, commits: int) -> None:
    repository = make(folder / "long", commits, seed=4)
    measured(f"one pass, {commits} commits", lambda: in_child("pass", repository))


def many(folder: pathlib.Path, given: argparse.Namespace) -> None:
    """The whole way into the warehouse, and the day after. Each is drawn: commits of a copy would count for the repository that it was copied from."""
    repositories = folder / "many"
    for number in range(given.repositories):
        make(repositories / f"r{number:02d}", given.commits, seed=100 + number)
    home = folder / "home"
    uptake(home, "init")
    what = f"{given.repositories} repositories x {given.commits} commits"
    measured(f"uptake ingest git, {what}", lambda: uptake(home, "ingest", "git", str(repositories)))
    measured("uptake score, first", lambda: uptake(home, "score"))
    for number in range(given.repositories):
        more(repositories / f"r{number:02d}", 20, seed=number)
    measured(
        "uptake ingest git, a day later (20 commits each)", lambda: uptake(home, "ingest", "git", str(repositories))
    )
    measured("uptake score, a day later", lambda: uptake(home, "score"))


def measured(work: str, run: Callable[[], tuple[str, float]]) -> tuple[Counts, tuple[float, float]]:
    """Wall and CPU seconds, children of children included; the peak is that of the largest process."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    answer, peak = run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{work:66} {wall:8.2f} {cpu:8.2f} {peak:8.0f}", flush=True)
    told = json.loads(answer) if answer.startswith("{") else {}
    counts = {int(key): (held[0], held[1]) for key, held in told.items() if key.isdigit()}
    return counts, (wall, cpu)


def uptake(home: pathlib.Path, *words: str) -> tuple[str, float]:
    return run_child([str(pathlib.Path(sys.executable).with_name("uptake")), *words, "--home", str(home), "--json"])


def in_child(work: str, repository: pathlib.Path) -> tuple[str, float]:
    code = f"from bench import survival; survival.answer({work!r}, {str(repository)!r})"
    return run_child([sys.executable, "-c", code])


def run_child(words: list[str]) -> tuple[str, float]:
    """What it says, and its peak in MB."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=ROOT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{words[0]} ended with {child.returncode}")
        out.seek(0)
        return out.read().strip(), used.ru_maxrss * 1024 / 1e6


def answer(work: str, repository: str) -> None:
    """Run inside the child: prints horizon -> (lines at risk, lines alive)."""
    counts = {"pass": one_pass, "blame": by_blame}[work](pathlib.Path(repository))
    print(json.dumps(counts))


def one_pass(repository: pathlib.Path) -> Counts:
    tip = git(repository, "rev-parse", "main").strip()
    born: dict[int, tuple[int, int, bool]] = {}
    lost: dict[int, Counter[int]] = {horizon: Counter() for horizon in HORIZONS}
    newest = 0
    for one in History(Git(repository), tip).follow():
        born[one.number] = (one.at, one.added, one.merge)
        newest = max(newest, one.at)
        for loss in one.losses:
            for horizon in HORIZONS:
                if one.at - born[loss.owner][0] <= horizon * DAY:
                    lost[horizon][loss.owner] += loss.lines
    counts = {}
    for horizon in HORIZONS:
        held = [n for n, (at, _, merge) in born.items() if not merge and at + horizon * DAY <= newest]
        at_risk = sum(born[n][1] for n in held)
        counts[horizon] = (at_risk, at_risk - sum(lost[horizon][n] for n in held))
    return counts


def by_blame(repository: pathlib.Path) -> Counts:
    """Blame of the state of the branch a horizon after each commit, each state once.

    A commit of a side branch stands on it until it is merged; in the histories of the bench that is within days, and those whose horizon
    ends before it do not come about.
    """
    rows = [line.split() for line in git(repository, "log", "--format=%ct %H %P", "main").splitlines()]
    chain = [
        line.split()
        for line in git(repository, "log", "--first-parent", "--reverse", "--format=%ct %H", "main").splitlines()
    ]
    times = [int(at) for at, _ in chain]
    newest = max(int(row[0]) for row in rows)
    states: dict[str, Counter[str]] = {}
    counts = dict.fromkeys(HORIZONS, (0, 0))
    for at, commit, *parents in rows:
        added = sum(
            int(line.split("\t")[0]) for line in git(repository, "show", "--numstat", "--no-renames", "--format=", commit).splitlines()
        ) if len(parents) < 2 else 0  # fmt: skip
        for horizon in HORIZONS:
            when = int(at) + horizon * DAY
            if added and when <= newest:
                state = chain[bisect.bisect_right(times, when) - 1][1]
                if state not in states:
                    states[state] = blamed(repository, state)
                held = counts[horizon]
                counts[horizon] = (held[0] + added, held[1] + states[state][commit])
    return counts


def blamed(repository: pathlib.Path, state: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in git(repository, "ls-tree", "-r", "--name-only", state).splitlines():
        found.update(owners(git(repository, "blame", "--no-follow", "--incremental", state, "--", path)))
    return found


def owners(told: str) -> Iterator[str]:
    for line in told.splitlines():
        words = line.split(" ")
        if len(words) == 4 and len(words[0]) == 40 and words[3].isdigit():
            yield from (words[0] for _ in range(int(words[3])))


if __name__ == "__main__":
    sys.exit(main())
