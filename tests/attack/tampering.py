"""A log with heads, and the ways in which somebody with the file changes it: all of them leave a chain that looks whole where they can."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
import random
import sqlite3

from uptake.jobs import State
from uptake.settings import read_settings
from uptake.state import audit

WAYS = ("edit", "delete", "swap", "truncate", "rewrite", "subject", "chain", "add", "rehash")
HEAD_EVERY = 10
EVENT = {
    "action": "ask",
    "actor": "session:a",
    "case_id": "",
    "columns": ["person_id", "team"],
    "question": "not_using",
    "role": "manager",
}
BEGUN = dt.datetime(2026, 11, 24, 9)


def home(folder: pathlib.Path, records: int) -> pathlib.Path:
    """A home with this many records, some of them of many people, and a head every ten."""
    folder.mkdir(parents=True)
    state, draw = State.of(read_settings(folder)), random.Random(11)
    for number in range(records):
        people = [f"p{one}" for one in draw.sample(range(500), draw.choice([0, 1, 3, 60]))]
        time = BEGUN + dt.timedelta(minutes=number)
        with state.writing() as connection:
            audit.append(connection, state, {**EVENT, "rows": number, "time": time.isoformat() + "Z"}, people)
        if (number + 1) % HEAD_EVERY == 0:
            state.keep_head(time)
    heads = [
        one
        for one in (folder / "heads" / "heads.jsonl").read_text().splitlines()
        if json.loads(one)["count"] % HEAD_EVERY == 0
    ]
    (folder / "heads" / "heads.jsonl").write_text("\n".join(heads) + "\n")
    with sqlite3.connect(folder / "state.db") as connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger {name}")
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    state.engine.dispose()
    return folder


def tampered(folder: pathlib.Path, way: str, seed: int) -> int:
    """Change the log of a home in one way; answers the number of the first record that is touched."""
    draw = random.Random(f"{way} {seed}")
    connection = sqlite3.connect(folder / "state.db")
    try:
        last = int(connection.execute("select max(seq) from audit").fetchone()[0])
        number = _DONE[way](connection, draw, last)
        connection.commit()
    finally:
        connection.close()
    return number


def _edit(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """Another character somewhere in a record, a hash, or the hash before it."""
    number, column = draw.randint(1, last), draw.choice(["record", "record", "hash", "previous"])
    text = str(connection.execute(f"select {column} from audit where seq = ?", (number,)).fetchone()[0])
    place = draw.randrange(len(text))
    text = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
    connection.execute(f"update audit set {column} = ? where seq = ?", (text, number))
    return number


def _rehash(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """A record is changed with its own hash, and nothing behind it: the one after it does not follow."""
    number = draw.randint(1, last - 1)
    text, before = connection.execute("select record, previous from audit where seq = ?", (number,)).fetchone()
    text = str(text).replace("manager", "executive")
    connection.execute(
        "update audit set record = ?, hash = ? where seq = ?", (text, audit.chained(before, text), number)
    )
    return number + 1


def _delete(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    number = draw.randint(1, last - 1)
    connection.execute("delete from audit where seq = ?", (number,))
    return number


def _swap(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """Two records change places, each with its own hashes."""
    one, other = sorted(draw.sample(range(1, last + 1), 2))
    rows = {
        row[0]: row[1:]
        for row in connection.execute("select seq, record, previous, hash from audit where seq in (?, ?)", (one, other))
    }
    for number, row in ((one, rows[other]), (other, rows[one])):
        connection.execute("update audit set record = ?, previous = ?, hash = ? where seq = ?", (*row, number))
    return one


def _truncate(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """The end is cut off, so far that a head lies behind it."""
    number = draw.randint(1, last - HEAD_EVERY)
    connection.execute("delete from audit where seq > ?", (number,))
    connection.execute("delete from audit_subjects where seq > ?", (number,))
    return number


def _again(connection: sqlite3.Connection, begin: int) -> None:
    """Make the chain anew from a record on."""
    row = connection.execute("select hash from audit where seq < ? order by seq desc limit 1", (begin,)).fetchone()
    previous = str(row[0]) if row else audit.START
    for number, text in connection.execute(
        "select seq, record from audit where seq >= ? order by seq", (begin,)
    ).fetchall():
        made = audit.chained(previous, text)
        connection.execute("update audit set previous = ?, hash = ? where seq = ?", (previous, made, number))
        previous = made


def _rewrite(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """A record is changed, and all hashes behind it made anew: the chain is whole."""
    number = draw.randint(1, last - HEAD_EVERY)
    text = str(connection.execute("select record from audit where seq = ?", (number,)).fetchone()[0])
    connection.execute("update audit set record = ? where seq = ?", (text.replace("manager", "executive"), number))
    _again(connection, number)
    return number


def _chain(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """A record goes; those behind it are numbered and hashed anew."""
    number = draw.randint(1, last - HEAD_EVERY)
    for table in ("audit", "audit_subjects"):
        connection.execute(f"delete from {table} where seq = ?", (number,))
    for seq, text in connection.execute(
        "select seq, record from audit where seq > ? order by seq", (number,)
    ).fetchall():
        moved = str(text).replace(f'"seq":{seq},', f'"seq":{seq - 1},')
        connection.execute("update audit set seq = ?, record = ? where seq = ?", (seq - 1, moved, seq))
        connection.execute("update audit_subjects set seq = ? where seq = ?", (seq - 1, seq))
    _again(connection, number)
    return number


def _add(connection: sqlite3.Connection, draw: random.Random, last: int) -> int:
    """Somebody's list gets a record that never was, at the end or where one is."""
    number = draw.choice([last + 1, draw.randint(1, last)])
    connection.execute(
        "insert into audit_subjects (seq, subject) values (?, ?)", (number, f"{draw.getrandbits(128):032x}")
    )
    return number


def _subject(connection: sqlite3.Connection, draw: random.Random, _last: int) -> int:
    """A person is taken out of the list beside a record, or becomes another one."""
    number, who = draw.choice(
        connection.execute("select seq, subject from audit_subjects order by seq, subject").fetchall()
    )
    if draw.random() < 0.5:
        connection.execute("delete from audit_subjects where seq = ? and subject = ?", (number, who))
    else:
        connection.execute(
            "update audit_subjects set subject = ? where seq = ? and subject = ?", ("f" * 32, number, who)
        )
    return int(number)


_DONE = {
    "edit": _edit, "delete": _delete, "swap": _swap, "truncate": _truncate,
    "rewrite": _rewrite, "subject": _subject, "chain": _chain, "add": _add, "rehash": _rehash,
}  # fmt: skip
