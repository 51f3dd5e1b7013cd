"""`uptake demo`: make the invented company in the vendors' file formats, then load and score it as any user would."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from uptake import jobs
from uptake.acts import policies
from uptake.demo import changes as changes_of
from uptake.demo import company as people_of
from uptake.demo import (
    files_claude,
    files_copilot,
    files_git,
    files_github,
    files_gitlab,
    files_hr,
    files_incidents,
    files_seats,
    files_tiers,
    hosts,
    latent,
    names,
    planted,
    telemetry,
    truth,
)
from uptake.demo import seats as seats_of
from uptake.demo.window import AS_OF, Window, window
from uptake.errors import WrongUsage
from uptake.jobs import alerting
from uptake.pipeline import Ingest, Progress
from uptake.policy import Policy
from uptake.settings import Settings, read_settings
from uptake.state import Act, State, choices, rights

MARKER, VENDOR, TRUTH = "DEMO", "vendor", "truth"
FEWEST_PEOPLE, MOST_PEOPLE, MOST_QUARTERS, MOST_OUTAGES = 60, 200_000, 8, 3
ONE_IN_FOUR = 64
DECIDED_AT = dt.datetime.combine(AS_OF, dt.time(9, 0)) - dt.timedelta(days=200)
MAKER, CHECKER = "demo:administrator-1", "demo:compliance-1"
LOADED_AT = dt.datetime.combine(AS_OF, dt.time(6, 0))
_SETTINGS = """# A demo home: an invented company, nobody in it is real.
[operator]
roles = ["administrator", "compliance", "executive", "licence"]

# Placeholders, each [low, mid, high]: nobody measured them. The effect is none of this company.
[value]
token_price = [1, 3, 8]
training = [6, 11, 20]
loaded_rate = [9100, 13100, 18000]
coding_share = [0.157, 0.30, 0.45]
effect = [0.01, 0.06, 0.11]
realised = [0.50, 0.71, 1]

[alerts]
every = 0
disk_gb = 1

[egress.products.copilot]
vendor = "GitHub"
region = "EU"
product = "Copilot Enterprise"
data_allowed = "internal"
classes_allowed = ["email"]
contract = "invented"
retention = "30 days"
contract_date = 2026-01-15
reviewed = 2026-06-01

