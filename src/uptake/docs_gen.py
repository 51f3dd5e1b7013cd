"""Reference pages made from the code: `make docs` writes them, `make check` only compares.

A page here never holds a fact of its own: it prints what the module says that the product runs on. So a page that
differs from its module is a finding, and so is a file in the folder that no function here makes.
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic.fields import FieldInfo

from uptake import errors, policy, sources
from uptake.settings import Settings, keys_of, sections, variable_of

WRITTEN_BY_HAND = ("README.md", "glossary.md")
MARK = "<!-- Written by `make docs` from {source}. Do not edit. -->\n\n"

SETTINGS_INTRO = """# Settings

A setting stands in `settings.toml` of the home, or in the environment as `UPTAKE_<SECTION>__<KEY>` (lists as JSON). The
environment wins. A misspelt key stops the start. `uptake config show` prints each effective value and where it came from.
"""
QUESTIONS_INTRO = """# Questions

A question is asked with `uptake ask QUESTION`. Who gets which rows and columns of it: [who sees what](who-sees-what.md).
Units are integers unless the unit says otherwise. An empty cell (NULL) means that the source cannot say, never zero.

"""
SOURCES_INTRO = """# Sources

Names for `uptake ingest`. Where the vendor counts on its own side, a missing row proves that there was no use; elsewhere
it proves nothing ([why](../explanation/missing-rows.md)).

"""
VERSIONS_INTRO = """# Score versions

A version is one immutable file in `src/uptake/scores/versions/`; its SHA-256 stands in every score row. What the numbers
do: [how the score works](../explanation/how-the-score-works.md).
"""
EXIT_CODES_INTRO = """# Exit codes

An error is one line on stderr: what, why, what to do next. A traceback appears only with `--debug`.

