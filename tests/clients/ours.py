"""Our side: `uptake serve` of a new home, its drain, and the day rows; and where in the home a text is found."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import duckdb

from tests.clients.place import WHO

COLUMNS = {
    "sessions": "sessions", "prompts": "prompts", "requests": "requests", "tokens_in": "tokens_in", "tokens_out": "tokens_out",
    "tokens_cache_read": "tokens_cache_read", "tokens_cache_write": "tokens_cache_write", "cost_est_usd": "cost_est_usd",
    "accepts": "accept_user + accept_auto + accept_unsplit", "accepts by a person": "accept_user", "rejects by a person": "reject_user", "lines_added": "lines_agent_added",
    "lines_deleted": "lines_agent_deleted", "commits": "commits",
}  # fmt: skip


def _uptake(*words: str) -> list[str]:
    return [sys.executable, "-m", "uptake", *words]


def _said(*words: str) -> Any:
    done = subprocess.run(_uptake(*words), check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


class Home:
    """A home with one sender, and what its server wrote to stderr."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        made = _said("token", "sender", WHO, "--json")
        self.key = str(made["key"])
        folder.mkdir()
        (folder / "settings.toml").write_text(f'[telemetry]\nsenders = {{ "{made["sha256"]}" = "{WHO}" }}\n')

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """The address of `uptake serve`, for a while; its log is beside the home."""
        command = _uptake("serve", "--home", str(self.folder), "--port", "0")
        with (
            self.log.open("a") as log,
            subprocess.Popen(command, stdout=log, stderr=subprocess.PIPE, text=True) as server,
        ):
            assert server.stderr is not None
            first = server.stderr.readline()
            reader = threading.Thread(target=lambda: log.writelines(server.stderr or ()))
            reader.start()
            try:
                yield re.search(r"http://127\.0\.0\.1:\d+", first)[0]  # type: ignore[index]
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(30)
                reader.join()

    @property
    def log(self) -> pathlib.Path:
        return self.folder.parent / "server.log"

    @property
    def warehouse(self) -> pathlib.Path:
        return self.folder / "warehouse" / "warehouse.duckdb"

    def drained(self) -> dict[str, Any]:
        """What the load of the spool reports."""
        return dict(_said("ingest", "otlp", "--home", str(self.folder), "--json", "--quiet"))

    def _asked(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def days(self, tool: str) -> dict[str, float]:
        """The sums over the day rows of a tool (two, when midnight passes)."""
        if not self.warehouse.exists():
            return {}
        sums = ", ".join(f"sum({what})" for what in COLUMNS.values())
        row = self._asked(f"select {sums} from usage where source = 'otlp' and tool = '{tool}' and account = '{WHO}'")[
            0
        ]
        return {name: float(value) for name, value in zip(COLUMNS, row, strict=True) if value is not None}

    def strangers(self) -> list[tuple[Any, ...]]:
        """Day rows of anybody but the sender."""
        if not self.warehouse.exists():
            return []
        return self._asked(f"select tool, account from usage where account <> '{WHO}'")

    def holding(self, *texts: str) -> list[str]:
        """Files and tables in which a text is found; tables too, since the engine packs what it stores."""
        files = [self.log, *(path for path in self.folder.rglob("*") if path.is_file())]
        whole = {path.name: path.read_bytes().lower() for path in files}
        found = [name for name, held in whole.items() if any(text.lower().encode() in held for text in texts)]
        if not self.warehouse.exists():
            return found
        for (table,) in self._asked("select table_name from information_schema.tables"):
            rows = self._asked(f'select lower(t::varchar) from "{table}" as t')
            found += [f"table {table}"] * any(text.lower() in row for (row,) in rows for text in texts)
        return found
