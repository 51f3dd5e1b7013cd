"""What holds here, for whom, and who decided it? The policy in force as a matrix, the legal entities, and for officers every change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

from uptake.charts import Svg
from uptake.charts.core import esc
from uptake.policy import PROFILES, PURPOSES, ROLES
from uptake.policy.proposals import Document
from uptake.policy.questions import BY_POLICY, PERSON
from uptake.reads import Filters
from uptake.reads.policies import OF_THE_SYSTEM
from uptake.web import words
from uptake.web.pages import forms
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

SAYS = {
    "team-first": "No names: managers see counts of their unit, when it is large enough.",
    "managed": "Managers see their own people by name, to offer help and training.",
    "open-board": "As managed, and the board of people is open to peers.",
}
REACH = {"line": "the own line", "everyone": "everybody"}
MAKERS = ("administrator", "compliance")


def _everything(_look: Look) -> Filters:
    return Filters()


def _headline(look: Look, cards: Cards) -> Headline:
    policy = look.policy
    waiting = sum(row["state"] == "proposed" for row in cards.get("changes", ()))
    tags = [("Locked down: nobody sees a person but themselves", "amber")] if policy.lockdown else []
    tags += (
        [(f"{words.plural(waiting, 'change')} {'waits' if waiting == 1 else 'wait'} for a second person", "amber")]
        if waiting
        else []
    )
    names = "Managers and peers see nobody by name." if not policy.noticed_entities else SAYS[policy.profile]
    return Headline(
        f"The policy is {policy.profile}. {names}",
        f"Performance review is {'on for ' + ', '.join(entity for entity, _ in policy.review_since) if policy.review_enabled else 'off'}. "
        f"Smallest group {policy.k}, shown from {policy.k + 1}. Two people decide on every change, and who is named is told first.",
        tuple(tags),
    )


def _named(_look: Look, rows: Rows) -> Rows:
    return [row for row in rows if row["level"] in (PERSON, BY_POLICY)]


def _matrix(_look: Look, rows: Rows, _others: Cards) -> str:
    """A block a role: for which purpose, which questions, which rows, how many columns."""
    order = {role: place for place, role in enumerate(ROLES)}
    lines = []
    for (role, purpose, whose), found in groupby(
        sorted(rows, key=lambda row: (order[row["role"]], row["purpose"], row["rows"])),
        key=lambda row: (row["role"], row["purpose"], row["rows"]),
    ):
        lines.append((role.replace("_", " "), purpose or "none needed", whose, _asked(list(found))))
    return forms.plain_table("Who sees a person", ("Role", "Purpose", "Rows", "What of them"), lines)


def _asked(rows: Rows) -> str:
    """Questions of which all columns are seen, then those of which purpose leaves some, each with their number."""
    whole = [row["question"].replace("_", " ") for row in rows if row["columns"] == "all"]
    partly = [
        f"{row['question'].replace('_', ' ')}: {len(row['columns'].split(', '))} columns"
        for row in rows
        if row["columns"] != "all"
    ]
    return "; ".join([*([f"all columns of {', '.join(whole)}"] if whole else []), *partly])


def _board(look: Look) -> str:
    return {"off": "off", "bands": "rank bands, for those who chose it", "open": "open"}[look.policy.board]


def _facts(look: Look, _rows: Rows, others: Cards) -> str:
    policy = look.policy
    lines = [
        ("Profile", f"{policy.profile}: {SAYS[policy.profile]}"), ("Managers see by name", _depth(policy.manager_depth)),
        ("Leads of a line see by name", _depth(policy.lob_lead_depth)), ("Board of people", _board(look)),
        ("Named only in", ", ".join(sorted(policy.noticed_entities)) or "no legal entity"),
        ("Never computed by name", ", ".join(sorted(policy.aggregate_only)) or "no legal entity"),
        ("Smallest group", f"{policy.k}; shown from {policy.k + 1} people"), ("Performance review", "on" if policy.review_enabled else "off"),
        ("Version", policy.version),
    ]  # fmt: skip
    body = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in lines)
    return Svg(f'<dl class="held">{body}</dl>{_acts(look, others)}')


def _depth(depth: int) -> str:
    return (
        "nobody" if depth == 0 else f"people up to {words.plural(depth, 'step')} below them, where policy names people"
    )


def _acts(look: Look, others: Cards) -> str:
    if look.viewer.role not in MAKERS:
        return ""
    value = "off" if look.policy.lockdown else "on"
    may = value == "on" or look.viewer.role == "compliance"
    lock = (
        forms.form("/policy/lockdown", [forms.hidden("value", value)], f"Turn lockdown {value}", kind="outlined")
        if may
        else ""
    )
    roles = dict(ROLES)
    purposes = {"": "none", **PURPOSES}
    under = {"": "the policy in force"} | {
        str(row["id"]): f"change {row['id']}, once everybody is told"
        for row in _newest_first(look, others.get("changes", []))
        if row["state"] in ("proposed", "approved")
    }
    dry = forms.form(
        "/policy/view-as",
        [
            forms.choice("View as", "role", roles),
            forms.choice("for", "purpose", purposes),
            forms.choice("under", "change", under),
        ],
        "Dry run",
        kind="outlined",
    )
    return f"<h3>What would somebody see?</h3>{dry}<h3>Kill switch</h3><p>Stops every view of people from the next request. Everybody keeps their own page.</p>{lock}"


def _entities(_look: Look, rows: Rows, _others: Cards) -> str:
    """A line a legal entity: how far the notice is, and what is on there."""
    heads = ("Legal entity", "People", "Assessment", "Told", "Named from", "Named now", "Board", "Review from")
    lines = [
        (
            row["legal_entity"], words.count(row["people"]), (row["assessment"] or "")[:12] or "none", words.count(row["told"]),
            words.day(row["named_from"], year=True) if row["named_from"] else words.DASH, _named_now(row),
            "open" if row["board"] else "no", words.quarter(row["review_from"]) if row["review_from"] else "off",
        )
        for row in rows
    ]  # fmt: skip
    return forms.plain_table("Legal entities", heads, lines)


def _named_now(row: Row) -> str:
    if row["aggregate_only"]:
        return "never computed by name"
    return "who was told" if row["named"] else "nobody"


def _newest_first(_look: Look, rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: row["id"], reverse=True)


def _changes(look: Look, rows: Rows, _others: Cards) -> str:
    return Svg(f'<ul class="steps">{"".join(_change(look, row) for row in rows)}</ul>')


def _change(look: Look, row: Row) -> str:
    tag = {"proposed": "amber", "approved": "", "refused": "", "expired": ""}[row["state"]]
    checked = f", {row['state']} by {row['checker']} on {words.day_of(row['checked_at'])}" if row["checker"] else ""
    who = f"Proposed by {row['maker']} on {words.day_of(row['made_at'])}{checked}."
    told = (
        f" {words.count(row['told'])} people told, {words.count(row['untold'])} not."
        if row["state"] == "approved" and row["told"] + row["untold"]
        else ""
    )
    named = f" Named from {words.day(row['named_from'], year=True)} at the earliest." if row["named_from"] else ""
    return (
        f'<li><span class="number">{words.count(row["id"])}</span><span class="what"><b>{esc(row["differences"])}</b>'
        f'<span><span class="tag {tag}">{esc(row["state"].capitalize())}</span> {esc(who)} {esc(row["reason"])}.{esc(told)}{esc(named)}</span>{_assessed(row)}</span>'
        f"{_buttons(look, row)}</li>"
    )


def _assessed(row: Row) -> str:
    """What a second person holds against the files in hand before they approve."""
    assessments = _lines(_document(row)["dpia"], "; ")
    return f"<small>Impact assessments: {esc(assessments)}</small>" if assessments else ""


def _document(row: Row | None) -> dict[str, Any]:
    """What was proposed; of no row the default."""
    return asdict(Document()) if row is None else json.loads(row["document"])


def _lines(table: Mapping[str, str], between: str = "\n") -> str:
    return between.join(f"{entity} = {text}" for entity, text in sorted(table.items()))


def _buttons(look: Look, row: Row) -> str:
    number = [forms.hidden("change", str(row["id"]))]
    if row["state"] == "proposed" and look.viewer.role == "compliance":
        if row["maker"].startswith(OF_THE_SYSTEM):
            return "<small>A second person decides at the command line, where it was proposed.</small>"
        return forms.form("/policy/approve", number, "Approve") + forms.form(
            "/policy/refuse", number, "Refuse", kind="outlined"
        )
    if row["state"] == "approved" and row["untold"] and look.viewer.role in MAKERS:
        return forms.form("/policy/notify", number, "Tell the people")
    return ""


def _propose(look: Look, rows: Rows, _others: Cards) -> str | None:
    """The form, filled in with the newest approved change: what is left standing stays as it is."""
    if look.viewer.role not in MAKERS:
        return None
    now = _document(next((row for row in rows if row["state"] == "approved"), None))
    numbers, lines = ' min="0" max="20"', "\n".join
    parts = [
        forms.choice("Profile", "profile", {name: name for name in PROFILES}, now["profile"]),
        forms.field("Smallest group", "k", str(now["k"]), kind="number", more=' min="5" max="1000"'),
        forms.field("Steps that managers see", "manager_depth", str(now["manager_depth"]), kind="number", more=numbers),
        forms.field("Steps that leads see", "lob_lead_depth", str(now["lob_lead_depth"]), kind="number", more=numbers),
        forms.choice("Board in bands", "board_bands", {"": "no", "yes": "yes"}, "yes" if now["board_bands"] else ""),
        forms.choice("Open board is read by", "board_reach", REACH, now["board_reach"]),
        _area("Legal entities never computed by name, one a line", "aggregate_only", lines(now["aggregate_only"])),
        _area("Impact assessments, one a line: legal entity = SHA-256 of the file", "dpia", _lines(now["dpia"])),
        _area("Works council, one a line: legal entity = reference", "works_council", _lines(now["works_council"])),
        _area(
            "Legal entities for performance review, one a line", "performance_review", lines(now["performance_review"])
        ),
        _area(
            "Classes of data counted in prompts, one a line; none: the detector is off",
            "detector",
            lines(now["detector"]),
        ),
        forms.field("Holds from day", "effective_from", kind="date"),
        forms.field("Reason, in a sentence", "reason", more=' minlength="10" maxlength="500" required'),
    ]
    return Svg(
        f"<details><summary>Propose a change</summary>{forms.form('/policy/propose', parts, 'Propose')}</details>"
    )


def _kept(value: str) -> str:
    """Lines of a text that the page's own layout would join."""
    return "&#10;".join(esc(line) for line in value.split("\n"))


