"""Every way out of the product by introspection: routes, commands, mail. Each has a named gate, and an expected answer for every hat.

The tables below are written by hand. A route or a command that is in none of them fails, and so does one that answers somebody else.
"""

from __future__ import annotations

import ast
import itertools
import json
import pathlib
import shutil

import pytest
from starlette.responses import Response

from tests.attack.drive import run
from tests.attack.hostile_day import WRITES
from tests.cedar import plain
from tests.demo_home import made
from tests.web.conftest import SAME_ORIGIN, Site
from uptake import cli
from uptake.errors import EXIT_NOT_PERMITTED
from uptake.policy import QUESTIONS, ROLES
from uptake.policy.questions import BY_POLICY, GROUP, OPERATOR, PERSON, PUBLIC, REGISTER
from uptake.reads.cast import cast
from uptake.web import routes
from uptake.web.pages import BY_SLUG, PAGES
from uptake.web.sessions import HATS

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOBODY = "nobody"
HAT_NAMES = (
    "executive", "executive: self", "lob_lead", "lob_lead: self", "manager: support", "manager: training", "manager: self", "self", "self: board",
    "compliance", "compliance: case", "administrator", "licence", "internal_audit", "validator",
)  # fmt: skip
OWN = {"self", "executive: self", "lob_lead: self", "manager: self"}
OFFICERS = {"compliance", "compliance: case", "administrator", "internal_audit"}
AUDITORS = {"compliance", "compliance: case", "internal_audit", "validator"}
MANAGERS = {"manager: support", "manager: training"}
EVERYBODY = set(HAT_NAMES)

OPENS = {
    "overview": EVERYBODY - {"licence", "self: board"},
    "adoption": EVERYBODY - {*OWN, "licence", "self: board"},
    "compare": EVERYBODY - {*OWN, "licence"},
    "effect": {"executive", "lob_lead", "compliance", "compliance: case", *MANAGERS},
    "quality": {"executive", "lob_lead", "compliance", "compliance: case", *MANAGERS},
    "team": {"lob_lead", *MANAGERS},
    "licences": {"executive", "lob_lead", "compliance", "compliance: case", "administrator", "licence"},
    "tasks": {"executive", "lob_lead", *MANAGERS, "compliance", "compliance: case", "internal_audit", "validator"},
    "value": {"executive", "lob_lead", "compliance", "compliance: case"},
    "admin": {"executive", "validator", *OFFICERS},
    "definitions": EVERYBODY,
    "policy": EVERYBODY,
    "cases": AUDITORS,
    "assurance": AUDITORS,
    "me": OWN,
}
"""Page -> hats that open it; for anybody else it does not exist."""

ACTS = {
    "/team/offer": {"manager: support"}, "/team/appraisal": MANAGERS, "/board": {"self: board", *OWN}, "/me/contest": OWN, "/me/notices": OWN,
    "/me/token": OWN, "/me/token/revoke": OWN, "/policy/propose": {"compliance", "compliance: case", "administrator"},
    "/policy/approve": {"compliance", "compliance: case"}, "/policy/refuse": {"compliance", "compliance: case"},
    "/policy/notify": {"compliance", "compliance: case", "administrator"}, "/policy/lockdown": {"compliance", "compliance: case", "administrator"},
    "/policy/view-as": {"compliance", "compliance: case", "administrator"}, "/cases/{number}/take": {"compliance: case"},
    "/cases/{number}/propose": {"compliance: case"}, "/cases/{number}/decide": {"compliance: case"}, "/cases/open": {"compliance", "compliance: case"},
    "/case": {"compliance", "compliance: case"}, "/assurance/pack": {"compliance", "compliance: case", "internal_audit"},
    "/assurance/search": {"compliance: case"}, "/licences/decide": {"licence"},
}  # fmt: skip
"""Form -> hats that may send it. All others are refused as if it did not exist."""
ANYBODY_SENDS = {"/signin", "/signout", "/purpose", "/profile"}
"""Forms about oneself or about the demo, held by their own tests."""
FIELDS = {
    "/team/offer": {"step": "training"}, "/board": {"value": "x"}, "/me/contest": {"category": "x"}, "/me/token": {"days": "x"},
    "/me/token/revoke": {"number": "99999"}, "/policy/propose": {"k": "x"}, "/policy/approve": {"change": "99999"}, "/policy/refuse": {"change": "99999"},
    "/policy/notify": {"change": "99999"}, "/policy/lockdown": {"value": "x"}, "/policy/view-as": {"role": "self"}, "/case": {"case": "C-2"},
    "/assurance/pack": {"from": "x"}, "/assurance/search": {"person": "x"}, "/cases/open": {"case": "1"}, "/licences/decide": {"seat": "x"},
}  # fmt: skip
"""Fields that change nothing even for who may send the form; whoever may not sends `WRITES`, with which it would succeed."""
RECEIVERS = {"/v1/metrics", "/v1/logs", "/v1/traces", "/webhooks/github", "/webhooks/gitlab"}
DIRECTORY = "/scim/v2/{rest:path}"
"""Take what a key of their own brings and tell nothing but that back; held by tests/receive."""
OPEN = {"/static/{name}", "/healthz", "/readyz", "/api/openapi.json"}
OTHERS = {"/cases/{number}": {"compliance: case"}, "/me/tokens": OWN}
SIGN_IN = {"/signin"}

