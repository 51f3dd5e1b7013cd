"""What a step does, as a digest: its own text, and all of ours that it runs. A later release that changes any of it fills the step again."""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
from pathlib import Path
from types import ModuleType

from uptake.model.macros import EACH

_MACRO = re.compile(r"macro (\w+)\(")
_MACROS = {found[1]: text for text in EACH if (found := _MACRO.search(text))}


def code_of_sql(sql: str) -> str:
    """Of a query and the functions of ours that it calls."""
    called = sorted(name for name in _MACROS if re.search(rf"\b{name}\(", sql))
    return _digest([sql.encode(), *(_MACROS[name].encode() for name in called)])


def code_of_module(module: ModuleType) -> str:
    """Of a module and the modules of the same program that it imports, and those that they import."""
    texts: dict[str, bytes] = {}
    _gather(module, texts)
    return _digest([texts[name] for name in sorted(texts)])


def _gather(module: ModuleType, texts: dict[str, bytes]) -> None:
    if module.__name__ in texts:
        return
    texts[module.__name__] = text = Path(str(module.__file__)).read_bytes()
    program = module.__name__.partition(".")[0]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == program:
            for one in node.names:
                _gather(_named(node.module, one.name), texts)


def _named(module: str, name: str) -> ModuleType:
    """The module `module.name`, or the one that holds the name."""
    holder = importlib.import_module(module)
    inner = any((Path(folder) / f"{name}.py").is_file() for folder in getattr(holder, "__path__", ()))
    return importlib.import_module(f"{module}.{name}") if inner else holder


def _digest(texts: list[bytes]) -> str:
    return hashlib.sha256(b"\0".join(texts)).hexdigest()
