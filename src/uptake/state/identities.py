"""Names of one human. A subject of the identity provider may be a person today and an officer tomorrow; it stays one human to a second person."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from uptake.state.tables import IDENTITIES

OF_THE_SYSTEM = "os:"
"""How the identity of a user of the operating system begins; all others come from a sign-in."""


def note(connection: Connection, subject: str, identity: str) -> None:
    """Remember under which identity a subject signed in, inside a write transaction that is open."""
    held = select(IDENTITIES.c.identity).where(IDENTITIES.c.subject == subject, IDENTITIES.c.identity == identity)
    if connection.execute(held).first() is None:
        connection.execute(insert(IDENTITIES).values(subject=subject, identity=identity))


def two_people(connection: Connection, maker: str, checker: str) -> bool:
    """Whether two identities are known to be two humans.

    A user of the system and a sign-in are proven in two ways that nothing joins: whoever has both would be two people.
    """
    return maker not in of(connection, checker) and of_the_system(maker) == of_the_system(checker)


def of_the_system(identity: str) -> bool:
    """Whether somebody acts at the command line, as the operating system knows them."""
    return identity.startswith(OF_THE_SYSTEM)


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