"""


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [list(header)]
    lines.append(["---"] * len(lines[0]))
    lines += [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def exit_codes_page() -> str:
    """Exit codes: the constants of errors.py, and the error classes that give them."""
    codes = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    named = (kind for _, kind in _classes(errors) if kind not in (errors.UserError, errors.NotYet))
    kinds = {kind.exit_code: kind for kind in named}
    meaning = {
        errors.EXIT_DONE: "Done.",
        errors.EXIT_PARTLY: "Some records are in quarantine, or a file was refused; the rest is loaded.",
        errors.EXIT_BUG: "A bug in uptake. Run again with `--debug` and report it.",
        errors.EXIT_INTERRUPTED: "Ended by Ctrl-C, or a `score` or `rebuild` by SIGTERM: what was not finished counts as not done.",
    }
    rows = []
    for name, value in sorted(codes.items(), key=lambda item: item[1]):
        kind = kinds.get(value)
        text = meaning.get(value) or (inspect.getdoc(kind) or "").replace(f" (exit {value})", "")
        rows.append((value, f"`{name}`", text, kind.http_status if kind else ""))
    return EXIT_CODES_INTRO + table(("code", "name", "meaning", "HTTP status"), rows)


def _classes(module: object) -> list[tuple[str, type[errors.UserError]]]:
    return [(n, c) for n, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, errors.UserError)]


def settings_page() -> str:
    """Every setting with its default, its allowed values, its environment variable and its help text."""
    parts = [SETTINGS_INTRO]
    home = Settings.model_fields["home"]
    parts.append(f"\n`home`: {home.description} Given by `--home` or `UPTAKE_HOME`.\n")
    for name, model in sections():
        rows = [
            (
                f"`{key}`",
                f"`{_toml(field.get_default(call_default_factory=True))}`",
                _allowed(field),
                f"`{variable_of(name, key)}`",
                field.description,
            )
            for key, field in keys_of(model).items()
        ]
        about = inspect.getdoc(model) or ""
        title = name.replace("_", "-") if "." in name else name
        parts.append(
            f"\n## [{title}]\n\n{about}\n\n" + table(("key", "default", "allowed", "variable", "meaning"), rows)
        )
    return "".join(parts)


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _allowed(field: FieldInfo) -> str:
    """Limits of a setting in words: the words of a Literal, and the bounds and patterns that pydantic keeps."""
    limits = []
    for rule in field.metadata:
        for attribute, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than")):
            if getattr(rule, attribute, None) is not None:
                limits.append(f"{words} {getattr(rule, attribute)}")
        if getattr(rule, "pattern", None):
            limits.append(f"matches `{rule.pattern}`")
    return ", ".join(limits) or ", ".join(f"`{word}`" for word in _words(field.annotation))


def _words(annotation: object) -> Iterator[str]:
    for part in getattr(annotation, "__args__", ()):
        if isinstance(part, str):
            yield part
        else:
            yield from _words(part)


def questions_page() -> str:
    """Every question that may be asked, with its columns; policy decides who gets which of them."""
    parts = [QUESTIONS_INTRO]
    questions = [policy.QUESTIONS[name] for name in policy.QUESTIONS]
    parts.append(
        table(("question", "level", "answers"), ((f"[{q.name}](#{q.name})", q.level, q.about) for q in questions))
    )
    for q in questions:
        rows = ((f"`{c.name}`", c.unit, c.meaning) for c in q.columns)
        parts.append(
            f"\n## {q.name}\n\n{q.about}\n\nLevel: {q.level}.\n\n" + table(("column", "unit", "meaning"), rows)
        )
    return "".join(parts)


def who_sees_what_page() -> str:
    """Roles x purposes -> rows and columns, as policy.py grants them. Compliance signs this page."""
    return policy.who_sees_what().rstrip() + "\n"


def sources_page() -> str:
    """Every reader: what `uptake ingest` calls it, its grain, and the README that stands beside its code."""
    rows = [
        (f"`{s.name}`", s.title, s.tool or "", s.grain, "yes" if s.counts_on_server else "", s.account_kind)
        for s in sources.SOURCES.values()
    ]
    header = ("name", "what it is", "tool", "grain of its use", "counts on the vendor's side", "account key maps by")
    parts = [SOURCES_INTRO, table(header, rows)]
    folder = files("uptake.sources")
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    for name in names:
        readme = folder / name / "README.md"
        if readme.is_file():
            parts.append("\n" + _deeper(readme.read_text(encoding="utf-8")).strip() + "\n")
    return "".join(parts)


def _deeper(markdown: str) -> str:
    """Push every heading one level down, so that a README can stand inside a page; code blocks stay."""
    lines, fenced = [], False
    for line in markdown.splitlines():
        fenced ^= line.startswith("```")
        lines.append("#" + line if line.startswith("#") and not fenced else line)
    return "\n".join(lines)


def score_versions_page() -> str:
    """Every score version: each weight, half-saturation, cap and cut of its file."""
    parts = [VERSIONS_INTRO]
    folder = files("uptake.scores") / "versions"
    entries = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name
    )
    parts += [_one_version(tomllib.loads(entry.read_text(encoding="utf-8"))) for entry in entries]
    return "".join(parts)


def _one_version(version: dict[str, Any]) -> str:
    head = [(key, value) for key, value in version.items() if not isinstance(value, dict)]
    groups = {key: value for key, value in version.items() if isinstance(value, dict) and key != "tools"}
    cuts = [(f"{group}.{key}", _number(value)) for group, values in groups.items() for key, value in values.items()]
    tools = [
        (f"`{tool}`", grain, values["h_P"], values.get("h_R", "no such channel"))
        for tool, grains in version["tools"].items()
        for grain, values in grains.items()
    ]
    header = ("tool", "grain", "proactive points that earn half", "passive points that earn half")
    return (
        f"\n## {version['id']}\n\n{table(('key', 'value'), head)}\n{table(('setting', 'value'), cuts)}"
        f"\n### Half-saturation of each tool\n\n{table(header, tools)}"
    )


def _number(value: object) -> str:
    if isinstance(value, list):
        return " and ".join(_number(part) for part in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "exit-codes.md": ("src/uptake/errors.py", exit_codes_page),
    "questions.md": ("uptake.policy", questions_page),
    "score-versions.md": ("src/uptake/scores/versions", score_versions_page),
    "settings.md": ("src/uptake/settings", settings_page),
    "sources.md": ("src/uptake/sources", sources_page),
    "who-sees-what.md": ("uptake.policy", who_sees_what_page),
}


_RUNNER = re.compile(r"^(uptake(?: [a-z-]+)*) -m \S+", re.MULTILINE)
"""cyclopts leaves the module that Python was started with in the usage line; the page must not depend on who writes it."""


class CommandLine(Protocol):
    """The cyclopts application of `cli.py`, which comes as an argument: `cli` calls this module, never the reverse."""

    def generate_docs(self, *, output_format: Literal["markdown"], usage_name: str) -> str: ...


def render(app: CommandLine) -> dict[str, str]:
    """File name -> text of every generated page."""
    commands = _RUNNER.sub(r"\1", app.generate_docs(output_format="markdown", usage_name="uptake"))
    pages = {name: MARK.format(source=source) + make() for name, (source, make) in PAGES.items()}
    return {"commands.md": MARK.format(source="src/uptake/cli.py") + commands.rstrip() + "\n", **pages}


def drift(folder: Path, pages: dict[str, str]) -> list[str]:
    """What differs between the folder and the pages: stale, missing and unknown ones."""
    found = []
    for name, text in pages.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name}: missing")
        elif path.read_text(encoding="utf-8") != text:
            found.append(f"{name}: differs from the code")
    known = {*pages, *WRITTEN_BY_HAND}
    return found + [
        f"{path.name}: no function makes this page" for path in sorted(folder.glob("*.md")) if path.name not in known
    ]


def write(folder: Path, app: CommandLine, *, check: bool = False) -> int:
    """Write every page, or with `check` say what differs. Answers the exit code."""
    pages = render(app)
    if check:
        found = drift(folder, pages)
        for line in found:
            sys.stderr.write(f"docs/reference/{line}; run: make docs\n")
        return errors.EXIT_CHECK_FAILED if found else errors.EXIT_DONE
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return errors.EXIT_DONE