COMMANDS = {
    "ask": "the door", "evidence": "a role", "lockdown": "a role", "policy propose": "a role", "policy approve": "a role", "policy refuse": "a role",
    "policy notify": "a role", "token new": "a role", "token sender": "no person", "token list": "a role", "token revoke": "a role", "token end-sessions": "a role",
    "policy show": "no person", "policy dpia": "no person", "policy diff": "no person", "verify": "no person", "doctor": "no person", "init": "no person", "ingest": "no person", "fetch": "no person", "alerts": "no person",
    "score": "no person", "rebuild": "no person", "config show": "no person", "demo": "an invented company", "serve": "the pages",
}  # fmt: skip
"""Command -> its gate: `ask` passes the door, `a role` is one that settings must grant, the others answer counts and settings."""
WORDS = {
    "evidence": ("--out", "pack.zip", "--from", "2026-01-01", "--to", "2026-12-31"), "lockdown": ("on",), "policy propose": ("policy.toml", "--reason", "a reason of some length"),
    "policy approve": ("1",), "policy refuse": ("1",), "policy notify": ("1",), "token new": ("--role", "compliance"), "token list": (),
    "token revoke": ("1",), "token end-sessions": ("person:000001",),
}  # fmt: skip
MAIL = {"smtplib", "smtpd", "imaplib", "poplib", "aiosmtplib", "email", "mailbox", "sendgrid", "boto3", "slack_sdk"}


def hat_of(name):
    """(role, purpose) of a hat by name."""
    if name in OWN:
        return "self", "self"
    fixed = {"manager: support": ("manager", "support"), "manager: training": ("manager", "training"), "self: board": ("peer", "self"),
             "compliance: case": ("compliance", "assurance"), "licence": ("licence", "licence"), "executive": ("executive", "investment")}  # fmt: skip
    return fixed.get(name, (name, None))


def may_ask(question, name):
    """Whether a hat gets an answer at all, under the profile `managed` and with everybody told."""
    role, purpose = hat_of(name)
    level = QUESTIONS[question].level
    if level == PUBLIC:
        return True
    if level == GROUP:
        closed = (
            ("licence", "self", "peer")
            if question in ("quadrant", "quality", "outcome_months", "code_rework")
            else ("licence",)
        )
        return role not in closed or question in ("funnel", "coverage", "idle_groups")
    if level in (OPERATOR, REGISTER):
        return name in (OFFICERS if level == OPERATOR else AUDITORS)
    if (role, purpose) in (("self", "self"), ("compliance", "assurance")):
        return level == PERSON and (role == "self" or question not in plain.OWN_ONLY)
    return role in ("manager", "licence") and (purpose, question) in plain.MASKS


def clients_of(site):
    """A client for each hat, under a session of its own."""
    sessions = site.app.state.site.sessions
    people = {one.role: one.person_id for one in cast(site.settings, site.state, site.app.state.site.clock())}
    found = {NOBODY: site.client()}
    for name in HAT_NAMES:
        role, _, hat = name.partition(": ")
        session = sessions.open(role, people.get(role))
        if hat == "case":
            session = sessions.enter(session, "C-1")
        elif hat and HATS[role][0].key != hat:
            session = sessions.wear(session, hat)
        found[name] = site.client()
        found[name].cookies.set("uptake_session", sessions.cookie(session))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return made(tmp_path_factory.mktemp("gate") / "home", 300)


@pytest.fixture(scope="module")
def site(home):
    return Site(home)


@pytest.fixture(scope="module")
def clients(site):
    return clients_of(site)


