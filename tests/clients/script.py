"""What the invented model answers to three prompts, and what it says that this cost in tokens; the words of one client are put on later."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace

CANARY = "cnry7f3a"
"""Stands in every prompt, file name, argument and answer, and may be found nowhere afterwards."""
FILE = f"{CANARY}_sum.py"
BEFORE = "def add(a, b):\n    return a + b\n"
LINE, LINES = "    return a + b\n", f"    # {CANARY}\n    return b + a\n"
COMMAND = f"git add -A && git -c user.name=ana -c user.email=ana@example.com commit -q -m {CANARY}"


@dataclass(frozen=True)
class Tokens:
    """Of one answer: read anew, read from the cache, written to the cache, answered, thought."""

    new: int = 0
    cached: int = 0
    written: int = 0
    out: int = 0
    thought: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Turn:
    """One answer of the model: a text, what it wants done (`write`, `edit` or `shell`), and its tokens.

    `fails` times it is not there first; `refused`: the person at the terminal does not want that done.
    """

    text: str
    act: str = ""
    tokens: Tokens = Tokens()
    fails: int = 0
    refused: bool = False


@dataclass(frozen=True)
class Prompt:
    """What a person asks, what comes back, and whether it goes on in the session of the prompt before it."""

    text: str
    turns: tuple[Turn, ...]
    goes_on: bool = False


PROMPTS = (
    Prompt(f"What does {CANARY} mean?", (Turn(f"Nothing: {CANARY}.", tokens=Tokens(1009, 0, 2003, 41, 7)),)),
    Prompt(
        f"Write {FILE}, then explain it in a comment.",
        (
            Turn(f"I write {FILE}.", "write", Tokens(1201, 300, 3001, 151, 40)),
            Turn(f"A comment: {CANARY}.", "edit", Tokens(211, 3100, 401, 89, 10)),
            Turn(f"Done: {CANARY}.", tokens=Tokens(33, 3607, 101, 23)),
        ),
    ),
    Prompt(
        f"Commit {FILE}.",
        (
            Turn(f"I commit {FILE}.", "shell", Tokens(57, 3701, 203, 61, 3), fails=1),
            Turn(f"Committed: {CANARY}.", tokens=Tokens(29, 3907, 103, 19)),
        ),
        goes_on=True,
    ),
)
AT_TERMINAL = (
    PROMPTS[1],
    Prompt(f"Commit {FILE}.", tuple(replace(turn, fails=0) for turn in PROMPTS[2].turns), goes_on=True),
    Prompt(f"Commit {FILE} again.", (Turn(CANARY, "shell", Tokens(31, 3911, 107, 17), refused=True),), goes_on=True),
)
"""What is asked at a terminal: one session, three acts that the person accepts, and one refused."""
ASIDE = Turn(CANARY, tokens=Tokens(13, 0, 0, 5))
"""The answer to a question that the client asks for itself, such as for a title."""


@dataclass
class Model:
    """The invented model: answers in the order of the script, and remembers what it served."""

    prompts: tuple[Prompt, ...] = PROMPTS
    served: list[Turn] = field(default_factory=list)
    failed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: deque[Turn] = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = deque(turn for prompt in self.prompts for turn in prompt.turns)

    def next(self, *, aside: bool) -> Turn | None:
        """The next answer; None where it is not there this time."""
        with self._lock:
            if not aside and self.waiting and self.waiting[0].fails:
                self.waiting[0] = replace(self.waiting[0], fails=self.waiting[0].fails - 1)
                self.failed += 1
                return None
            turn = ASIDE if aside or not self.waiting else self.waiting.popleft()
            self.served.append(turn)
            return turn

    @property
    def tokens(self) -> Tokens:
        return sum((turn.tokens for turn in self.served), Tokens())

    @property
    def acts(self) -> int:
        return sum(bool(turn.act) and not turn.refused for turn in self.served)

    @property
    def answered(self) -> int:
        return sum(turn is not ASIDE for turn in self.served)
