"""A PostgreSQL server for the tests: from Debian's package, in a folder of its own, on loopback, as an unprivileged user."""

from __future__ import annotations

import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

import psycopg

PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
ABSENT = "no postgresql of Debian here: the state store is tried on SQLite alone"
IN_URL = "of%20the%20tests"
FIRST_WITH_LANGUAGES = 150000


class Server:
    """A server that runs; `url` is its database `postgres`."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.bin, self.port, self._made = folder, PROGRAMS[-1], 0, ""
        self.user = _unprivileged()
        password = folder / "password"
        password.write_text("of the tests\n")
        if self.user is not None:
            shutil.chown(folder, self.user)
            shutil.chown(password, self.user)
        made = [
            "-D",
            folder / "data",
            "-U",
            "tester",
            "-E",
            "UTF8",
            "--no-locale",
            "-A",
            "scram-sha-256",
            "--pwfile",
            password,
        ]
        self._run("initdb", *made)
        self._listen()

    def _listen(self) -> None:
        """Start on a port that is free; somebody else may take it in between, so more than once."""
        for left in (2, 1, 0):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            try:
                self.start()
            except AssertionError:
                if not left:
                    raise
            else:
                return

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run(
            "pg_ctl", "-D", self.folder / "data", "-w", "-t", "60", "-l", self.folder / "log", "-o", options, "start"
        )

    def stop(self) -> None:
        """As a power cut would: nothing is written that is not on disk."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://tester:{IN_URL}@127.0.0.1:{self.port}/{database}"

    def database(self, name: str) -> str:
        """The URL of a new database. It sorts text as a language does: whoever relied on the order of bytes would be found out."""
        sorting = " template template0 locale_provider icu icu_locale 'en-US'"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            by_language = connection.info.server_version >= FIRST_WITH_LANGUAGES
            connection.execute(f"create database {name}{sorting if by_language else ''}")
        return self.url(name)

    def emptied(self) -> str:
        """The URL of one database, with nothing in it and nobody on it: a new one a test would be 900 files each."""
        if not self._made:
            self._made = self.database("emptied")
        with psycopg.connect(self._made, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'emptied' and pid <> pg_backend_pid()"
            )
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
        return self._made

    def _run(self, program: str, *words: object) -> None:
        more = {"user": self.user, "group": self.user, "extra_groups": []} if self.user is not None else {}
        done = subprocess.run(
            [str(self.bin / program), *map(str, words)], cwd=self.folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **more,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()


def _unprivileged() -> int | None:
    """The server refuses to run as root: then it is `nobody`."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


@contextlib.contextmanager
def running(folder: pathlib.Path):
    """A server in a folder that its user can reach."""
    server = Server(folder)
    try:
        yield server
    finally:
        with contextlib.suppress(AssertionError):
            server.stop()
        time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)
