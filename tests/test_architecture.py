"""Who may import whom: the table of the architecture as data, read against every import statement of src/.

Imports inside functions and under TYPE_CHECKING count too: a dependency is one wherever it stands.
"""

import ast
import pathlib
import re
import subprocess
import sys
import tomllib

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "uptake"
COMMON = {"model", "errors", "disk"}
ANYTHING = None

MAY_IMPORT: dict[str, set[str] | None] = {
    "model": set(),
    "errors": set(),
    "disk": set(),
    "settings": set(),
    "sources": set(),
    "facts": set(),
    "scores": set(),
    "warehouse": {"settings"},
    "snapshot": {"settings"},
    "state": {"settings"},
    "policy": set(),
    "disclosure": set(),
    "studies": set(),
    "pipeline": {"sources", "warehouse", "facts", "scores", "studies", "snapshot", "disclosure", "settings"},
    "reads": {"policy", "disclosure", "snapshot", "state", "settings", "studies"},
    "acts": {"policy", "disclosure", "snapshot", "state", "settings"},
    "fetch": {"settings"},
    "receive": {"sources", "settings"},
    "charts": set(),
    "tabular": set(),
    "reports": {"reads", "charts", "settings"},
    "jobs": {"pipeline", "fetch", "reports", "policy", "state", "settings", "receive"},
    "web": {"reads", "acts", "receive", "charts", "reports", "jobs", "policy", "settings", "tabular"},
    "cli": {
        "reads",
        "acts",
        "receive",
        "charts",
        "reports",
        "jobs",
        "policy",
        "settings",
        "tabular",
        "web",
        "demo",
        "docs_gen",
    },
    "docs_gen": ANYTHING,
    "demo": ANYTHING,
    "__main__": {"cli"},
}
ONLY_CLI = {"docs_gen", "demo", "web"}

THIRD_PARTY: dict[str, dict[str, str]] = {
    "msgspec": {
        "model": "canonical records are Structs",
        "sources": "typed decoding of vendor NDJSON",
        "warehouse": "turns Structs into rows",
        "fetch": "answers of vendors, row by row",
    },
    "google": {"sources": "protobuf under the messages of OTLP"},
    "opentelemetry": {"sources": "the messages of OTLP"},
    "duckdb": {
        "warehouse": "the engine",
        "snapshot": "the published file is a DuckDB file",
        "reads": "asks the snapshot",
    },
    "pyarrow": {
        "warehouse": "canonical records into the engine",
        "snapshot": "released rows into the file",
        "reads": "Parquet answers",
    },
    "sqlglot": {"warehouse": "queries of steps in the dialect of another engine"},
    "sqlalchemy": {"state": "people's changes and the audit log"},
    "alembic": {"state": "brings the tables of an older release to this one"},
    "cryptography": {"state": "signed heads of the audit log"},
    "authlib": {"web": "sign-in by OpenID Connect"},
    "httpx2": {"web": "speaks to the identity provider", "fetch": "speaks to vendors"},
    "joserfc": {"web": "checks what the identity provider signed"},
    "cyclopts": {"cli": "the command line"},
    "fastapi": {"web": "routes and the description of the API"},
    "starlette": {"web": "what fastapi stands on: requests, responses, middleware"},
    "uvicorn": {"web": "the server"},
    "jinja2": {"web": "templates that escape"},
    "markupsafe": {"web": "marks what the SVG kit has escaped"},
    "itsdangerous": {"web": "signs the cookie of a session"},
    "xlsxwriter": {"web": "rows as a workbook"},
    "rich": {"cli": "tables on a terminal"},
    "pydantic": {
        "settings": "validation of the settings file",
        "docs_gen": "limits of settings, for their page",
    },
    "pydantic_settings": {"settings": "TOML and UPTAKE_* merged"},
    "rfc8785": {
        "policy": "one form for the hash of a policy version",
        "state": "one form for the hash chain of the audit log",
        "snapshot": "one form for the manifest",
        "warehouse": "one form for row hashes",
        "sources": "one form for row hashes",
    },
}
TYPING_ONLY = {"_typeshed"}
"""Known to type checkers, absent at run time."""
SHIPS_AS = {
    "google": "opentelemetry-proto",
    "opentelemetry": "opentelemetry-proto",
    "pydantic": "pydantic-settings",
    "pydantic_settings": "pydantic-settings",
    "starlette": "fastapi",
    "markupsafe": "jinja2",
}


