"""`uptake token`: keys of the API for programs, each for one role and one purpose, with an end; and ending somebody's sessions."""

from __future__ import annotations

import re
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from uptake.cli import output
from uptake.cli.common import Home, Json, opened, operator
from uptake.errors import EXIT_CHECK_FAILED, EXIT_DONE, NotPermitted, WrongUsage
from uptake.model.folding import folded_name

_ADDRESS = re.compile(r"[^\s@/\\\"<>,;\x00-\x1f\x7f]+@[^\s@/\\\"<>,;\x00-\x1f\x7f]+")
token = cyclopts.App(name="token", help="API tokens: one role, one purpose, an end.")


@token.command
def new(
    *,
    role: Annotated[
        str, Parameter(help="A role that settings grant to the local operator, or in a demo home one of a person.")
    ],
    purpose: Annotated[str | None, Parameter(help="Why rows are read.")] = None,
    person: Annotated[
        str | None,
        Parameter(help="Whose token it is; in a demo home only: elsewhere people make their own on My data."),
    ] = None,
    case: Annotated[str | None, Parameter(help="Case id, where the role needs one.")] = None,
    days: Annotated[int, Parameter(help="How long it lives, at most 90.")] = 30,
    label: Annotated[str, Parameter(help="What it is for.")] = "command line",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Make a token and print it once; the store keeps a hash of it."""
    from uptake.acts import sessions
    from uptake.reads import viewers

    settings = opened(home)[0]
    if person is not None and not settings.demo:
        raise NotPermitted("not permitted", next_step="A person makes their own token on the page My data")
    if role in viewers.OF_A_PERSON and person is None:
        raise WrongUsage(
            f"A token for `{role}` is one of a person", next_step="Say whose with --person, in a demo home"
        )
    who = operator(home, None if person else role, ("administrator", "compliance") if person else (role,))
    if person is not None:
        viewers.signed_in(who.state, person, role, purpose, case)
    act = who.act("token new")
    identity = f"person:{person}" if person else who.identity
    ends = sessions.token_end(act, days)
    wanted = sessions.Token(0, label, identity, person, role, purpose, case, who.identity, act.time, ends, None)
    number, secret = sessions.new_token(who.state, who.version, wanted, days, act)
    found = {"id": number, "token": secret, "expires_at": ends}
    output.answer(found, as_json=as_json, text=secret)
    return EXIT_DONE


@token.command
def sender(
    account: Annotated[
        str, Parameter(help="Whose telemetry it may send, as an e-mail address; empty for a collector of many people.")
    ] = "",
    /,
    *,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Make the key of a telemetry sender and print it once, with the line for the settings of the home; it opens nothing else."""
    import hashlib
    import secrets

    from uptake.settings import read_settings

    settings = read_settings(home)
    account = folded_name(account)
    if account and not _ADDRESS.fullmatch(account):
        raise WrongUsage(
            "The account is no e-mail address",
            why="what is sent with the key counts for the person who has that address",
            next_step="Give it as ana@example.com, or leave it out for a collector of many people",
        )
    key = "uptake_send_" + secrets.token_urlsafe(32)
    digest = hashlib.sha256(key.encode()).hexdigest()
    line = f'senders = {{ "{digest}" = "{account}" }}'
    text = f"{key}\n\nIn {settings.home / 'settings.toml'}, then start `uptake serve` again:\n\n[telemetry]\n{line}"
    output.answer({"key": key, "sha256": digest, "account": account}, as_json=as_json, text=text)
    return EXIT_DONE


@token.command(name="list")
def list_(*, home: Home = None, as_json: Json = False) -> int:
    """List tokens without their secrets."""
    from uptake.reads import sessions

    who = operator(home, None, ("administrator", "compliance"))
    columns = ("id", "label", "role", "purpose", "made_by", "made_at", "expires_at", "revoked_at")
    rows = [{name: getattr(one, name) for name in columns} for one in sessions.token_list(who.state, None)]
    lines = ["  ".join(str(row[name] or "-") for name in columns) for row in rows]
    output.answer({"tokens": rows}, as_json=as_json, text="\n".join(["  ".join(columns), *lines]))
    return EXIT_DONE


@token.command
def revoke(
    number: Annotated[int, Parameter(help="Number of the token.")], /, *, home: Home = None, as_json: Json = False
) -> int:
    """End a token, from the next request on."""
    from uptake.acts import sessions

    who = operator(home, None, ("administrator", "compliance"))
    sessions.revoke_token(who.state, who.version, who.role, number, who.act("token revoke"))
    output.answer({"id": number, "state": "revoked"}, as_json=as_json, text=f"token {number} is revoked")
    return EXIT_DONE


@token.command(name="end-sessions")
def end_sessions(
    identity: Annotated[str, Parameter(help="Such as person:4711.")], /, *, home: Home = None, as_json: Json = False
) -> int:
    """End every session and every token of somebody, from the next request on; exit 1 if there was none."""
    from uptake.acts import sessions

    who = operator(home, None, ("administrator", "compliance"))
    if not identity.partition(":")[2] or identity.partition(":")[0] not in ("person", "officer", "os", "demo"):
        raise WrongUsage(
            "That is no identity",
            next_step="Give person:ID, or officer:HASH as `uptake policy show` and `uptake token list` write it",
        )
    ended, keys = sessions.revoke_all(who.state, who.version, who.role, identity, who.act("token end-sessions"))
    output.answer(
        {"sessions": ended, "tokens": keys}, as_json=as_json, text=f"{ended} sessions and {keys} tokens ended"
    )
    return EXIT_DONE if ended or keys else EXIT_CHECK_FAILED
