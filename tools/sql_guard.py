"""Guard of the gate: SQL that may touch a person table stands only where the gate and the line keep it.

Outside the allowed places no string of Python code and no .sql file may read from, or write to, a table that holds
persons, nor a table whose name is put together at run time (it could be one).
"""

from __future__ import annotations

import ast
import pathlib
import re
import sys
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = "src/uptake"
ALLOWED = ("facts/", "scores/", "reads/", "warehouse/", "state/", "snapshot.py", "snapshot/", "model/replacing.py")
HOLE = "\x00"
"""Stands for a part of an f-string that is only known at run time."""

STATEMENT = re.compile(
    r"\b(?:select\b.*?\bfrom|insert\s+into|delete\s+from|update|create\s+.*?table)\b", re.IGNORECASE | re.DOTALL
)
TABLE_PLACE = re.compile(r"\b(?:from|join|into|update|table)\s+\"?([\w.\x00]+)", re.IGNORECASE)


def person_tables() -> frozenset[str]:
    """Names of tables with persons: canonical tables, and every fact or score whose grain names a person or account."""
    from uptake.model import TABLES  # noqa: PLC0415  the guard also runs where only its pure part is tested

    names = {table for kind, table in TABLES.items() if {"person_id", "account", "login"} & set(kind.__struct_fields__)}
    for folder in ("facts", "scores"):
        for path in (ROOT / PACKAGE / folder).rglob("*.sql"):
            grain = re.search(r"^-- grain: *(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            if grain and re.search(r"person|account|login", grain[1]):
                names.add(path.stem)
    return frozenset(names)


def sql_texts(code: str) -> Iterator[tuple[int, str]]:
    """Strings of a module that read like SQL, with the line they start on; docstrings are prose."""
    tree = ast.parse(code)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else HOLE for part in node.values]
            text = "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = "" if id(node) in prose or id(node) in inside else node.value
        if STATEMENT.search(text):
            yield getattr(node, "lineno", 1), text


def findings_in(path: str, text: str, tables: frozenset[str]) -> Iterator[str]:
    """Findings of one file outside the allowed places. `path` is relative to the package."""
    texts = [(1, text)] if path.endswith(".sql") else list(sql_texts(text))
    for line, sql in texts:
        for name in TABLE_PLACE.findall(sql):
            table = name.rsplit(".", 1)[-1].lower()
            if HOLE in name:
                yield f"{path}:{line}: SQL on a table named at run time; ask reads.ask() instead"
            elif table in tables:
                yield f"{path}:{line}: SQL on the person table {table}; ask reads.ask() instead"


def guarded_files() -> Iterator[tuple[str, str]]:
    package = ROOT / PACKAGE
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.sql")]):
        name = path.relative_to(package).as_posix()
        if not name.startswith(ALLOWED):
            yield name, path.read_text(encoding="utf-8")


def main() -> int:
    tables = person_tables()
    findings = [finding for name, text in guarded_files() for finding in findings_in(name, text, tables)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