BY_NAME = {"httptools"}
"""Imported by uvicorn, for the protocol that ours is made of (tests/web/test_server.py)."""


def module_name(path: pathlib.Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def absolute_base(module: str, path: pathlib.Path, node: ast.ImportFrom) -> str:
    """Module that a `from ... import` names, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def imports_of(module: str, path: pathlib.Path, known: set[str]) -> set[str]:
    """All modules that a file imports, ours as full names (`uptake.model.outcome`), others as they are written."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = absolute_base(module, path, node)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                found.add(full if full in known else base)
    return found


IMPORTS = {module: imports_of(module, path, set(MODULES)) for module, path in MODULES.items()}


def part(module: str) -> str:
    """Row of the table a module of ours belongs to; the package itself (its version) has none."""
    return module.split(".")[1] if "." in module else ""


def ours(module: str) -> bool:
    return module == "uptake" or module.startswith("uptake.")


def violations(imports: dict[str, set[str]]) -> list[str]:
    """Imports of ours that the table does not allow."""
    found = []
    for module, targets in imports.items():
        source = part(module)
        allowed = MAY_IMPORT.get(source, set())
        for target in sorted(filter(ours, targets)):
            name = part(target)
            if name in {"", source} or (name in COMMON and source not in COMMON):
                continue
            forbidden = allowed is not None and name not in allowed
            if forbidden or (name in ONLY_CLI and source not in ONLY_CLI | {"cli"}):
                found.append(f"{module} imports {target}")
    return found


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other in a circle (depth-first search with a path)."""
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> None:
        if module in path:
            found.append([*path[path.index(module) :], module])
            return
        if module in done:
            return
        for target in sorted(graph.get(module, set())):
            visit(target, [*path, module])
        done.add(module)

    for module in sorted(graph):
        visit(module, [])
    return found


def own_graph(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    return {module: {t for t in targets if t in MODULES and t != module} for module, targets in imports.items()}


def third_party() -> set[tuple[str, str, str]]:
    """(distribution root, part of ours, importing module) of every import that is neither ours nor Python's."""
    return {
        (target.split(".")[0], part(module), module)
        for module, targets in IMPORTS.items()
        for target in targets
        if not ours(target) and target.split(".")[0] not in TYPING_ONLY | sys.stdlib_module_names
    }


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[<>=!\[; ]", line)[0].lower() for line in project["dependencies"]}


def test_every_module_is_a_row_of_the_table():
    assert {part(module) for module in MODULES} - {""} <= set(MAY_IMPORT)


def test_nobody_imports_outside_the_table():
    assert violations(IMPORTS) == []


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("uptake.model", "uptake.errors"),
        ("uptake.sources.copilot", "uptake.warehouse"),
        ("uptake.policy", "uptake.state"),
        ("uptake.pipeline", "uptake.policy"),
        ("uptake.reads", "uptake.warehouse.connect"),
        ("uptake.jobs", "uptake.demo"),
        ("uptake.unknown", "uptake.settings"),
    ],
)
def test_a_planted_import_is_found(module, target):
    assert violations({module: {target}}) == [f"{module} imports {target}"]


def test_there_is_no_cycle():
    assert cycles(own_graph(IMPORTS)) == []


def test_a_planted_cycle_is_found():
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) != []
    assert cycles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_a_dependency_is_imported_only_where_the_stack_says():
    outside = sorted(
        f"{module} imports {name}" for name, where, module in third_party() if where not in THIRD_PARTY.get(name, {})
    )
    assert outside == []


def test_the_project_declares_exactly_what_it_imports():
    imported = {SHIPS_AS.get(name, name) for name, _, _ in third_party()}
    assert imported | BY_NAME == declared()


def test_the_command_line_starts_without_the_heavy_libraries():
    heavy = ("duckdb", "pyarrow", "fastapi", "weasyprint", "mcp", "sqlglot")
    code = f"import sys, uptake.cli; print(*[m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
