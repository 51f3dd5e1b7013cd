"""`uptake policy` and `uptake lockdown`: what holds, what was proposed, and the two people that a change needs."""

from __future__ import annotations

import datetime as dt
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import cyclopts
from cyclopts import Parameter

from uptake.cli import output
from uptake.cli.common import Home, Json, opened
from uptake.errors import EXIT_DONE, WrongUsage

if TYPE_CHECKING:
    from uptake.cli.common import Operator

policy = cyclopts.App(name="policy", help="What holds, and changes of it by two people.")

As = Annotated[
    str | None,
    Parameter(name="--as", help="The role in which you act: administrator or compliance, as granted to you."),
]
Number = Annotated[int, Parameter(help="Number of the change, as `uptake policy show` lists it.")]


@policy.command
def show(*, home: Home = None, as_json: Json = False) -> int:
    """Show the policy in force, the legal entities in which people may be named, and every change."""
    from uptake import jobs
    from uptake.reads import policies

    settings, state = opened(home)
    today = jobs.utc_now().date()
    held = jobs.policy_of(settings, state, today)
    with state.reading() as connection:
        listed = [
            policies.summary(one, document, today, policies.notified(state, connection, str(one.id)))
            for one, document in policies.documents(connection)
        ]
    found = {"version": held.version, "state": "in force", "policy": held.canonical(), "changes": listed}
    lines = [f"version {held.version}", *(f"  {name}: {_in_words(value)}" for name, value in held.canonical().items())]
    lines += [
        f"change {row['id']}: {row['state']}, by {row['maker']}{_checked(row)}: {row['reason']}" for row in listed
    ]
    output.answer(found, as_json=as_json, text="\n".join(lines))
    return EXIT_DONE


@policy.command
def diff(number: Annotated[int | None, Parameter(help="A change; default: the newest.")] = None, /, *, home: Home = None, as_json: Json = False) -> int:  # fmt: skip
    """Show what a change would alter, against the newest approved one before it."""
    from uptake.reads import policies

    _, state = opened(home)
    with state.reading() as connection:
        one, rows = policies.difference(connection, number)
    found = {
        "version": one.body_sha256, "state": one.state, "change": one.id,
        "differences": [{"key": key, "before": before, "after": after} for key, before, after in rows],
    }  # fmt: skip
    text = "\n".join(
        [f"change {one.id}, {one.state}", *(f"  {key}: {before} -> {after}" for key, before, after in rows)]
    )
    output.answer(found, as_json=as_json, text=text)
    return EXIT_DONE


