"""Names of one human. A subject of the identity provider may be a person today and an officer tomorrow; it stays one human to a second person."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from uptake.state.tables import IDENTITIES


def note(connection: Connection, subject: str, identity: str) -> None:
    """Remember under which identity a subject signed in, inside a write transaction that is open."""
    held = select(IDENTITIES.c.identity).where(IDENTITIES.c.subject == subject, IDENTITIES.c.identity == identity)
    if connection.execute(held).first() is None:
        connection.execute(insert(IDENTITIES).values(subject=subject, identity=identity))


def of(connection: Connection, identity: str) -> set[str]:
    """Every identity of the human who has this one, itself among them."""
    found, waiting = {identity}, [identity]
    while waiting:
        subjects = select(IDENTITIES.c.subject).where(IDENTITIES.c.identity == waiting.pop())
        more = select(IDENTITIES.c.identity).where(IDENTITIES.c.subject.in_(subjects))
        new = {str(one) for one in connection.execute(more).scalars()} - found
        found |= new
        waiting += sorted(new)
    return found
