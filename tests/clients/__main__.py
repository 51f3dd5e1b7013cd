"""The real clients, a model API of ours, and a real server: does what we count equal what they say? `make clients-test`.

Each client is installed with npm, asks three prompts, and sends its telemetry by the settings of our how-to pages: run by itself, at a
terminal with a person who accepts and refuses, and once more told to send all content that it can. Prints one table; exit 1 if a client's own total, what the model served, and our day rows differ, or if any
text of a prompt is found in a home afterwards.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from types import ModuleType

from tests.clients import claude_code, codex, gemini_cli
from tests.clients.install import VERSIONS, installed
from tests.clients.ours import COLUMNS, Home
from tests.clients.place import DidNotRunError, Place
from tests.clients.script import AT_TERMINAL, CANARY, PROMPTS, Model
from tests.clients.stub import served
from tests.clients.tee import line
from tests.clients.terminal import NotShownError

CLIENTS = (claude_code, codex, gemini_cli)
TITLES = ("client", "version", "measure", "client's own", "model's", "ours", "")
HALF_MICRO = 0.51e-6
Row = tuple[str, ...]


def _served(client: ModuleType, model: Model, *, terminal: bool) -> dict[str, float]:
    """What the model knows of it; lines and commits follow from what it had done."""
    tokens = model.tokens
    found: dict[str, float] = {
        "sessions": len(model.prompts) - sum(prompt.goes_on for prompt in model.prompts),
        "prompts": len(model.prompts),
        "requests": len(model.served),
        "tokens_in": tokens.new,
        "tokens_out": tokens.out + tokens.thought,
        "tokens_cache_read": tokens.cached,
        "accepts": model.acts,
    }
    by_person = client.BY_PERSON if terminal else {"accepts by a person": 0, "rejects by a person": 0}
    return {**found, **client.known(tokens), **by_person}


def _compared(
    name: str, version: str, own: dict[str, float], known: dict[str, float], ours: dict[str, float]
) -> list[Row]:
    rows = []
    for measure in COLUMNS:
        said = [side.get(measure) for side in (own, known, ours)]
        told = [value for value in said if value is not None]
        if not told:
            continue
        # A call's cost comes in whole micro-dollars.
        apart = known["requests"] * HALF_MICRO if measure == "cost_est_usd" else 0
        held = max(told) - min(told) <= apart and said[2] is not None
        cells = ["" if value is None else f"{value:.8f}".rstrip("0").rstrip(".") for value in said]
        rows.append((name, version, measure, *cells, "" if held else "DIFFERS"))
    return rows


@dataclass
class Pass:
    """All clients once, with a home of its own: as our pages say, told to send all content that they can, or at a terminal."""

    folder: pathlib.Path
    versions: dict[str, str]
    loud: bool = False
    terminal: bool = False
    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self, wanted: list[ModuleType]) -> Pass:
        self.folder.mkdir(parents=True)
        home, ran = Home(self.folder / "uptake-home"), []
        with home.served() as server:
            for client in wanted:
                try:
                    ran.append((client, *self._one(client, home, server)))
                except (DidNotRunError, NotShownError, subprocess.SubprocessError) as error:
                    self.wrong.append(f"{client.BINARY} did not run: {error}")
        found = home.holding(CANARY, home.key)
        report = home.drained()
        for client, own, model in ran:
            name = f"{client.BINARY}, terminal" if self.terminal else client.BINARY
            known = _served(client, model, terminal=self.terminal)
            self.rows += _compared(name, self.versions[client.PACKAGE], own, known, home.days(client.TOOL))
        found += home.holding(CANARY, home.key)
        self.wrong += [f"{row[0]}: {row[2]} differs" for row in self.rows if row[-1]]
        self.wrong += [f"{report['quarantined']} records set aside"] * bool(report["quarantined"])
        self.wrong += [f"a text of a prompt, or the key, is in {name}" for name in found]
        self.wrong += [f"a day row of another account: {found}" for found in home.strangers()]
        counts = {name: report[name] for name in ("records_in", "loaded", "duplicate", "ignored", "quarantined")}
        say(f"records {counts}; {len(found)} places with a text of a prompt or the key")
        return self

    def _one(self, client: ModuleType, home: Home, server: str) -> tuple[dict[str, float], Model]:
        model = Model(AT_TERMINAL if self.terminal else PROMPTS)
        places, version = list[Place](), self.versions[client.PACKAGE]
        binary = installed(client.PACKAGE, version) / client.BINARY
        folder = self.folder / f"{CANARY}-{client.BINARY}"
        with served(client.vendor(model, places)) as address, line(server, CANARY) as tee:
            places.append(Place(binary, folder, tee.address, home.key, address, self.loud).made())
            own = client.at_terminal(places[0], model) if self.terminal else client.run(places[0])
        if self.loud and not tee.count:
            self.wrong.append(f"{client.BINARY} sent no text of a prompt although it was told to: nothing is proven")
        say(f"{client.PACKAGE} {version}: {tee.count} texts sent, {model.failed} calls failed and were made again")
        return own, model


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="clients whose name begins with this")
    parser.add_argument("--version", action="append", default=[], help="another version, as @openai/codex=0.169.0")
    parser.add_argument("--keep", type=pathlib.Path, help="an empty folder to run in, which stays")
    asked = parser.parse_args()
    wanted = [client for client in CLIENTS if client.BINARY.startswith(asked.only)]
    versions = {**VERSIONS, **dict(pair.split("=") for pair in asked.version)}
    with tempfile.TemporaryDirectory(prefix="uptake-clients-") as temporary:
        folder = asked.keep or pathlib.Path(temporary)
        say("as the how-to pages say")
        quiet = Pass(folder / "quiet", versions).run(wanted)
        say("at a terminal")
        terminal = Pass(folder / "terminal", versions, terminal=True).run(wanted)
        say("told to send all content")
        loud = Pass(folder / "loud", versions, loud=True).run(wanted)
    lines = [TITLES, *quiet.rows, *terminal.rows]
    widths = [max(len(row[place]) for row in lines) for place in range(len(TITLES))]
    for row in lines:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
    wrong = [
        *quiet.wrong,
        *(f"at a terminal: {text}" for text in terminal.wrong),
        *(f"with content: {text}" for text in loud.wrong),
    ]
    sys.stdout.write(
        "".join(f"WRONG: {text}\n" for text in wrong) or "all equal, three times; no text of a prompt found\n"
    )
    return 1 if wrong or not quiet.rows else 0


if __name__ == "__main__":
    sys.exit(main())