[egress.products.claude_code]
vendor = "Anthropic"
product = "Claude Code"
region = "EU"
data_allowed = "internal"
contract = "invented"
retention = "none"
contract_date = 2026-02-01
reviewed = 2026-06-01
"""
_MADE = (VENDOR, TRUTH, "warehouse", "snapshots", "spool", "quarantine", "logs")


@dataclass(frozen=True, slots=True)
class Made:
    """What a demo run made. `quarter` is the newest closed quarter; `plan` rows are (what, planned, realised)."""

    home: Path
    people: int
    truth: Path
    quarter: str
    plan: list[tuple[str, int, int]]


def demo(home: Path, *, people: int, quarters: int, seed: int, progress: Progress, outages: int = 1) -> Made:
    """Make the company, load every source and score it as of the fixed day. Starts anew in a home made before.

    Raises:
        WrongUsage: the folder holds something else than a demo, or a size is not usable.
    """
    made = make(home, people=people, quarters=quarters, seed=seed, progress=progress, outages=outages)
    load(home, progress)
    return made


def make(home: Path, *, people: int, quarters: int, seed: int, progress: Progress, outages: int = 1) -> Made:
    """The home with its settings, the vendor files and the truth. The same arguments give the same files."""
    _check(people, quarters, seed, outages)
    _clear(home)
    days = window(quarters, outages)
    company = people_of.company(people, days, seed)
    found = seats_of.seats(company, days, seed)
    latent.plant(company, found, days, seed)
    odd = telemetry.odd_days(days, seed)
    vendor = home / VENDOR
    files_hr.write_hr(vendor, company, found, days)
    for number, day, uses in telemetry.days(found, days, seed):
        progress(f"making vendor files: {day}", number, len(days.days))
        _write_day(vendor, number, day, uses, (company, found, odd, days, seed))
    units = planted.plant_units(company, found, len(days.closed) - 1)
    shared = files_git.shared_departments(units)
    merged = changes_of.changes(company, found, units, shared, days, seed)
    repositories = files_git.write_repositories(vendor / "git", company, shared, merged, seed)
    _write_hosts(vendor, hosts.shown(merged), files_gitlab.moved(company, units, shared), repositories.commits)
    plan = truth.plan_of(people, company, found, days)
    truth.write_truth(home / TRUTH, company, found, odd, days, plan)
    truth.write_units(home / TRUTH, units)
    truth.write_lines(home / TRUTH, repositories.lines)
    return Made(home, len(company.engineers), home / TRUTH, days.closed[-1][0], plan)


def _write_hosts(
    vendor: Path, merged: list[changes_of.Change], moved: str | None, commits: Mapping[tuple[str, int], str]
) -> None:
    """Changes as their hosts tell of them: one repository at GitLab, all others at GitHub."""
    files_github.write_github(vendor, [one for one in merged if one.repository != moved], commits)
    files_gitlab.write_gitlab(vendor, [one for one in merged if one.repository == moved], commits)
    files_incidents.write_incidents(vendor, merged, {moved})
    files_tiers.write_tiers(vendor, merged)


World = tuple[people_of.Company, list[seats_of.Seat], telemetry.Odd, Window, int]


def _write_day(vendor: Path, number: int, day: dt.date, uses: list[telemetry.Use], world: World) -> None:
    company, found, odd, days, seed = world
    files_copilot.write_copilot_day(vendor, number, day, uses, found, odd, seed)
    files_copilot.write_teams(vendor, number, day, company, found)
    if number not in odd.claude_no_file:
        files_claude.write_claude_day(vendor / "claude-code", number, day, uses, seed)
    following = day + dt.timedelta(days=1)
    if files_seats.is_list_day(following) and number + 1 < len(days.days):
        files_seats.write_seat_list(vendor, number + 1, following, company, found, days)


def load(home: Path, progress: Progress) -> None:
    """Ingest every source of the home and score it: what a user does by hand with `uptake ingest` and `uptake score`."""
    settings, vendor = read_settings(home), home / VENDOR
    state = State.of(settings)
    for source in ("hr-people", "hr-absences", "hr-calendar", "accounts", "seats"):
        _ingest(settings, state, Ingest(source, (str(vendor / source),), LOADED_AT), progress)
    for file in sorted((vendor / "copilot-seats").iterdir()):
        _ingest(settings, state, _read_on(str(file), "copilot-seats", "seats-", names.ENTERPRISE), progress)
    for source in (
        "copilot-users",
        "copilot-user-teams",
        "copilot-aggregate",
        "claude-code",
        "github-prs",
        "incidents",
        "repositories",
    ):
        _ingest(settings, state, Ingest(source, (str(vendor / source),), LOADED_AT), progress)
    for call in _of_gitlab(sorted(str(file) for file in (vendor / "gitlab-mrs").glob("*"))):
        _ingest(settings, state, call, progress)
    for repository in sorted((vendor / "git").glob("*.git")):
        name = repository.stem.replace(files_git.SLASH, "/")
        _ingest(settings, state, Ingest("git", (str(repository),), LOADED_AT, name), progress)
    _decide_policy(state)
    jobs.score(settings, state, AS_OF, progress=progress)
    state.keep_head()
    alerting.look(settings, state, lambda: LOADED_AT)
    choices.choose(state, _on_the_board(state), choices.BOARD, choices.IN, f"{LOADED_AT.isoformat()}Z")
    state.close()


def _decide_policy(state: State) -> None:
    """Two invented officers switched on named lists for managers, long enough ago that everybody was told in time."""
    entities = sorted({str(row[rights.RIGHTS_COLUMNS.index("legal_entity")]) for row in rights.read(state)} - {"None"})
    invented = {entity: hashlib.sha256(f"impact assessment of {entity}".encode()).hexdigest() for entity in entities}
    given = {"profile": "managed", "dpia": invented}
    maker, checker = (Act("demo", "demo", DECIDED_AT, identity) for identity in (MAKER, CHECKER))
    reason = "Managers offer help to people who do not get to use a tool"
    made = policies.propose(state, Policy().version, "administrator", given, reason, maker)
    policies.decide(state, Policy().version, "compliance", made.id, checker, approve=True)
    policies.notify(state, Policy().version, "compliance", made.id, checker)


def _on_the_board(state: State) -> list[str]:
    """One in four chose to stand on a board in bands, should policy ever open one: by a hash of the id, never by use."""
    people = (str(row[0]) for row in rights.read(state))
    return [who for who in people if hashlib.sha256(f"board {who}".encode()).digest()[0] < ONE_IN_FOUR]


def _read_on(file: str, source: str, before_date: str, account: str) -> Ingest:
    """What does not say when it was read: its date is in the file name, and the call states it."""
    day = dt.date.fromisoformat(Path(file).name.removeprefix(before_date).partition(".")[0])
    return Ingest(source, (file,), LOADED_AT, account, fetched_at=dt.datetime.combine(day, files_seats.TAKEN_AT))


def _of_gitlab(files: list[str]) -> Iterator[Ingest]:
    """Rules of a project do not say since when they hold: the date of their file does, and the call states it."""
    rules = [file for file in files if Path(file).name.startswith(files_gitlab.RULES)]
    for file in rules:
        yield _read_on(file, "gitlab-mrs", files_gitlab.RULES, "")
    if rules:
        yield Ingest("gitlab-mrs", tuple(file for file in files if file not in rules), LOADED_AT)


def _ingest(settings: Settings, state: State, call: Ingest, progress: Progress) -> None:
    jobs.ingest(settings, state, call, progress=progress)


def _check(people: int, quarters: int, seed: int, outages: int) -> None:
    for name, value, least, most in (
        ("people", people, FEWEST_PEOPLE, MOST_PEOPLE),
        ("quarters", quarters, 1, MOST_QUARTERS),
        ("seed", seed, 0, 1 << 32),
        ("outages", outages, 1, MOST_OUTAGES),
    ):
        if not least <= value <= most:
            raise WrongUsage(f"--{name} is not usable", next_step=f"Give a number from {least} to {most}")


def _clear(home: Path) -> None:
    """Empty a demo home of what a demo makes, or begin a new one. Never touches a folder that holds anything else."""
    if home.exists() and not home.is_dir():
        raise WrongUsage("The demo home is a file", next_step="Name a new folder with --home")
    if home.exists() and any(home.iterdir()) and not (home / MARKER).exists():
        raise WrongUsage(
            "The folder is not a demo home",
            why="it is not empty and has no DEMO file",
            next_step="Name a new folder with --home",
        )
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).write_text("Made by `uptake demo`. The next run of it in this folder starts anew.\n")
    for name in _MADE:
        if (home / name).is_dir():
            shutil.rmtree(home / name)
    for file in home.glob("state.db*"):
        file.unlink()
    (home / "settings.toml").write_text(_SETTINGS)