@policy.command
def propose(
    file: Annotated[Path, Parameter(help="TOML with the keys of a policy; what it leaves out stands at its default.")], /, *,
    reason: Annotated[str, Parameter(help="Why, in a sentence; the second person reads it.")],
    as_role: As = None, home: Home = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Propose a policy. Nothing changes until a second person approves it, and people who may be named were told."""
    from uptake.acts import policies

    who = _operator(home, as_role, ("administrator", "compliance"))
    made = policies.propose(who.state, who.version, who.role, _read(file), reason, who.act("policy propose"))
    return _said(
        made.id,
        made.body_sha256,
        made.state,
        "a second person decides within 7 days: uptake policy approve",
        as_json=as_json,
    )


@policy.command
def approve(number: Number, /, *, as_role: As = None, home: Home = None, as_json: Json = False) -> int:
    """Approve a change that somebody else proposed."""
    return _decide(number, as_role, home, as_json=as_json, yes=True)


@policy.command
def refuse(number: Number, /, *, as_role: As = None, home: Home = None, as_json: Json = False) -> int:
    """Refuse a change that somebody else proposed."""
    return _decide(number, as_role, home, as_json=as_json, yes=False)


def _decide(number: int, as_role: str | None, home: Path | None, *, as_json: bool, yes: bool) -> int:
    from uptake.acts import policies

    who = _operator(home, as_role, ("compliance",))
    made = policies.decide(who.state, who.version, who.role, number, who.act("policy decide"), approve=yes)
    following = (
        f"holds from {made.effective_on}; tell the people it names: uptake policy notify {number}"
        if yes
        else "nothing changes"
    )
    return _said(made.id, made.body_sha256, made.state, following, as_json=as_json)


@policy.command
def notify(
    number: Number, /, *,
    receipts: Annotated[Path | None, Parameter(help="CSV of your mail system: person_id,delivered_on. Without it the notice stands on each person's own page.")] = None,
    as_role: As = None, home: Home = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Tell the people whom an approved change names; ten business days later it may name them."""
    from uptake.acts import policies

    who = _operator(home, as_role, ("administrator", "compliance"))
    told = policies.notify(who.state, who.version, who.role, number, who.act("policy notify"), _receipts(receipts))
    text = "\n".join(f"{entity}: {people} people told" for entity, people in told.items()) or "the change names nobody"
    output.answer({"version": str(number), "state": "told", "told": told}, as_json=as_json, text=text)
    return EXIT_DONE


@policy.command
def dpia(
    file: Annotated[Path, Parameter(help="TOML of the policy that you mean to propose; a hash of 64 zeros stands for an assessment that is still to be made.")], /, *,
    home: Home = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Print a draft of the impact assessment (Markdown) of a policy and of what runs here. It stores nothing."""
    from uptake import jobs
    from uptake.policy.assessment import Running, draft
    from uptake.policy.proposals import Document

    document = Document.read(_read(file))
    settings, state = opened(home)
    today = jobs.utc_now().date()
    held = jobs.policy_of(settings, state, today)
    text = draft(document, Running(*jobs.running(settings, state), held), today)
    output.answer({"version": document.sha256, "state": "draft", "markdown": text}, as_json=as_json, text=text)
    return EXIT_DONE


def lockdown(
    value: Annotated[str, Parameter(help="on or off.")], /, *, as_role: As = None, home: Home = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Stop every view of people (on), from the next request; everybody keeps their own page, contest and export."""
    from uptake.acts import policies

    if value not in ("on", "off"):
        raise WrongUsage("lockdown is on or off", next_step="uptake lockdown on")
    who = _operator(home, as_role, ("administrator", "compliance") if value == "on" else ("compliance",))
    policies.lock(who.state, who.version, who.role, value, who.act("lockdown"))
    output.answer({"version": who.version, "state": value}, as_json=as_json, text=f"lockdown is {value}")
    return EXIT_DONE


def _said(number: int, version: str, state: str, following: str, *, as_json: bool) -> int:
    found = {"version": version, "state": state, "change": number}
    output.answer(found, as_json=as_json, text=f"change {number} is {state}: {following}")
    return EXIT_DONE


def _operator(home: Path | None, role: str | None, roles: tuple[str, ...]) -> Operator:
    """Who acts: in the role that is named, else the first of these that is granted."""
    from uptake.cli.common import operator

    return operator(home, role, roles)


def _in_words(value: object) -> str:
    """A term of the policy as people write it, not as Python does."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {text}" for name, text in value.items()) or "none"
    if isinstance(value, list | tuple):
        pairs = (" = ".join(map(_in_words, one)) if isinstance(one, list | tuple) else _in_words(one) for one in value)
        return ", ".join(pairs) or "none"
    return str(value) if value not in (None, "") else "none"


def _checked(row: dict[str, Any]) -> str:
    return f", decided by {row['checker']}" if row["checker"] else ""


def _read(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "/dev/stdin" else file.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except OSError as error:
        raise WrongUsage(
            "The policy file cannot be read", why=error.strerror or "", next_step="Give a TOML file"
        ) from None
    except (ValueError, RecursionError):  # not UTF-8, no TOML, or nested beyond reason
        raise WrongUsage("The policy file is no TOML", next_step="Mend the file; see how to change policy") from None


_RECEIPTS = "Give CSV in UTF-8: person_id,delivered_on (ISO day)"


def _receipts(file: Path | None) -> dict[str, dt.date] | None:
    if file is None:
        return None
    import csv

    try:
        with file.open(newline="", encoding="utf-8") as lines:
            return {row["person_id"]: dt.date.fromisoformat(row["delivered_on"]) for row in csv.DictReader(lines)}
    except OSError as error:
        raise WrongUsage("The receipts cannot be read", why=error.strerror or "", next_step=_RECEIPTS) from None
    except (KeyError, ValueError, TypeError, csv.Error):
        raise WrongUsage(
            "The receipts cannot be used", why="a line or a column is not as it must be", next_step=_RECEIPTS
        ) from None
