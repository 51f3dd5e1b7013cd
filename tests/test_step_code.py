"""A step is filled again where anything that it runs is another: its text, a function of ours in it, or a module that it imports."""

from __future__ import annotations

import importlib
import sys

import pytest

from uptake.facts import FACTS
from uptake.warehouse import step_code
from uptake.warehouse.refill import read_step

FILES = {
    "__init__.py": "", "own.py": "from made_up.shared import make\nfrom made_up import beside\nimport math\n",
    "shared.py": "from made_up.deep import least\n\n\ndef make(): ...\n", "beside.py": "x = 1\n", "deep.py": "least = 1\n", "other.py": "y = 1\n",
}  # fmt: skip


def code(folder, changed=""):
    package = folder / (changed.removesuffix(".py") or "as_it_is") / "made_up"
    package.mkdir(parents=True)
    for name, text in FILES.items():
        (package / name).write_text(text + ("# another\n" if name == changed else ""))
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_up"]:
        del sys.modules[name]
    sys.path.insert(0, str(package.parent))
    importlib.invalidate_caches()
    try:
        return step_code.code_of_module(importlib.import_module("made_up.own"))
    finally:
        sys.path.remove(str(package.parent))


@pytest.mark.parametrize(("changed", "same"), [("own.py", False), ("shared.py", False), ("beside.py", False), ("deep.py", False), ("other.py", True)])  # fmt: skip
def test_a_module_is_another_where_one_that_it_imports_is(tmp_path, changed, same):
    assert (code(tmp_path) == code(tmp_path, changed)) is same


def test_a_query_is_another_where_a_function_of_ours_is(monkeypatch):
    calls, none = "select fold(a) as a from b", "select a from scaffold"
    before = [step_code.code_of_sql(sql) for sql in (calls, none)]
    monkeypatch.setitem(step_code._MACROS, "fold", "create macro fold(a) as lower(a)")
    after = [step_code.code_of_sql(sql) for sql in (calls, none)]
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True]


def test_who_owns_an_author_hangs_on_who_owns_an_account():
    """Both come out of one function: a release that changed it, and filled one table alone, could not publish."""
    assert {"author_people", "account_people", "near_names"} <= set(FACTS)
    texts: dict[str, bytes] = {}
    step = read_step("uptake.facts", "author_people")
    step_code._gather(step.module, texts)
    assert set(texts) == {"uptake.facts.author_people", "uptake.facts.account_people", "uptake.model.folding"}
