"""A state store whose file was damaged: every command says what it is and what mends it, and no page is served from it."""

from __future__ import annotations

import pathlib
import shutil

import pytest

from tests.attack.drive import apart, home_with_roles, run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with a state store in which something was written."""
    home = home_with_roles(tmp_path_factory.mktemp("whole") / "home", "administrator", "compliance")
    assert run(home, "token", "new", "--role", "compliance", "--json").code == 0
    return home


def _no_database(file: pathlib.Path) -> None:
    file.write_bytes(b"no database at all" * 500)


def _torn(file: pathlib.Path) -> None:
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 40_000)


@pytest.fixture(params=[_no_database, _torn])
def home(request, whole, tmp_path):
    made = tmp_path / "home"
    shutil.copytree(whole, made)
    for beside in made.glob("state.db-*"):
        beside.unlink()
    request.param(made / "state.db")
    return made


@pytest.mark.parametrize(
    "words", [("ask", "funnel"), ("policy", "show"), ("token", "list"), ("verify",), ("score",), ("serve", "--port", 0)]
)
def test_a_command_says_what_mends_a_damaged_store(home, words):
    done = apart(home, *words)
    last = done.err.strip().splitlines()[-1]
    assert done.code == 6, done.err
    assert last.startswith("uptake: The state store state.db is damaged: SQLITE_")
    assert "restore the file from a copy, and run `uptake verify`" in last
    assert "Traceback" not in done.err


def test_the_doctor_names_the_damage_and_checks_the_machine_all_the_same(home):
    done = run(home, "doctor", "--json")
    checks = {check["name"]: check for check in done.json()["checks"]}
    assert done.code == 1
    assert "damaged" in checks["state"]["detail"]
    assert {"disk", "engine"} <= set(checks)
