"""Check 14: every command and every page, run without a named decision, over a home that is full of temptations: nothing happens to anybody.

The tables in which something would happen, and the lists of people, are the same before and after. A command that is neither run here
nor named as the decision of a person fails the check. UPTAKE_ACCEPT_PEOPLE changes the size of the company.
"""

from __future__ import annotations

import ast
import contextlib
import datetime as dt
import io
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import cyclopts
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.acceptance import frame
from uptake import cli, jobs
from uptake.acts import Act, cases, contests
from uptake.demo import run
from uptake.jobs import State, alerting, policy_of, recompute
from uptake.policy import QUESTIONS, Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import Settings, read_settings
from uptake.state import rights, tables
from uptake.web import app
from uptake.web.pages import PAGES

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_PEOPLE", "2000"))
ASKED = "0 actions: no offer, no seat decision, no mail, no list change, no decided contest without a named decision"
NOW = dt.datetime(2026, 11, 24, 9)
LONG_AGO = NOW - dt.timedelta(days=90)
ROLES = {"administrator": (), "licence": ("--purpose", "licence"), "executive": ("--purpose", "investment")}
OWN = ("hr-people", "hr-absences", "hr-calendar", "accounts", "seats")
"""Sources whose files the demo keeps as a site would load them once more."""
BY_PEOPLE = {
    "policy propose", "policy approve", "policy refuse", "policy notify", "lockdown", "token new", "token revoke", "token end-sessions",
    "token sender", "demo",
}  # fmt: skip
"""Commands that are the act of whoever runs them, under their name; `demo` makes a home of its own."""
NOTED = (rights.STAMP, alerting.JUDGED, alerting.SEEN, recompute.CUT)
"""Switches that say what was loaded and judged: about the service, nothing about anybody."""
TABLES = (
    tables.OFFERS,
    tables.DECISIONS,
    tables.CONTESTS,
    tables.CHANGES,
    tables.NOTICES,
    tables.CHOICES,
    tables.SWITCHES,
    tables.TOKENS,
)
TELLS_OPERATORS = {"mail.py"}
"""What sends alerts to whoever runs the service: of machines and sources, never of a person."""
MAIL = {"smtplib", "imaplib", "poplib", "aiosmtplib", "email"}
Held = dict[str, list[Any]]


def check(folder: pathlib.Path, people: int = PEOPLE) -> frame.Seen:
    home = folder / "home"
    run.demo(home, people=people, quarters=2, seed=14, progress=lambda *_: None)
    settings = read_settings(home)
    state = State(settings.state_file)
    tempted = _tempted(settings, state)
    before = {**_tables(state), **_lists(settings, state)}
    ran = [*_commands(home), *_pages(settings, state)]
    after = {**_tables(state), **_lists(settings, state)}
    changed = sorted(name for name in before if before[name] != after[name])
    unknown = sorted({*_names(cli.app)} - {name for name, _ in ran} - BY_PEOPLE - {"serve"})
    failed = sorted({f"{name} ended with {code}" for name, code in ran if code not in (0, 1, 200, 303, 404)})
    mail = sorted(_mail())
    text = (
        f"{len(changed)} of {len(before)} tables and lists changed after {len(ran)} runs of {len({name for name, _ in ran})} commands"
        f" and pages ({tempted}); {len(mail)} modules that could send mail; {len(unknown)} commands unknown to this check"
    )
    return frame.Seen(
        "; ".join([text, *changed, *unknown, *failed, *mail]), held=not (changed or unknown or failed or mail)
    )


def _tempted(settings: Settings, state: State) -> str:
    """An overdue case, one under review, one with a proposal that waits, and one whose proposal has expired; idle seats are there."""
    policy = policy_of(settings, state, NOW.date())
    as_of = dt.date.fromisoformat(jobs.snapshot_of(settings).as_of)
    for number, (person, steps) in enumerate(
        zip([row[0] for row in rights.read(state)][5:9], range(4), strict=True), 1
    ):
        then = NOW if steps == 2 else LONG_AGO
        me = Viewer(role="self", purpose="self", person_id=str(person))
        contests.open_contest(
            state,
            policy,
            me,
            contests.Claim("leave", "2026Q3"),
            as_of,
            Act("test", "test", LONG_AGO, f"person:{person}"),
        )
        officer = Viewer(role="compliance", purpose="assurance", case_id=f"contest-{number}")
        act = Act("test", "test", then, "demo:compliance-1")
        if steps >= 1:
            cases.take(state, policy, officer, number, act)
        if steps >= 2:
            cases.propose(state, policy, officer, number, ("rejected", None), "nothing of the sort is on file", act)
    seats = len(_lists(settings, state)["idle_seats"])
    return f"4 cases that wait, {seats} idle seats"


