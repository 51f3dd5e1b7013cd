"""A draft of the impact assessment of a proposed policy, of the document and the running configuration. Pure: no I/O, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from uptake.policy.in_force import as_if_told
from uptake.policy.page import grants
from uptake.policy.proposals import NOTICE_DAYS, Document
from uptake.policy.questions import BY_POLICY, PERSON, QUESTIONS
from uptake.policy.rules import PURPOSES, ROLES
from uptake.policy.site import Policy


@dataclass(frozen=True, slots=True)
class Running:
    """What runs: source of data -> its newest day, legal entity -> people employed, the policy in force."""

    sources: Mapping[str, dt.date]
    people: Mapping[str, int]
    policy: Policy


def draft(document: Document, running: Running, today: dt.date) -> str:
    """Markdown. Facts are filled in; what only people can judge is marked `TO DO`. The hash of the finished file goes into `dpia`."""
    parts = (
        _head(document, running, today),
        _sources(running),
        _entities(document, running),
        _shown(document, running),
        _kept(),
        _open(),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(document: Document, running: Running, today: dt.date) -> Iterator[str]:
    yield "# Impact assessment (draft)"
    yield ""
    yield f"Made by `uptake policy dpia` on {today.isoformat()} of the policy that is proposed and of"
    yield f"the configuration that runs (policy in force {running.policy.version[:12]}). A later change of the terms makes it void."
    yield ""
    yield from _table(
        ("Term", "Proposed", "In force"),
        [
            ("Profile", document.profile, running.policy.profile),
            ("Steps down that managers see by name", str(document.manager_depth), str(running.policy.manager_depth)),
            ("Steps down that leads see by name", str(document.lob_lead_depth), str(running.policy.lob_lead_depth)),
            ("Board in bands", _yes(document.board_bands), _yes(running.policy.board_bands)),
            ("Smallest group", str(document.k), str(running.policy.k)),
            ("Performance review in", _list(document.performance_review), _list(e for e, _ in running.policy.review_since)),
        ],
    )  # fmt: skip


def _sources(running: Running) -> Iterator[str]:
    yield "## Data that is connected"
    yield ""
    rows = [(name, day.isoformat()) for name, day in sorted(running.sources.items())]
    yield from _table(("Source", "Newest day"), rows or [("none", "")])
    yield "Counts and days of use only. No prompt, answer, code, title, file name or address is stored."
    yield ""


def _entities(document: Document, running: Running) -> Iterator[str]:
    yield "## People"
    yield ""
    rows = []
    for entity in sorted({*running.people, *document.dpia}):
        managers, leads, board, _, review = document.exposure(entity)
        said = [f"managers {managers} down"] * (managers > 0) + [f"leads {leads} down"] * (leads > 0)
        said += [("", "board in bands", "open board")[board]] * (board > 0) + ["performance review"] * review
        alone = "never computed by name" if entity in document.aggregate_only else "no manager, no peer"
        rows.append((entity, str(running.people.get(entity, 0)), ", ".join(said) or alone))
    yield from _table(("Legal entity", "People", "Seen by name by"), rows)
    yield (
        f"No manager and no peer reads a name before that person's own notice and {NOTICE_DAYS} business days. "
        "The licence manager reads whose seats are idle, compliance a person's rows under a case."
    )
    yield ""


def _shown(document: Document, running: Running) -> Iterator[str]:
    yield "## What is shown of a person, by purpose"
    yield ""
    rows = []
    for question, level, role, purposes, whose, columns in grants(as_if_told(document, running.policy)):
        if level in (PERSON, BY_POLICY) and role != "self":
            names = QUESTIONS[question].names if columns == "all" else columns.split(", ")
            said = "; ".join(PURPOSES.get(purpose, purpose) for purpose in purposes.split(", "))
            rows.append((ROLES[role], f"{purposes} ({said})", question, whose, ", ".join(names)))
    yield from _table(("Role", "Purpose", "Question", "Rows", "Columns"), rows)
    yield "Everybody sees all that is held on themselves, the formula, and who looked."
    yield ""


def _kept() -> Iterator[str]:
    yield "## How long it is kept"
    yield ""
    yield "This release deletes nothing by itself: state your own periods here, and how they are kept. `TO DO`"
    yield ""


def _open() -> Iterator[str]:
    yield "## For people to judge"
    yield ""
    for what in (
        "Legal basis and necessity for each purpose above",
        "Risks to the people named, and what lessens them",
        "View of the data protection officer",
        "View of the works council, where there is one",
        "Who may be asked, and how an error is contested",
    ):
        yield f"- {what}: `TO DO`"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "no legal entity"
