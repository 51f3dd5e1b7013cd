"""The real clients, a model API of ours, and a real server: does what we count equal what they say? `make clients-test`.

Each client is installed with npm, asks three prompts, and sends its telemetry by the settings of our how-to pages. Prints one table; exit 1 if
a client's own total, what the model served, and our day rows differ, or if any text of a prompt is found in the home afterwards.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile
from types import ModuleType

from tests.clients import claude_code, codex, gemini_cli
from tests.clients.install import VERSIONS, installed
from tests.clients.ours import COLUMNS, Home
from tests.clients.place import DidNotRunError, Place
from tests.clients.script import CANARY, PROMPTS, Model
from tests.clients.stub import served

CLIENTS = (claude_code, codex, gemini_cli)
TITLES = ("client", "version", "measure", "client's own", "model's", "ours", "")
Row = tuple[str, ...]


def _served(client: ModuleType, model: Model) -> dict[str, float]:
    """What the model knows of it; lines and commits follow from what it had done."""
    tokens = model.tokens
    found: dict[str, float] = {
        "sessions": sum(not prompt.goes_on for prompt in PROMPTS),
        "prompts": len(PROMPTS),
        "requests": len(model.served),
        "tokens_in": tokens.new,
        "tokens_out": tokens.out + tokens.thought,
        "tokens_cache_read": tokens.cached,
        "accepts": model.acts,
        "accepts by a person": 0,
    }
    return {**found, **client.known(tokens)}


def _compared(
    client: ModuleType, version: str, own: dict[str, float], model: Model, ours: dict[str, float]
) -> list[Row]:
    known = _served(client, model)
    rows = []
    for name in COLUMNS:
        said = [side.get(name) for side in (own, known, ours)]
        told = {value for value in said if value is not None}
        if not told:
            continue
        held = len(told) == 1 and said[2] is not None
        cells = ["" if value is None else f"{value:.6f}".rstrip("0").rstrip(".") for value in said]
        rows.append((client.BINARY, version, name, *cells, "" if held else "DIFFERS"))
    return rows


def _run(
    client: ModuleType, version: str, home: Home, server: str, folder: pathlib.Path
) -> tuple[dict[str, float], Model]:
    model, place = Model(), list[Place]()
    with served(client.vendor(model, place)) as address:
        binary = installed(client.PACKAGE, version) / client.BINARY
        place.append(Place(binary, folder / f"{CANARY}-{client.BINARY}", server, home.key, address).made())
        return client.run(place[0]), model


def _all(folder: pathlib.Path, wanted: list[ModuleType], versions: dict[str, str]) -> tuple[list[Row], list[str]]:
    home, ran, wrong = Home(folder / "uptake-home"), [], []
    with home.served() as server:
        for client in wanted:
            sys.stderr.write(f"{client.PACKAGE} {versions[client.PACKAGE]} ...\n")
            try:
                ran.append((client, *_run(client, versions[client.PACKAGE], home, server, folder)))
            except (DidNotRunError, subprocess.SubprocessError) as error:
                wrong.append(f"{client.BINARY} did not run: {error}")
    before = home.holding(CANARY) + home.holding(home.key)
    report = home.drained()
    rows = [
        row
        for client, own, model in ran
        for row in _compared(client, versions[client.PACKAGE], own, model, home.days(client.TOOL))
    ]
    counts = {name: report[name] for name in ("records_in", "loaded", "duplicate", "ignored", "quarantined")}
    sys.stderr.write(f"records: {counts}; failed calls: {sum(model.failed for *_, model in ran)}\n")
    wrong += [f"{row[0]}: {row[2]} differs" for row in rows if row[-1]]
    wrong += [f"{report['quarantined']} records set aside"] * bool(report["quarantined"])
    after = home.holding(CANARY) + home.holding(home.key)
    wrong += [f"a text of a prompt, or the key, is in {name}" for name in before + after]
    wrong += [f"a day row of another account: {found}" for found in home.strangers()]
    return rows, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="clients whose name begins with this")
    parser.add_argument("--version", action="append", default=[], help="another version, as @openai/codex=0.169.0")
    parser.add_argument("--keep", type=pathlib.Path, help="an empty folder to run in, which stays")
    asked = parser.parse_args()
    wanted = [client for client in CLIENTS if client.BINARY.startswith(asked.only)]
    versions = {**VERSIONS, **dict(pair.split("=") for pair in asked.version)}
    with tempfile.TemporaryDirectory(prefix="uptake-clients-") as folder:
        rows, wrong = _all(asked.keep or pathlib.Path(folder), wanted, versions)
    lines = [TITLES, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(TITLES))]
    for line in lines:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
    sys.stdout.write("".join(f"WRONG: {text}\n" for text in wrong) or "all equal; no text of a prompt found\n")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