def routes_of(app):
    """(method, path) of every route, and its gate."""
    for route in app.routes:
        gate = getattr(getattr(route, "endpoint", None), "gate", None)
        for method in sorted(getattr(route, "methods", None) or {"MOUNT"}):
            yield method, str(getattr(route, "path", route)), gate


def files_of():
    """(path, page, question) of every file of every card."""
    for page, form in itertools.product(PAGES, ("csv", "json", "parquet", "xlsx", "meta.json")):
        for card in page.cards:
            first = card is page.cards[0]
            yield f"/{page.slug}.{form}" if first else f"/{page.slug}/{card.name}.{form}", page.slug, card.question


def kinds():
    """(method, path) -> gate of everything that the tables above know."""
    found = {
        ("GET", path): "ask"
        for path in ("/", *(f"/{slug}" for slug in OPENS), *(path for path, _, _ in files_of()), "/cases/{number}")
    }
    found |= {("GET", f"/api/v1/{name}{form}"): "ask" for name in QUESTIONS for form in ("", ".csv", ".parquet")}
    found |= {("GET", path): "open" for path in OPEN - {"/api/openapi.json"}} | {
        ("GET", path): "session" for path in (*SIGN_IN, "/me/tokens")
    }
    found |= {("HEAD", path): gate for (_, path), gate in found.items()}
    found |= {(method, "/api/openapi.json"): None for method in ("GET", "HEAD")}
    found |= {("POST", path): "act" for path in ACTS} | {
        ("POST", path): "session" for path in (*ANYBODY_SENDS, "/case", "/cases/open", "/policy/view-as")
    }
    found |= {("POST", path): "receive" for path in RECEIVERS}
    found |= {(method, DIRECTORY): "receive" for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")}
    return found | {("POST", "/assurance/search"): "ask"}


def strangers(app):
    """Routes whose method, path and gate are not those of the tables."""
    known = kinds()
    return [(method, path, gate) for method, path, gate in routes_of(app) if known.get((method, path), "none") != gate]


def test_every_route_is_known_by_method_path_and_gate(site):
    assert strangers(site.app) == []
    assert set(kinds()) == {(method, path) for method, path, _ in routes_of(site.app)}


def test_a_new_route_is_found_with_a_gate_and_without(home):
    site = Site(home)

    @site.app.get("/planted")
    def planted() -> dict[str, str]:
        return {}

    routes.add(site.app, site.app.state.site, "/planted-too", lambda *_: Response(), gate="ask")
    routes.add(site.app, site.app.state.site, "/planted-form", lambda *_: Response(), gate="act", post=True)
    site.app.mount("/planted-app", site.app)
    assert {path for _, path, _ in strangers(site.app)} == {"/planted", "/planted-too", "/planted-form", "/planted-app"}


def test_every_page_and_hat_is_in_the_table():
    assert set(OPENS) == set(BY_SLUG)
    assert {hat.role for hats in HATS.values() for hat in hats} <= {hat_of(name)[0] for name in HAT_NAMES} == set(ROLES)


@pytest.mark.parametrize("name", HAT_NAMES)
def test_a_page_and_its_files_exist_for_their_hats_alone(clients, name):
    client, absent = clients[name], clients[name].get("/nothing-here").content
    for slug, hats in OPENS.items():
        answer = client.get(f"/{slug}")
        assert answer.status_code == (200 if name in hats else 404), slug
        assert name in hats or answer.content == absent, slug
    place = HAT_NAMES.index(name)
    for number, (path, slug, question) in enumerate(files_of()):
        granted = name in OPENS[slug] and may_ask(question, name)
        if (
            not granted or number % len(HAT_NAMES) == place
        ):  # what is granted is held by the tests of pages: a few of it suffice
            assert client.head(path).status_code == (200 if granted else 404), path


@pytest.mark.parametrize("name", HAT_NAMES)
def test_a_question_is_answered_to_its_hats_alone(clients, name):
    absent = clients[name].get("/api/v1/nothing_here").content
    for question, form in itertools.product(QUESTIONS, ("", ".csv", ".parquet")):
        granted = may_ask(question, name)
        if not (granted and form):
            answer = clients[name].get(f"/api/v1/{question}{form}")
            assert answer.status_code == (200 if granted else 404), question
            assert granted or answer.content == absent, question


def test_nobody_is_the_local_operator_who_sees_no_person(clients):
    for question, spec in QUESTIONS.items():
        wanted = 401 if spec.level in (PERSON, BY_POLICY) else 200 if may_ask(question, "administrator") else 404
        assert clients[NOBODY].get(f"/api/v1/{question}").status_code == wanted, question
    for path, hats in ACTS.items():
        assert hats
        assert (
            clients[NOBODY].post(path.format(number=1), data=FIELDS.get(path, {}), headers=SAME_ORIGIN).status_code
            == 404
        ), path


@pytest.mark.parametrize("path", list(ACTS))
def test_a_form_is_refused_from_every_hat_that_may_not_send_it(clients, path):
    for name in HAT_NAMES:
        if name not in ACTS[path]:
            where = path.format(number=1)
            answer = clients[name].post(where, data=WRITES.get(where, {}), headers=SAME_ORIGIN)
            assert answer.status_code == 404, name
            assert answer.content == clients[name].get("/nothing-here").content, name


@pytest.mark.parametrize(
    "path", [path for path in ACTS if path not in ("/team/appraisal", "/case", "/cases/open") and "{" not in path]
)
def test_a_form_is_taken_seriously_from_a_hat_that_may_send_it(clients, path):
    """Its fields are read: a wrong one is named (400), or the form leads on; only what asks for one absent thing answers 404."""
    for name in ACTS[path]:
        status = clients[name].post(path, data=FIELDS.get(path, {}), headers=SAME_ORIGIN).status_code
        one_thing = path in (
            "/me/token/revoke",
            "/licences/decide",
            "/policy/approve",
            "/policy/refuse",
            "/policy/notify",
            "/policy/lockdown",
            "/board",
            "/team/offer",
        )
        assert status in ((400, 404) if one_thing else (200, 303, 400)), name


@pytest.mark.parametrize(("path", "hats"), OTHERS.items())
def test_pages_beside_the_list_exist_for_their_hats_alone(clients, path, hats):
    for name in HAT_NAMES:
        status = clients[name].get(path.format(number=1)).status_code
        assert status == (200 if name in hats and "{" not in path else 404), name


# commands and mail


def commands(app=cli.app, before=()):
    for name in app:
        if not name.startswith("-"):
            below = app[name]
            inner = [one for one in below if not one.startswith("-")]
            yield from commands(below, (*before, name)) if inner else [" ".join((*before, name))]


def test_every_command_has_a_named_gate():
    assert set(commands()) == set(COMMANDS)
    assert {name for name, gate in COMMANDS.items() if gate == "a role"} == set(WORDS)


@pytest.fixture(scope="module")
def bare_home(home, tmp_path_factory):
    """A real home, no demo, in which nobody was granted a role."""
    bare = tmp_path_factory.mktemp("bare") / "home"
    shutil.copytree(home, bare)
    (bare / "DEMO").unlink()
    (bare / "settings.toml").write_text("[operator]\nroles = []\n")
    return bare


@pytest.mark.parametrize("command", list(WORDS))
def test_a_command_of_a_role_is_refused_without_it(bare_home, tmp_path, command):
    (tmp_path / "policy.toml").write_text('profile = "team-first"\n')
    words = [str(tmp_path / word) if word.endswith((".zip", ".toml")) else word for word in WORDS[command]]
    done = run(bare_home, *command.split(), *words)
    assert done.code == EXIT_NOT_PERMITTED, done
    assert not (tmp_path / "pack.zip").exists()


@pytest.mark.parametrize("who", [None, *ROLES, "000001", "nobody at all"])
def test_without_a_granted_role_the_command_line_answers_nothing(bare_home, who):
    for question, purpose in zip(QUESTIONS, itertools.cycle(("self", "support", "assurance")), strict=False):
        said = ("--as", who) if who else ()
        done = run(bare_home, "ask", question, *said, "--purpose", purpose, "--case", "C-1", "--json")
        assert done.code == EXIT_NOT_PERMITTED, (question, done)
        assert set(json.loads(done.out)) == {"error", "exit_code"} or done.out.strip()[:1] != "["


def imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        yield from (name.split(".")[0] for name in names)


def test_only_alerts_send_mail():
    """They tell operators of the service and of nobody (tests/alerts). Another module that could send mail needs a gate, and a row here."""
    source = ROOT / "src" / "uptake"
    found = {
        (str(file.relative_to(source)), name)
        for file in source.rglob("*.py")
        for name in imported(file)
        if name in MAIL
    }
    assert found == {("fetch/mail.py", "smtplib"), ("fetch/mail.py", "email")}