def _area(label: str, name: str, value: str) -> str:
    return f'<label class="wide">{esc(label)} <textarea name="{name}" rows="3" maxlength="4000">{_kept(value)}</textarea></label>'


POLICY = Page(
    "policy",
    "Policy",
    "What holds here, for whom, and who decided it?",
    (
        Card(
            "named", "Who sees a person?", "who_sees_what", _everything, keep=_named, picture=_matrix, width=12, size=100,
            deck=lambda _look, _rows, _others: "Made of decisions of the policy in force. What is not listed is forbidden, and forbidden looks like absent.",
            foot=lambda _look, _rows, _others: "A role and a purpose are part of every request; two roles of one person never add.",
            columns=("role", "purpose", "question", "rows", "columns"), terms=(),
        ),
        Card(
            "facts", "What is switched on?", "who_sees_what", _everything, keep=lambda _look, rows: rows[:1], picture=_facts, width=12,
            deck=lambda _look, _rows, _others: "Settings of the site can only narrow it.", columns=("question", "level", "role", "purpose", "rows"),
        ),
        Card(
            "entities", "Where is anybody named?", "policy_entities", _everything, picture=_entities, width=12,
            deck=lambda _look, rows, _others: f"{sum(row['named'] for row in rows)} of {words.plural(len(rows), 'legal entity', 'legal entities')}; each person from 10 business days after their own notice.",
            foot=lambda _look, _rows, _others: "Notices are those of the newest approved change. What it exposes further than before waits until nobody who is named would be left out.",
            empty="Nobody is employed yet.",
        ),
        Card(
            "changes", "Who changed what?", "policy_changes", _everything, keep=_newest_first, picture=_changes, form=_propose,
            deck=lambda _look, rows, _others: f"{words.plural(len(rows), 'change')}, each by two different people, the second within 7 days.",
            foot=lambda _look, _rows, _others: "Refused without exception: self-approval, a missing assessment, a day inside the notice period, a day in the past.",
            columns=("id", "state", "maker", "made_at", "checker", "checked_at", "effective_on", "reason", "differences", "document", "told", "untold", "named_from"),
            empty="Nobody has proposed a change; the default holds.",
        ),
    ),
    _headline,
    viewers=frozenset(ROLES),
    controls=(),
    menu="own",
)  # fmt: skip
