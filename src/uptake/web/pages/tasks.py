"""What is it used for? Acts by tool and kind of work, as the vendors' own labels name it; what no label names is always said."""

from __future__ import annotations

from uptake.charts import Svg, heat_step, key
from uptake.charts.core import esc
from uptake.reads import Filters
from uptake.web import words
from uptake.web.pages import common
from uptake.web.pages.shape import Card, Cards, Headline, Look, Page, Row, Rows

UNCLASSIFIED = "unclassified"
WHOLE = 1_000_000
LEAST = 10_000
NONE_TOLD = "No tool has reported an act of this unit in the period."


def _asked(look: Look) -> Filters:
    return Filters(scope=look.scope, quarter=look.quarter, tool=None if look.tool == "all" else look.tool)


def _one_tool(look: Look) -> Filters:
    return Filters(scope=look.scope, quarter=look.quarter, tool=look.tool)


def _ordered(look: Look, rows: Rows) -> Rows:
    """Of this unit alone: all tools first, the types in the order of the words, what has no type last."""
    order = list(words.TASKS)
    own = [row for row in rows if row["scope"] == look.scope]
    return sorted(own, key=lambda row: (row["tool"] != "all", words.tool(row["tool"]), order.index(row["task_type"])))


def _headline(look: Look, cards: Cards) -> Headline:
    rows = [row for row in cards["types"] if row["share"] is not None]
    rest = common.row_of(cards["types"], task_type=UNCLASSIFIED)
    if look.facts.small:
        return Headline(f"What {common.who(look)} use {common.used(look)} for is not shown.", look.too_small)
    if not cards["types"]:
        return Headline(f"Nothing is known of what {common.who(look)} use {common.used(look)} for.", NONE_TOLD)
    named = sorted((row for row in rows if row["task_type"] != UNCLASSIFIED), key=lambda row: -row["share"])
    lede = common.notes([_coverage(rest), common.tool_note(look)])
    if not named:
        if rest is not None and rest["coverage"] == 0:
            return Headline(f"No label of a vendor tells what {common.who(look)} use {common.used(look)} for.", lede)
        return Headline(
            f"What {common.who(look)} use {common.used(look)} for is not shown.", f"{look.withheld} {lede}".strip()
        )
    first, *more = named
    second = f", {_share(more[0])} {words.task(more[0]['task_type'])}" if more else ""
    return Headline(
        f"{_share(first)} of what {common.who(look)} did with {common.used(look)} {common.when(look)} was {words.task(first['task_type'])}{second}.",
        lede,
    )


def _share(row: Row) -> str:
    return words.share(row["share"]) if row["share"] or not row["acts"] else f"< {words.share(LEAST)}"


def _coverage(rest: Row | None) -> str:
    if rest is None or rest["coverage"] is None:
        return "How much has no label is not shown."
    return f"{words.share(WHOLE - rest['coverage'])} of the acts have no label of a vendor and stay unclassified; nothing is guessed."


def _matrix(look: Look, rows: Rows, _others: Cards) -> str | None:
    kinds = [kind for kind in words.TASKS if kind == UNCLASSIFIED or any(row["task_type"] == kind for row in rows)]
    tools = list(dict.fromkeys(row["tool"] for row in rows))
    held = {(row["tool"], row["task_type"]): row for row in rows}
    head = "".join(f'<th scope="col" class="n">{_head(kind)}</th>' for kind in kinds)
    body = "".join(
        f'<tr><th scope="row">{esc(words.tool(tool))}</th>{"".join(_cell(look, held.get((tool, kind))) for kind in kinds)}</tr>'
        for tool in tools
    )
    return Svg(
        '<div class="scroll" tabindex="0" role="region" aria-label="Share of acts by tool and task type"><table class="matrix">'
        f'<thead><tr><th scope="col">Percent of its acts</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _head(kind: str) -> str:
    """The name of a column; the longest one may break on a phone."""
    return esc(words.task(kind).capitalize()).replace("classified", "classi&shy;fied")


def _cell(look: Look, row: Row | None) -> str:
    """The share in its shade; an en dash where it is withheld, nothing where the vendor has no such label."""
    if row is None:
        return '<td class="n"></td>'
    if row["share"] is None:
        return f'<td class="n"><abbr title="{esc(look.withheld)}">{words.DASH}</abbr></td>'
    return f'<td class="n h{heat_step(row["share"], WHOLE)}">{esc(_share(row).removesuffix("%").strip())}</td>'


def _matrix_key(_look: Look, _rows: Rows, _others: Cards) -> str:
    return key([("h1 h2 h3 h4 h5", "share of the acts of the tool, in steps of 20 %")])


def _matrix_deck(_look: Look, rows: Rows, _others: Cards) -> str:
    silent = [words.tool(row["tool"]) for row in rows if row["task_type"] == UNCLASSIFIED and row["coverage"] == 0]
    told = f" {' and '.join(silent)} {'gives' if len(silent) == 1 else 'give'} no label at all." if silent else ""
    return f"Each row is 100 % of the acts of a tool.{told}"


def _foot(look: Look, rows: Rows, _others: Cards) -> str:
    table = f"Table of labels: {rows[0]['classifier']}." if rows else ""
    acts = "Acts: prompts, plans, reviews and agents asked for, accepts; sessions where a source counts only these. Volumes to two figures."
    return common.notes([f"{common.dated(look)}.", acts, table, common.tool_note(look)])


def _types_deck(look: Look, rows: Rows, _others: Cards) -> str:
    rest = common.row_of(rows, task_type=UNCLASSIFIED)
    return f"{look.unit}, {words.tool_within(look.tool)}. {_coverage(rest)}"


_COLUMNS = ("tool", "task_type", "people", "acts", "share", "coverage", "bound")

TASKS = Page(
    "tasks",
    "Task types",
    "What is it used for?",
    (
        Card(
            "matrix", "Which tool is used for what?", "task_types", _asked, keep=_ordered, picture=_matrix, key=_matrix_key, deck=_matrix_deck,
            foot=_foot, columns=_COLUMNS, terms=("task type", "released"), empty=NONE_TOLD,
        ),
        Card(
            "types", "Who does which kind of work with it?", "task_types", _one_tool, keep=_ordered, deck=_types_deck,
            foot=lambda _look, _rows, _others: "A person stands in every type of which there is an act. A label has no weight in the score.",
            columns=("task_type", "people", "acts", "coverage", "bound"), terms=("task type", "breadth"), empty=NONE_TOLD,
        ),
    ),
    _headline,
    viewers=frozenset({"executive", "lob_lead", "manager", "compliance", "internal_audit", "validator"}),
    controls=("scope", "quarter", "tool"),
)  # fmt: skip