def _tables(state: State) -> Held:
    """Every row of the state, but for what a load of people writes anew, such as the stamp of the reporting tree, and what alerts do."""
    with state.reading() as connection:
        found = {table.name: [tuple(row) for row in connection.execute(select(table))] for table in TABLES}
    return {name: [row for row in rows if not {*NOTED} & {*row}] for name, rows in found.items()}


def _lists(settings: Settings, state: State) -> Held:
    """Who stands in the lists that somebody acts on."""
    policy, caller = policy_of(settings, state, NOW.date()), Caller("check", "check", NOW)
    licence = Viewer(role="licence", purpose="licence")
    found: Held = {"idle_seats": ask(settings, state, policy, "idle_seats", licence, Filters(), caller).rows()}
    for manager in sorted({str(row[1]) for row in rights.read(state) if row[1]})[:20]:
        viewer = Viewer(role="manager", purpose="support", person_id=manager)
        found[f"not_using of {manager}"] = ask(settings, state, policy, "not_using", viewer, Filters(), caller).rows()
    return found


def _names(program: cyclopts.App, prefix: str = "") -> Iterator[str]:
    """Every command by its words."""
    for name in program:
        if not name.startswith("-"):
            inner = list(_names(program[name], f"{prefix}{name} "))
            yield from inner or [f"{prefix}{name}"]


def _commands(home: pathlib.Path) -> Iterator[tuple[str, int]]:
    """Every command that is no act of a person, on the home: (words, exit code)."""
    as_of = jobs.snapshot_of(read_settings(home)).as_of
    later = (dt.date.fromisoformat(as_of) + dt.timedelta(days=30)).isoformat()
    for source in OWN:
        yield _ran(home, "ingest", source, str(home / "vendor" / source))
    # The last run is that of the first day again, so that the lists speak of the same days.
    for words in (("score", "--as-of", later), ("rebuild", "--as-of", as_of), ("score", "--as-of", as_of)):
        yield _ran(home, *words)
    for question in QUESTIONS:
        for role, purpose in ROLES.items():
            # Most are refused to a role: what counts is that nothing comes of asking.
            yield "ask", 0 * _ran(home, "ask", question, "--as", role, *purpose)[1]
    out = ("--from", "2026-11-01", "--to", "2026-11-30", "--out", str(home.parent / "pack.zip"))
    wanted = home.parent / "policy.toml"
    wanted.write_text('profile = "team-first"\n', encoding="utf-8")
    yield _ran(home, "policy", "dpia", str(wanted))
    for words in (
        ("alerts",),
        ("doctor",),
        ("verify",),
        ("init",),
        ("config", "show"),
        ("policy", "show"),
        ("policy", "diff"),
        ("token", "list"),
    ):
        yield _ran(home, *words)
    yield "evidence", 0 * _ran(home, "evidence", *out)[1]
    # No vendor is set up in a demo home: the refusal is what is looked at.
    yield "fetch", 0 * _ran(home, "fetch", "claude-code")[1]


def _ran(home: pathlib.Path, *words: str) -> tuple[str, int]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = cli.run([*words, "--home", str(home)])
    two = " ".join(words[:2])
    return two if two in {*_names(cli.app)} else words[0], code


def _pages(settings: Settings, state: State) -> Iterator[tuple[str, int]]:
    """Every page, opened by the local operator."""
    client = TestClient(
        app(settings, state, clock=lambda: NOW), base_url="http://127.0.0.1:8321", follow_redirects=False
    )
    for page in PAGES:
        yield f"/{page.slug}", client.get(f"/{page.slug}").status_code


def _mail() -> Iterator[str]:
    """Modules of the product that import something that sends mail."""
    for file in sorted(pathlib.Path(cli.__file__).parents[1].rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if file.name not in TELLS_OPERATORS:
                yield from (f"{file.name} imports {name}" for name in named if name.split(".")[0] in MAIL)


if __name__ == "__main__":
    frame.alone(__spec__)
