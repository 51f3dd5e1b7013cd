"""One small demo home for all tests of the contract, made by the command itself."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.attack.drive import COMPLIANCE, Done, run
from tests.contract import NEED_A_CASE, OWN_ONLY, REGISTERS

PEOPLE = 400


@dataclass(frozen=True)
class Home:
    """A scored home; `made` is the answer of the command that made it."""

    path: pathlib.Path
    made: Done
    _asked: dict[tuple[str, ...], str] = field(default_factory=dict)

    def run(self, *words: object) -> Done:
        return run(self.path, *words)

    def ask(self, question: str, *more: object) -> Done:
        """Ask in the role that sees every column: compliance for registers, and with a case for people, else the operator."""
        who = COMPLIANCE if question in NEED_A_CASE else COMPLIANCE[:2] if question in REGISTERS else ()
        if question in OWN_ONLY:
            who = ("--as", self.rows("quarter_scores")[0]["person_id"], "--purpose", "self")
        return self.run("ask", question, *who, *more)

    def rows(self, question: str, *more: object) -> list[dict[str, Any]]:
        """The answer as JSON, asked once: nothing here changes the home, and a hundred thousand rows take seconds."""
        words = (question, *(str(word) for word in more))
        if words not in self._asked:
            done = self.ask(question, *more, "--format", "json")
            assert done.code == 0, done.err
            self._asked[words] = done.out
        found: list[dict[str, Any]] = json.loads(self._asked[words])
        return found


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    path = tmp_path_factory.mktemp("contract") / "demo"
    made = run(path, "demo", "--people", PEOPLE, "--quarters", "1", "--seed", "7", "--no-serve", "--json")
    assert made.code == 0, made.err
    return Home(path, made)
