"""Every mistake in the settings is said in our words: which setting, why, what to do next; no word of a library, no value, no traceback."""

from __future__ import annotations

import os

import pytest

from tests.attack.drive import run
from uptake.errors import WrongUsage
from uptake.settings import Settings, mistakes, read_settings

PLANTED = "planted-value"
LIST = "The page Settings of the reference lists all settings"
WORDS = (
    "inputs",
    "input should",
    "validation",
    "pydantic",
    "permitted",
    "should be",
    "codec",
    "expected '",
    "errno",
    "traceback",
    "toml_",
    "literal",
    "parse",
)
"""Of libraries, in small letters."""

FILES = {
    "unknown key": ("[score]\nquaters = 3", "`score.quaters` is not known", "`score.quarters`"),
    "unknown key of another section": ("[score]\nthreads = 3", "`score.threads` is not known", "`engine.threads`"),
    "unknown section": ("[scores]\nquarters = 3", "`scores` is not known", "`score`"),
    "key above the sections": ("quarters = 3", "`quarters` is not known", "`score.quarters`"),
    "unknown key like none": (
        f"[score]\nxyzzyplugh = '{PLANTED}'",
        "`score.xyzzyplugh` is not known",
        "nor of one like it",
    ),
    "unknown key of a table in a section": (
        "[fetch.claude-code]\nkye_file = 'x'",
        "kye_file` is not known",
        "key_file",
    ),
    "unknown vendor": ("[fetch.claude-cod]\nkey_file = 'x'", "`fetch.claude_cod` is not known", "`fetch.claude_code`"),
    "capitals": ("[score]\nQuarters = 3", "`score.Quarters` is not known", "`score.quarters`"),
    "whole number": (f"[score]\nquarters = '{PLANTED}'", "`score.quarters` cannot be used", "a whole number"),
    "no fraction": ("[score]\nquarters = 3.5", "`score.quarters` cannot be used", "a whole number"),
    "too large": ("[score]\nquarters = 41", "`score.quarters` cannot be used", "at most 40"),
    "too small": ("[groups]\nk = 1", "`groups.k` cannot be used", "at least 5"),
    "yes or no": (f"[engine]\nprogress_of_nothing = '{PLANTED}'", "is not known", "engine"),
    "no list": (f"[operator]\nroles = '{PLANTED}'", "`operator.roles` cannot be used", "a list"),
    "no such role": (
        f"[operator]\nroles = ['{PLANTED}']",
        "`operator.roles.0` cannot be used",
        "one of 'administrator'",
    ),
    "no table": (f"score = '{PLANTED}'", "`score` cannot be used", "a table"),
    "text": ("[score]\nversion = 3", "`score.version` cannot be used", "a text in quotes"),
    "no TOML": (f"[score\nquarters = '{PLANTED}'", "settings.toml cannot be read", "it is no TOML, at line 1"),
    "key twice": ("[score]\nquarters = 3\nquarters = 4\n", "settings.toml cannot be read", "twice, at line 3"),
    "section twice": ("[score]\nquarters = 3\n[score]\nevery = 4", "settings.toml cannot be read", "twice, at line 3"),
    "no text": (b"\xff" + PLANTED.encode(), "settings.toml cannot be read", "no UTF-8 text"),
}


def is_said(error: str, what: str, why: str) -> None:
    assert what in error
    assert why in error
    assert [word for word in WORDS if word in error.lower()] == []
    assert PLANTED not in error
    assert "\n" not in error


@pytest.mark.parametrize("name", FILES)
def test_a_mistake_in_the_file_is_said_in_our_words(tmp_path, name):
    text, what, why = FILES[name]
    (tmp_path / "settings.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WrongUsage) as error:
        read_settings(tmp_path)
    is_said(str(error.value), what, why)
    if "is not known" in what or "cannot be used" in what:
        assert LIST in str(error.value)


@pytest.mark.parametrize("kind", ["folder", "link to nothing", "link to itself", "no permission of the system"])
def test_a_file_that_cannot_be_opened_is_not_passed_over(tmp_path, kind):
    file = tmp_path / "settings.toml"
    if kind == "folder":
        file.mkdir()
    else:
        target = {"link to nothing": "nowhere", "link to itself": "settings.toml"}.get(kind, "/proc/self/mem")
        file.symlink_to(target)
    with pytest.raises(WrongUsage) as error:
        read_settings(tmp_path)
    is_said(str(error.value), "settings.toml cannot be read", "")


VARIABLES = {
    "UPTAKE_SCORE__QUATERS": ("3", "`score.quaters` is not known", "`score.quarters`"),
    "UPTAKE_SCOER__QUARTERS": ("3", "`scoer` is not known", "`score`"),
    "UPTAKE_SCORE__QUARTERS": (PLANTED, "`score.quarters` cannot be used", "a whole number"),
    "UPTAKE_OPERATOR__ROLES": (PLANTED, "A variable of the environment cannot be read", "Mend UPTAKE_OPERATOR__ROLES"),
    "UPTAKE_SCORE": (f"[{PLANTED}", "A variable of the environment cannot be read", "Mend UPTAKE_SCORE"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_mistake_in_the_environment_is_said_in_our_words(tmp_path, monkeypatch, name):
    value, what, why = VARIABLES[name]
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongUsage) as error:
        read_settings(tmp_path)
    is_said(str(error.value), what, why)


def test_the_command_says_it_in_one_line(tmp_path):
    (tmp_path / "settings.toml").write_text("[score]\nquaters = 3\n")
    done = run(tmp_path, "config", "show")
    assert (done.code, done.out, done.err) == (
        2, "", f"uptake: Setting `score.quaters` is not known: the nearest known one is `score.quarters`. {LIST}\n",
    )  # fmt: skip


def test_every_kind_of_value_has_words_of_ours(tmp_path):
    """Each key once with a value of every wrong form: whatever the library says of it, none of its words comes through."""
    wrong = (
        "{}",
        "[]",
        "[[]]",
        "'#'",
        "-1",
        "1e400",
        "99999999999999999999",
        "true",
        "2026-01-01",
        "nan",
        "''",
        "[1, 'x', {}]",
        "{ a = 1 }",
    )
    said: dict[str, str] = {}
    for name in mistakes.names(Settings):
        section, _, key = name.rpartition(".")
        for value in wrong:
            (tmp_path / "settings.toml").write_text((f"[{section}]\n" if section else "") + f"{key} = {value}\n")
            try:
                read_settings(tmp_path)
            except WrongUsage as error:
                said.setdefault(error.why, str(error))
    assert len(said) > 15
    assert [error for error in said.values() if any(word in error.lower() for word in WORDS)] == []


def test_names_of_settings_are_those_of_the_page():
    assert {"score", "score.quarters", "fetch.claude_code.key_file"} <= {*mistakes.names(Settings)}
    assert "UPTAKE_HOME" not in os.environ or os.environ["UPTAKE_HOME"]
